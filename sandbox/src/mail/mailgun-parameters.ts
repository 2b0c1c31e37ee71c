import addressparser from 'nodemailer/lib/addressparser';
import { isObject } from '../world/is-object';
import { MailgunError } from './mailgun-error';

export interface Address {
  name: string;
  address: string;
}

/** A checked request to send: names and limits as in Mailgun's published API (POST /v3/{domain}/messages). */
export interface SendRequest {
  from: Address;
  to: Address[];
  cc: Address[];
  bcc: Address[];
  subject: string;
  text: string | undefined;
  html: string | undefined;
  ampHtml: string | undefined;
  tags: string[];
  testMode: boolean;
  /** `h:` parameters without the prefix, in order. */
  headers: { name: string; value: string }[];
  /** `v:` parameters without the prefix. */
  variables: Record<string, string>;
  /** Per address; undefined when the request is not a batch. */
  recipientVariables: Map<string, Record<string, unknown>> | undefined;
}

export type FormFields = readonly (readonly [name: string, value: string])[];

const MESSAGE = ['from', 'to', 'cc', 'bcc', 'subject', 'text', 'html', 'amp-html', 'recipient-variables'];
const REPEATABLE = new Set(['to', 'cc', 'bcc', 'o:tag']);
const YES_NO = ['yes', 'no', 'true', 'false'];
const WITH_HTML_ONLY = [...YES_NO, 'htmlonly'];

/**
 * Options that change nothing a local mailbox could show, or that are modeled (tag, testmode): name -> allowed
 * values.
 */
const OPTIONS: Record<string, readonly string[] | undefined> = {
  'o:tag': undefined,
  'o:testmode': ['yes', 'true'],
  'o:dkim': YES_NO,
  'o:tracking': WITH_HTML_ONLY,
  'o:tracking-clicks': WITH_HTML_ONLY,
  'o:tracking-opens': YES_NO,
  'o:require-tls': YES_NO,
  'o:skip-verification': YES_NO,
};
/** Parameters of Mailgun's API that are not modeled here. They are refused, so that a client does not rely on them. */
const NOT_MODELED = new Set([
  'template',
  't:version',
  't:text',
  't:variables',
  'o:secondary-dkim',
  'o:secondary-dkim-public',
  'o:deliverytime',
  'o:deliver-within',
  'o:deliverytime-optimize-period',
  'o:time-zone-localize',
  'o:sending-ip',
  'o:sending-ip-pool',
  'o:tracking-pixel-location-top',
  'o:archive-to',
  'o:suppress-headers',
]);
/** Headers that the message's own parameters write. */
const OWN_HEADERS = /^(from|to|cc|bcc|subject|date|mime-version|content-.*)$/i;

const OPTION_BYTES = 16 * 1024;
const MAX_RECIPIENTS = 1000;
const MAX_TAGS = 10;
const MAX_TAG_LENGTH = 128;

/**
 * Checks every parameter of a request to send.
 * @throws MailgunError 400 in Mailgun's words where they are known, else naming the parameter.
 */
export function parseSendRequest(fields: FormFields): SendRequest {
  for (const [name, value] of fields) checkParameter(name, value);
  checkTotals(fields);
  const all = (name: string) => fields.filter(([key]) => key === name).map(([, value]) => value);
  const one = (name: string) => all(name)[0];
  const addresses = (name: string) => all(name).flatMap((value) => parseAddresses(name, value));

  if (!one('from')?.trim()) throw new MailgunError(400, "'from' parameter is missing");
  const from = parseAddresses('from', one('from') ?? '')[0] as Address;
  if (all('to').length === 0) throw new MailgunError(400, "'to' parameter is missing");
  const to = addresses('to');
  const cc = addresses('cc');
  const bcc = addresses('bcc');
  if (to.length + cc.length + bcc.length > MAX_RECIPIENTS) {
    throw new MailgunError(400, `Too many recipients; max is ${MAX_RECIPIENTS}`);
  }
  if (one('subject') === undefined) throw new MailgunError(400, "'subject' parameter is missing");
  const text = one('text');
  const html = one('html');
  if (!text && !html) throw new MailgunError(400, "Need at least one of 'text' or 'html' parameters specified");

  return {
    from,
    to,
    cc,
    bcc,
    subject: one('subject') ?? '',
    text,
    html,
    ampHtml: one('amp-html'),
    tags: all('o:tag'),
    testMode: one('o:testmode') !== undefined,
    headers: prefixed(fields, 'h:').map(([name, value]) => ({ name, value })),
    variables: Object.fromEntries(prefixed(fields, 'v:')),
    recipientVariables: parseRecipientVariables(one('recipient-variables')),
  };
}

