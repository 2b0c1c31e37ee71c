import type { StringKey } from '../strings/strings';
import type { Translator } from '../strings/translator';

/** What the ledger's codes mean to somebody who can mend them, or knows whom to ask. */
const PROBLEM_WORDS: readonly { codes: RegExp; words: StringKey }[] = [
  { codes: /^mailgun-40[13]$/, words: 'MailWhyKey' },
  { codes: /^mailgun-404$/, words: 'MailWhyDomain' },
  { codes: /^mail-not-configured$/, words: 'MailWhyNotConfigured' },
  { codes: /^no-recipients$/, words: 'MailWhyNobody' },
  { codes: /^recording-deleted$/, words: 'MailWhyDeleted' },
  { codes: /^mailgun-4(20|29)$/, words: 'MailWhyLimit' },
  {
    codes: /^(mailgun-unreachable|mailgun-5\d\d|no-answer-in-time|waiting-for-provider)$/,
    words: 'MailWhyUnreachable',
  },
  { codes: /^email-(settings|rules)-/, words: 'MailWhySettings' },
  { codes: /^twilio-/, words: 'MailWhyTwilio' },
];

/** Why a mail did not go out. */
export function mailProblem({ t }: Translator, problem: string | undefined): string {
  if (problem === undefined) return t('MailWhyUnknown');
  const known = PROBLEM_WORDS.find(({ codes }) => codes.test(problem));
  return known === undefined ? t('MailWhyCode', { code: problem }) : t(known.words);
}
