import type { EmailRecipient } from '@callback-and-voicemail/contract/email-settings';
import {
  addressKey,
  isAllowedDomain,
  MAX_LENGTH,
  normalizeAddress,
} from '../../../../contract/src/email-settings/schema-free';

/** What somebody typed or pasted: what can be taken, and what is wrong with the rest, as it was typed. */
export interface AddressEntry {
  recipients: EmailRecipient[];
  /** Left in the field, to be mended. */
  rest: string;
  problem?: 'malformed' | 'domain-not-allowed';
}

/**
 * Reads addresses apart: by commas, semicolons, line breaks, or blanks between bare addresses; each may have a name, as
 * mail programs copy it (`Ana Ruiz <ana@clinic.org>`).
 * @param allowedDomains in lower case
 */
export function readAddresses(text: string, allowedDomains: readonly string[]): AddressEntry {
  const recipients: EmailRecipient[] = [];
  const left: string[] = [];
  let problem: AddressEntry['problem'];
  for (const part of partsOf(text)) {
    const recipient = recipientOf(part);
    if (recipient !== undefined && isAllowedDomain(recipient.address, allowedDomains)) recipients.push(recipient);
    else {
      problem ??= recipient === undefined ? 'malformed' : 'domain-not-allowed';
      left.push(part);
    }
  }
  return { recipients, rest: left.join(', '), ...(problem === undefined ? {} : { problem }) };
}

/** Adds those that are not there; a name that was missing is taken over. */
export function withRecipients(present: readonly EmailRecipient[], added: readonly EmailRecipient[]): EmailRecipient[] {
  const all = new Map(present.map((one) => [addressKey(one.address), one]));
  for (const one of added) {
    const key = addressKey(one.address);
    const known = all.get(key);
    if (known === undefined) all.set(key, one);
    else if (known.name === undefined && one.name !== undefined) all.set(key, { ...known, name: one.name });
  }
  return [...all.values()];
}

/** Commas inside quotes are of a name; a line of bare addresses may be parted by blanks alone. */
function partsOf(text: string): string[] {
  return (text.match(/(?:"[^"\n]*"|[^,;\n"]|")+/g) ?? []).flatMap((part) => {
    const trimmed = part.trim();
    if (trimmed === '') return [];
    const translator = trimmed.split(/\s+/);
    return translator.length > 1 && translator.every((word) => word.includes('@') && !/[<>]/.test(word))
      ? translator
      : [trimmed];
  });
}

function recipientOf(part: string): EmailRecipient | undefined {
  const named = /^(.*?)\s*<([^<>]*)>$/.exec(part);
  const address = normalizeAddress(named === null ? part : (named[2] as string));
  if (address === undefined) return undefined;
  const name = (named?.[1] ?? '').replace(/^["'\s]+|["'\s]+$/g, '').slice(0, MAX_LENGTH.recipientName);
  return name === '' || name === address ? { address } : { address, name };
}
