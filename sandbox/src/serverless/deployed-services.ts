import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Request, type Response, Router } from 'express';
import { startFunctionsInProcess } from '../functions-runtime/in-process';
import { createVisibilityLookup, type Visibility } from '../functions-runtime/resources';
import { createGateway } from '../gateway/gateway';
import type { World } from '../world/types';
import type { ServerlessBuild, ServerlessEnvironment, ServerlessService, ServerlessVersion } from './types';

/** What runs the files of a deployed build. */
type DeploymentRunner = (deployment: {
  functionsDir: string;
  assetsDir: string;
  /** The variables of the environment, and those that the platform adds. */
  env: Record<string, string>;
  /** `https://` and the domain. */
  url: string;
}) => Promise<{ url: string; close(): Promise<void> }>;

export interface DeployedServicesOptions {
  /** The folder whose `node_modules` the Functions find what they require in. */
  modulesFrom: string;
  /** Default: the local runtime in this process, which runs one deployment at a time. */
  run?: DeploymentRunner;
  /**
   * Public origin -> where it is answered, as the voice engine has it; the domain of each deployment is added.
   * @see url
   */
  origins?: Record<string, string>;
  /** Further variables, by which the Functions find this Twilio instead of the real one. */
  variables?: (own: Readonly<Record<string, string>>) => Record<string, string>;
  /** The origin of the server that the router is part of. Without it no domain is added to `origins`. */
  url?: string;
}

export interface DeployedServices {
  /** Serves `/<domain>/…`, and whatever is sent to such a host, for each environment that has a deployment. */
  router: Router;
  close(): Promise<void>;
}

interface Running {
  /** What it was started with: another build or variable means another start. */
  signature: string;
  url: string;
  close(): Promise<void>;
}

/**
 * The domains of deployed services, each started when it is first asked, behind the gateway that production has. "When
 * an Environment Variable is updated, the new value will instantly reflect in subsequent Function executions"
 * (twilio.com/docs/runtime/functions/variables), so it is then started anew.
 */
export function createDeployedServices(world: World, options: DeployedServicesOptions): DeployedServices {
  const run: DeploymentRunner = options.run ?? startFunctionsInProcess;
  const running = new Map<string, Running>();
  /** One start or stop after the other. */
  let queue: Promise<unknown> = Promise.resolve();

  const open = (domain: string): Promise<Running | undefined> => {
    const next = queue.then(() => ensure(domain));
    queue = next.catch(() => undefined);
    return next;
  };
  const ensure = async (domain: string): Promise<Running | undefined> => {
    const deployed = world.serverless.deployed(domain);
    const before = running.get(domain);
    const signature = deployed && JSON.stringify([deployed.build.sid, environmentOf(world, deployed)]);
    if (before && before.signature === signature) return before;
    // The local runtime keeps its Functions and globals in module state, so another domain's would answer for it.
    const ended = options.run ? (before ? [before] : []) : [...running.values()];
    for (const one of ended) await one.close();
    if (options.run) running.delete(domain);
    else running.clear();
    if (!deployed || signature === undefined) return undefined;
    const started = { signature, ...(await start(deployed)) };
    running.set(domain, started);
    return started;
  };
  const start = async (deployed: Deployed) => {
    const { environment, build } = deployed;
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-deployed-'));
    const [functionsDir, assetsDir] = [join(folder, 'functions'), join(folder, 'assets')];
    symlinkSync(join(options.modulesFrom, 'node_modules'), join(folder, 'node_modules'), 'dir');
    for (const version of build.versions) {
      writeFile(version.kind === 'Function' ? functionsDir : assetsDir, version);
    }
    const publicUrl = `https://${environment.domainName}`;
    const own = environmentOf(world, deployed);
    const functions = await run({
      functionsDir,
      assetsDir,
      env: { ...own, ...options.variables?.(own) },
      url: publicUrl,
    });
    const visibility = createVisibilityLookup(functionsDir);
    const gateway = await createGateway({ world, target: functions.url, publicUrl, visibility });
    return {
      url: gateway.url,
      async close() {
        await gateway.close();
        await functions.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  };

  const unsubscribe = world.serverless.subscribe(({ domainName }) => {
    if (options.origins && options.url !== undefined) options.origins[`https://${domainName}`] = options.url;
  });

  const router = Router();
  router.use((request, response, next) => {
    const host = request.headers.host ?? '';
    const [, inPath, rest] = /^\/([\w-]+\.twil\.io)(\/.*)?$/.exec(request.url) ?? [];
    const domain = inPath ?? (host.endsWith('.twil.io') ? host : undefined);
    if (domain === undefined) return next();
    const path = inPath === undefined ? request.url : rest;
    open(domain.toLowerCase())
      .then((found) => {
        if (found) forward(request, response, new URL(path ?? '/', found.url), domain);
        else response.status(404).type('text/plain').send('Not Found');
      })
      .catch(next);
  });
  return {
    router,
    async close() {
      unsubscribe();
      await queue;
      for (const one of running.values()) await one.close();
      running.clear();
    },
  };
}

type Deployed = { service: ServerlessService; environment: ServerlessEnvironment; build: ServerlessBuild };

/**
 * The variables, and what the platform adds (twilio.com/docs/serverless/functions-assets/functions/variables, "Default
 * environment variables").
 */
function environmentOf(world: World, { service, environment }: Deployed): Record<string, string> {
  const { accountSid, authToken } = world.account;
  return {
    ...(service.includeCredentials ? { ACCOUNT_SID: accountSid, AUTH_TOKEN: authToken } : {}),
    DOMAIN_NAME: environment.domainName,
    SERVICE_SID: service.sid,
    ENVIRONMENT_SID: environment.sid,
    ...Object.fromEntries([...environment.variables.values()].map(({ key, value }) => [key, value])),
  };
}

/** Under the name by which the local runtime tells path and visibility. */
function writeFile(folder: string, { kind, path, visibility, bytes }: ServerlessVersion): void {
  const suffix = visibility === 'public' ? '' : `.${visibility satisfies Visibility}`;
  const file =
    kind === 'Function' ? `${path}${suffix}.js` : path.replace(/(\.[^./]*)?$/, (extension) => `${suffix}${extension}`);
  const target = join(folder, file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, bytes);
}

function forward(request: Request, response: Response, url: URL, host: string): void {
  const inside = httpRequest(url, { method: request.method, headers: { ...request.headers, host } });
  inside.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  inside.on('error', () => response.destroy());
  request.pipe(inside);
}
