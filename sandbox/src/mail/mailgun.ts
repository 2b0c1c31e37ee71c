import { STATUS_CODES } from 'node:http';
import { type NextFunction, type Request, type Response, Router } from 'express';
import type { SandboxWorld } from '../world/world';
import { requestedMessageId } from './compose-message';
import { bounces, createConditions, isRefused, type MailConditions } from './conditions';
import { checkDomainRestrictions, type DomainRestrictions } from './domain-restrictions';
import { injectMailFaults } from './inject-mail-faults';
import type { Mailbox } from './mailbox';
import { composeCopy, createCopies } from './mailgun-compose';
import { MailgunError } from './mailgun-error';
import { createMailgunEventLog } from './mailgun-events';
import { parseSendRequest, type SendRequest } from './mailgun-parameters';
import { readUpload, type Upload } from './mailgun-upload';
import type { MailgunWebhooks } from './mailgun-webhooks';
import { previewText } from './preview';
import { leaveUnread, type Throttle } from './upload-meter';

type Region = 'us' | 'eu';

export interface MailgunOptions {
  world: SandboxWorld;
  mailbox: Mailbox;
  /**
   * Sending domain -> its keys. A domain may have several sending keys, so that one can take the place of another
   * (https://documentation.mailgun.com/docs/mailgun/api-reference/authentication).
   */
  domains: Readonly<Record<string, string | readonly string[]>>;
  /**
   * Those of the keys that may only send, and not ask for events: "Domain Sending Keys are API keys that only allow
   * sending messages via a POST call" (the same page). Tests may change them through the router's `sendOnlyKeys`.
   */
  sendOnlyKeys?: readonly string[];
  conditions?: MailConditions;
  /** Restrictions by domain. Tests may change them through the router's `restrictions`. */
  restrictions?: Record<string, DomainRestrictions>;
  /** Where those domains live; at the other region's host their keys are refused, as Mailgun does. Default us. */
  region?: Region;
  /** How slowly uploads are read; may be changed while running through the router's `throttle`. */
  throttle?: Throttle;
  /** Milliseconds until an event can be read: Mailgun's records lag behind its sending. Default 0. */
  eventLagMs?: number;
}

/** A request to send, as tests and the bench count them. */
interface SendRecord {
  at: number;
  /** Bytes of the request's body. */
  bytes: number;
  domain: string;
  status: number;
  messageId: string | undefined;
  recipients: string[];
}

export type Mailgun = Router & {
  readonly requests: readonly SendRecord[];
  /** May be changed while running. */
  restrictions: Record<string, DomainRestrictions>;
  throttle: Throttle;
  /** May be changed while running. */
  eventLagMs: number;
  /** May be changed while running. */
  sendOnlyKeys: readonly string[];
  /** What is told of each event; may be set while running. */
  webhooks: MailgunWebhooks | undefined;
};

const HOSTS: Record<Region, string> = { us: 'api.mailgun.net', eu: 'api.eu.mailgun.net' };

/**
 * Mailgun's sending and events API. Mount it at `/api.mailgun.net` and at `/api.eu.mailgun.net`; faults, request
 * counting and `Activity` belong to the server it is mounted in.
 */
export function createMailgun(options: MailgunOptions): Mailgun {
  const { world, mailbox, domains, region = 'us', conditions = createConditions() } = options;
  const requests: SendRecord[] = [];
  const newId = () => world.newSid('EV').slice(2, 24);
  const events = createMailgunEventLog(newId, HOSTS[region], {
    lag: () => router.eventLagMs,
    bounces: (recipient) => bounces(recipient, conditions),
    onEvent: (event) => router.webhooks?.report(event),
  });
  const router = Router() as Mailgun & { requests: SendRecord[] };
  Object.assign(router, { requests, throttle: options.throttle ?? {}, eventLagMs: options.eventLagMs ?? 0 });
  router.sendOnlyKeys = options.sendOnlyKeys ?? [];
  router.restrictions = options.restrictions ?? {};

  const authorize = (request: Request, _response: Response, next: NextFunction) => {
    if (conditions.isDown) throw new MailgunError(503, 'Service Unavailable');
    const key = authenticate(request, domains, region);
    if (conditions.keysAreRefused) throw new MailgunError(401, 'Forbidden');
    if (request.method === 'GET' && router.sendOnlyKeys.includes(key)) throw new MailgunError(401, 'Forbidden');
    next();
  };

  router.use(injectMailFaults(world, 'mailgun', ownError));
  router.post('/v3/:domain/messages', authorize, async (request, response) => {
    const domain = String(request.params.domain);
    const record: SendRecord = { at: Date.now(), bytes: 0, domain, status: 0, messageId: undefined, recipients: [] };
    requests.push(record);
    let upload: Upload | undefined;
    try {
      upload = await readUpload(request, router.throttle);
      record.bytes = upload.bytes;
      const sent = parseSendRequest(upload.fields);
      checkFiles(upload);
      checkRecipients(sent);
      checkDomainRestrictions(domain, router.restrictions[domain], sent, requests.slice(0, -1));
      const id = requestedMessageId(sent.headers) ?? generatedId(world, domain);
      Object.assign(record, { messageId: id, recipients: await deliver(sent, id, domain, upload) });
      const answer = { id, message: 'Queued. Thank you.' };
      record.status = 200;
      logSent(world, record, { request: summarizeUpload(upload), status: 200, answer });
      response.json(answer);
    } catch (error) {
      record.status = error instanceof MailgunError ? error.status : 500;
      throw error;
    } finally {
      await upload?.discard();
    }
  });

  /** Stores every copy in the mailbox. Copies are alike, so a message that is too large fails at the first. */
  async function deliver(sent: SendRequest, id: string, domain: string, upload: Upload): Promise<string[]> {
    const copies = createCopies(sent);
    for (const copy of copies) {
      const eml = composeCopy(copy, sent, id, upload.files);
      let size = 0;
      if (sent.testMode) {
        // o:testmode: Mailgun accepts and logs such a message but does not deliver it.
        for await (const chunk of eml) size += (chunk as Buffer).length;
      } else {
        const mail = await mailbox.append(eml, {
          to: copy.to.map(({ address }) => address),
          recipients: copy.recipients,
          from: sent.from.name ? `${sent.from.name} <${sent.from.address}>` : sent.from.address,
          subject: copy.subject,
          preview: previewText(copy),
          attachments: upload.files.map(({ name, type, size: bytes }) => ({ name, type, size: bytes })),
        });
        size = mail.size;
      }
      events.record(domain, { request: sent, copy, messageId: id.slice(1, -1), files: upload.files, size });
    }
    return copies.flatMap(({ recipients }) => recipients);
  }

  router.get('/v3/:domain/events', authorize, (request, response) => {
    response.json(events.page(String(request.params.domain), request.query));
  });
  router.get('/v3/:domain/events/:token', authorize, (request, response) => {
    response.json(events.follow(String(request.params.domain), String(request.params.token)));
  });

  router.use((request) => {
    throw new MailgunError(404, `${request.method} ${request.path} is not modeled by the sandbox`, true);
  });

  router.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (!(error instanceof MailgunError)) return next(error);
    const { status, message, notModeled } = error;
    world.eventLog.append({
      source: 'mail',
      level: notModeled ? 'error' : 'warning',
      text: `Mailgun refused ${request.method} ${request.path}: ${status} ${message}${regionHint(error, request, region)}`,
      detail: {
        request: { method: request.method, path: request.path, query: request.query },
        status,
        answer: message,
      },
    });
    if (response.headersSent) return;
    const own = ownError(status, message);
    response.status(status).type(own.type).send(own.body);
    leaveUnread(request);
  });
  return router;
}

