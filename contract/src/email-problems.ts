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
