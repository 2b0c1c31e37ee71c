import { cutText } from '@callback-and-voicemail/contract/cut-text';
import type { EmailRecipient } from '@callback-and-voicemail/contract/email-settings';
import {
  addressKey,
  isAllowedRecipient,
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
 * Reads addresses as people paste them, from Outlook, a sheet, a web page or another mail: with or without names.
 * @param allowedRecipients as `isAllowedRecipient` takes them
 */
export function parseAddresses(text: string, allowedRecipients: readonly string[]): ParsedAddresses {
  const recipients: EmailRecipient[] = [];
  const unparsed: string[] = [];
  let error: ParsedAddresses['error'];
  for (const part of splitAddresses(text)) {
    const recipient = parseRecipient(part);
    if (recipient !== undefined && isAllowedRecipient(recipient.address, allowedRecipients)) recipients.push(recipient);
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

/**
 * Entries end at semicolons and line breaks, and at commas outside of quotes and brackets, unless what stands before the
 * comma has no address and what follows has a name: `Doe, Jane <jane@clinic.org>` is one, as Outlook writes it.
 */
function splitAddresses(text: string): string[] {
  return splitOutside(toPlainCharacters(text), /[;\r\n]/).flatMap((entry) => {
    const row = fromSheet(entry);
    if (row !== undefined) return row;
    const parts = splitOutside(entry, /[,\t]/).flatMap(splitAfterBrackets);
    return joinNames(parts).flatMap(splitBareAddresses);
  });
}

/** Word processors and mail programs write quotes, blanks and nothing at all with characters of their own. */
const toPlainCharacters = (text: string) =>
  text
    .replace(/[\u200b\u2060\ufeff]/g, '')
    .replace(/[\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02]/g, '"')
    .replace(/[\u00a0\u2007\u202f\u3000]/g, ' ')
    .replace(/\uff1c/g, '<')
    .replace(/\uff1e/g, '>')
    .replace(/[\uff0c\u3001]/g, ',')
    .replace(/\uff1b/g, ';');

/** Parts that hold something; a quote that never ends is a character like any other. */
function splitOutside(text: string, separator: RegExp): string[] {
  const parts = [''];
  let isQuoted = false;
  let isBracketed = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isQuoted && character === '\\') {
      parts[parts.length - 1] += text.slice(at, at + 2);
      at += 1;
      continue;
    }
    if (character === '"') isQuoted = isQuoted ? false : endsInLine(text, at, '"');
    else if (!isQuoted && character === '<') isBracketed = endsInLine(text, at, '>');
    else if (character === '>') isBracketed = false;
    if (!isQuoted && !isBracketed && separator.test(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Longer than any name or address in quotes or brackets. */
const MAX_ENCLOSED = 400;

function endsInLine(text: string, at: number, end: string): boolean {
  const line = text.slice(at + 1, at + MAX_ENCLOSED).split(/[\r\n]/, 1)[0] ?? '';
  return line.includes(end);
}

/** `Ana <ana@clinic.org> Bob <bob@clinic.org>`: nothing but the brackets parts them. */
const splitAfterBrackets = (part: string) =>
  (part.match(/[^<>]*<[^<>]*>|[^<>]+$|[<>]/g) ?? [part]).map((one) => one.trim()).filter((one) => one !== '');

const hasAddress = (part: string) => part.includes('@');
/** The name before the brackets of a part that has both. */
const isNamed = (part: string) => /^[^<"]+<[^<>]*@[^<>]*>$/.test(part);

function joinNames(parts: readonly string[]): string[] {
  const joined: string[] = [];
  let name: string[] = [];
  for (const part of parts) {
    if (!hasAddress(part)) name.push(part);
    else if (name.length > 0 && isNamed(part)) {
      joined.push([...name, part].join(', '));
      name = [];
    } else {
      joined.push(...name, part);
      name = [];
    }
  }
  return [...joined, ...name];
}

/** A row of a sheet: an address in one cell, and who it is in the cells around it. */
function fromSheet(entry: string): string[] | undefined {
  if (!entry.includes('\t')) return undefined;
  const cells = entry
    .split('\t')
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '');
  const addresses = cells.filter(hasAddress);
  const [address = ''] = addresses;
  if (addresses.length !== 1 || normalizeAddress(withoutDecoration(address)) === undefined) return undefined;
  const name = cells.filter((cell) => cell !== address).join(' ');
  return [name === '' ? address : `"${name.replace(/["\\]/g, '')}" <${withoutDecoration(address)}>`];
}

/** A line of bare addresses may be parted by blanks alone. */
function splitBareAddresses(part: string): string[] {
  const words = part.split(/\s+/);
  return words.length > 1 && words.every((word) => hasAddress(word) && !/[<>"]/.test(word)) ? words : [part];
}

/** `mailto:ana@clinic.org?subject=…`, `'ana@clinic.org'`, `(ana@clinic.org)`, `ana@clinic.org.` at a sentence's end. */
const withoutDecoration = (text: string) =>
  text
    .trim()
    .replace(/^[<(['\u2018\u2019]+|[>)\]'\u2018\u2019.,]+$/g, '')
    .replace(/^mailto:/i, '')
    .replace(/\?.*$/, '');

function parseRecipient(part: string): EmailRecipient | undefined {
  const [, before, inBrackets] =
    /^(.*?)\s*<([^<>]*)>$/.exec(part) ?? /^(.*?)\s*\[(mailto:[^[\]]*)\]$/i.exec(part) ?? [];
  // `ana@clinic.org (Ana Ruiz)`, and `Ana Ruiz ana@clinic.org`.
  const [, addressFirst, comment] = /^(\S+@\S+)\s+\(([^()]*)\)$/.exec(part) ?? [];
  const [, words, addressLast] = /^([^@<>"]+)\s+(\S+@\S+)$/.exec(part) ?? [];
  const address = normalizeAddress(withoutDecoration(inBrackets ?? addressFirst ?? addressLast ?? part));
  if (address === undefined) return undefined;
  const name = cutText(
    (before ?? comment ?? words ?? '')
      .replace(/^["'\u2018\u2019\s]+|["'\u2018\u2019\s,:]+$/g, '')
      .replace(/\\(.)/g, '$1')
      .replace(/\s+/g, ' '),
    maxLengthAt('recipients.0.name') ?? 100,
  );
  return name === '' || withoutDecoration(name).toLowerCase() === address.toLowerCase()
    ? { address }
    : { address, name };
}
