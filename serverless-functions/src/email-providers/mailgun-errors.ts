import type { ProviderProblem } from '@callback-and-voicemail/contract';
import { redactKeys } from './redact-keys';

/**
 * Maps Mailgun's response to a problem code that says what to correct. The status says little: 400 and 403 are given
 * for domains, accounts and limits, so the words decide first.
 * @param status undefined when there was no answer
 * @param text Mailgun's message
 */
export function classifyMailgunError(status: number | undefined, text: string): ProviderProblem {
  const detail = redactKeys(text);
  return { problem: classify(status, text), ...(detail === '' ? {} : { detail }) };
}

function classify(status: number | undefined, text: string): ProviderProblem['problem'] {
  if (status === undefined) return 'unreachable';
  if (status === 401) return 'key-refused';
  if (status === 404) return 'domain-unknown';
  if (status === 413) return 'too-large';
  if (/sandbox subdomain|authorized recipients|free accounts are for test/i.test(text)) return 'sandbox-domain';
  if (/unverified|requires DNS/i.test(text)) return 'domain-not-verified';
  if (status === 429 || status === 420 || /limit|too fast|probation|quota|allowance/i.test(text))
    return 'limit-reached';
  if (status === 402 || /disabled|inactiv|activate your|suspended|business verification/i.test(text))
    return 'account-disabled';
  if (/'from'|from address|sender/i.test(text)) return 'from-not-aligned';
  if (/'to'|recipient/i.test(text)) return 'recipient-refused';
  if (status === 403) return 'key-refused';
  return status >= 500 ? 'unreachable' : 'unknown';
}

/**
 * True when a sender's domain and the one Mailgun signs for belong together, as DMARC asks: the same, one within the
 * other, or both directly within a third that has a dot in it.
 */
export function isSenderAligned(from: string, signingDomain: string): boolean {
  const sender = from
    .slice(from.lastIndexOf('@') + 1)
    .replaceAll('>', '')
    .trim()
    .toLowerCase();
  const signer = signingDomain.toLowerCase();
  const within = (one: string, other: string) => one === other || one.endsWith(`.${other}`);
  if (within(sender, signer) || within(signer, sender)) return true;
  const parent = signer.split('.').slice(1).join('.');
  return parent.includes('.') && within(sender, parent);
}
