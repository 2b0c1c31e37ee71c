import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { StatusChanges } from '../world/status-changes';
import { badRequest, notFound, TwilioError } from '../world/twilio-error';
import type { World } from '../world/types';
import { Fields } from './fields';
import { requireAuthentication } from './http/basic-auth';
import { getExchange } from './http/exchange';
import type { Link } from './http/link';
import { parseMultipart, type UploadedFile } from './http/multipart';
import { errorResponse, sendResponse } from './http/send-response';
import type { OpenApiCheck } from './openapi/openapi-check';
import { type RestRequest, type RestResponse, type Route, routeMatcher } from './route';

/** Far above anything Twilio's parameters need; keeps a runaway client from filling memory. */
const MAX_BODY = '1mb';
/** Of uploads, the largest of which is an asset of 25 MB. */
const MAX_UPLOAD = '30mb';

/** One of Twilio's hosts: reads the body, authorises, finds the route, checks both sides, answers. */
export function twilioHost(
  world: World,
  host: string,
  routes: readonly Route[],
  check: OpenApiCheck,
  link: Link,
  faults: RequestHandler,
): RequestHandler[] {
  const match = routeMatcher(routes);
  const reads = new StatusChanges();
  const logResponse = (request: Request, status: number, answer: RestResponse, fields: unknown, isSecret: boolean) => {
    const { path, query } = getExchange(request.res!).record;
    const isRead = request.method === 'GET';
    const isRepeated = isRead && !reads.record(`${path}?${query}`, status);
    const shown = isSecret ? {} : { fields, answer: answer.body };
    const detail = { request: `${request.method} ${host}${path}`, status, ...shown };
    if (answer.log) return void world.eventLog.append({ source: 'product', ...answer.log, detail });
    // A read that finds nothing is not logged: reading an empty index would add eight lines.
    const isExpected = isRead && status === 404 && (isRepeated || host === 'sync.twilio.com');
    if (status >= 400 && !isExpected) {
      const { message } = answer.body as { message: string };
      const level = status === 404 || status === 409 || status === 412 ? 'info' : 'warning';
      world.eventLog.append({
        source: 'twilio',
        level,
        text: `${status} ${request.method} ${host}${path}: ${message}`,
        detail,
      });
    }
  };

  const serve = async (request: Request, response: Response): Promise<void> => {
    const { path, query } = getExchange(response).record;
    const parameters = new URLSearchParams(query);
    let fields: Fields | undefined;
    let answer: RestResponse;
    let isSecret = false;
    try {
      const found = match(request.method, path);
      const isOpen = found.found === 'route' && found.route.media === true && !world.account.mediaAuthentication;
      const mainOnly = found.found === 'route' && found.route.mainOnly === true;
      if (!isOpen) requireAuthentication(world.account, request.get('Authorization'), { mainOnly });
      if (found.found !== 'route') throw notModeled(world, request.method, host, path, found.found);
      const { form, json, file } = await parseBody(request);
      fields = new Fields(parameters, form);
      const { params, route } = found;
      isSecret = route.secret === true;
      const ifMatch = request.get('If-Match');
      const asked = { host, method: request.method, path, query: parameters, params, fields, json, file, ifMatch };
      answer = await handleChecked(route, asked, check);
    } catch (error) {
      answer = errorResponse(asTwilioError(error, world, `${request.method} ${host}${path}`));
    }
    logResponse(request, answer.status, answer, fields?.toJSON(), isSecret);
    await sendResponse(request, response, answer, link);
  };

  // Twilio refuses a body it cannot read in its own shape, not in Express's.
  const onBodyError = (error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent || request.destroyed) return next(error);
    const answer = errorResponse(asTwilioError(error, world, `${request.method} ${host}`));
    sendResponse(request, response, answer, link).catch(next);
  };

  return [
    // Before the faults: a request that is delayed has arrived, and takes effect even if its client gives up.
    express.raw({ type: 'multipart/form-data', limit: MAX_UPLOAD }),
    express.text({ type: () => true, limit: MAX_BODY }),
    faults,
    async (request, response) => {
      await getExchange(response).pause(link.latencyMs ?? 0);
      await serve(request, response);
    },
    onBodyError as unknown as RequestHandler,
  ];
}

async function handleChecked(route: Route, request: RestRequest, check: OpenApiCheck): Promise<RestResponse> {
  check.checkRequest(route, request);
  const answer = await route.handle(request);
  check.checkResponse(route, request, answer);
  return answer;
}

async function parseBody(
  request: Request,
): Promise<{ form: URLSearchParams; json?: unknown; file?: UploadedFile | undefined }> {
  if (Buffer.isBuffer(request.body)) return parseMultipart(request.get('Content-Type') ?? '', request.body);
  const text = typeof request.body === 'string' ? request.body : '';
  if (text === '') return { form: new URLSearchParams(), json: undefined };
  if (request.is('application/x-www-form-urlencoded')) return { form: new URLSearchParams(text), json: undefined };
  if (request.is('application/json')) {
    try {
      return { form: new URLSearchParams(), json: JSON.parse(text) };
    } catch {
      throw badRequest('The body is not valid JSON');
    }
  }
  throw new TwilioError(415, 20415, `Content-Type ${request.get('Content-Type')} is not supported`);
}

function notModeled(
  world: World,
  method: string,
  host: string,
  path: string,
  found: 'path-only' | 'nothing',
): TwilioError {
  world.eventLog.append({
    source: 'sandbox',
    level: 'warning',
    text: `the sandbox does not model ${method} ${host}${path}`,
  });
  return found === 'path-only' ? new TwilioError(405, 20004, 'Method not allowed') : notFound(path);
}

function asTwilioError(error: unknown, world: World, what: string): TwilioError {
  if (error instanceof TwilioError) return error;
  if (error instanceof URIError) return badRequest('The path is not properly percent-encoded');
  const { status, message } = error as { status?: unknown; message?: string };
  // Errors of the body parser carry an HTTP status: too large, cut off, unknown charset.
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new TwilioError(status, status === 413 ? 20413 : 20001, message ?? 'The body cannot be read');
  }
  world.eventLog.append({
    source: 'sandbox',
    level: 'error',
    text: `the sandbox failed at ${what}: ${error}`,
    detail: error,
  });
  return new TwilioError(500, 20500, 'An internal server error has occurred');
}
