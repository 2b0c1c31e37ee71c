import type { EmailProblem } from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import { parseJsonObject } from '../runtime/json';
import { LATER, type ProviderError, WITHOUT_RECORDING } from './answer';
import type { SendFailureKind } from './provider';
import { redactKeys } from './redact-keys';
import type { UploadAnswer } from './upload';

interface Complaint {
  message: string;
  /** `personalizations.0.to.0.email`; empty when there is none. */
  field: string;
}

/**
 * SendGrid's own error in an answer, `{"errors": [{"message", "field", "help"}]}`:
 * https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors
 * @returns undefined for anything else
 */
export function readSendGridError({ status, text }: UploadAnswer): ProviderError | undefined {
  const complaints = complaintsIn(text);
  const [first] = complaints;
  if (first === undefined) return undefined;
  const [kind, problem, advice] = classify(status, complaints);
  return { kind, problem, advice, detail: redactKeys(first.message) };
}

function complaintsIn(text: string): Complaint[] {
  const errors = parseJsonObject(text)?.errors;
  if (!Array.isArray(errors)) return [];
  return errors.filter(isRecord).flatMap(({ message, field }) => {
    if (typeof message !== 'string') return [];
    return [{ message, field: typeof field === 'string' ? field : '' }];
  });
}

const CHECK_SENDER = 'Check MAIL_FROM: SendGrid sends only for a verified sender or domain.';
const CHECK_KEY = 'Check SENDGRID_API_KEY, which needs "Mail Send", and for the EU region SENDGRID_API_BASE_URL.';

function classify(status: number, complaints: readonly Complaint[]): [SendFailureKind, EmailProblem, string] {
  const says = (pattern: RegExp) => complaints.some(({ message }) => pattern.test(message));
  const concerns = (pattern: RegExp) => complaints.some(({ field }) => pattern.test(field));
  if (status === 413) return ['too-large', 'too-large', WITHOUT_RECORDING];
  if (status === 408 || status === 425) return ['retryable', 'unreachable', LATER];
  if (status === 429 || says(/credits exceeded|rate limit|too many requests/i))
    return ['retryable', 'limit-reached', 'SendGrid limits how much mail it takes; it is sent again later.'];
  if (says(/suspended|under review|deactivated|account (is )?(disabled|banned|locked)/i))
    return ['misconfigured', 'account-disabled', 'Check the SendGrid account: it does not allow sending now.'];
  if (says(/verified sender/i)) return ['misconfigured', 'from-not-aligned', CHECK_SENDER];
  if (status === 401 || status === 403) return ['misconfigured', 'key-refused', CHECK_KEY];
  if (status === 404 || status === 405) return ['misconfigured', 'unknown', CHECK_KEY];
  if (concerns(/^from\b/)) return ['misconfigured', 'from-not-aligned', CHECK_SENDER];
  if (concerns(/^personalizations(\.\d+)?\.(to|cc|bcc)\b/))
    return ['recipient', 'recipient-refused', 'Check the recipient: SendGrid refuses the address.'];
  return ['permanent', 'unknown', 'SendGrid refuses this message: check its recipients and MAIL_FROM.'];
}
