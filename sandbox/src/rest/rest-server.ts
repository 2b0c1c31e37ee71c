import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { notFound, TwilioError } from '../world/twilio-error';
import type { SandboxWorld } from '../world/world';
import { accountRoutes } from './api2010/account-routes';
import { callRoutes } from './api2010/call-routes';
import { keyRoutes } from './api2010/key-routes';
import { messageRoutes } from './api2010/message-routes';
import { phoneNumberRoutes } from './api2010/phone-number-routes';
import { queueRoutes } from './api2010/queue-routes';
import { recordingRoutes } from './api2010/recording-routes';
import { transcriptionRoutes } from './api2010/transcription-routes';
import { configurationRoutes } from './flex/configuration-routes';
import { pluginReleaseRoutes } from './flex/plugin-release-routes';
import { pluginRoutes } from './flex/plugin-routes';
import { getExchange, observeHost } from './http/exchange';
import { injectFaults } from './http/fault-injection';
import type { Link } from './http/link';
import { errorResponse, sendResponse } from './http/send-response';
import { iamRoutes } from './iam-routes';
import { alertRoutes } from './monitor/alert-routes';
import { createOpenApiCheck, type Mismatch } from './openapi/openapi-check';
import type { Route } from './route';
import { serverlessRoutes } from './serverless/serverless-routes';
import { uploadRoutes } from './serverless/version-routes';
import { flowRoutes } from './studio/flow-routes';
import { syncRoutes } from './sync/sync-routes';
import { taskRouterRoutes } from './taskrouter/taskrouter-routes';
import { twilioHost } from './twilio-host';
import { dialingPermissionRoutes } from './voice/dialing-permission-routes';

export interface RestOptions {
  /** Further hosts, e.g. `{'api.mailgun.net': mailgun}`; recorded and subject to faults like ours. */
  otherHosts?: Record<string, RequestHandler>;
  /** Latency and bandwidth, for benches. */
  link?: Link;
  /** Limit of TaskRouter's task requests; Twilio shows an account's only in its console. Default none. */
  taskRequestsPerSecond?: number;
}

export interface RestApp {
  /** Serves `/<host><path>`; anything whose first segment is no host name goes to the next handler. */
  router: Router;
  /** Answers that were not as Twilio publishes them; empty if all is well. */
  mismatches: readonly Mismatch[];
  /** May be changed while running. */
  link: Link;
}

export interface RestServer extends RestApp {
  /** `http://127.0.0.1:<port>`, the product's TWILIO_STUB_URL. */
  url: string;
  port: number;
  close(): Promise<void>;
}

/** Where Flex is, and therefore the account of the sandbox (twilio.com/docs/global-infrastructure). */
const HOME_REGION = 'us1';
/** `product.region.twilio.com` or `product.edge.region.twilio.com`. */
const REGIONAL_HOST = /^\/([a-z]+)(?:\.([a-z-]+))?\.([a-z]{2}\d)\.twilio\.com\//;

/** Twilio's REST hosts as an Express router. */
export function createRestApp(world: SandboxWorld, options: RestOptions = {}): RestApp {
  const link: Link = { ...options.link };
  const check = createOpenApiCheck(world.eventLog);
  const hosts: Record<string, Route[]> = {
    'api.twilio.com': [
      ...accountRoutes(world),
      ...keyRoutes(world),
      ...callRoutes(world),
      ...phoneNumberRoutes(world),
      ...messageRoutes(world),
      ...queueRoutes(world),
      ...transcriptionRoutes(world),
      ...recordingRoutes(world),
    ],
    'taskrouter.twilio.com': taskRouterRoutes(world, options.taskRequestsPerSecond),
    'sync.twilio.com': syncRoutes(world),
    'flex-api.twilio.com': [...configurationRoutes(world), ...pluginRoutes(world), ...pluginReleaseRoutes(world)],
    'studio.twilio.com': flowRoutes(world),
    'serverless.twilio.com': serverlessRoutes(world),
    'serverless-upload.twilio.com': uploadRoutes(world),
    'monitor.twilio.com': alertRoutes(world),
    'voice.twilio.com': dialingPermissionRoutes(world),
    'iam.twilio.com': iamRoutes(world),
  };

  let events = 0;
  const order = () => ++events;
  const router = Router();
  const addressedHosts = new WeakMap<Request, string>();
  router.use((request, response, next) => {
    const [, product, edge, region] = REGIONAL_HOST.exec(request.url) ?? [];
    const host = `${product}.twilio.com`;
    const isKnown = Object.hasOwn(hosts, host) || Object.hasOwn(options.otherHosts ?? {}, host);
    if (region === undefined || !isKnown) return next();
    const addressed = [product, edge, region, 'twilio.com'].filter(Boolean).join('.');
    const path = request.url.slice(addressed.length + 1);
    if (region === HOME_REGION) {
      addressedHosts.set(request, addressed);
      request.url = `/${host}${path}`;
      return next();
    }
    request.url = path;
    observeHost(world, addressed, order)(request, response, () => refuseRegion(link, request, response));
  });
  const observe =
    (host: string): RequestHandler =>
    (request, response, next) =>
      observeHost(world, addressedHosts.get(request) ?? host, order)(request, response, next);
  for (const [host, handler] of Object.entries(options.otherHosts ?? {})) {
    const wait: RequestHandler = async (_request, response, next) => {
      await getExchange(response).pause(link.latencyMs ?? 0);
      next();
    };
    router.use(`/${host}`, observe(host), injectFaults(world), wait, handler);
  }
  for (const [host, routes] of Object.entries(hosts)) {
    const handlers = twilioHost(world, host, routes, check, link, injectFaults(world));
    router.use(`/${host}`, observe(host), ...handlers);
  }
  router.use((request, response, next) => {
    const host = /^\/([\w-]+(?:\.[\w-]+)+)\//.exec(request.url)?.[1];
    // Deployed Functions answer for themselves.
    if (!host || host.endsWith('.twil.io')) return next();
    if (/\.(html?|js|css|map|ico|svg|png|wav|mp3|json|txt)$/.test(host)) return next();
    request.url = request.url.slice(host.length + 1);
    observeHost(world, host, order)(request, response, () => refuseUnknownHost(world, host, link, request, response));
  });
  return { router, mismatches: check.mismatches, link };
}

/** Twilio's REST hosts on a loopback port; 0 takes a free one. */
export async function createRestServer(
  world: SandboxWorld,
  options: RestOptions & { port?: number } = {},
): Promise<RestServer> {
  const rest = createRestApp(world, options);
  const app = express().disable('x-powered-by').use(rest.router);
  const server: Server = app.listen(options.port ?? 0, '127.0.0.1');
  // Longer than any pause of a client that keeps its connections: a connection closed by us just as it is used again
  // would look like a fault that was not injected.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', reject);
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...rest,
    port,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/** Each region has credentials of its own (twilio.com/docs/global-infrastructure/manage-regional-api-credentials). */
function refuseRegion(link: Link, request: Request, response: Response): void {
  const refusal = errorResponse(new TwilioError(401, 20003, 'Authenticate'));
  sendResponse(request, response, refusal, link).catch(() => response.destroy());
}

function refuseUnknownHost(world: SandboxWorld, host: string, link: Link, request: Request, response: Response): void {
  const { method, path } = getExchange(response).record;
  world.eventLog.append({
    source: 'sandbox',
    level: 'warning',
    text: `the sandbox does not model ${method} ${host}${path}`,
  });
  sendResponse(request, response, errorResponse(notFound(path)), link).catch(() => response.destroy());
}
