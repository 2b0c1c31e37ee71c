import { addressKey, type EmailSettings, FEATURE_PATH, isSid, MAIL_LANGUAGES } from '@callback-and-voicemail/contract';
import { isEntryId } from '../ledger/entry-id';
import { type Environment, listenLinkDays } from '../runtime/environment';
import { canSign, isSigned, sign } from '../runtime/signing';

/**
 * The links by which recipients listen without a login (ADR 0128): each for one recipient and one recording, signed by
 * the keys of the deployment, and with an end. Everything is in one parameter of letters, digits, `.`, `-` and `_`, so
 * that no mail program, provider's template or HTML reads a part of it as something else.
 */

const PURPOSE = 'listen';
const RECIPIENT_PURPOSE = 'listen-recipient';
const PARAMETER = 'link';
const SEPARATOR = '.';
const DAY_MS = 24 * 60 * 60_000;

type MailLanguage = EmailSettings['language'];

/** What a link says, once its signature is checked. */
export interface ListenLink {
  entryId: string;
  recordingSid: string;
  /** Stands for an address without naming it: see `isLinkOf`. */
  recipient: string;
  /** Milliseconds since 1970. */
  until: number;
  /** Of the mail. */
  language: MailLanguage;
}

/** The link of a test mail is for no call and no recording. */
const SAMPLE = { entryId: `voicemail-CA${'0'.repeat(32)}-1`, recordingSid: `RE${'0'.repeat(32)}` };

/** The link of a test mail: it shows that the page can be reached. @throws as `listenUrl` does */
export const sampleListenUrl = (
  origin: string,
  environment: Environment,
  recipient: { address: string; until: number; language: MailLanguage },
): string => listenUrl(origin, environment, { ...SAMPLE, ...recipient });

export const isSampleLink = ({ recordingSid }: ListenLink): boolean => recordingSid === SAMPLE.recordingSid;

/** True when this deployment can give links: it has an address and a key. */
export const canLink = (origin: string, environment: Environment): boolean =>
  /^https?:\/\/[^/]/.test(origin) && canSign(environment);

/** When a link ends that is given now: milliseconds since 1970, a whole second. */
export const linkEnd = (environment: Environment, now: number): number =>
  Math.floor((now + listenLinkDays(environment) * DAY_MS) / 1_000) * 1_000;

/**
 * The address of the page on which a recipient listens.
 * @throws ConfigurationError without a key to sign with
 */
export function listenUrl(
  origin: string,
  environment: Environment,
  { address, ...link }: Omit<ListenLink, 'recipient'> & { address: string },
): string {
  const recipient = sign(environment, RECIPIENT_PURPOSE, recipientText(link.entryId, address));
  const fields = [link.entryId, link.recordingSid, recipient, (link.until / 1_000).toString(36), link.language];
  const text = fields.join(SEPARATOR);
  const signed = `${text}${SEPARATOR}${sign(environment, PURPOSE, text)}`;
  return `${origin}${FEATURE_PATH}/media/listen?${PARAMETER}=${signed}`;
}

/**
 * The link of a request, also one that has ended. Nothing is read for it, so an invalid one costs nothing.
 * @returns undefined for one that we did not sign
 * @throws ConfigurationError without any key
 */
export function readListenLink(event: Record<string, unknown>, environment: Environment): ListenLink | undefined {
  const given = event[PARAMETER];
  if (typeof given !== 'string' || given.length > MAX_LINK_LENGTH) return undefined;
  const end = given.lastIndexOf(SEPARATOR);
  const text = given.slice(0, Math.max(0, end));
  if (!isSigned(environment, PURPOSE, text, given.slice(end + 1))) return undefined;
  const [entryId, recordingSid, recipient = '', until = '', language] = text.split(SEPARATOR);
  // What we signed is well-formed, unless a later release signed it.
  if (!isEntryId(entryId) || !isSid('recording', recordingSid) || !isMailLanguage(language)) return undefined;
  return { entryId, recordingSid, recipient, until: Number.parseInt(until, 36) * 1_000, language };
}

/** The query of the same link, for another address of ours. */
export const linkQuery = (event: Record<string, unknown>): string =>
  new URLSearchParams({ [PARAMETER]: String(event[PARAMETER]) }).toString();

/** Ours have at most 160 characters. */
const MAX_LINK_LENGTH = 300;

/** True when the link was given to that address. Compares in constant time. */
export const isLinkOf = ({ entryId, recipient }: ListenLink, address: string, environment: Environment): boolean =>
  isSigned(environment, RECIPIENT_PURPOSE, recipientText(entryId, address), recipient);

/** One recipient's links to two voicemails have nothing in common that shows whose they are. */
const recipientText = (entryId: string, address: string) => `${entryId} ${addressKey(address)}`;

/** The language of a link whose signature says nothing: only words depend on it. */
export function languageOfLink(event: Record<string, unknown>): MailLanguage {
  const given = event[PARAMETER];
  const language = typeof given === 'string' ? given.slice(0, MAX_LINK_LENGTH).split(SEPARATOR)[4] : undefined;
  return isMailLanguage(language) ? language : 'en-US';
}

const isMailLanguage = (value: unknown): value is MailLanguage => MAIL_LANGUAGES.some((one) => one === value);
