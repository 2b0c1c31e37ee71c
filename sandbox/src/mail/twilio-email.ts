import { STATUS_CODES } from 'node:http';
import { type NextFunction, type Request, type Response, Router } from 'express';
import { Fields } from '../rest/fields';
import { requireAuthentication } from '../rest/http/basic-auth';
import { findParameterProblem } from '../rest/openapi/parameter-check';
import { findOperation, publishedSpec } from '../rest/openapi/published-spec';
import { findResponseProblem } from '../rest/openapi/response-check';
import { routeMatcher } from '../rest/route';
import { TwilioError } from '../world/twilio-error';
import type { SandboxWorld } from '../world/world';
import { composeMessage, requestedMessageId } from './compose-message';
import { bounces, createConditions, type MailConditions } from './conditions';
import { injectMailFaults } from './inject-mail-faults';
import type { Mailbox } from './mailbox';
import { previewText } from './preview';
import { BodyInterrupted, readBody } from './read-body';
import { TwilioEmailError } from './twilio-email-error';
import { createTwilioEmailRecords } from './twilio-email-records';
import { parseTwilioEmailRequest } from './twilio-email-request';
import { leaveUnread, type Throttle } from './upload-meter';

export interface TwilioEmailOptions {
  world: SandboxWorld;
  mailbox: Mailbox;
  /** Verified domains; a sender of another is refused. Default: any. */
  senderDomains?: readonly string[];
  conditions?: MailConditions;
  throttle?: Throttle;
  /** Milliseconds until an email is delivered: it is QUEUED, SENT, then DELIVERED or UNDELIVERED. Default 0. */
  deliveryMs?: number;
  /** Milliseconds until an email is listed. Default 0. */
  recordLagMs?: number;
}

/** A request to send, as tests count them. */
interface TwilioEmailRecord {
  at: number;
  /** Bytes of the request's body. */
  bytes: number;
  status: number;
  operationId: string | undefined;
  recipients: string[];
}

export type TwilioEmail = Router & {
  readonly requests: readonly TwilioEmailRecord[];
  /** May be changed while running. */
  throttle: Throttle;
  deliveryMs: number;
  recordLagMs: number;
};

const HOST = 'comms.twilio.com';
/** Of the whole request (https://github.com/twilio/comms-oai, spec/json/twilio_comms_v1.json, EmailAttachments). */
const REQUEST_LIMIT = 5_000_000;
/** What 429 and 503 ask for; the document has the header without an example. */
const RETRY_AFTER = { 'Retry-After': '5' };

