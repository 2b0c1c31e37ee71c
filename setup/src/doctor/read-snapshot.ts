import { type Resource, TwilioRefusal, type TwilioRest } from '../account/rest';
import type { FunctionsBundle } from '../functions/bundle';
import { healthProblem, probeUrl } from '../functions/health';
import type { PluginFile } from '../functions/plugin-file';
import { findService, readVariables, SERVICES } from '../functions/service';
import { FLEX_CONFIGURATION } from '../parts/flex-configuration';
import { readReleased } from '../parts/plugin';
import { SetupError } from '../setup-error';
import { type LookUpTxt, readDnsRecords } from './dns-records';
import { askMailProvider } from './mail-provider';
import { type DeployedFunctions, type Read, type Snapshot, Unread, type WorkerCapacity } from './snapshot';

/** What a snapshot is read with. */
export interface SnapshotSource {
  rest: TwilioRest;
  /** The Functions' service, and the suffix of the environment's domain. */
  service: { name: string; suffix: string };
  bundle: FunctionsBundle;
  plugin: PluginFile;
  lookUpTxt?: LookUpTxt;
  healthProblem?(url: string): Promise<string | undefined>;
}

/** Enough to judge; more would take minutes. */
const MAX_WORKERS = 200;
const AT_ONCE = 8;
const DAY_MS = 24 * 60 * 60_000;

/** Reads an account. Never throws: what cannot be read is marked so. */
export async function readSnapshot(source: SnapshotSource): Promise<Snapshot> {
  const { rest, bundle, plugin } = source;
  const takenAt = Date.now();
  const api = `https://api.twilio.com/2010-04-01/Accounts/${rest.accountSid}`;
  const flexConfiguration = await reading(() => rest.get(FLEX_CONFIGURATION));
  const workspaceSid = flexConfiguration instanceof Unread ? undefined : flexConfiguration.taskrouter_workspace_sid;
  const workspace = `https://taskrouter.twilio.com/v1/Workspaces/${workspaceSid}`;
  const inWorkspace = <T>(read: () => Promise<T>) =>
    workspaceSid === undefined ? Promise.resolve(new Unread('Flex’s workspace is not known')) : reading(read);
  const since = new Date(takenAt - DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z');
  const [account, queues, workflows, workers, flows, numbers, releasedPlugins, alerts, permittedCountries, functions] =
    await Promise.all([
      reading(() => rest.get(`${api}.json`)),
      inWorkspace(() => rest.list(`${workspace}/TaskQueues`, 'task_queues')),
      inWorkspace(() => rest.list(`${workspace}/Workflows`, 'workflows')),
      inWorkspace(() => readWorkers(rest, workspace)),
      reading(() => readFlows(rest)),
      reading(() => rest.list(`${api}/IncomingPhoneNumbers.json`, 'incoming_phone_numbers')),
      reading(() => readReleased(rest)),
      reading(() => rest.list(`https://monitor.twilio.com/v1/Alerts?LogLevel=error&StartDate=${since}`, 'alerts')),
      reading(() => readCountries(rest)),
      reading(() => readFunctions(source)),
    ]);
  const variables = functions instanceof Unread ? undefined : functions?.variables;
  const syncSid = variables?.VOICEMAIL_SYNC_SERVICE_SID;
  const keySid = variables?.TWILIO_API_KEY;
  const domain = senderDomain(variables);
  const [syncService, recordingsKey, schedulerSeenAt, mailProvider, records] = await Promise.all([
    syncSid === undefined ? undefined : reading(() => rest.find(`https://sync.twilio.com/v1/Services/${syncSid}`)),
    keySid === undefined ? undefined : reading(() => rest.find(`${api}/Keys/${keySid}.json`)),
    syncSid === undefined ? undefined : reading(() => readScheduler(rest, syncSid)),
    variables === undefined ? undefined : reading(() => askMailProvider(variables)),
    domain === undefined ? undefined : reading(() => readDnsRecords(domain, source.lookUpTxt)),
  ]);
  return {
    accountSid: rest.accountSid,
    takenAt,
    ...{ account, flexConfiguration, queues, workflows, workers, flows, numbers, releasedPlugins, alerts },
    ...{ permittedCountries, functions, syncService, recordingsKey, schedulerSeenAt, mailProvider },
    ...(domain === undefined || records === undefined ? {} : { senderDomain: { domain, records } }),
    local: { buildHash: bundle.hash, pluginName: plugin.uniqueName, pluginVersion: plugin.version },
  };
}

async function reading<T>(read: () => Promise<T>): Promise<Read<T>> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TwilioRefusal) return new Unread(`Twilio answered ${error.status}`);
    return new Unread(error instanceof SetupError ? error.message : 'there was no answer');
  }
}

