import type { StringKey } from '../strings/strings';
import type { Translator } from '../strings/translator';

/** Explains problem codes to someone who can correct them. */
const PROBLEM_MESSAGES: readonly { codes: RegExp; key: StringKey }[] = [
  { codes: /^mailgun-40[13]$/, key: 'EmailProblemKey' },
  { codes: /^mailgun-404$/, key: 'EmailProblemDomain' },
  { codes: /^mail-not-configured$/, key: 'EmailProblemNotConfigured' },
  { codes: /^no-recipients$/, key: 'EmailProblemNoRecipients' },
  { codes: /^recording-deleted$/, key: 'EmailProblemDeleted' },
  { codes: /^mailgun-4(20|29)$/, key: 'EmailProblemLimit' },
  {
    codes: /^(mailgun-unreachable|mailgun-5\d\d|no-answer-in-time|waiting-for-provider)$/,
    key: 'EmailProblemUnreachable',
  },
  { codes: /^email-(settings|rules)-/, key: 'EmailProblemSettings' },
  { codes: /^twilio-/, key: 'EmailProblemTwilio' },
];

/** Why a mail did not go out. */
export function emailProblemMessage({ t }: Translator, error: string | undefined): string {
  if (error === undefined) return t('EmailProblemUnknown');
  const known = PROBLEM_MESSAGES.find(({ codes }) => codes.test(error));
  return known === undefined ? t('EmailProblemCode', { code: error }) : t(known.key);
}
