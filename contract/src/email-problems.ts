/**
 * Problems the email provider reports, as what a supervisor or operator can do about them.
 * Each provider maps its own responses to these (`serverless-functions/src/email-providers/`).
 */
export const PROVIDER_PROBLEMS = [
  'key-refused',
  'key-other-region',
  'domain-unknown',
  'domain-not-verified',
  'sandbox-domain',
  'from-not-aligned',
  'recipient-refused',
  /** The recipient's mail server takes it later, perhaps: it is full, or lets strangers wait. */
  'recipient-later',
  'limit-reached',
  'account-disabled',
  'too-large',
  'unreachable',
  'not-configured',
  'unknown',
] as const;

/** Why an email was not sent, or not sent yet: the provider's problems, and those found before it is called. */
export const EMAIL_PROBLEMS = [
  ...PROVIDER_PROBLEMS,
  /** No rule and no default recipient matches. */
  'no-recipients',
  /** Every recipient is of a domain that is not allowed any more. */
  'recipients-not-allowed',
  /** Every recipient waits for the confirmation of another supervisor. */
  'recipients-unconfirmed',
  /** The stored settings or rules are missing, corrupt, or of a newer version. */
  'settings-unreadable',
  /** A supervisor deleted the recording before the email was sent. */
  'recording-deleted',
  /** Twilio did not deliver the recording. */
  'recording-unavailable',
  /** Another Twilio API did not answer as expected. */
  'twilio-unavailable',
  /** The provider did not answer, or has not confirmed yet whether it accepted the email. */
  'unconfirmed',
  /** The Function ran out of time before sending. */
  'no-time-left',
] as const;

export type ProviderProblemCode = (typeof PROVIDER_PROBLEMS)[number];
export type EmailProblem = (typeof EMAIL_PROBLEMS)[number];

/** Problems that stop every email until someone changes something, not just the one that met them. */
const OUTAGE_PROBLEMS: ReadonlySet<EmailProblem> = new Set([
  'key-refused',
  'key-other-region',
  'domain-unknown',
  'domain-not-verified',
  'from-not-aligned',
  'limit-reached',
  'account-disabled',
  'unreachable',
  'not-configured',
  'settings-unreadable',
]);

/** True for a problem that keeps every email from going out until somebody changes something. */
export const isOutageProblem = (problem: EmailProblem): boolean => OUTAGE_PROBLEMS.has(problem);

/** An outage of ours, which a test email says nothing about: it is sent with the settings on the screen. */
const NOT_TESTED: ReadonlySet<EmailProblem> = new Set(['settings-unreadable']);

/**
 * Why no email goes out at present.
 * @param health what is known of the provider and of the last attempts; times in ISO 8601
 * @returns undefined when the last attempt succeeded, a test email since, or failed for a reason of that email's own
 */
export function emailOutage(health: {
  provider: { configured: boolean };
  lastSuccessAt?: string;
  /** The provider accepted a test email. */
  lastTestAt?: string;
  lastFailure?: { at: string; problem: EmailProblem };
}): EmailProblem | undefined {
  if (!health.provider.configured) return 'not-configured';
  const { lastSuccessAt, lastTestAt, lastFailure } = health;
  if (lastFailure === undefined || !isOutageProblem(lastFailure.problem)) return undefined;
  const { at, problem } = lastFailure;
  const isSince = (time: string | undefined) => time !== undefined && Date.parse(time) > Date.parse(at);
  const hasRecovered = isSince(lastSuccessAt) || (isSince(lastTestAt) && !NOT_TESTED.has(problem));
  return hasRecovered ? undefined : problem;
}
