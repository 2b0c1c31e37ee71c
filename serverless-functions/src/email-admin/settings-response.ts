import type { AuditRecord, EmailSettingsResponse, WorkflowFinding } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { AccountCache } from '../runtime/account-cache';
import { allowedEmailDomains } from '../runtime/environment';
import { errorCode } from '../runtime/errors';
import { readAudit } from './audit';
import { providerHealth, readHealth } from './health';
import type { SettingsInput } from './settings-input';
import { asSettingsUnreachable, readStoredSettings } from './stored-settings';
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

/**
 * All the panel shows but the history.
 * @throws FlexBadRequest 503 `settings-unreachable`
 */
export async function buildSettingsResponse(invocation: Invocation): Promise<EmailSettingsResponse> {
  const [stored, { queues, numbers, aclEnabled, workflows }] = await Promise.all([
    readStoredSettings(invocation),
    accountContext(invocation),
  ]);
  const { settings, rules, revision, source } = stored;
  try {
    const [audit, health] = await Promise.all([readAudit(invocation, settings), readHealth(invocation, aclEnabled)]);
    const { saved, ...visibleSettings } = settings;
    return {
      settings: visibleSettings as typeof settings,
      rules,
      revision,
      source,
      ...(saved === undefined ? {} : { savedBy: saved.by, savedAt: saved.at }),
      allowedDomains: allowedEmailDomains(invocation.environment),
      timeZone: invocation.timeZone,
      queues: mergeReferenced(queues, rules.rules, 'queues'),
      numbers: mergeReferenced(numbers, rules.rules, 'numbers'),
      audit,
      health: { ...health, workflows },
    };
  } catch (error) {
    throw asSettingsUnreachable(error);
  }
}

/** What was just saved, where reading it again failed: without what only reading tells. */
export function buildResponseAfterSave(
  { environment, timeZone }: Invocation,
  { settings, rules }: SettingsInput,
  record: AuditRecord,
  revision: string,
): EmailSettingsResponse {
  return {
    settings,
    rules,
    revision,
    source: 'saved',
    savedBy: record.by,
    savedAt: record.at,
    allowedDomains: allowedEmailDomains(environment),
    timeZone,
    queues: mergeReferenced(accountCache.get(environment)?.queues ?? [], rules.rules, 'queues'),
    numbers: mergeReferenced(accountCache.get(environment)?.numbers ?? [], rules.rules, 'numbers'),
    audit: [record],
    health: {
      provider: providerHealth(environment),
      sync: { reachable: false },
      schedulerRuns: false,
      failedEmails: 0,
      waitingEmails: 0,
    },
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
