import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { type Response, Router } from 'express';

export interface AudioProxy {
  /** The pages' URL for audio that a call plays; null when it is not on this machine. */
  proxyUrl(url: string): string | null;
  router: Router;
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const MAX_URLS = 200;

/**
 * Serves the audio of `<Play>` from the pages' own origin. It fetches only URLs that a call has played, and only on
 * loopback: anything more would open the machine's network to web pages.
 */
export function createAudioProxy(): AudioProxy {
  const urls: string[] = [];
  let dropped = 0;
  const router = Router();
  router.get('/audio/:n', async (request, response) => {
    const url = /^\d+$/.test(request.params.n) ? urls[Number(request.params.n) - dropped] : undefined;
    if (url === undefined) return sendNotFound(response, 'Nothing of that number was played.');
    const { range } = request.headers;
    const stopped = new AbortController();
    response.on('close', () => stopped.abort());
    try {
      const answer = await fetch(url, { headers: range ? { range } : {}, redirect: 'error', signal: stopped.signal });
      const type = answer.headers.get('content-type') ?? '';
      if (!answer.ok || !answer.body || !type.startsWith('audio/')) {
        return sendNotFound(response, `${url} answered ${answer.status} ${type}`);
      }
      for (const name of ['content-range', 'accept-ranges', 'content-length']) {
        const value = answer.headers.get(name);
        if (value) response.set(name, value);
      }
      response.status(answer.status).type(type);
      const body = Readable.fromWeb(answer.body as ReadableStream);
      body.on('error', () => response.destroy()).pipe(response);
    } catch (error) {
      if (!response.headersSent) sendNotFound(response, `${url} could not be fetched: ${String(error)}`);
    }
  });
  return {
    router,
    proxyUrl(url) {
      if (!isLoopback(url)) return null;
      const index = urls.indexOf(url);
      if (index >= 0) return `/api/audio/${index + dropped}`;
      urls.push(url);
      if (urls.length > MAX_URLS) {
        urls.shift();
        dropped += 1;
      }
      return `/api/audio/${urls.length - 1 + dropped}`;
    },
  };
}

function isLoopback(url: string): boolean {
  try {
    const { protocol, hostname } = new URL(url);
    return protocol === 'http:' && LOOPBACK.has(hostname);
  } catch {
    return false;
  }
}

function sendNotFound(response: Response, error: string): void {
  response.status(404).json({ error });
}
