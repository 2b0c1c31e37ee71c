import { STATUS_CODES } from 'node:http';
import { type NextFunction, type Request, type Response, Router } from 'express';
import type { SandboxWorld } from '../world/world';
import { composeMessage, requestedMessageId } from './compose-message';
import { createConditions, type MailConditions } from './conditions';
import { injectMailFaults } from './inject-mail-faults';
import type { Mailbox } from './mailbox';
import { previewText } from './preview';
import { proxyPage } from './proxy-page';
import { BodyInterrupted, readBody } from './read-body';
import { SendGridError } from './sendgrid-error';
import {
  filesOf,
  type Personalization,
  parseSendGridRequest,
  type SendGridAddress,
  type SendGridRequest,
} from './sendgrid-request';
import { leaveUnread, type Throttle } from './upload-meter';

export interface SendGridOptions {
  world: SandboxWorld;
  mailbox: Mailbox;
  /** API keys that may send. */
  keys: readonly string[];
  /** The subuser's region; at the other region's host its keys are refused. Default global. */
  region?: 'global' | 'eu';
  /** Authenticated domains; a sender of another is refused. Default: any. */
  senderDomains?: readonly string[];
  conditions?: MailConditions;
  throttle?: Throttle;
  /** Requests that are taken within a minute; more get 429. Default: any number. */
  requestsPerMinute?: number;
}

/** A request to send, as tests count them. */
interface SendGridRecord {
  at: number;
  /** Bytes of the request's body. */
  bytes: number;
  status: number;
  /** The header X-Message-Id of the answer. */
  messageId: string | undefined;
  recipients: string[];
  categories: readonly string[];
  /** What its webhooks would carry, by personalization. */
  customArgs: readonly Record<string, string>[];
  tracking: SendGridRequest['tracking_settings'];
}

export type SendGrid = Router & {
  readonly requests: readonly SendGridRecord[];
  /** May be changed while running. */
  keys: readonly string[];
  throttle: Throttle;
  requestsPerMinute: number | undefined;
};

/** "The total message size should not exceed 30 MB" (https://www.twilio.com/docs/sendgrid/api-reference/mail-send). */
const REQUEST_LIMIT = 30_000_000 - 1;
const EU_HOST = 'api.eu.sendgrid.com';
const MINUTE_MS = 60_000;

/**
 * SendGrid's Mail Send. Mount it at `/api.sendgrid.com` and at `/api.eu.sendgrid.com`. What is delivered later it tells
 * by webhook alone, which is not modeled.
 */
