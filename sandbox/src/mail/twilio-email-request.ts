import { Liquid, type Template } from 'liquidjs';
import { findOperation, jsonBodySchema, publishedSpec } from '../rest/openapi/published-spec';
import { compileClosedSchema } from '../rest/openapi/schema-compiler';
import type { MessageFile } from './compose-message';
import { isRefused } from './conditions';
import { wordsOfHtml } from './preview';
import { TwilioEmailError } from './twilio-email-error';

export interface EmailAddress {
  address: string;
  name?: string;
}

/** A checked request to send; names as Twilio publishes them (POST /v1/Emails). */
interface TwilioEmailRequest {
  from: EmailAddress;
  to: (EmailAddress & { variables?: Record<string, string> })[];
  content: {
    subject: string;
    html: string;
    text?: string;
    headers?: Record<string, string>;
    attachments?: { filename: string; contentType: string; content: string; cid?: string }[];
  };
  tags?: Record<string, string>;
}

/** What one recipient gets, with their variables filled in. */
interface PersonalEmail {
  to: EmailAddress;
  subject: string;
  html: string;
  text: string;
  headers: { name: string; value: string }[];
  tags: Record<string, string>;
}

interface TwilioEmails {
  from: EmailAddress;
  files: MessageFile[];
  emails: PersonalEmail[];
}

/**
 * "You may not override the following headers" (https://github.com/twilio/comms-oai, spec/json/twilio_comms_v1.json,
 * EmailHeadersContent).
 */
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
/** Published, and not modeled here. They are refused, so that a client does not rely on them. */
const NOT_MODELED = ['schedule', 'ipPoolName'];

/**
 * LiquidJS is what Twilio names (https://www.twilio.com/docs/email/api/personalization). `templates`: nothing can be
 * included, from the disk least of all. A variable that a recipient does not have renders as nothing.
 */
const liquid = new Liquid({ ownPropertyOnly: true, templates: {} });

let validator: ReturnType<typeof compileClosedSchema> | undefined;

/**
 * Checks a request's form by the published interface, and renders its templates for each recipient.
 * @throws TwilioEmailError 400 with every problem ("Twilio returns as many issues as possible in a single response",
 *   https://www.twilio.com/docs/email/api/errors)
 */
export function parseTwilioEmailRequest(json: unknown): TwilioEmails {
  validator ??= compileRequestSchema();
  if (!validator(json)) {
    const problems = (validator.errors ?? []).map(({ instancePath, message = '', params }) => ({
      message: params.additionalProperty === undefined ? message : `${message}: ${params.additionalProperty}`,
      context: toJsonPath(instancePath),
    }));
    throw new TwilioEmailError(400, problems);
  }
  for (const name of NOT_MODELED)
    if (name in (json as object))
      throw new TwilioEmailError(400, [{ message: 'is not modeled by the sandbox', context: `$.${name}` }], {}, true);
  const { from, to, content, tags = {} } = json as TwilioEmailRequest;
  if (!('address' in from) || to.some((one) => !('address' in one)))
    throw new TwilioEmailError(400, 'Senders and profiles by id are not modeled by the sandbox', {}, true);
  const problems: { message: string; context: string }[] = [];
  if (to.length === 0) problems.push({ message: 'must have at least one recipient', context: '$.to' });
  for (const [index, { address }] of to.entries())
    if (isRefused(address))
      problems.push({ message: 'is not a valid email address', context: `$.to[${index}].address` });
  for (const name of Object.keys(content.headers ?? {})) {
    const context = `$.content.headers.${name}`;
    if (RESERVED_HEADERS.has(name.toLowerCase())) problems.push({ message: 'cannot be overridden', context });
    else if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) problems.push({ message: 'is not the name of a header', context });
  }
  const parse = (text: string, context: string): Template[] => {
    try {
      return liquid.parse(text);
    } catch (error) {
      problems.push({ message: `is no Liquid template: ${(error as Error).message}`, context });
      return [];
    }
  };
  const parseAll = (values: Record<string, string>, at: string) =>
    Object.entries(values).map(([name, value]) => ({ name, template: parse(value, `${at}.${name}`) }));
  const subject = parse(content.subject, '$.content.subject');
  const html = parse(content.html, '$.content.html');
  const text = content.text === undefined ? undefined : parse(content.text, '$.content.text');
  const headers = parseAll(content.headers ?? {}, '$.content.headers');
  const tagTemplates = parseAll(tags, '$.tags');
  if (problems.length > 0) throw new TwilioEmailError(400, problems);

  const emails = to.map(({ variables = {}, ...recipient }, index): PersonalEmail => {
    const render = (template: Template[]) => {
      try {
        return String(liquid.renderSync(template, variables));
      } catch (error) {
        const message = `cannot be filled in: ${(error as Error).message}`;
        throw new TwilioEmailError(400, [{ message, context: `$.to[${index}].variables` }]);
      }
    };
    const renderAll = (list: typeof headers) => list.map(({ name, template }) => ({ name, value: render(template) }));
    const ownHtml = render(html);
    return {
      to: recipient,
      subject: render(subject),
      html: ownHtml,
      // "If you don't provide it, Twilio generates a plain-text version from your HTML body."
      text: text === undefined ? wordsOfHtml(ownHtml) : render(text),
      headers: renderAll(headers),
      tags: Object.fromEntries(renderAll(tagTemplates).map(({ name, value }) => [name, value])),
    };
  });
  return { from, files: filesOf(content), emails };
}

function compileRequestSchema() {
  const spec = publishedSpec('comms.twilio.com')!;
  return compileClosedSchema(spec, jsonBodySchema(spec, findOperation(spec, 'POST', '/v1/Emails')!)!);
}

/** `/to/0/address` as the document's examples have it: `$.to[0].address`. */
const toJsonPath = (pointer: string) => `$${pointer.replace(/\/(\d+)/g, '[$1]').replaceAll('/', '.')}`;

const filesOf = ({ attachments = [] }: TwilioEmailRequest['content']): MessageFile[] =>
  attachments.map(({ filename, contentType, content, cid }) => ({
    name: filename,
    type: contentType,
    content: Buffer.from(content, 'base64'),
    contentId: cid,
  }));
