import type {
  EmailHealth,
  EmailSettingsResponse,
  NotificationRules,
  RecipientAddition,
  WorkflowFinding,
} from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { allowedRecipients } from '../notification/allowed-recipients';
import { isConfirmationRequired } from '../notification/unconfirmed-recipients';
import { AccountCache } from '../runtime/account-cache';
import { errorCode } from '../runtime/errors';
import { startEarly } from '../runtime/start-early';
import type { FlexUser } from '../twilio/flex-token';
import { providerHealth, readHealth } from './health';
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
  health: Promise<EmailHealth>;
}

/** Starts reading all the panel shows but the history. */
export function startReadingSettings(invocation: Invocation): SettingsReading {
  return {
    stored: startEarly(() => readStoredSettings(invocation)),
    account: startEarly(() => accountContext(invocation)),
    health: startEarly(() => readHealth(invocation)),
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
  const { settings, rules, revision, source, additions } = stored;
  try {
    const health = await reading.health;
    const { saved, ...visibleSettings } = settings;
    return {
      settings: visibleSettings as typeof settings,
      rules,
      revision,
      source,
      ...(saved === undefined ? {} : { savedBy: saved.by, savedAt: saved.at }),
      ...aboutAccount(invocation, account, rules),
      ...aboutUnconfirmed(invocation, user, additions),
      health: withAccount(health, account),
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
  { settings, rules, additions, saved }: SavedSettings,
  revision: string,
  reading: SettingsReading,
): Promise<EmailSettingsResponse> {
  const account = await reading.account;
  const { saved: _notes, ...visibleSettings } = settings;
  return {
    settings: visibleSettings as typeof settings,
    rules,
    revision,
    source: 'saved',
    savedBy: saved.by,
    savedAt: saved.at,
    ...aboutAccount(invocation, account, rules),
    ...aboutUnconfirmed(invocation, user, additions),
    health: await healthBeforeSave(invocation, reading, account),
  };
}

/** What Sync did not give is not known after the save either. */
async function healthBeforeSave(
  { environment }: Invocation,
  { health }: SettingsReading,
  account: AccountContext,
): Promise<EmailHealth> {
  try {
    return withAccount(await health, account);
  } catch {
    const provider = providerHealth(environment);
    return { provider, sync: { reachable: false }, schedulerRuns: false, failedEmails: 0, waitingEmails: 0 };
  }
}

const withAccount = (health: EmailHealth, { aclEnabled, workflows }: AccountContext): EmailHealth => ({
  ...health,
  sync: { ...health.sync, ...(aclEnabled === undefined ? {} : { aclEnabled }) },
  workflows,
});

const aboutAccount = (
  { environment, timeZone }: Invocation,
  { queues, numbers }: AccountContext,
  { rules }: NotificationRules,
) => ({
  allowedRecipients: allowedRecipients(environment),
  timeZone,
  queues: mergeReferenced(queues, rules, 'queues'),
  numbers: mergeReferenced(numbers, rules, 'numbers'),
});

/** Who waits for confirmation, as this user sees it. */
const aboutUnconfirmed = (
  { environment }: Invocation,
  { workerSid }: FlexUser,
  additions: readonly RecipientAddition[],
): Pick<EmailSettingsResponse, 'unconfirmed'> =>
  isConfirmationRequired(environment)
    ? {
        unconfirmed: additions.flatMap(({ by, name, at, addresses }) =>
          addresses.map((address) => ({ address, addedBy: name, addedAt: at, isOwn: by === workerSid })),
        ),
      }
    : {};

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
