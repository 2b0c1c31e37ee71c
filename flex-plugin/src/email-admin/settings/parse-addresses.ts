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
  part
    .split('>')
    .map((one, index, all) => (index < all.length - 1 ? `${one}>` : one).trim())
    .filter((one) => one !== '');

const hasAddress = (part: string) => part.includes('@');
/** The name before the brackets of a part that has both. */
function isNamed(part: string): boolean {
  const { before = '', enclosed = '' } = splitEnclosed(part, '<>') ?? {};
  return before !== '' && !/[<"]/.test(before) && hasAddress(enclosed);
}

/**
 * What stands before a pair of brackets at the end of a text, and what is in them. With `indexOf` and not a pattern: the
 * time that a pattern takes for a long text without brackets grows with the square of its length.
 */
function splitEnclosed(text: string, [open, close]: string): { before: string; enclosed: string } | undefined {
  const at = text.lastIndexOf(open!);
  const enclosed = text.slice(at + 1, -1);
  if (at < 0 || !text.endsWith(close!) || enclosed.includes(close!)) return undefined;
  return { before: text.slice(0, at).trim(), enclosed };
}

/** A text without these characters at its start and at its end. */
function trimCharacters(text: string, atStart: string, atEnd: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && atStart.includes(text.charAt(start))) start += 1;
  while (start < end && atEnd.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

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
  trimCharacters(text.trim(), "<(['\u2018\u2019", ">)]'\u2018\u2019.,")
    .replace(/^mailto:/i, '')
    .split('?', 1)
    .join();

/** `Ana <ana@clinic.org>`, `Ana [mailto:ana@clinic.org]`, `ana@clinic.org (Ana)`, and `Ana Ruiz ana@clinic.org`. */
function splitNameAndAddress(part: string): { name: string; address: string } {
  const inAngles = splitEnclosed(part, '<>');
  if (inAngles !== undefined) return { name: inAngles.before, address: inAngles.enclosed };
  const inSquares = splitEnclosed(part, '[]');
  if (inSquares !== undefined && /^mailto:/i.test(inSquares.enclosed))
    return { name: inSquares.before, address: inSquares.enclosed };
  const inRound = splitEnclosed(part, '()');
  if (inRound !== undefined && hasAddress(inRound.before) && !/\s/.test(inRound.before))
    return { name: inRound.enclosed, address: inRound.before };
  const words = part.split(/\s+/);
  const last = words.pop() ?? '';
  const name = words.join(' ');
  if (name !== '' && hasAddress(last) && !/[@<>"]/.test(name)) return { name, address: last };
  return { name: '', address: part };
}

function parseRecipient(part: string): EmailRecipient | undefined {
  const written = splitNameAndAddress(part);
  const address = normalizeAddress(withoutDecoration(written.address));
  if (address === undefined) return undefined;
  const name = cutText(
    trimCharacters(written.name.replace(/\s/g, ' '), '"\'\u2018\u2019 ', '"\'\u2018\u2019 ,:')
      .replace(/\\(.)/g, '$1')
      .replace(/\s+/g, ' '),
    maxLengthAt('recipients.0.name') ?? 100,
  );
  return name === '' || withoutDecoration(name).toLowerCase() === address.toLowerCase()
    ? { address }
    : { address, name };
}
