import {
  addressKey,
  type BouncingAddress,
  type EmailHealth,
  type EmailSettings,
  type EmailSettingsResponse,
  type RecipientAddition,
  type WorkflowFinding,
} from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { allowedRecipients } from '../notification/allowed-recipients';
import { listBouncing } from '../notification/bouncing-addresses';
import { logoHosts } from '../notification/logo-hosts';
import { isConfirmationRequired, recipientAddresses } from '../notification/unconfirmed-recipients';
import { retentionStatus } from '../retention/retention-status';
import { AccountCache } from '../runtime/account-cache';
import { errorCode } from '../runtime/errors';
import { queueScopeOf } from '../runtime/queue-scope';
import { startEarly } from '../runtime/start-early';
import type { FlexUser } from '../twilio/flex-token';
import { type HealthReading, providerHealth, readHealth } from './health';
import { isRecipientInScope, isRuleInScope } from './scoped-settings';
import type { SettingsInput } from './settings-input';
import { asSettingsUnreachable, readStoredSettings, type StoredSettings } from './stored-settings';
import { findWorkflowProblems } from './workflow-check';

/** Queues and numbers change rarely, and the panel polls every few seconds. */
const CACHE_TTL_MS = 5 * 60_000;
interface AccountContext {
  until: number;
  queues: string[];
  numbers: string[];
  aclEnabled: boolean | undefined;
  workflows: WorkflowFinding[] | undefined;
}
const accountCache = new AccountCache<AccountContext>();

/** What is read for the panel beside the check of who asks. */
export interface SettingsReading {
  stored: Promise<StoredSettings>;
  account: Promise<AccountContext>;
  health: Promise<HealthReading>;
  bouncing: Promise<BouncingAddress[]>;
}

/** Starts reading all the panel shows but the history. */
export function startReadingSettings(invocation: Invocation): SettingsReading {
  return {
    stored: startEarly(() => readStoredSettings(invocation)),
    account: startEarly(() => accountContext(invocation)),
    health: startEarly(() => readHealth(invocation)),
    bouncing: startEarly(() => listBouncing(invocation.twilio.sync)),
  };
}

/**
 * All the panel shows but the history.
 * @param reading reads that were started in parallel with authorization
 * @throws FlexBadRequest 503 `settings-unreachable`
 */
export async function buildSettingsResponse(
  invocation: Invocation,
  user: FlexUser,
  reading: SettingsReading = startReadingSettings(invocation),
): Promise<EmailSettingsResponse> {
  const [stored, account] = await Promise.all([reading.stored, reading.account]);
  const { revision, source } = stored;
  const { saved } = stored.settings;
  try {
    const { healthIn, retentionNote } = await reading.health;
    const health = healthIn(queueScopeOf(invocation.environment, user.workerSid));
    return {
      ...aboutSettings(invocation, user, stored, account),
      ...(await aboutBouncing(invocation, user, stored, reading)),
      revision,
      source,
      ...(saved === undefined ? {} : { savedBy: saved.by, savedAt: saved.at }),
      health: withAccount(health, account),
      ...aboutRetention(retentionNote, stored.settings),
    };
  } catch (error) {
    throw asSettingsUnreachable(error);
  }
}

/** What a save stored. */
interface SavedSettings extends SettingsInput {
  additions: readonly RecipientAddition[];
  /** Who saved, and when. */
  saved: { by: string; at: string };
}

/** What was just saved, with what was read before: reading all of it again would take three more rounds. Never throws. */
export async function buildResponseAfterSave(
  invocation: Invocation,
  user: FlexUser,
  change: SavedSettings,
  revision: string,
  reading: SettingsReading,
): Promise<EmailSettingsResponse> {
  const account = await reading.account;
  return {
    ...aboutSettings(invocation, user, change, account),
    ...(await aboutBouncing(invocation, user, change, reading)),
    revision,
    source: 'saved',
    savedBy: change.saved.by,
    savedAt: change.saved.at,
    ...(await healthBeforeSave(invocation, user, reading, account, change.settings)),
  };
}

/** What Sync did not give is not known after the save either. */
async function healthBeforeSave(
  { environment }: Invocation,
  { workerSid }: FlexUser,
  { health }: SettingsReading,
  account: AccountContext,
  settings: EmailSettings,
): Promise<Pick<EmailSettingsResponse, 'health' | 'retention'>> {
  try {
    const { healthIn, retentionNote } = await health;
    const before = healthIn(queueScopeOf(environment, workerSid));
    return { health: withAccount(before, account), ...aboutRetention(retentionNote, settings) };
  } catch {
    const provider = providerHealth(environment);
    const sync = { reachable: false };
    return { health: { provider, sync, schedulerRuns: false, failedEmails: 0, waitingEmails: 0 } };
  }
}