/** Twilio's Email API. Mount it at `/comms.twilio.com`. */
export function createTwilioEmail(options: TwilioEmailOptions): TwilioEmail {
  const { world, mailbox, senderDomains, conditions = createConditions() } = options;
  const requests: TwilioEmailRecord[] = [];
  const router = Router() as TwilioEmail & { requests: TwilioEmailRecord[] };
  Object.assign(router, { requests, throttle: options.throttle ?? {} });
  Object.assign(router, { deliveryMs: options.deliveryMs ?? 0, recordLagMs: options.recordLagMs ?? 0 });
  const records = createTwilioEmailRecords(() => world.newSid('CO').slice(2), {
    deliveryMs: () => router.deliveryMs,
    lagMs: () => router.recordLagMs,
  });
  const spec = publishedSpec(HOST)!;
  const match = routeMatcher([
    { method: 'GET', path: '/v1/Emails', answer: (fields: Fields) => records.list(fields) },
    { method: 'GET', path: '/v1/Emails/Operations', answer: (fields: Fields) => records.operations(fields) },
    {
      method: 'GET',
      path: '/v1/Emails/Operations/{operationId}',
      answer: (_fields: Fields, { operationId }: Record<string, string>) => records.operation(operationId!),
    },
    {
      method: 'GET',
      path: '/v1/Emails/{emailId}',
      answer: (_fields: Fields, { emailId }: Record<string, string>) => records.email(emailId!),
    },
  ] as const);
  const ownError = (status: number) => ({
    type: 'json',
    body: JSON.stringify(new TwilioEmailError(status, STATUS_CODES[status] ?? 'Error').body),
  });

  router.use(injectMailFaults(world, 'twilio', ownError));
  router.use((request, _response, next) => {
    if (conditions.isDown) throw new TwilioEmailError(503, 'Service Unavailable', RETRY_AFTER);
    if (conditions.keysAreRefused) throw new TwilioError(401, 20003, 'Authenticate');
    requireAuthentication(world.account, request.get('Authorization'));
    next();
  });

  router.post('/v1/Emails', async (request, response) => {
    const record: TwilioEmailRecord = {
      ...{ at: Date.now(), bytes: 0, status: 0, operationId: undefined, recipients: [] },
    };
    requests.push(record);
    try {
      const sent = parseTwilioEmailRequest(await readJson(request, record));
      checkSender(sent.from.address);
      record.operationId = records.newOperation();
      record.recipients = sent.emails.map(({ to }) => to.address);
      record.status = 202;
      await deliver(sent, record.operationId);
      logSent(record);
      const operationLocation = `https://${HOST}/v1/Emails/Operations/${record.operationId}`;
      const answer = { operationId: record.operationId, operationLocation };
      checkAnswer('POST', '/v1/Emails', 202, answer);
      response.status(202).set('Location', operationLocation).json(answer);
    } catch (error) {
      record.status = error instanceof TwilioEmailError ? error.status : 500;
      throw error;
    }
  });

  router.use((request, response) => {
    const found = match(request.method, request.path);
    if (found.found !== 'route')
      throw new TwilioEmailError(
        found.found === 'nothing' ? 404 : 405,
        `${request.method} ${request.path} is not modeled by the sandbox`,
        {},
        true,
      );
    const { route, params } = found;
    const query = new URLSearchParams(request.originalUrl.split('?')[1]);
    const fields = new Fields(query, new URLSearchParams());
    const asked = { host: HOST, method: 'GET', path: request.path, query, params, fields };
    const operation = findOperation(spec, 'GET', route.path)!;
    const problem = findParameterProblem(spec, operation, { ...asked, json: undefined, ifMatch: undefined });
    if (problem) throw new TwilioEmailError(problem.in === 'path' ? 404 : 400, problem.text);
    const answer = route.answer(fields, params);
    checkAnswer('GET', route.path, 200, answer);
    response.json(answer);
  });

  router.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (error instanceof BodyInterrupted) return logRefusal(request, 400, error.message, 'warning');
    if (error instanceof TwilioError) {
      // Credentials are checked before all of Twilio's APIs, which answer them alike.
      const { status, code, message, headers } = error;
      logRefusal(request, status, message, 'warning');
      response.status(status).set(headers);
      response.json({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
    } else if (error instanceof TwilioEmailError) {
      logRefusal(request, error.status, error.message, error.notModeled ? 'error' : 'warning');
      response.status(error.status).set(error.headers).json(error.body);
    } else return next(error);
    leaveUnread(request);
  });
  return router;

  async function readJson(request: Request, record: TwilioEmailRecord): Promise<unknown> {
    if (!request.is('application/json')) throw new TwilioEmailError(415, 'Unsupported Media Type');
    const bytes = await readBody(request, {
      limit: REQUEST_LIMIT,
      tooLarge: () => new TwilioEmailError(413, 'Request Entity Too Large'),
      throttle: router.throttle,
    });
    record.bytes = bytes.length;
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch {
      throw new TwilioEmailError(400, 'The body is not valid JSON');
    }
  }

  function checkSender(address: string): void {
    if (senderDomains === undefined) return;
    if (senderDomains.includes(address.slice(address.lastIndexOf('@') + 1).toLowerCase())) return;
    throw new TwilioEmailError(400, [{ message: 'is not of a verified domain', context: '$.from.address' }]);
  }

  /** One mail for each recipient, who is alone in To. */
  async function deliver(sent: ReturnType<typeof parseTwilioEmailRequest>, operationId: string): Promise<void> {
    const files = sent.files.map(({ name, type = 'text/plain', ...source }) => ({
      ...{ name, type },
      size: 'content' in source ? source.content.length : 0,
    }));
    const from = { address: sent.from.address, name: sent.from.name ?? '' };
    for (const { to, subject, html, text, headers, tags } of sent.emails) {
      const messageId = requestedMessageId(headers) ?? `<${world.newSid('EM')}@comms.example.net>`;
      const recipient = { address: to.address, name: to.name ?? '' };
      await mailbox.append(
        composeMessage({ from, to: [recipient], subject, text, html, messageId, headers, files: sent.files }),
        {
          ...{ to: [to.address], recipients: [to.address], subject, attachments: files },
          from: from.name ? `${from.name} <${from.address}>` : from.address,
          preview: previewText({ text, html }),
        },
      );
      const bounced = bounces(to.address, conditions);
      records.add({ operationId, from: sent.from, to, tags, subject, html, text, files, bounces: bounced });
    }
  }

  /** The sandbox answers as Twilio publishes it, or has a mistake of its own. */
  function checkAnswer(method: string, path: string, status: number, answer: object): void {
    const problem = findResponseProblem(spec, findOperation(spec, method, path)!, status, answer);
    if (problem === undefined) return;
    const text = `the sandbox's answer to ${method} ${HOST}${path} is not as published: ${problem}`;
    world.eventLog.append({ source: 'sandbox', level: 'error', text, detail: answer });
  }

  function logSent({ recipients, at, bytes, operationId }: TwilioEmailRecord): void {
    const text = `mail accepted by Twilio for ${recipients.join(', ')}, ${Date.now() - at} ms`;
    world.eventLog.append({ source: 'mail', text, detail: { status: 202, bytes, operationId } });
  }

  function logRefusal({ method, path }: Request, status: number, message: string, level: 'warning' | 'error'): void {
    const text = `Twilio Email refused ${method} ${path}: ${status} ${message}`;
    world.eventLog.append({ source: 'mail', level, text, detail: { status, answer: message } });
  }
}
