import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { ProductError } from '../runtime/errors';

/** What a mail provider's server answered. */
export interface UploadAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** At most `MAX_ANSWER_BYTES` of it. */
  text: string;
  /** False when the server answered before it was given the end of the request. */
  isBodySent: boolean;
}

/** A request that got no answer. `isBodySent: false`: the server never had the whole message, so it cannot send it. */
export class UploadInterrupted extends ProductError {
  constructor(
    readonly isBodySent: boolean,
    /** The body could not be read to its end. */
    readonly isBodyBroken: boolean,
    cause: unknown,
  ) {
    super('upload-interrupted', 'The mail provider did not answer', 'The mail is sent again later.', { cause });
  }
}

const MAX_ANSWER_BYTES = 64 * 1024;
const httpAgent = new http.Agent({ keepAlive: true });
const httpsAgent = new https.Agent({ keepAlive: true });

/**
 * Posts a body as it is read, and tells whether the server was given all of it. The connection serves another request
 * only when the server has taken the whole body: it would read what is left of an unfinished one from the next request.
 * No redirect is followed, so nobody keeps a copy of the body.
 * @param body its errors end the request
 * @throws UploadInterrupted when there is no answer
 */
export function upload(
  url: URL,
  headers: Readonly<Record<string, string | number>>,
  body: Readable,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<UploadAnswer> {
  const isTls = url.protocol === 'https:';
  const request = (isTls ? https : http).request(url, {
    method: 'POST',
    headers: { ...headers },
    agent: isTls ? httpsAgent : httpAgent,
  });
  const closing = new AbortController();
  const timer = setTimeout(() => closing.abort(new Error('timeout')), timeoutMs);
  const onAbort = () => closing.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return new Promise<UploadAnswer>((resolve, reject) => {
    let isBodyBroken = false;
    const giveUp = (cause: unknown) => reject(new UploadInterrupted(request.writableEnded, isBodyBroken, cause));
    closing.signal.addEventListener('abort', () => giveUp(closing.signal.reason), { once: true });
    request.on('error', giveUp);
    request.on('response', (response) => {
      const { statusCode: status = 0, headers: answerHeaders } = response;
      const isBodySent = request.writableEnded;
      readAnswer(response).then((text) => resolve({ status, headers: answerHeaders, text, isBodySent }), giveUp);
    });
    body.on('error', (error) => {
      isBodyBroken = true;
      giveUp(error);
    });
    if (closing.signal.aborted) giveUp(closing.signal.reason);
    else body.pipe(request);
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    body.unpipe(request);
    body.destroy();
    // Closes the connection, unless the request and its answer are complete.
    if (!request.writableFinished || closing.signal.aborted) request.destroy();
  });
}

async function readAnswer(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
