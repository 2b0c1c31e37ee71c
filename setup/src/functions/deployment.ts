import type { Fields, Resource, TwilioRest } from '../account/rest';
import type { FunctionsService } from '../parts/part';
import { SetupError } from '../setup-error';
import type { BundleFile, FunctionsBundle } from './bundle';
import { PLUGINS } from './plugin-file';
import { SERVICES } from './service';

const UPLOADS = 'https://serverless-upload.twilio.com/v1/Services';
const COLLECTIONS = {
  function: { path: 'Functions', key: 'functions' },
  asset: { path: 'Assets', key: 'assets' },
} as const;
/** Twilio recommends to look every second (twilio.com/docs/serverless/api/resource/build). */
const POLL_MS = 1_000;
const MAX_BUILD_MS = 5 * 60_000;
/** Uploads beside each other; more of them meet Twilio's limit of requests. */
const AT_ONCE = 4;

interface Progress {
  pause(ms: number): Promise<void>;
  say(line: string): void;
}

/**
 * Uploads a bundle and builds it. Nothing that is live changes.
 * @returns the build's SID
 * @throws SetupError with Twilio's reason when the build fails; @throws TwilioRefusal
 */
export async function createBuild(
  rest: TwilioRest,
  service: FunctionsService,
  bundle: FunctionsBundle,
  { pause, say }: Progress,
): Promise<string> {
  const { serviceSid } = service;
  const versions = { function: [] as string[], asset: [] as string[] };
  const resources = {
    function: await resourcesByName(rest, serviceSid, 'function'),
    asset: await resourcesByName(rest, serviceSid, 'asset'),
  };
  const waiting = [...bundle.files];
  say(`Uploading ${bundle.files.length} files`);
  const upload = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const sid = resources[file.kind].get(file.path) ?? (await createResource(rest, serviceSid, file));
      versions[file.kind].push(await uploadVersion(rest, serviceSid, sid, file));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, upload));
  const kept = await earlierPlugins(rest, service, bundle);
  return runBuild(
    rest,
    serviceSid,
    {
      FunctionVersions: versions.function,
      AssetVersions: [...versions.asset, ...kept],
      Dependencies: JSON.stringify(bundle.dependencies),
      Runtime: bundle.runtime,
    },
    { pause, say },
  );
}

/** @returns the SID of a build that is complete @throws SetupError */
async function runBuild(
  rest: TwilioRest,
  serviceSid: string,
  fields: Fields,
  { pause, say }: Progress,
): Promise<string> {
  const { sid } = await rest.post(`${SERVICES}/${serviceSid}/Builds`, fields);
  say('Building');
  for (let waited = 0; waited < MAX_BUILD_MS; waited += POLL_MS) {
    const { status } = await rest.get(`${SERVICES}/${serviceSid}/Builds/${sid}/Status`);
    if (status === 'completed') return sid;
    if (status === 'failed') throw await buildFailed(rest, serviceSid, sid);
    await pause(POLL_MS);
  }
  throw new SetupError(
    'build-timeout',
    `Twilio has not built the Functions in ${MAX_BUILD_MS / 60_000} minutes`,
    LATER,
  );
}

/** How many earlier versions of the plugin stay: browsers that are open load them, and a rollback needs the last one. */
const KEPT_PLUGINS = 3;

/** @returns versions of assets of the live build: earlier plugins, the newest first */
async function earlierPlugins(
  rest: TwilioRest,
  { serviceSid, environmentSid }: FunctionsService,
  { files }: FunctionsBundle,
): Promise<string[]> {
  const { build_sid: live } = await rest.get(`${SERVICES}/${serviceSid}/Environments/${environmentSid}`);
  if (typeof live !== 'string') return [];
  const { asset_versions: assets } = await rest.get(`${SERVICES}/${serviceSid}/Builds/${live}`);
  const replaced = new Set(files.map(({ path }) => path));
  return (assets as Resource[])
    .filter(({ path }) => path.startsWith(PLUGINS) && !replaced.has(path))
    .sort((a, b) => Date.parse(b.date_created) - Date.parse(a.date_created))
    .slice(0, KEPT_PLUGINS)
    .map(({ sid }) => sid);
}

const LATER = 'What was live is live still. Run the command again.';

