import type { EmailRecipient } from '@callback-and-voicemail/contract/email-settings';
import {
  addressKey,
  isAllowedDomain,
  maxLengthAt,
  normalizeAddress,
} from '@callback-and-voicemail/contract/email-settings';

/** Typed or pasted text: the valid addresses, and the errors of the rest. */
export interface ParsedAddresses {
  recipients: EmailRecipient[];
  /** Stays in the field, to be corrected. */
  unparsed: string;
  error?: 'malformed' | 'domain-not-allowed';
}

/**
 * Reads addresses apart: by commas, semicolons, line breaks, or blanks between bare addresses; each may have a name, as
 * mail programs copy it (`Ana Ruiz <ana@clinic.org>`).
 * @param allowedDomains in lower case
 */
export function parseAddresses(text: string, allowedDomains: readonly string[]): ParsedAddresses {
  const recipients: EmailRecipient[] = [];
  const unparsed: string[] = [];
  let error: ParsedAddresses['error'];
  for (const part of splitAddresses(text)) {
    const recipient = parseRecipient(part);
    if (recipient !== undefined && isAllowedDomain(recipient.address, allowedDomains)) recipients.push(recipient);
    else {
      error ??= recipient === undefined ? 'malformed' : 'domain-not-allowed';
      unparsed.push(part);
    }
  }
  return { recipients, unparsed: unparsed.join(', '), ...(error === undefined ? {} : { error }) };
}

/** Adds those that are not there; a name that was missing is taken over. */
export function mergeRecipients(
  current: readonly EmailRecipient[],
  added: readonly EmailRecipient[],
): EmailRecipient[] {
  const byAddress = new Map(current.map((recipient) => [addressKey(recipient.address), recipient]));
  for (const recipient of added) {
    const key = addressKey(recipient.address);
    const existing = byAddress.get(key);
    if (existing === undefined) byAddress.set(key, recipient);
    else if (existing.name === undefined && recipient.name !== undefined)
      byAddress.set(key, { ...existing, name: recipient.name });
  }
  return [...byAddress.values()];
}

/** Commas inside quotes are of a name; a line of bare addresses may be parted by blanks alone. */
function splitAddresses(text: string): string[] {
  return (text.match(/(?:"[^"\n]*"|[^,;\n"]|")+/g) ?? []).flatMap((part) => {
    const trimmed = part.trim();
    if (trimmed === '') return [];
    const translator = trimmed.split(/\s+/);
    return translator.length > 1 && translator.every((word) => word.includes('@') && !/[<>]/.test(word))
      ? translator
      : [trimmed];
  });
}

function parseRecipient(part: string): EmailRecipient | undefined {
  const named = /^(.*?)\s*<([^<>]*)>$/.exec(part);
  const address = normalizeAddress(named === null ? part : (named[2] as string));
  if (address === undefined) return undefined;
  const name = (named?.[1] ?? '').replace(/^["'\s]+|["'\s]+$/g, '').slice(0, maxLengthAt('recipients.0.name'));
  return name === '' || name === address ? { address } : { address, name };
}
