import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { ProductError } from '../runtime/errors';
import { startTimeLimit, type TimeLimit } from './time-limit';

/** What a mail provider's server answered. */
export interface UploadAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** What arrived of it, at most `MAX_ANSWER_BYTES`. */
  text: string;
  /** False when the server answered before it was given the end of the request. */
  isBodySent: boolean;
}

/** How far a request came: a server that never had the whole message cannot send it. */
export type UploadProgress = 'not-connected' | 'unfinished' | 'sent';

/** A request that got no answer. */
export class UploadInterrupted extends ProductError {
  constructor(
    readonly progress: UploadProgress,
    /** The body could not be read to its end. */
    readonly isBodyBroken: boolean,
    cause: unknown,
  ) {
    super('upload-interrupted', 'The mail provider did not answer', 'The mail is sent again later.', { cause });
  }
}

const MAX_ANSWER_BYTES = 64 * 1024;
/**
 * Each request has a connection of its own. One that was kept would be of no use after a Function's answer, when the process
 * stands still: the server or a router has dropped it by the next request, whose loss could not be told from that of an
 * answer. TLS sessions are resumed.
 */
const httpAgent = new http.Agent({ keepAlive: false });
const httpsAgent = new https.Agent({ keepAlive: false });

/**
 * Posts a body as it is read, and tells whether the server was given all of it. No redirect is followed, so nobody keeps a
 * copy of the body.
 * @param body its errors end the request
 * @throws UploadInterrupted when there is no answer
 */
export async function upload(
  url: URL,
  headers: Readonly<Record<string, string | number>>,
  body: Readable,
  time: TimeLimit,
): Promise<UploadAnswer> {
  const isTls = url.protocol === 'https:';
  const limit = startTimeLimit(time);
  const request = (isTls ? https : http).request(url, {
    method: 'POST',
    headers: { ...headers },
    agent: isTls ? httpsAgent : httpAgent,
  });
  let isConnected = false;
  request.on('socket', (socket) => {
    isConnected = !socket.connecting;
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      isConnected = true;
    });
  });
  const progress = (): UploadProgress => {
    if (!isConnected) return 'not-connected';
    return request.writableEnded ? 'sent' : 'unfinished';
  };
  try {
    return await new Promise<UploadAnswer>((resolve, reject) => {
      let answer: http.IncomingMessage | undefined;
      const giveUp = (cause: unknown, isBodyBroken = false) => {
        // Once there is a status, it says more than what happens to the connection.
        if (answer === undefined) reject(new UploadInterrupted(progress(), isBodyBroken, cause));
      };
      const onAbort = () => {
        giveUp(limit.signal.reason);
        answer?.destroy();
      };
      request.on('error', (error) => giveUp(error));
      body.on('error', (error) => giveUp(error, true));
      request.on('response', (response) => {
        answer = response;
        const isBodySent = progress() === 'sent';
        const { statusCode: status = 0, headers: answerHeaders } = response;
        readAnswer(response).then((text) => resolve({ status, headers: answerHeaders, text, isBodySent }), reject);
      });
      limit.signal.addEventListener('abort', onAbort, { once: true });
      if (limit.signal.aborted) onAbort();
      else body.pipe(request);
    });
  } finally {
    limit.end();
    body.unpipe(request);
    body.destroy();
    request.destroy();
  }
}

/** @returns what arrives of it before it breaks off or is long enough */
async function readAnswer(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, MAX_ANSWER_BYTES - size));
      size += chunk.length;
      if (size >= MAX_ANSWER_BYTES) break;
    }
  } catch {
    // What there is of it is all that will come.
  }
  return Buffer.concat(chunks).toString('utf8');
}
