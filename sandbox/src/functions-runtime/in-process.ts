import type { RequestListener } from 'node:http';
import { dirname } from 'node:path';
import { LocalDevelopmentServer } from '@twilio/runtime-handler/dev';
import { listen, type Transport } from '../transport/transport';
import { listAssets, listFunctions } from './resources';

/** The runtime wants one to build its own address from; nothing listens there. */
const PORT = 0;

export interface InProcessFunctions {
  /** Where the runtime itself answers, without what production puts before it. */
  url: string;
  close(): Promise<void>;
}

/**
 * Runs built Functions under Twilio's own local runtime in this process, so that they share the tests' virtual time.
 * The runtime keeps its Functions, assets and globals (`Runtime`, `Twilio`) in module state: one at a time.
 * @param options.env the Functions' context, which may set DOMAIN_NAME
 * @param options.url the public address; DOMAIN_NAME is taken from it otherwise
 * @param options.transport default HTTP
 */
export async function startFunctionsInProcess(options: {
  functionsDir: string;
  assetsDir: string;
  env: Record<string, string>;
  url?: string;
  transport?: Transport;
}): Promise<InProcessFunctions> {
  let app: RequestListener = (_request, response) => response.writeHead(503).end();
  const server = await listen(options.transport ?? 'http', (request, response) => app(request, response));
  const { url } = server;
  const withContent = (resource: ReturnType<typeof listFunctions>[number]) => ({ ...resource, content: '' });
  // `listen` of the runtime gives no handle to close, so only its app is used.
  app = new LocalDevelopmentServer(PORT, {
    baseDir: dirname(options.functionsDir),
    env: options.env,
    port: PORT,
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
