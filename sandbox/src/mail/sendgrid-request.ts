import { findOperation, jsonBodySchema, publishedSpec } from '../rest/openapi/published-spec';
import { compileClosedSchema } from '../rest/openapi/schema-compiler';
import type { MessageFile } from './compose-message';
import { isRefused } from './conditions';
import { SendGridError } from './sendgrid-error';

export interface SendGridAddress {
  email: string;
  name?: string;
}
type Values = Record<string, string>;

export interface Personalization {
  from?: SendGridAddress;
  to: SendGridAddress[];
  cc?: SendGridAddress[];
  bcc?: SendGridAddress[];
  subject?: string;
  headers?: Values;
  substitutions?: Values;
  custom_args?: Values;
}

/** A checked request to send; names as SendGrid publishes them (POST /v3/mail/send). */
export interface SendGridRequest {
  personalizations: Personalization[];
  from: SendGridAddress;
  reply_to?: SendGridAddress;
  reply_to_list?: SendGridAddress[];
  subject?: string;
  content: { type: string; value: string }[];
  attachments?: {
    content: string;
    type?: string;
    filename: string;
    disposition?: 'inline' | 'attachment';
    content_id?: string;
  }[];
  headers?: Values;
  categories?: string[];
  custom_args?: Values;
  mail_settings?: { sandbox_mode?: { enable?: boolean } };
  tracking_settings?: Record<string, { enable?: boolean }>;
}

/** Published, and not modeled here. They are refused, so that a client does not rely on them. */
const NOT_MODELED = ['template_id', 'batch_id', 'send_at', 'asm', 'ip_pool_name', 'dynamic_template_data'];

/** "You may not override the following headers" (https://github.com/twilio/sendgrid-oai, spec/json/tsg_mail_v3.json). */
const RESERVED_HEADERS = new Set([
  'x-sg-id',
  'x-sg-eid',
  'received',
  'dkim-signature',
  'content-type',
  'content-transfer-encoding',
  'to',
  'from',
  'subject',
  'reply-to',
  'cc',
  'bcc',
]);

/** Of one personalization, each: custom arguments and substitutions (the same document). */
const MAX_VALUE_BYTES = 10_000;
const MAX_RECIPIENTS = 1000;
const MAX_ADDRESS_CHARACTERS = 320;

let validator: ReturnType<typeof compileClosedSchema> | undefined;

/**
 * Checks a request's form by the published interface, and what that does not say by the list of SendGrid's errors
 * (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors).
 * @throws SendGridError 400 with every problem
 */
export function parseSendGridRequest(json: unknown): SendGridRequest {
  const problems: { message: string; field: string | null }[] = [];
  validator ??= compileRequestSchema();
  if (!validator(json)) {
    for (const { instancePath, params, message = '' } of validator.errors ?? []) {
      const at = instancePath.slice(1).replaceAll('/', '.');
      const added = params.additionalProperty === undefined ? '' : String(params.additionalProperty);
      problems.push({
        message: added === '' ? message : `Additional property ${added} is not allowed`,
        field: [at, added].filter(Boolean).join('.') || null,
      });
    }
    throw new SendGridError(400, problems);
  }
  const request = json as SendGridRequest;
  for (const name of NOT_MODELED)
    if (name in request || request.personalizations.some((one) => name in one))
      throw new SendGridError(400, [{ message: 'not modeled by the sandbox', field: name }], {}, true);
  for (const [field, message] of findProblems(request)) problems.push({ field, message });
  if (problems.length > 0) throw new SendGridError(400, problems);
  return request;
}

function compileRequestSchema() {
  const spec = publishedSpec('api.sendgrid.com')!;
  const schema = jsonBodySchema(spec, findOperation(spec, 'POST', '/v3/mail/send')!) as { properties: object };
  // The document has a string here, and its own list of errors an object of strings, which the libraries send.
  const properties = { ...schema.properties, custom_args: { type: 'object' } };
  return compileClosedSchema(spec, { ...schema, properties });
}

type Finding = [field: string, message: string];

function* findProblems(request: SendGridRequest): Generator<Finding> {
  const { personalizations, from, reply_to: replyTo, reply_to_list: replyToList, subject } = request;
  if (personalizations.length === 0) yield ['personalizations', 'You must have at least one personalization.'];
  const all = personalizations.flatMap(({ to, cc = [], bcc = [] }) => [...to, ...cc, ...bcc]);
  if (all.length > MAX_RECIPIENTS)
    yield ['personalizations', 'There is a limit of 1000 total recipients (to + cc + bcc) per request.'];
  for (const [index, one] of personalizations.entries())
    yield* problemsOfPersonalization(one, `personalizations.${index}`, request);
  yield* problemsOfAddresses([from], 'from');
  if (replyTo) yield* problemsOfAddresses([replyTo], 'reply_to');
  if (replyToList) yield* problemsOfAddresses(replyToList, 'reply_to_list');
  if (replyTo && replyToList)
    yield ['reply_to', 'You can use either the reply_to property or reply_to_list, not both.'];
  if (subject === undefined && personalizations.some((one) => one.subject === undefined))
    yield [
      'subject',
      'The subject is required. You can get around this requirement if you use a template with a subject defined or if ' +
        'every personalization has a subject defined.',
    ];
  yield* problemsOfContent(request.content);
  yield* problemsOfAttachments(request.attachments ?? []);
  yield* problemsOfHeaders(request.headers, 'headers');
  yield* problemsOfStrings(request.custom_args, 'custom_args', 'All values of custom arguments object must be strings');
  for (const category of request.categories ?? [])
    if (!isAscii(category)) yield ['categories', 'Categories can not contain non-ASCII characters.'];
}

