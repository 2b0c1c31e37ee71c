import { Router } from 'express';
import type { Sid } from './world/types';

/**
 * The documents an account keeps at Twilio itself (TwiML Bins): here, what answers each incoming number. They name
 * the product's URLs, which is all the sandbox knows of it.
 */
export interface TwimlBin {
  /** In the address: `/twiml-bins/<name>`. */
  name: string;
  /** For the telephone page. */
  title: string;
  twiml: string;
}

const escapeXml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Puts the caller into a workflow's queue, with attributes that routing may look at. */
export function createEnqueueBin(
  name: string,
  title: string,
  queue: { workflowSid: Sid; waitUrl: string; attributes: Record<string, unknown>; priority?: number },
): TwimlBin {
  const priority = queue.priority === undefined ? '' : ` priority="${queue.priority}"`;
  return {
    name,
    title,
    twiml:
      `<Response><Enqueue workflowSid="${queue.workflowSid}" waitUrl="${escapeXml(queue.waitUrl)}" waitUrlMethod="POST">` +
      `<Task${priority}>${escapeXml(JSON.stringify(queue.attributes))}</Task></Enqueue></Response>`,
  };
}

/** Sends the caller on to another document. */
export function createRedirectBin(name: string, title: string, url: string): TwimlBin {
  return { name, title, twiml: `<Response><Redirect method="POST">${escapeXml(url)}</Redirect></Response>` };
}

export function createTwimlBinRouter(bins: readonly TwimlBin[]): Router {
  const router = Router();
  router.all('/twiml-bins/:name', (request, response, next) => {
    const bin = bins.find(({ name }) => name === request.params.name);
    if (bin === undefined) return next();
    response.type('text/xml').send(`<?xml version="1.0" encoding="UTF-8"?>${bin.twiml}`);
  });
  return router;
}
