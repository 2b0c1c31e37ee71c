import { existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import express, { type NextFunction, type Request, type Response } from 'express';
import { type WebSocket, WebSocketServer } from 'ws';
import { FLEX_INSTANCE_SID } from '../flex/flex-configuration';
import type { PageLink } from '../pages/pages';
import type { Worker } from '../taskrouter/types';
import { type LoopbackServer, listenOnLoopback } from '../transport/loopback-server';
import type { SandboxWorld } from '../world/world';
import type { AccountConfiguration } from './account-configuration';
import { type AgentVoice, createAgentCalls } from './calls/agent-calls';
import { createAgentDevices } from './calls/agent-devices';
import { toErrorResponse } from './error-response';
import { createEventBridgeRest } from './event-bridge/event-bridge-rest';
import { createEventBridge } from './event-bridge/event-bridge-socket';
import { createHosts } from './hosts';
import { FLEX_UI_PATH, pageHtml, pagePolicy } from './page';
import { addSampleWorker, SAMPLE_WORKERS, type SampleWorker } from './sample-workers';
import { createTaskRouterRest } from './taskrouter-rest';
import { conversationsHost } from './twilsock/conversations';
import { createFlexSync } from './twilsock/flex-sync';
import { createLiveQueries } from './twilsock/live-queries';
import { serveTwilsock, type TunnelHost } from './twilsock/twilsock-server';
import type { VendorBundle } from './vendor-bundle';

export interface FlexDesktopOptions {
  world: SandboxWorld;
  voice: AgentVoice;
  /** See `flexUiBundle`. */
  vendor: VendorBundle;
  /** What `buildFlexPage()` of build.mjs wrote: setup.js and boot.js. */
  pageDir: string;
  /** Built plugins, each served when its file is there. */
  pluginFiles: readonly string[];
  configuration: Omit<AccountConfiguration, 'uiVersion'>;
  /** Origins the page reaches as they are, e.g. that of the product's Functions. */
  passthroughOrigins: readonly string[];
  /** One port for each sample worker, in order; 0 picks a free one. */
  ports: readonly number[];
  workers?: readonly SampleWorker[];
}

/** Where one worker's Flex is. */
export interface AgentDesktop {
  sample: SampleWorker;
  worker: Worker;
  /** `http://localhost:<port>` */
  origin: string;
}
export interface FlexDesktop {
  desktops: readonly AgentDesktop[];
  /** For the front page. */
  links: PageLink[];
  close(): Promise<void>;
}

const MAX_BODY = '1mb';
/** A page opened with `?language=th` is in that language, as far as plugins have words for it. */
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/;
/** Flex asks for a new token when three minutes are left; the sandbox gives one with every page instead. */
const TOKEN_MS = 24 * 3_600_000;

/**
 * The Flex UI for each sample worker, at an origin of the worker's own: Flex keeps its sign-in in the browser's
 * storage, which is the origin's, so several workers can be signed in at once in one browser.
 */
export async function startFlexDesktop(options: FlexDesktopOptions): Promise<FlexDesktop> {
  const { world, voice, vendor, passthroughOrigins, pluginFiles } = options;
  const liveQueries = createLiveQueries(world);
  const sync = createFlexSync(world, liveQueries);
  const tunnelHosts: TunnelHost[] = [
    // What Flex reports of itself goes nowhere.
    ({ path: where, method }) =>
      where.endsWith('/Telemetry/Events') && method === 'POST' ? { status: 202, body: {} } : undefined,
    sync.host,
    conversationsHost(world, sync),
  ];
  const phones = createAgentDevices(world);
  const calls = createAgentCalls(world, voice, phones);
  const eventBridge = createEventBridge(world);
  const taskRouter = createTaskRouterRest(world);
  const eventBridgeRest = createEventBridgeRest(world, calls, taskRouter);
  const configuration = { ...options.configuration, uiVersion: vendor.version };
  const plugins = () =>
    pluginFiles
      .filter((file) => existsSync(file))
      .map((file) => ({
        ...{ phase: 3, name: path.basename(file, '.js'), version: '0.0.0', enabled: true },
        src: `/plugins/${path.basename(file)}`,
      }));
  const hosts = createHosts({ world, configuration, plugins, eventBridge: eventBridgeRest.handle, taskRouter });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: ([first]) => first ?? false });

  const serveSocket = (socket: WebSocket, url: URL) => {
    const page = url.searchParams.get('flex-page') ?? '';
    const [, , host = ''] = url.pathname.split('/');
    if (url.pathname === '/remote-peer') phones.serveRemotePeer(socket, page);
    else if (host.startsWith('tsock.')) serveTwilsock(world, socket, tunnelHosts);
    else if (host.startsWith('event-bridge.')) eventBridge.serve(socket, url.searchParams.get('token') ?? undefined);
    else if (host.startsWith('voice-js.')) phones.serveSignalling(socket, page);
    else {
      const text = `the sandbox does not model the WebSocket ${host}${url.pathname.slice(12 + host.length)}`;
      world.eventLog.append({ source: 'sandbox', level: 'warning', text });
      socket.close(1011, 'not modeled');
    }
  };

  const openDesktops: { desktop: AgentDesktop; server: LoopbackServer }[] = [];
  const openDesktop = async (
    sample: SampleWorker,
    port: number,
  ): Promise<{ desktop: AgentDesktop; server: LoopbackServer }> => {
    const worker = addSampleWorker(world, sample);
    const app = express().disable('x-powered-by').disable('etag');
    const server = await listenOnLoopback(app, port);
    const origin = `http://localhost:${server.port}`;
    const sameOrigin = sameOriginOnly(origin);
    const scriptOrigin = openDesktops[0]?.desktop.origin ?? origin;
    // Before the check of who asks: all workers' pages take it from the first one's origin, and it is public.
    app.get(FLEX_UI_PATH, (_request, response) => {
      response.set('Access-Control-Allow-Origin', '*');
      // The same for ever under one version, which is 17 MB to read again otherwise.
      response.sendFile(path.resolve(vendor.file), { maxAge: 0, dotfiles: 'allow' });
    });
    app.use(sameOrigin.request);
    app.use('/__twilio/:host', express.text({ type: () => true, limit: MAX_BODY }), async (request, response) => {
      const { method, path: where, headers, body } = request;
      const { host } = request.params;
      const query = new URL(request.url, origin).searchParams;
      const text = typeof body === 'string' ? body : '';
      response.set('Cache-Control', 'no-store');
      try {
        const asked = { host: host as string, method, path: where, query, headers, body: text };
        const { status, body: json, bytes } = await hosts.answer(asked);
        if (bytes) response.status(status).type(bytes.type).send(bytes.content);
        else response.status(status).json(json);
      } catch (error) {
        const answer = toErrorResponse(world, error, `${method} ${String(host)}${where}`);
        response.status(answer.status).json(answer.body);
      }
    });
    app.use('/__twilio', handleBodyError(world));
    const scripts = express.static(options.pageDir, { index: false, cacheControl: false });
    app.use('/flex-desktop', scripts);
    app.get('/plugins/:name', (request, response) => {
      const plugin = pluginFiles.find((one) => path.basename(one) === request.params.name && existsSync(one));
      if (plugin === undefined) response.status(404).end();
      else response.set('Cache-Control', 'no-store').sendFile(path.resolve(plugin), { dotfiles: 'allow' });
    });
    app.get('/{*any}', (request, response) => {
      if (!request.accepts('html')) return void response.status(404).end();
      const { fullName, email, roles } = sample;
      const token = world.flexTokens.issue({
        ...{ identity: worker.friendlyName, roles, workerSid: worker.sid, expiresAt: Date.now() + TOKEN_MS },
      });
      const settings = {
        accountSid: world.account.accountSid,
        token: token.token,
        identity: token.identity,
        roles,
        expiration: new Date(token.expiresAt).toISOString(),
        flexUserSid: token.realmUserId.replace(/^US/, 'FU'),
        passthroughOrigins,
        appConfig: {
          logLevel: 'warn',
          sso: { accountSid: world.account.accountSid, instanceSid: FLEX_INSTANCE_SID },
          serviceBaseUrl: configuration.runtimeDomain,
          disableTelemetry: true,
          pluginService: { enabled: true },
          ...(LANGUAGE.test(String(request.query.language)) ? { language: String(request.query.language) } : {}),
        },
      };
      response.set({
        'Cache-Control': 'no-store',
        'Content-Security-Policy': pagePolicy(passthroughOrigins, scriptOrigin),
        'X-Content-Type-Options': 'nosniff',
        'Cross-Origin-Resource-Policy': 'same-origin',
      });
      world.eventLog.append({ source: 'sandbox', text: `${fullName} (${email}) opens Flex` });
      response.type('html').send(pageHtml(settings, `Flex: ${fullName}`, scriptOrigin));
    });
    server.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!sameOrigin.isOwn(request.headers)) return void socket.destroy();
      sockets.handleUpgrade(request, socket, head, (accepted) =>
        serveSocket(accepted, new URL(request.url ?? '/', origin)),
      );
    });
    return { desktop: { sample, worker, origin }, server };
  };

  for (const [index, sample] of (options.workers ?? SAMPLE_WORKERS).entries()) {
    openDesktops.push(await openDesktop(sample, options.ports[index] ?? 0));
  }
  return {
    desktops: openDesktops.map(({ desktop: desk }) => desk),
    links: openDesktops.map(({ desktop: { sample, origin } }) => ({
      ...{ title: `Flex as ${sample.fullName}`, href: origin, description: sample.description },
    })),
    async close() {
      eventBridge.close();
      calls.close();
      liveQueries.close();
      sync.close();
      for (const socket of sockets.clients) socket.terminate();
      await Promise.all(openDesktops.map(({ server }) => server.close()));
    },
  };
}

/**
 * Loopback is within reach of every web site open in the same browser; see pages/same-origin.ts. Here the page carries
 * a token, so that one origin and nothing else may ask for anything.
 */
function sameOriginOnly(origin: string) {
  const { host } = new URL(origin);
  const isOwn = (headers: IncomingMessage['headers']) =>
    headers.host === host && (headers.origin === undefined || headers.origin === origin);
  return {
    isOwn,
    request(request: Request, response: Response, next: NextFunction): void {
      const site = request.headers['sec-fetch-site'];
      const navigates = request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate';
      const from = site === undefined || site === 'same-origin' || site === 'none' || navigates;
      if (navigates && request.headers.host !== host) response.redirect(`${origin}/`);
      else if (isOwn(request.headers) && from) next();
      else response.status(403).json({ error: 'Only this Flex may use this address.' });
    },
  };
}

function handleBodyError(world: SandboxWorld) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const answer = toErrorResponse(world, error, `${request.method} ${request.originalUrl}`);
    response.status(answer.status).json(answer.body);
  };
}
