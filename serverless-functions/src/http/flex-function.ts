import type {
  FlexApiErrorCode,
  FlexErrorResponse,
  FlexFunctionName,
  FlexResponse,
} from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { CorruptEntry } from '../ledger/ledger';
import type { SendEmail } from '../notification/email-job';
import { AccountCache } from '../runtime/account-cache';
import { splitAddresses } from '../runtime/environment';
import { ConfigurationError, errorCode, FlexBadRequest, isTwilioError, TwilioError } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import { startEarly } from '../runtime/start-early';
import type { FlexUser } from '../twilio/flex-token';
import { type PresentUser, requirePresence, startReadingWorker } from '../twilio/worker-presence';
import { createResponse } from './create-response';
import { type Handler, runInvocation } from './handler';

export type FlexResult<Name extends FlexFunctionName = FlexFunctionName> =
  | { status?: number; json: FlexResponse<Name> }
  | { status: number; audio: Buffer; contentType: string; headers: Record<string, string> };
interface FlexErrorResult {
  status: number;
  json: FlexErrorResponse;
}

const DEFAULT_ORIGIN = 'https://flex.twilio.com';

type Event = Record<string, unknown>;

interface FlexFunctionOptions<Reading> {
  /** The user needs one of them, if given. */
  roles?: readonly string[];
  sendEmail?: SendEmail;
  /**
   * Starts reading what `handle` will need, beside the check of who asks. It decides and writes nothing, and never
   * throws: failures are thrown where its results are awaited (ADR 0041).
   */
  read?: (invocation: Invocation, event: Event) => Reading;
  /**
   * When it is awaited that the user still is what their token says (ADR 0113): before `handle`; or beside it, where
   * `handle` writes nothing before it has awaited it.
   */
  presence?: 'before' | 'beside';
}

/** In a process that had to refuse a token, requests are not read for before they are checked, for a minute. */
const WARY_MS = 60_000;
const refusedAt = new AccountCache<number>();

/**
 * A Function for people signed in to Flex: a POST of form fields with `Token` in the body, which needs no preflight and
 * keeps the token out of logs. Twilio's validator identifies the user; `handle` checks what the user may access.
 * @param name as in `FlexApi`, which says what the Function responds
 */
export function flexFunction<Name extends FlexFunctionName, Reading = undefined>(
  name: `flex/${Name}`,
  handle: (invocation: Invocation, user: PresentUser, event: Event, reading: Reading) => Promise<FlexResult<Name>>,
  { roles, sendEmail, read = () => undefined as Reading, presence = 'before' }: FlexFunctionOptions<Reading> = {},
): Handler {
  return async (context, event, callback) => {
    let allowedOrigin: string | undefined;
    const answer = await runInvocation<FlexResult<Name> | FlexErrorResult>(
      name,
      context,
      event,
      async (invocation, request) => {
        allowedOrigin = allowedOriginFor(invocation, request.headers);
        const isWary = Date.now() - (refusedAt.get(invocation.environment) ?? 0) < WARY_MS;
        const isReadAhead = !isWary && textField(request.event, 'Token') !== '';
        if (isReadAhead)
          startReadingWorker(() => invocation.twilio.taskRouter, invocation.environment, request.event.WorkerSid);
        const early = isReadAhead ? { reading: read(invocation, request.event) } : undefined;
        const user = await authenticate(invocation, request.event);
        if (roles !== undefined && !user.roles.some((role) => roles.includes(role)))
          throw new FlexBadRequest('role-missing', 'This is for supervisors', 'Sign in as one.', 403);
        const { reading } = early ?? { reading: read(invocation, request.event) };
        const { twilio, environment } = invocation;
        const checked = startEarly(() => requirePresence(() => twilio.taskRouter, environment, user));
        if (presence === 'before') await checked;
        const result = await handle(invocation, { ...user, presence: checked }, request.event, reading);
        await checked;
        return result;
      },
      toErrorResponse,
      sendEmail,
    );
    const response = createResponse(answer.status ?? 200);
    response.appendHeader('Vary', 'Origin');
    if (allowedOrigin !== undefined) {
      response.appendHeader('Access-Control-Allow-Origin', allowedOrigin);
      response.appendHeader('Access-Control-Expose-Headers', 'Content-Range');
    }
    if ('json' in answer) {
      const wait = 'retryAfterSeconds' in answer.json ? answer.json.retryAfterSeconds : undefined;
      if (typeof wait === 'number') response.appendHeader('Retry-After', String(wait));
      response.appendHeader('Content-Type', 'application/json');
      response.setBody(answer.json);
    } else {
      response.appendHeader('Content-Type', answer.contentType);
      for (const [header, value] of Object.entries(answer.headers)) response.appendHeader(header, value);
      response.setBody(answer.audio);
    }
    callback(null, response);
  };
}

async function authenticate({ twilio, environment }: Invocation, event: Record<string, unknown>): Promise<FlexUser> {
  const token = textField(event, 'Token');
  if (token === '')
    throw new FlexBadRequest('token-missing', 'Token is missing', 'Send the Flex token of the signed-in user.', 401);
  const user = await twilio.flexTokenValidator.validate(token);
  if (user === undefined) {
    refusedAt.set(environment, Date.now());
    throw new FlexBadRequest('token-invalid', 'The Flex token is not valid any more', 'Sign in to Flex again.', 401);
  }
  return user;
}

/** Only the configured origins of Flex get the header. */
function allowedOriginFor({ environment }: Invocation, headers: Record<string, unknown>): string | undefined {
  const origin = headers.origin ?? headers.Origin;
  const known = splitAddresses(environment.values.FLEX_ORIGINS ?? DEFAULT_ORIGIN).map((one) => one.replace(/\/$/, ''));
  return typeof origin === 'string' && known.includes(origin) ? origin : undefined;
}

/** A failure of Twilio or ours is never reported as "unauthorized": users would sign in again for nothing. */
function toErrorResponse(error: unknown): FlexErrorResult {
  const refusal = (status: number, code: FlexApiErrorCode, message: string, advice: string): FlexErrorResult => ({
    status,
    json: { code, message, advice },
  });
  if (error instanceof FlexBadRequest)
    return {
      status: error.status,
      json: { ...error.details, code: error.code, message: error.message, advice: error.advice },
    };
  // No fault of the request, and no retry helps: the document must be mended.
  if (error instanceof CorruptEntry)
    return refusal(422, 'entry-corrupt', 'The ledger entry cannot be read', error.advice);
  if (error instanceof ConfigurationError)
    return refusal(503, 'misconfigured', 'The Functions are not configured', 'See the log of the Function.');
  if (isTwilioError(error, 'rate-limited'))
    return refusal(429, 'rate-limited', 'Too many requests to Twilio', 'Try again in a moment.');
  if (error instanceof TwilioError)
    return refusal(502, 'twilio-unavailable', `Twilio did not answer as expected (${errorCode(error)})`, 'Try again.');
  return refusal(500, 'failed', 'This could not be done', 'See the log of the Function.');
}