/** Calls one after the other would take minutes, all at once would meet limits. */
async function eachOf<T, Result>(items: readonly T[], work: (item: T) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let n = 0; n < items.length; n += AT_ONCE)
    results.push(...(await Promise.all(items.slice(n, n + AT_ONCE).map(work))));
  return results;
}

async function readWorkers(rest: TwilioRest, workspace: string): Promise<WorkerCapacity[]> {
  const workers = (await rest.list(`${workspace}/Workers`, 'workers')).slice(0, MAX_WORKERS);
  return eachOf(workers, async ({ sid, friendly_name: name }) => {
    const channels = await rest.list(`${workspace}/Workers/${sid}/Channels`, 'channels');
    const voice = channels.find(({ task_channel_unique_name: channel }) => channel === 'voice');
    return {
      ...{ sid, name },
      ...(voice && {
        channelUrl: `${workspace}/Workers/${sid}/Channels/${voice.sid}`,
        voice: voice.configured_capacity,
      }),
    };
  });
}

async function readFlows(rest: TwilioRest): Promise<Resource[]> {
  const flows = await rest.list('https://studio.twilio.com/v2/Flows', 'flows');
  return eachOf(flows, ({ sid }) => rest.get(`https://studio.twilio.com/v2/Flows/${sid}`));
}

async function readCountries(rest: TwilioRest): Promise<string[]> {
  const countries = await rest.list('https://voice.twilio.com/v1/DialingPermissions/Countries', 'content');
  return countries.filter(({ low_risk_numbers_enabled: isOpen }) => isOpen === true).map(({ iso_code: code }) => code);
}

async function readFunctions(source: SnapshotSource): Promise<DeployedFunctions | undefined> {
  const { rest, service } = source;
  const { environment } = await findService(rest, service.name, service.suffix);
  if (environment === undefined) return undefined;
  const { serviceSid, environmentSid, domain } = environment;
  const [variables, { build_sid: buildSid }] = await Promise.all([
    readVariables(rest, environment),
    rest.get(`${SERVICES}/${serviceSid}/Environments/${environmentSid}`),
  ]);
  if (typeof buildSid !== 'string') return { serviceSid, environmentSid, domain, variables };
  const [build, problem] = await Promise.all([
    rest.get(`${SERVICES}/${serviceSid}/Builds/${buildSid}`),
    (source.healthProblem ?? healthProblem)(rest.reach(probeUrl(domain))),
  ]);
  const { status, runtime, dependencies } = build;
  return {
    ...{ serviceSid, environmentSid, domain, variables },
    build: { sid: buildSid, status, runtime, dependencies: dependencies ?? [] },
    ...(problem === undefined ? {} : { healthProblem: problem }),
  };
}

/** The Functions note when a scheduler calls (serverless-functions/src/notification/email-health.ts). */
async function readScheduler(rest: TwilioRest, syncSid: string): Promise<number | undefined> {
  const item = await rest.find(`https://sync.twilio.com/v1/Services/${syncSid}/Maps/email-health/Items/scheduler`);
  const at = Number(item?.data?.at ?? Number.NaN);
  return Number.isNaN(at) ? undefined : at;
}

/** The domain of MAIL_FROM, or Mailgun's. */
function senderDomain(variables: Readonly<Record<string, string>> | undefined): string | undefined {
  const [, domain] = /@([^@>\s]+)>?$/.exec(variables?.MAIL_FROM ?? '') ?? [];
  return (domain ?? variables?.MAILGUN_DOMAIN)?.toLowerCase();
}
