import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalDevelopmentServer } from '@twilio/runtime-handler/dev';
import { listen, type Transport } from '../transport/transport';
import { platformSdkModule } from './platform-sdk';
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
  const baseDir = createBaseDir(dirname(options.functionsDir));
  // `listen` of the runtime gives no handle to close, so only its app is used.
  app = new LocalDevelopmentServer(PORT, {
    baseDir,
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
  return {
    url,
    async close() {
      await server.close();
      rmSync(baseDir, { recursive: true, force: true });
    },
  };
}

/** A folder that contains only the SDK for the runtime, which loads Functions by their own paths. */
function createBaseDir(projectDir: string): string {
  const baseDir = mkdtempSync(join(tmpdir(), 'sandbox-runtime-'));
  const sdkDir = join(baseDir, 'node_modules/twilio');
  mkdirSync(sdkDir, { recursive: true });
  writeFileSync(join(sdkDir, 'index.js'), platformSdkModule(findSdk(projectDir)));
  return baseDir;
}

/** The Functions' own SDK: documents of another copy would be answered as JSON. */
function findSdk(projectDir: string): string {
  try {
    return require.resolve('twilio', { paths: [projectDir] });
  } catch {
    return require.resolve('twilio');
  }
}