function* problemsOfPersonalization(one: Personalization, at: string, whole: SendGridRequest): Generator<Finding> {
  if (one.to.length === 0)
    yield [
      `${at}.to`,
      'The to array is required for all personalization objects, and must have at least one email object.',
    ];
  const seen = new Set<string>();
  for (const name of ['to', 'cc', 'bcc'] as const) {
    yield* problemsOfAddresses(one[name] ?? [], `${at}.${name}`);
    for (const [index, { email }] of (one[name] ?? []).entries()) {
      if (isRefused(email)) yield [`${at}.${name}.${index}.email`, 'Does not contain a valid address.'];
      if (seen.has(email.toLowerCase()))
        yield [
          'personalizations',
          `Each email address in the personalization block should be unique between to, cc, and bcc. We found the first ` +
            `duplicate instance of [${email}] in the ${at}.${name} field.`,
        ];
      seen.add(email.toLowerCase());
    }
  }
  if (one.from) yield* problemsOfAddresses([one.from], `${at}.from`);
  yield* problemsOfHeaders(one.headers, `${at}.headers`);
  const strings = 'All values of custom arguments object must be strings';
  yield* problemsOfStrings(one.custom_args, `${at}.custom_args`, strings);
  const merged = { ...whole.custom_args, ...one.custom_args };
  if (byteLength(merged) > MAX_VALUE_BYTES)
    yield [
      `${at}.custom_args`,
      'The combined size of both global and personalization custom arguments may not exceed 10,000 bytes per personalization.',
    ];
  if (byteLength(one.substitutions ?? {}) > MAX_VALUE_BYTES)
    yield [
      `${at}.substitutions`,
      'The total size of your substitutions may not exceed 10,000 bytes per personalization.',
    ];
}

function* problemsOfAddresses(list: readonly SendGridAddress[], at: string): Generator<Finding> {
  for (const { email } of list)
    if (email.length > MAX_ADDRESS_CHARACTERS)
      yield [at, 'The email exceeds the maximum total length of 320 characters.'];
}

function* problemsOfContent(content: SendGridRequest['content'] | undefined): Generator<Finding> {
  if (content === undefined || content.length === 0) {
    yield [
      'content',
      'Unless a valid template_id is provided, the content parameter is required. There must be at least one defined ' +
        'content block.',
    ];
    return;
  }
  const ranks = content.map(
    ({ type }) => ['text/plain', 'text/html'].indexOf(type) + 3 * Number(!TEXT_TYPES.has(type)),
  );
  if (ranks.some((rank, index) => rank < (ranks[index - 1] ?? 0)))
    yield [
      'content',
      'If present, text/plain and text/html may only be provided once, and text/plain must be first, followed by ' +
        'text/html, followed by any other content.',
    ];
  for (const [index, { type }] of content.entries())
    if (/[;,\r\n]/.test(type))
      yield [`content.${index}.type`, "The content type cannot contain ';', or CRLF characters."];
}
const TEXT_TYPES = new Set(['text/plain', 'text/html']);

function* problemsOfAttachments(attachments: NonNullable<SendGridRequest['attachments']>): Generator<Finding> {
  for (const [index, { content, filename, type, content_id: id }] of attachments.entries()) {
    const at = `attachments.${index}`;
    if (!isBase64(content)) yield [`${at}.content`, 'The attachment content must be base64 encoded.'];
    if (/[;,\r\n]/.test(filename))
      yield [`${at}.filename`, 'The filename of your attachment cannot contain CRLF characters.'];
    if (type !== undefined && /[;,\r\n]/.test(type))
      yield [`${at}.type`, "The type cannot contain ';', or CRLF characters."];
    if (id !== undefined && /[;,\r\n]/.test(id))
      yield [`${at}.content_id`, 'The content ID of your attachment cannot contain CRLF characters.'];
  }
}

function* problemsOfHeaders(headers: object | undefined, at: string): Generator<Finding> {
  const names = Object.keys(headers ?? {}).map((name) => name.toLowerCase());
  yield* problemsOfStrings(headers, at, 'The header values must be strings.');
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) yield [at, 'The headers cannot contain duplicate keys.'];
    if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name))
      yield [at, 'Header keys cannot contain non-ASCII characters and empty spaces.'];
    if (RESERVED_HEADERS.has(name)) yield [at, `Header can not be one of the reserved keys: ${name}`];
  }
}

function* problemsOfStrings(values: object | undefined, at: string, message: string): Generator<Finding> {
  if (Object.values(values ?? {}).some((value) => typeof value !== 'string')) yield [at, message];
}

const isAscii = (text: string) => /^[\x20-\x7e]*$/.test(text);
const byteLength = (values: object) => Buffer.byteLength(JSON.stringify(values));

function isBase64(text: string): boolean {
  // Not a regular expression: one over 30 MB takes long, and the decoder skips what it does not know.
  return text.length % 4 === 0 && Buffer.from(text, 'base64').toString('base64') === text;
}

/** The attachments, decoded. */
export const filesOf = ({ attachments = [] }: SendGridRequest): MessageFile[] =>
  attachments.map(({ content, filename, type, disposition, content_id: id }) => ({
    name: filename,
    type,
    content: Buffer.from(content, 'base64'),
    contentId: disposition === 'inline' ? (id ?? filename) : undefined,
  }));
