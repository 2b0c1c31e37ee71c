import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { type Request, type Response, Router } from 'express';
import { readUpload } from '../sandbox/src/mail/mailgun-upload';

/**
 * Mailgun as far as a sender can tell: reads the whole message at the line's speed and says it has it. What a provider
 * does with a mail afterwards is not the product's time, so nothing is composed or kept here, and it has no events.
 */
export function mailSink(line: { latencyMs: number; bytesPerSecond?: number }) {
  const taken: { bytes: number; at: number }[] = [];
  const router = Router();
  router.post('/v3/:domain/messages', async (request: Request, response: Response) => {
    const upload = await readUpload(request, { bytesPerSecond: line.bytesPerSecond });
    taken.push({ bytes: upload.bytes, at: performance.now() });
    response.json({ id: `<${taken.length}@${request.params.domain}>`, message: 'Queued. Thank you.' });
    await upload.discard();
  });
  router.get('/v3/:domain/events', async (_request: Request, response: Response) => {
    await setTimeout(line.latencyMs);
    response.json({ items: [] });
  });
  return { router, taken: taken as readonly { bytes: number; at: number }[] };
}
