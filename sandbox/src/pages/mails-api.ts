import { type Response, Router } from 'express';
import type { Mailbox, ParsedMail } from '../mail/mailbox';

/** Types a browser shows without running code. Every other attachment is offered as a download. */
const INLINE_TYPES = /^(audio\/[\w.+-]+|image\/(png|jpeg|gif|webp)|text\/plain)$/;

/** The mailbox's routes. */
export function createMailsApi(mailbox: Mailbox): Router {
  const router = Router();

  router.get('/mails', (_request, response) => {
    response.json(mailbox.list());
  });

  router.delete('/mails', async (_request, response) => {
    await mailbox.clear();
    response.status(204).end();
  });

  router.get('/mails/:id', async (request, response) => {
    const { id } = request.params;
    const summary = mailbox.get(id);
    const parsed = await mailbox.parsed(id);
    if (!summary || !parsed) return sendNotFound(response);
    response.json({ ...summary, ...parsed, html: withInlineImages(id, parsed) });
  });

  router.get('/mails/:id/raw', (request, response) => {
    const { id } = request.params;
    const eml = mailbox.open(id);
    if (!eml) return sendNotFound(response);
    response.set({ 'Content-Type': 'message/rfc822', 'Content-Length': String(mailbox.get(id)?.size ?? 0) });
    response.attachment(`${id}.eml`);
    eml.on('error', () => response.destroy()).pipe(response);
  });

  router.get('/mails/:id/attachments/:n', async (request, response) => {
    const { id, n } = request.params;
    const file = /^\d{1,4}$/.test(n) ? await mailbox.attachment(id, Number(n)) : undefined;
    if (!file) return sendNotFound(response);
    const shown = INLINE_TYPES.test(file.type) && request.query.download === undefined;
    if (shown) response.set('Content-Disposition', 'inline');
    else response.attachment(file.name);
    response.set({
      'Content-Type': shown ? file.type : 'application/octet-stream',
      'Accept-Ranges': 'bytes',
      'Cache-Control': 'private, max-age=3600',
    });
    // Players request ranges to seek, and some need them to play at all.
    const ranges = request.range(file.content.length, { combine: true });
    const range = Array.isArray(ranges) && ranges.type === 'bytes' ? ranges[0] : undefined;
    if (ranges === -1) {
      response.status(416).set('Content-Range', `bytes */${file.content.length}`).end();
    } else if (range) {
      response.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${file.content.length}`);
      response.end(file.content.subarray(range.start, range.end + 1));
    } else {
      response.end(file.content);
    }
  });
  return router;
}

/** Replaces `cid:` references with attachment URLs, the only images that the content security policy allows. */
function withInlineImages(id: string, { html, attachments }: ParsedMail): string {
  return attachments.reduce(
    (text, { contentId }, n) =>
      contentId ? text.replaceAll(`cid:${contentId}`, `/api/mails/${id}/attachments/${n}`) : text,
    html,
  );
}

function sendNotFound(response: Response): void {
  response.status(404).json({ error: 'There is no such mail.' });
}
