import '@twilio-labs/serverless-runtime-types';
import type {
  Context,
  ServerlessEventObject,
  ServerlessFunctionSignature,
} from '@twilio-labs/serverless-runtime-types/types';
import { type Invocation, startInvocation } from '../invocation';
import type { SendEmail } from '../notification/email-job';
import { AccountCache } from '../runtime/account-cache';
import { describeProblem, type Environment, readEnvironment } from '../runtime/environment';
import { BadRequest, ConfigurationError, errorCode } from '../runtime/errors';
import { createLog, type Log } from '../runtime/log';
import { functionsOrigin } from '../runtime/origin';
import type { VoiceTwiml } from '../runtime/twiml';
import { createResponse } from './create-response';

type Event = Record<string, unknown>;
type Variables = Record<string, string | undefined>;
export type Handler = ServerlessFunctionSignature<Variables, ServerlessEventObject>;

interface Request {
  event: Event;
  headers: Record<string, unknown>;
}

const configErrorsLogged = new AccountCache<true>();

/** One clear line for each missing or malformed variable, at the account's first request in each process. */
function logConfigErrorsOnce(environment: Environment, log: Log): void {
  if (configErrorsLogged.get(environment)) return;
  configErrorsLogged.set(environment, true);
  for (const problem of environment.problems)
    log[problem.requiredFor === 'optional' ? 'warn' : 'error']('environment', {
      variable: problem.variable,
      problem: problem.problem,
      advice: describeProblem(problem),
    });
}

const originOf = ({ DOMAIN_NAME }: Context<Variables>) => functionsOrigin(DOMAIN_NAME ?? '');

/** Runs the work of one request with its invocation, and turns what it throws into an answer. */
export async function runInvocation<T>(
  name: string,
  context: Context<Variables>,
  rawEvent: object,
  handle: (invocation: Invocation, request: Request) => Promise<T>,
  onError: (error: unknown, log: Log) => T,
  sendEmail?: SendEmail,
): Promise<T> {
  const log = createLog(name);
  const startedAt = Date.now();
  const { request, ...event } = rawEvent as Event & { request?: { headers?: Record<string, unknown> } };
  const environment = readEnvironment(context as unknown as Record<string, unknown>);
  logConfigErrorsOnce(environment, log);
  const invocation = startInvocation(environment, originOf(context), log, sendEmail);
  try {
    return await handle(invocation, { event, headers: request?.headers ?? {} });
  } catch (error) {
    log.error('failed', {
      code: errorCode(error),
      ...(error instanceof ConfigurationError ? { advice: `${error.message}. ${error.advice}` } : {}),
    });
    return onError(error, log);
  } finally {
    invocation.deadline.end();
    log.info('answered', { ms: Date.now() - startedAt });
  }
}

/**
 * A Function that answers with TwiML. No exception ends a call: every error becomes `fallbackTwiml`, in a new response.
 * @param sendEmail given by the Functions that may send mail, and bundled into no others
 */
export function voiceFunction(
  name: string,
  handle: (invocation: Invocation, request: Request, twiml: VoiceTwiml) => Promise<void>,
  fallbackTwiml: (twiml: VoiceTwiml, event: Event, origin: string, environment: Environment) => void,
  sendEmail?: SendEmail,
): Handler {
  return async (context, event, callback) => {
    const build = () => new Twilio.twiml.VoiceResponse() as unknown as VoiceTwiml;
    const answer = await runInvocation(
      name,
      context,
      event,
      async (invocation, request) => {
        const twiml = build();
        await handle(invocation, request, twiml);
        return twiml;
      },
      () => {
        const twiml = build();
        fallbackTwiml(
          twiml,
          event as Event,
          originOf(context),
          readEnvironment(context as unknown as Record<string, unknown>),
        );
        return twiml;
      },
      sendEmail,
    );
    const response = createResponse(200);
    response.appendHeader('Content-Type', 'text/xml');
    response.setBody(answer.toString());
    callback(null, response);
  };
}

export interface JsonResponse {
  status: number;
  body?: object;
}

/**
 * A Function that answers with a status and, if any, JSON; an error carries its code and never its cause.
 * @param sendEmail given by the Functions that may send mail, and bundled into no others
 */
export function jsonFunction(
  name: string,
  handle: (invocation: Invocation, request: Request) => Promise<JsonResponse>,
  sendEmail?: SendEmail,
): Handler {
  return async (context, event, callback) => {
    const { status, body } = await runInvocation(name, context, event, handle, toErrorResponse, sendEmail);
    const response = createResponse(status);
    if (body !== undefined) {
      response.appendHeader('Content-Type', 'application/json');
      response.setBody(body);
    }
    callback(null, response);
  };
}

/** What a Function answers to a browser or to Twilio's player. */
export interface Content {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
}

/** A Function that answers with content of its own: sound, or a page. Its answers are not to be kept. */
export function contentFunction(
  name: string,
  handle: (invocation: Invocation, request: Request) => Promise<Content>,
  onError: (error: unknown, event: Event) => Content,
): Handler {
  return async (context, event, callback) => {
    const { status, headers, body } = await runInvocation<Content>(name, context, event, handle, (error) =>
      onError(error, event as Event),
    );
    const response = createResponse(status);
    for (const [header, value] of Object.entries(headers ?? {})) response.appendHeader(header, value);
    if (body !== undefined) response.setBody(body);
    callback(null, response);
  };
}

/** A Function that answers with sound as mp3, or with a status alone. */
export const audioFunction = (
  name: string,
  handle: (invocation: Invocation, request: Request) => Promise<Buffer>,
): Handler =>
  contentFunction(
    name,
    async (invocation, request) => ({
      status: 200,
      headers: { 'Content-Type': 'audio/mpeg' },
      body: await handle(invocation, request),
    }),
    (error) => ({ status: toErrorResponse(error).status }),
  );

function toErrorResponse(error: unknown): JsonResponse {
  if (error instanceof BadRequest)
    return { status: error.status, body: { code: error.code, message: error.message, advice: error.advice } };
  return {
    status: error instanceof ConfigurationError ? 503 : 500,
    body: { code: errorCode(error), message: 'This could not be done now.', advice: 'See the log of the Function.' },
  };
}
