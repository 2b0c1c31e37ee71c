import { Router, urlencoded } from 'express';
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
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

/** Puts the caller into a workflow's queue, with attributes that routing may look at. */
export function createEnqueueBin(
  name: string,
  title: string,
  queue: { workflowSid: Sid; waitUrl: string; attributes: Record<string, unknown>; priority?: number },
): TwimlBin {
  const { workflowSid, waitUrl, attributes, priority } = queue;
  const twiml = new VoiceResponse();
  twiml
    .enqueue({ workflowSid, waitUrl, waitUrlMethod: 'POST' })
    .task(priority === undefined ? {} : { priority }, JSON.stringify(attributes));
  return { name, title, twiml: twiml.toString() };
}

/** Sends the caller on to another document. */
export function createRedirectBin(name: string, title: string, url: string): TwimlBin {
  const twiml = new VoiceResponse();
  twiml.redirect({ method: 'POST' }, url);
  return { name, title, twiml: twiml.toString() };
}

export function createTwimlBinRouter(bins: readonly TwimlBin[]): Router {
  const router = Router();
  router.all('/twiml-bins/:name', urlencoded({ extended: false }), (request, response, next) => {
    const bin = bins.find(({ name }) => name === request.params.name);
    if (bin === undefined) return next();
    response.type('text/xml').send(fillIn(bin.twiml, { ...request.query, ...(request.body ?? {}) }));
  });
  return router;
}

/** `{{From}}` is the request's parameter, and nothing where there is none (twilio.com/docs/serverless/twiml-bins). */
const fillIn = (twiml: string, parameters: Record<string, unknown>) =>
  twiml.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = parameters[name];
    return typeof value === 'string'
      ? value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
      : '';
  });