const prefixed = (fields: FormFields, prefix: string) =>
  fields.filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(2), value] as const);

function checkParameter(name: string, value: string): void {
  if (MESSAGE.includes(name)) return;
  if (NOT_MODELED.has(name)) throw new MailgunError(400, `'${name}' is not modeled by the sandbox`, true);
  if (name.startsWith('h:')) {
    checkHeader(name.slice(2));
    return;
  }
  if (name.startsWith('v:') && name.length > 2) return;
  if (name === 'attachment' || name === 'inline') throw new MailgunError(400, `'${name}' parameter is not a file`);
  if (!(name in OPTIONS)) throw new MailgunError(400, `'${name}' is not a parameter of Mailgun's API (sandbox)`, true);
  const allowed = OPTIONS[name];
  if (allowed && !allowed.includes(value)) {
    throw new MailgunError(400, `'${name}' must be one of ${allowed.join(', ')} (sandbox)`);
  }
}

function checkHeader(name: string): void {
  // RFC 5322 3.6.8: a field name is printable ASCII without a colon.
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) throw new MailgunError(400, `Header name must be pure ASCII: ${name}`);
  if (OWN_HEADERS.test(name)) throw new MailgunError(400, `'h:${name}' is not modeled by the sandbox`, true);
}

function checkTotals(fields: FormFields): void {
  const seen = new Set<string>();
  let options = 0;
  for (const [name, value] of fields) {
    if (/^[ohv]:/.test(name)) options += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (seen.has(name) && !REPEATABLE.has(name)) {
      throw new MailgunError(400, `'${name}' parameter is given more than once (sandbox)`, true);
    }
    seen.add(name);
  }
  if (options > OPTION_BYTES) {
    throw new MailgunError(400, 'Send options (parameters starting with o:, h:, or v:) are limited to 16 kB total');
  }
  const tags = fields.filter(([name]) => name === 'o:tag').map(([, value]) => value);
  if (tags.length > MAX_TAGS) throw new MailgunError(400, `Too many tags; max is ${MAX_TAGS}`);
  if (tags.some((tag) => tag.length > MAX_TAG_LENGTH)) throw new MailgunError(400, 'tag is too long');
}

function parseAddresses(parameter: string, value: string): Address[] {
  const parsed = addressparser(value, { flatten: true });
  const valid = parsed.every(({ address }) => /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+$/.test(address ?? ''));
  if (parsed.length === 0 || !valid) {
    throw new MailgunError(400, `'${parameter}' parameter is not a valid address. please check documentation`);
  }
  return parsed.map(({ name, address }) => ({ name: name ?? '', address: address ?? '' }));
}

function parseRecipientVariables(value: string | undefined): SendRequest['recipientVariables'] {
  if (value === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    throw new MailgunError(400, "'recipient-variables' parameter is not valid JSON");
  }
  if (!isObject(parsed) || !Object.values(parsed).every(isObject)) {
    throw new MailgunError(400, "'recipient-variables' parameter is not a JSON object of objects");
  }
  const entries = Object.entries(parsed as Record<string, Record<string, unknown>>);
  return new Map(entries.map(([address, variables]) => [address.toLowerCase(), variables]));
}
