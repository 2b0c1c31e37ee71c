import { newFlexConfiguration } from '../flex/flex-configuration';
import { createPluginService } from '../flex/plugin-service';
import { createServerless } from '../serverless/serverless';
import { createFlows } from '../studio/flows';
import { createSync } from '../sync/sync-store';
import { createEventHistory } from '../taskrouter/event-history';
import { createTaskRouter, type TaskRouterOptions, type WorkflowOption } from '../taskrouter/taskrouter';
import { TTL_EXCEEDED } from '../taskrouter/tasks';
import type { NewWorker } from '../taskrouter/types';
import { createActivity } from './activity';
import { collectAlerts } from './alerts';
import { DEFAULT_ACCOUNT, PRESETS, type Preset } from './defaults';
import { defaultDialingPermissions } from './dialing-permissions';
import { createEventLog } from './event-log';
import { createFaults, type FaultStore } from './faults';
import { createFlexTokens, type FlexTokens } from './flex-tokens';
import { noCalls } from './no-calls';
import { createQueues } from './queues';
import { createRecordings } from './recordings';
import { createSidGenerator } from './sids';
import type { PhoneNumber, Sid, World } from './types';

export interface WorldOptions {
  /** What the account has unless the other options say so; default `demonstration`. */
  preset?: Preset;
  accountSid?: Sid;
  /** See `Account`; default true, as in new accounts. */
  mediaAuthentication?: boolean;
  authToken?: string;
  /** API key sid -> secret. */
  apiKeys?: Record<Sid, string>;
  /** Which of them are main keys; default none. */
  mainApiKeys?: readonly Sid[];
  /** Default Full. */
  accountType?: 'Full' | 'Trial';
  workspaceSid?: Sid;
  /** Sync services besides Flex's; default the product's. */
  syncServices?: readonly Sid[];
  workflows?: readonly WorkflowOption[];
  workers?: readonly NewWorker[];
  /** Numbers that REST can set; the voice engine answers them besides its own. */
  phoneNumbers?: readonly PhoneNumber[];
  taskRouter?: TaskRouterOptions;
  /** Another seed gives other sids, e.g. when what an earlier run left on disk must not be mistaken for this run's. */
  seed?: string;
}

/** The world with what only the rooms that made it need. */
export interface SandboxWorld extends World {
  faults: FaultStore;
  flexTokens: FlexTokens;
}

/**
 * An account with nothing in it but what its preset names.
 * @throws RangeError for a sid of the wrong form: a product under test would refuse it later and less clearly.
 */
export function createWorld(options: WorldOptions = {}): SandboxWorld {
  const accountSid = options.accountSid ?? DEFAULT_ACCOUNT.accountSid;
  const workspaceSid = options.workspaceSid ?? DEFAULT_ACCOUNT.workspaceSid;
  const preset = PRESETS[options.preset ?? 'demonstration']();
  const { apiKeys, syncServices, workflows, workers, phoneNumbers } = { ...preset, ...definedOf(options) };
  for (const { sid } of workflows) requireSid('WW', sid);
  for (const { sid } of options.taskRouter?.queues ?? []) if (sid !== undefined) requireSid('WQ', sid);
  requireSid('AC', accountSid);
  requireSid('WS', workspaceSid);
  for (const sid of Object.keys(apiKeys)) requireSid('SK', sid);

  const now = Date.now();
  const seed = options.seed ?? 'sandbox';
  const newSid = createSidGenerator(seed);
  const eventLog = createEventLog();
  const taskRouter = createTaskRouter(newSid, { accountSid, workspaceSid }, eventLog, workflows, options.taskRouter);
  taskRouter.tasks.subscribe((event, task) => {
    // Only spontaneous changes: actions of product and caller are logged where they happen.
    if (event === 'canceled' && task.reason === TTL_EXCEEDED) {
      eventLog.append({ source: 'twilio', text: `task ${task.sid} canceled (${task.reason})`, detail: { ...task } });
    }
  });
  for (const worker of workers) taskRouter.addWorker(worker);
  const world = {
    account: {
      accountSid,
      mediaAuthentication: options.mediaAuthentication ?? true,
      authToken: options.authToken ?? DEFAULT_ACCOUNT.authToken,
      friendlyName: 'Sandbox',
      type: options.accountType ?? ('Full' as const),
      dateCreated: now,
      apiKeys: new Map(Object.entries(apiKeys)),
      apiKeyNotes: new Map(
        (options.mainApiKeys ?? []).map((sid) => [
          sid,
          { friendlyName: 'Main', isMain: true, dateCreated: now, dateUpdated: now },
        ]),
      ),
      dialingPermissions: defaultDialingPermissions(),
    },
    workspaceSid,
    workflows: taskRouter.workflows,
    activity: createActivity(),
    eventLog,
    alerts: collectAlerts(eventLog, createSidGenerator(`${seed} alerts`)),
    faults: createFaults(),
    requests: [],
    newSid,
    taskRouter,
    tasks: taskRouter.tasks,
    sync: createSync([...syncServices, DEFAULT_ACCOUNT.flexSyncServiceSid], newSid, DEFAULT_ACCOUNT.flexSyncServiceSid),
    flows: createFlows(newSid),
    serverless: createServerless(newSid),
    queues: createQueues(newSid),
    recordings: createRecordings(newSid),
    phoneNumbers: [...phoneNumbers],
    messages: [],
    calls: noCalls,
    callRequests: [],
    flexTokens: createFlexTokens(newSid),
  };
  return Object.assign(world, {
    taskRouterEvents: createEventHistory(world),
    flex: { configuration: newFlexConfiguration(world), pluginService: createPluginService(newSid) },
  });
}

function definedOf<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

function requireSid(prefix: string, sid: string): void {
  if (!new RegExp(`^${prefix}[0-9a-f]{32}$`).test(sid)) {
    throw new RangeError(`${JSON.stringify(sid)} is not a sid: ${prefix} and 32 lower case hexadecimal digits`);
  }
}
