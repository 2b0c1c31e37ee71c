import type { Request, Response } from 'express';
import { TwilioError } from '../../world/twilio-error';
import type { Media, RestResponse } from '../route';
import { getExchange } from './exchange';
import type { Link } from './link';

/** Often enough for an even flow, seldom enough for a slow machine. */
const TICK_MS = 20;

/** An error in Twilio's own shape. */
export function errorResponse(error: TwilioError): RestResponse {
  const { status, code, message, headers, details } = error;
  return {
    status,
    headers: { ...headers },
    body: {
      code,
      message,
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status,
      ...(details === undefined ? {} : { details }),
    },
  };
}

/** Sends an answer; resolves when it is handed over or the client is gone. */
export async function sendResponse(
  request: Request,
  response: Response,
  answer: RestResponse,
  link: Link,
): Promise<void> {
  response.status(answer.status).set(answer.headers ?? {});
  if (answer.media) {
    await sendMedia(request, response, answer.media, link);
  } else if (answer.body === undefined) {
    response.end();
  } else {
    // Sent by hand: Express would add an ETag and answer 304 to a repeated request.
    const bytes = Buffer.from(JSON.stringify(answer.body));
    response.set('Content-Type', 'application/json;charset=utf-8').set('Content-Length', String(bytes.length));
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }
}

async function sendMedia(request: Request, response: Response, media: Media, link: Link): Promise<void> {
  const { bytes, type } = media;
  response.set('Content-Type', type).set('Accept-Ranges', 'bytes');
  const ranges = request.range(bytes.length);
  if (ranges === -1) {
    const refusal = errorResponse(new TwilioError(416, 20001, `Range ${request.get('Range')} is not within the media`));
    refusal.headers = { 'Content-Range': `bytes */${bytes.length}` };
    return sendResponse(request, response, refusal, link);
  }
  let part = bytes;
  // Several ranges at once, or nonsense, get the whole: RFC 9110 14.2 lets a server ignore the header.
  const only = Array.isArray(ranges) && ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
  if (only) {
    part = bytes.subarray(only.start, only.end + 1);
    response.status(206).set('Content-Range', `bytes ${only.start}-${only.end}/${bytes.length}`);
  }
  response.set('Content-Length', String(part.length));
  if (request.method === 'HEAD') response.end();
  else if (link.bytesPerSecond) await sendThrottled(response, part, link.bytesPerSecond);
  else response.end(part);
}

async function sendThrottled(response: Response, bytes: Buffer, bytesPerSecond: number): Promise<void> {
  const exchange = getExchange(response);
  const chunk = Math.max(1, Math.round((bytesPerSecond * TICK_MS) / 1000));
  const begun = Date.now();
  for (let at = 0; at < bytes.length && !response.closed; at += chunk) {
    response.write(bytes.subarray(at, at + chunk));
    // Against the clock, not tick by tick: timers are late, and the line would be slower than it says.
    await exchange.pause(begun + ((at + chunk) / bytesPerSecond) * 1000 - Date.now());
  }
  response.end();
}