/** Twilio keeps no reason with the build; it writes an alert. */
async function buildFailed(rest: TwilioRest, serviceSid: string, sid: string): Promise<SetupError> {
  const alerts = await rest.list('https://monitor.twilio.com/v1/Alerts?LogLevel=error', 'alerts').catch(() => []);
  const alert = alerts.find(({ resource_sid: resource }) => resource === sid || resource === serviceSid);
  const reason = typeof alert?.alert_text === 'string' ? `: ${alert.error_code} ${alert.alert_text}` : '';
  return new SetupError('build-failed', `Twilio could not build the Functions${reason}`, LATER);
}

/**
 * Adds one asset to what is live, and changes nothing else of it. Does nothing where it is there.
 * @throws SetupError when nothing is live, or the build fails; @throws TwilioRefusal
 */
export async function addAsset(
  rest: TwilioRest,
  service: FunctionsService,
  file: BundleFile,
  progress: Progress,
): Promise<void> {
  const { serviceSid } = service;
  const { live } = await deployedBuilds(rest, service);
  if (live === undefined)
    throw new SetupError('not-deployed', 'The Functions are not deployed', 'Run npm run deploy without --only.');
  const build = await rest.get(`${SERVICES}/${serviceSid}/Builds/${live}`);
  const assets = build.asset_versions as Resource[];
  if (assets.some(({ path }) => path === file.path)) return;
  const known = await resourcesByName(rest, serviceSid, 'asset');
  const sid = known.get(file.path) ?? (await createResource(rest, serviceSid, file));
  const added = await uploadVersion(rest, serviceSid, sid, file);
  const next = await runBuild(
    rest,
    serviceSid,
    {
      FunctionVersions: (build.function_versions as Resource[]).map((version) => version.sid),
      AssetVersions: [...assets.map((version) => version.sid), added],
      Dependencies: JSON.stringify(build.dependencies),
      Runtime: build.runtime,
    },
    progress,
  );
  await activateBuild(rest, service, next);
}

/** Makes a build live. */
export async function activateBuild(
  rest: TwilioRest,
  { serviceSid, environmentSid }: FunctionsService,
  buildSid: string,
): Promise<void> {
  await rest.post(`${SERVICES}/${serviceSid}/Environments/${environmentSid}/Deployments`, { BuildSid: buildSid });
}

/** @returns the build that is live, and the one that was before it when it became live first: a later one was taken back */
export async function deployedBuilds(
  rest: TwilioRest,
  { serviceSid, environmentSid }: FunctionsService,
): Promise<{ live?: string; previous?: string }> {
  const url = `${SERVICES}/${serviceSid}/Environments/${environmentSid}`;
  const { build_sid: live } = await rest.get(url);
  if (typeof live !== 'string') return {};
  const deployments = await rest.list(`${url}/Deployments`, 'deployments');
  // The newest come first, also of those of one second.
  const builds = deployments
    .reverse()
    .sort((a, b) => Date.parse(a.date_created) - Date.parse(b.date_created))
    .map(({ build_sid: build }) => build)
    .filter((build): build is string => typeof build === 'string');
  const previous = builds.slice(0, Math.max(builds.indexOf(live), 0)).at(-1);
  return { live, ...(previous === undefined ? {} : { previous }) };
}

async function resourcesByName(rest: TwilioRest, serviceSid: string, kind: BundleFile['kind']) {
  const { path, key } = COLLECTIONS[kind];
  const resources = await rest.list(`${SERVICES}/${serviceSid}/${path}`, key);
  return new Map(resources.map(({ friendly_name: name, sid }) => [name as string, sid as string]));
}

async function createResource(rest: TwilioRest, serviceSid: string, { kind, path }: BundleFile): Promise<string> {
  const { sid } = await rest.post(`${SERVICES}/${serviceSid}/${COLLECTIONS[kind].path}`, { FriendlyName: path });
  return sid;
}

async function uploadVersion(
  rest: TwilioRest,
  serviceSid: string,
  sid: string,
  { kind, path, visibility, contentType, content }: BundleFile,
): Promise<string> {
  const url = `${UPLOADS}/${serviceSid}/${COLLECTIONS[kind].path}/${sid}/Versions`;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const version = await rest.upload(url, { Path: path, Visibility: visibility }, { name, type: contentType, content });
  return version.sid;
}
