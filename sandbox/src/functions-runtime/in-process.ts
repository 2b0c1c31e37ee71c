import type { RequestListener } from 'node:http';
import { dirname } from 'node:path';
import { LocalDevelopmentServer } from '@twilio/runtime-handler/dev';
import { listenOnLoopback } from '../loopback-server';
import { listAssets, listFunctions } from './resources';

export interface InProcessFunctions {
  /** Where the runtime itself answers, without what production puts before it. */
  url: string;
  close(): Promise<void>;
}

/**
 * Runs built Functions under Twilio's own local runtime in this process, so that they share the tests' virtual time.
 * The runtime keeps its Functions, assets and globals (`Runtime`, `Twilio`) in module state: one at a time.
 * @param options `env` becomes the Functions' context and so may set DOMAIN_NAME; `port` 0 takes a free one; `url` is
 *   the public address DOMAIN_NAME is taken from otherwise
 */
export async function startFunctionsInProcess(options: {
  functionsDir: string;
  assetsDir: string;
  env: Record<string, string>;
  port?: number;
  url?: string;
}): Promise<InProcessFunctions> {
  let app: RequestListener = (_request, response) => response.writeHead(503).end();
  const server = await listenOnLoopback((request, response) => app(request, response), options.port);
  const { port, url } = server;
  const withContent = (resource: ReturnType<typeof listFunctions>[number]) => ({ ...resource, content: '' });
  // `listen` of the runtime gives no handle to close, so only its app is used.
  app = new LocalDevelopmentServer(port, {
    baseDir: dirname(options.functionsDir),
    env: options.env,
    port,
    url: options.url ?? url,
    detailedLogs: false,
    live: false,
    logs: false,
    legacyMode: false,
    appName: 'sandbox',
    forkProcess: false,
    enableDebugLogs: false,
    routes: {
      functions: listFunctions(options.functionsDir).map(withContent),
      assets: listAssets(options.assetsDir).map(withContent),
    },
  }).getApp();
  return { url, close: server.close };
}
