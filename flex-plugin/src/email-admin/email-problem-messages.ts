import { EMAIL_PROBLEMS, type EmailProblem } from '@callback-and-voicemail/contract/email-problems';
import type { EmailProviderName } from '@callback-and-voicemail/contract/email-providers';
import type { StringKey } from '../strings/strings';
import type { Translator } from '../strings/translator';
import { variablesToCheck } from './mail-providers';

/** A phrase for each problem, which names what an administrator can change. */
const EMAIL_PROBLEM_MESSAGES: Record<EmailProblem, StringKey> = {
  'key-refused': 'EmailProblemKey',
  'key-other-region': 'EmailProblemRegion',
  'domain-unknown': 'EmailProblemDomain',
  'domain-not-verified': 'EmailProblemNotVerified',
  'sandbox-domain': 'EmailProblemSandbox',
  'from-not-aligned': 'EmailProblemSender',
  'recipient-refused': 'EmailProblemRecipient',
  'recipient-later': 'EmailProblemLater',
  'limit-reached': 'EmailProblemLimit',
  'account-disabled': 'EmailProblemAccount',
  'too-large': 'EmailProblemTooLarge',
  unreachable: 'EmailProblemUnreachable',
  'not-configured': 'EmailProblemNotConfigured',
  unknown: 'EmailProblemUnknown',
  'no-recipients': 'EmailProblemNoRecipients',
  'recipients-not-allowed': 'EmailProblemNotAllowed',
  'recipients-unconfirmed': 'EmailProblemUnconfirmedRecipients',
  'settings-unreadable': 'EmailProblemSettings',
  'recording-deleted': 'EmailProblemDeleted',
  'recording-unavailable': 'EmailProblemRecording',
  'twilio-unavailable': 'EmailProblemTwilio',
  unconfirmed: 'EmailProblemUnconfirmed',
  'no-time-left': 'EmailProblemTime',
};

const isKnown = (problem: string): problem is EmailProblem => EMAIL_PROBLEMS.some((known) => known === problem);

/**
 * Why an email was not sent, as a phrase.
 * @param problem a code; Functions of another version may send one that is not known here, which is shown as it is
 * @param providers the deployment's: their variables are named
 */
export function emailProblemMessage(
  translator: Translator,
  problem: string | undefined,
  providers: readonly { name: EmailProviderName }[],
): string {
  const { t } = translator;
  if (problem === undefined) return t('EmailProblemUnknown');
  if (!isKnown(problem)) return t('EmailProblemCode', { code: problem });
  const names = variablesToCheck(
    translator,
    problem,
    providers.map(({ name }) => name),
  );
  return t(EMAIL_PROBLEM_MESSAGES[problem], { names });
}