export function createSendGrid(options: SendGridOptions): SendGrid {
  const { world, mailbox, region = 'global', senderDomains, conditions = createConditions() } = options;
  const requests: SendGridRecord[] = [];
  const router = Router() as SendGrid & { requests: SendGridRecord[] };
  Object.assign(router, { requests, keys: options.keys, throttle: options.throttle ?? {} });
  router.requestsPerMinute = options.requestsPerMinute;
  const ownError = (status: number) => ({
    type: 'json',
    body: JSON.stringify(
      new SendGridError(status, status === 401 ? WRONG_KEY : (STATUS_CODES[status] ?? 'Error')).body,
    ),
  });

  router.use(injectMailFaults(world, 'sendgrid', ownError));

  router.post('/v3/mail/send', async (request, response) => {
    const record: SendGridRecord = {
      ...{ at: Date.now(), bytes: 0, status: 0, messageId: undefined, recipients: [] },
      ...{ categories: [], customArgs: [], tracking: undefined },
    };
    requests.push(record);
    try {
      authorize(request);
      response.set(takeFromRateLimit());
      const json = await readJson(request, record);
      const sent = parseSendGridRequest(json);
      checkSender(sent);
      const isSandboxMode = sent.mail_settings?.sandbox_mode?.enable === true;
      const id = world.newSid('SG').slice(2, 24);
      Object.assign(record, {
        messageId: id,
        recipients: sent.personalizations.flatMap(recipientsOf),
        categories: sent.categories ?? [],
        customArgs: sent.personalizations.map((one) => ({ ...sent.custom_args, ...one.custom_args })),
        tracking: sent.tracking_settings,
        // "Your message is valid, but it is not queued to be delivered. Sandbox mode only."
        status: isSandboxMode ? 200 : 202,
      });
      if (!isSandboxMode) await deliver(sent, id);
      logSent(record);
      response.status(record.status).set('X-Message-Id', id).end();
    } catch (error) {
      record.status = error instanceof SendGridError ? error.status : 500;
      throw error;
    }
  });

  router.use((request) => {
    const known = request.path === '/v3/mail/send';
    throw known
      ? new SendGridError(405, 'method not allowed')
      : new SendGridError(404, `${request.method} ${request.path} is not modeled by the sandbox`, {}, true);
  });

  router.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (error instanceof BodyInterrupted) return logRefusal(request, 400, error.message, 'warning');
    if (!(error instanceof SendGridError)) return next(error);
    const { status, headers } = error;
    logRefusal(request, status, error.message, error.notModeled ? 'error' : 'warning');
    response.status(status).set(headers);
    // Of a body whose head already says so, the proxy in front takes nothing
    // (https://github.com/sendgrid/sendgrid-nodejs/issues/370).
    if (status === 413 && Number(request.headers['content-length']) > REQUEST_LIMIT)
      response.type('html').send(proxyPage(413));
    else response.json(error.body);
    leaveUnread(request);
  });
  return router;

  function authorize(request: Request): void {
    if (conditions.isDown) throw new SendGridError(503, 'Service Unavailable');
    const authorization = request.headers.authorization;
    if (authorization === undefined) throw new SendGridError(401, 'Permission denied, wrong credentials');
    const [scheme, key = ''] = authorization.split(' ');
    const isRightHost = request.baseUrl.includes(EU_HOST) === (region === 'eu');
    const isKey = scheme?.toLowerCase() === 'bearer' && router.keys.includes(key);
    if (!isKey || !isRightHost || conditions.keysAreRefused) throw new SendGridError(401, WRONG_KEY);
  }

  /** @returns the headers of https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits */
  function takeFromRateLimit(): Record<string, string> {
    const limit = router.requestsPerMinute;
    if (limit === undefined) return {};
    const now = Date.now();
    const window = Math.floor(now / MINUTE_MS);
    const taken = requests.filter((one) => one.status === 202 && Math.floor(one.at / MINUTE_MS) === window).length;
    const headers = {
      'X-RateLimit-Limit': String(limit),
      'X-RateLimit-Remaining': String(Math.max(0, limit - taken - 1)),
      'X-RateLimit-Reset': String(((window + 1) * MINUTE_MS) / 1000),
    };
    if (taken >= limit) throw new SendGridError(429, 'too many requests', headers);
    return headers;
  }

  async function readJson(request: Request, record: SendGridRecord): Promise<unknown> {
    if (!request.is('application/json')) throw new SendGridError(415, 'Content-Type should be application/json.');
    if (request.headers['content-encoding'] !== undefined)
      throw new SendGridError(415, 'Content-Encoding is not modeled by the sandbox', {}, true);
    const bytes = await readBody(request, {
      limit: REQUEST_LIMIT,
      tooLarge: () => new SendGridError(413, 'Payload Too Large'),
      throttle: router.throttle,
    });
    record.bytes = bytes.length;
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw new SendGridError(415, [{ message: 'Invalid UTF8 in request', field: 'Encoding' }]);
    }
    try {
      return JSON.parse(text);
    } catch {
      throw new SendGridError(400, 'Bad Request');
    }
  }

  function checkSender({ from, personalizations }: SendGridRequest): void {
    if (senderDomains === undefined) return;
    for (const { email } of [from, ...personalizations.flatMap((one) => one.from ?? [])])
      if (!senderDomains.includes(email.slice(email.lastIndexOf('@') + 1).toLowerCase()))
        throw new SendGridError(403, [{ message: UNVERIFIED_SENDER, field: 'from' }]);
  }

  /** One mail for each personalization, which names no one of the others. */
  async function deliver(sent: SendGridRequest, id: string): Promise<void> {
    const files = filesOf(sent);
    for (const one of sent.personalizations) {
      const { replyTo, subject, text, html } = fill(sent, one);
      const from = toAddress(one.from ?? sent.from);
      const headers = Object.entries({ ...sent.headers, ...one.headers }).map(([name, value]) => ({ name, value }));
      const messageId = requestedMessageId(headers) ?? `<${id}@ismtpd.example.net>`;
      const to = one.to.map(toAddress);
      const cc = one.cc?.map(toAddress);
      await mailbox.append(composeMessage({ from, to, cc, replyTo, subject, text, html, messageId, headers, files }), {
        to: to.map(({ address }) => address),
        recipients: recipientsOf(one),
        from: from.name ? `${from.name} <${from.address}>` : from.address,
        subject,
        preview: previewText({ text, html }),
        attachments: files.map(({ name, type = 'application/octet-stream', ...source }) => ({
          ...{ name, type },
          size: 'content' in source ? source.content.length : 0,
        })),
      });
    }
  }

  function logSent({ recipients, status, at, bytes, categories, customArgs }: SendGridRecord): void {
    const text = `mail accepted by SendGrid for ${recipients.join(', ')}, ${Date.now() - at} ms`;
    world.eventLog.append({ source: 'mail', text, detail: { status, bytes, categories, customArgs } });
  }

  function logRefusal({ method, path }: Request, status: number, message: string, level: 'warning' | 'error'): void {
    const text = `SendGrid refused ${method} ${path}: ${status} ${message}`;
    world.eventLog.append({ source: 'mail', level, text, detail: { status, answer: message } });
  }
}

const WRONG_KEY = 'The provided authorization grant is invalid, expired, or revoked';
const UNVERIFIED_SENDER =
  'The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.';

const toAddress = ({ email, name = '' }: SendGridAddress) => ({ address: email, name });

const recipientsOf = ({ to, cc = [], bcc = [] }: Personalization) => [
  ...new Set([...to, ...cc, ...bcc].map(({ email }) => email)),
];

/** "substituted … in the subject, reply-to and content portions of your message", wherever the tag stands. */
function fill(sent: SendGridRequest, { subject = sent.subject ?? '', substitutions = {} }: Personalization) {
  const substitute = (text: string) =>
    Object.entries(substitutions).reduce(
      (before, [tag, value]) => (tag === '' ? before : before.replaceAll(tag, () => value)),
      text,
    );
  const content = (type: string) => sent.content.find((one) => one.type === type)?.value;
  const [text, html] = [content('text/plain'), content('text/html')];
  const replyTo = sent.reply_to ? [sent.reply_to] : sent.reply_to_list;
  return {
    subject: substitute(subject),
    text: text === undefined ? undefined : substitute(text),
    html: html === undefined ? undefined : substitute(html),
    replyTo: replyTo?.map(({ email, name = '' }) => ({ address: substitute(email), name: substitute(name) })),
  };
}
