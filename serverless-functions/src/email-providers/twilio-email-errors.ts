import type { EmailProblem } from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import { parseJsonObject } from '../runtime/json';
import { LATER, type ProviderError, WITHOUT_RECORDING } from './answer';
import type { SendFailureKind } from './provider';
import { redactKeys } from './redact-keys';
import type { UploadAnswer } from './upload';

interface Complaint {
  message: string;
  /** A JSON path to the field that is wrong, `$.to[0].address`; empty when there is none. */
  context: string;
}

/**
 * Twilio's own error in an answer, `{"errors": [{"code", "message", "infoUrl", "context"}]}` (`TwilioErrors` in
 * https://github.com/twilio/comms-oai/blob/main/spec/yaml/twilio_comms_v1.yaml), or one error as Twilio's other APIs have it:
 * https://www.twilio.com/docs/usage/twilios-response
 * @returns undefined for anything else
 */
export function readTwilioEmailError({ status, text }: UploadAnswer): ProviderError | undefined {
  const body = parseJsonObject(text);
  const errors: unknown[] = Array.isArray(body?.errors) ? body.errors : [body];
  const complaints = errors.filter(isRecord).flatMap(({ code, message, context }): Complaint[] => {
    if (typeof code !== 'number' || typeof message !== 'string') return [];
    return [{ message: `${code} ${message}`, context: typeof context === 'string' ? context : '' }];
  });
  const [first] = complaints;
  if (first === undefined) return undefined;
  const [kind, problem, advice] = classify(status, complaints);
  return { kind, problem, advice, detail: redactKeys(first.message) };
}

function classify(status: number, complaints: readonly Complaint[]): [SendFailureKind, EmailProblem, string] {
  const concerns = (field: string) => complaints.some(({ context }) => context.startsWith(field));
  switch (status) {
    case 401:
    case 403:
      return ['misconfigured', 'key-refused', 'Check TWILIO_API_KEY and that the account may use Twilio Email.'];
    case 404:
      return ['misconfigured', 'account-disabled', 'Check that the account may use Twilio Email.'];
    case 408:
    case 425:
      return ['retryable', 'unreachable', LATER];
    case 413:
      return ['too-large', 'too-large', WITHOUT_RECORDING];
    case 429:
      return ['retryable', 'limit-reached', 'Twilio limits how fast it takes mail; it is sent again later.'];
    default:
      if (concerns('$.from'))
        return ['misconfigured', 'from-not-aligned', 'Check MAIL_FROM: Twilio sends only for a verified domain.'];
      if (concerns('$.to'))
        return ['recipient', 'recipient-refused', 'Check the recipient: Twilio refuses the address.'];
      return ['permanent', 'unknown', 'Twilio refuses this message: check its recipients and MAIL_FROM.'];
  }
}