/** Mailgun answers a bad key in plain text, everything else in JSON (mailgun.js-393). */
const ownError = (status: number, message = status === 401 ? 'Forbidden' : (STATUS_CODES[status] ?? 'Error')) =>
  status === 401 ? { type: 'text/plain', body: message } : { type: 'json', body: JSON.stringify({ message }) };

const hostRegion = (request: Request): Region => (request.baseUrl.includes(HOSTS.eu) ? 'eu' : 'us');

/**
 * @returns the key
 * @throws MailgunError 401 for an unknown key or another domain's key, 404 for an unknown domain.
 */
function authenticate(request: Request, domains: MailgunOptions['domains'], region: Region): string {
  const [scheme, value] = (request.headers.authorization ?? '').split(' ');
  const [user, ...rest] = Buffer.from(value ?? '', 'base64')
    .toString()
    .split(':');
  const key = rest.join(':');
  const known = scheme?.toLowerCase() === 'basic' && user === 'api' && Object.values(domains).flat().includes(key);
  if (!known || hostRegion(request) !== region) throw new MailgunError(401, 'Forbidden');
  const domain = String(request.params.domain);
  const owned = Object.hasOwn(domains, domain) ? domains[domain] : undefined;
  if (owned === undefined) throw new MailgunError(404, `Domain not found: ${domain}`);
  if (![owned].flat().includes(key)) throw new MailgunError(401, 'Forbidden');
  return key;
}

/** One address that Mailgun finds invalid spoils the request for all others, as a malformed one does. */
function checkRecipients({ to, cc, bcc }: SendRequest): void {
  for (const [name, list] of Object.entries({ to, cc, bcc }))
    if (list.some(({ address }) => isRefused(address)))
      throw new MailgunError(400, `'${name}' parameter is not a valid address. please check documentation`);
}

function checkFiles(upload: Upload): void {
  const odd = upload.files.find(({ field }) => field !== 'attachment' && field !== 'inline');
  if (odd) throw new MailgunError(400, `'${odd.field}' is not a file parameter of Mailgun's API (sandbox)`, true);
}

/** Looks like Mailgun's own: time, a counter, sixteen hexadecimal digits. */
function generatedId(world: SandboxWorld, domain: string): string {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  return `<${stamp}.1.${world.newSid('MG').slice(2, 18).toUpperCase()}@${domain}>`;
}

function regionHint(error: MailgunError, request: Request, region: Region): string {
  if (error.status !== 401 || hostRegion(request) === region) return '';
  return ` (the domains here are in the ${region.toUpperCase()} region, whose host is ${HOSTS[region]})`;
}

function logSent(world: SandboxWorld, record: SendRecord, detail: unknown): void {
  const to = record.recipients.join(', ');
  const text = `mail accepted by Mailgun for ${to || 'no one'}, ${Date.now() - record.at} ms`;
  world.eventLog.append({ source: 'mail', text, detail });
}

/** The request as the log shows it: long texts are cut, files are named. */
function summarizeUpload({ fields, files, bytes }: Upload): unknown {
  const cut = (value: string) =>
    value.length > 2000 ? `${value.slice(0, 2000)}… (${value.length} characters)` : value;
  return {
    bytes,
    fields: fields.map(([name, value]) => `${name}: ${cut(value)}`),
    files: files.map(({ field, name, type, size }) => `${field}: ${name} (${type}, ${size} bytes)`),
  };
}
