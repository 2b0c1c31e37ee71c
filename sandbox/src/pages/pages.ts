import express, { type NextFunction, type Request, type Response, Router } from 'express';
import type { Mailbox } from '../mail/mailbox';
import type { Switch } from '../switches';
import type { World } from '../world/types';
import { createAudioProxy } from './audio-proxy';
import { createCallsApi } from './calls-api';
import { createEventStream } from './event-stream';
import { createMailsApi } from './mails-api';
import { listOpenTasks } from './open-tasks';
import { sameOrigin, securityHeaders } from './same-origin';
import { createSwitchesApi } from './switches-api';
import type { CallEvent, PagesVoice } from './voice-port';

/** A link on the start page besides the pages themselves. */
export interface PageLink {
  title: string;
  href: string;
  description?: string;
}

export interface PagesOptions {
  world: World;
  voice: PagesVoice;
  mailbox: Mailbox;
  /** What `buildWeb()` of build.mjs wrote: index.html, its code and the spoken sample. */
  webDir: string;
  links?: readonly PageLink[];
  /** What a call to a number reaches. */
  titles?: Readonly<Record<string, string>>;
  /** Number -> keys that lead to its voicemail, e.g. `*2`; none where it begins with it. */
  voicemailKeys?: Readonly<Record<string, string>>;
  /** What can be changed on the page of switches. */
  switches?: readonly Switch[];
}

export type Pages = Router & {
  /** Unsubscribes and ends the event streams, which would keep the server from closing. */
  close(): void;
};

/** The sandbox's pages and their API; mount it at `/`, after the routes of the Twilio hosts. */
export function createPages(options: PagesOptions): Pages {
  const { world, voice, mailbox, webDir, links = [], titles = {}, voicemailKeys = {}, switches = [] } = options;
  const router = Router() as Pages;
  const stream = createEventStream(Date.now().toString(36));
  const audioProxy = createAudioProxy();

  for (const line of world.eventLog.entries()) stream.publish('log', line);
  const unsubscribe = [
    world.eventLog.subscribe((line) => stream.publish('log', line)),
    voice.subscribe((event) => stream.publish('call', withAudioUrl(event, audioProxy.proxyUrl))),
    mailbox.subscribe((mail) => stream.publish(mail ? 'mail' : 'mails-cleared', mail ?? {})),
    world.tasks.subscribe((event, { sid }) => stream.publish('task', { event, sid })),
  ];

  const api = Router();
  // Responses change all the time.
  api.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  api.get('/setup', (_request, response) => {
    const lines = voice.numbers.map((number) => ({ number, title: titles[number] ?? '' }));
    response.json({ lines, links });
  });
  api.get('/events', (request, response) => stream.serve(request, response));
  api.get('/tasks', (_request, response) => {
    response.json(listOpenTasks(world));
  });
  api.use(
    createCallsApi(world, voice, webDir, voicemailKeys),
    createMailsApi(mailbox),
    createSwitchesApi(world, switches),
    audioProxy.router,
  );
  api.use((request, response) => {
    response.status(404).json({ error: `There is no ${request.method} ${request.originalUrl}.` });
  });

  // On this router, since the Twilio hosts have their own error handler.
  api.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const known = error as { status?: unknown; message?: unknown };
    const status = typeof known.status === 'number' && known.status >= 400 && known.status < 500 ? known.status : 500;
    if (status === 500) {
      const text = `the pages' API failed: ${String(known.message ?? error)}`;
      world.eventLog.append({ source: 'sandbox', level: 'error', text, detail: { error: String(error) } });
    }
    response
      .status(status)
      .json({ error: status === 500 ? 'The sandbox failed. See its log.' : String(known.message) });
  });

  router.use('/api', sameOrigin, securityHeaders, api);
  router.use(securityHeaders, express.static(webDir, { index: 'index.html', cacheControl: false }));
  // One document for every page; its script reads the path.
  router.get(['/telephone', '/log', '/mailbox', '/mailbox/:id', '/switches'], (_request, response) => {
    response.sendFile('index.html', { root: webDir });
  });
  // Browsers only. A request to a Twilio host that is not modeled must not get a page.
  router.get(/.*/, securityHeaders, (request, response, next) => {
    if (request.accepts(['json', 'html']) !== 'html') return next();
    response.status(404).sendFile('index.html', { root: webDir });
  });
  router.close = () => {
    for (const stop of unsubscribe) stop();
    stream.close();
  };
  return router;
}

/** Adds to a `<Play>` event the URL from which the page can load the audio. */
function withAudioUrl(
  event: CallEvent,
  address: (url: string) => string | null,
): CallEvent & { audio?: string | null } {
  return event.type === 'play' ? { ...event, audio: address(event.url) } : event;
}