function aboutRetention(note: unknown, { retention }: EmailSettings): Pick<EmailSettingsResponse, 'retention'> {
  const status = retentionStatus(note, retention, Date.now());
  return status === undefined ? {} : { retention: status };
}

const withAccount = (health: EmailHealth, { aclEnabled, workflows }: AccountContext): EmailHealth => ({
  ...health,
  sync: { ...health.sync, ...(aclEnabled === undefined ? {} : { aclEnabled }) },
  workflows,
});

/** Recipients of this user's at whose addresses mails bounce. Nothing where Sync did not give it. */
async function aboutBouncing(
  { environment, log }: Invocation,
  { workerSid }: FlexUser,
  { settings, rules }: SettingsInput,
  { bouncing }: SettingsReading,
): Promise<Pick<EmailSettingsResponse, 'bouncing'>> {
  try {
    const scope = queueScopeOf(environment, workerSid);
    const known = recipientAddresses({ settings, rules });
    const isShown = ({ address }: BouncingAddress) =>
      known.has(addressKey(address)) && isRecipientInScope(scope, { settings, rules }, address);
    return { bouncing: (await bouncing).filter(isShown) };
  } catch (error) {
    log.warn('bouncing addresses not read', { code: errorCode(error) });
    return {};
  }
}

/** Settings and rules as this user may see them, and what they may choose from. */
function aboutSettings(
  { environment, timeZone }: Invocation,
  { workerSid }: FlexUser,
  { settings, rules, additions }: SettingsInput & { additions: readonly RecipientAddition[] },
  { queues, numbers }: AccountContext,
) {
  const scope = queueScopeOf(environment, workerSid);
  const { saved: _notes, ...visibleSettings } = settings;
  const visibleRules = { ...rules, rules: rules.rules.filter((rule) => isRuleInScope(scope, rule)) };
  const waiting = additions.flatMap(({ by, name, at, addresses }) =>
    addresses
      .filter((address) => isRecipientInScope(scope, { settings, rules }, address))
      .map((address) => ({ address, addedBy: name, addedAt: at, isOwn: by === workerSid })),
  );
  return {
    settings: visibleSettings as typeof settings,
    rules: visibleRules,
    allowedRecipients: allowedRecipients(environment),
    logoHosts: logoHosts(environment),
    timeZone,
    queues:
      scope === 'all' ? mergeReferenced(queues, rules.rules, 'queues') : scope.filter((name) => name !== '').sort(),
    numbers: mergeReferenced(numbers, visibleRules.rules, 'numbers'),
    ...(scope === 'all' ? {} : { ownQueues: [...scope] }),
    ...(isConfirmationRequired(environment) ? { unconfirmed: waiting } : {}),
  };
}

/** Names that exist in the account, and names that rules already use. */
function mergeReferenced<K extends 'queues' | 'numbers'>(
  known: string[],
  rules: { [P in K]?: string[] }[],
  field: K,
): string[] {
  return [...new Set([...known, ...rules.flatMap((rule) => rule[field] ?? [])])].sort();
}

/** What the panel shows of the account. A part that Twilio does not answer for is left out. */
async function accountContext({ twilio, environment, log }: Invocation): Promise<AccountContext> {
  const cached = accountCache.get(environment);
  if (cached !== undefined && cached.until > Date.now()) return cached;
  const orFallback = async <T>(what: string, ask: () => Promise<T>, otherwise: T): Promise<[T, boolean]> => {
    try {
      return [await ask(), true];
    } catch (error) {
      log.warn(what, { code: errorCode(error) });
      return [otherwise, false];
    }
  };
  const ownSid = environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID;
  const [[queues, hasQueues], [numbers, hasNumbers], [aclEnabled, hasAcl], [workflows, hasWorkflows]] =
    await Promise.all([
      orFallback('queues not read', () => twilio.taskRouter.listQueueNames(), []),
      orFallback('numbers not read', () => twilio.voice.listPhoneNumbers(), []),
      orFallback('Sync service not read', () => twilio.sync.isAclEnabled(), undefined),
      orFallback(
        'workflows not read',
        async () => findWorkflowProblems(await twilio.taskRouter.listWorkflows(), ownSid),
        undefined,
      ),
    ]);
  const answer = { until: Date.now() + CACHE_TTL_MS, queues, numbers, aclEnabled, workflows };
  if (hasQueues && hasNumbers && hasAcl && hasWorkflows) accountCache.set(environment, answer);
  return answer;
}
