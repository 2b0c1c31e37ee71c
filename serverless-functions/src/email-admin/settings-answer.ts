import type { AuditRecord, EmailSettingsResponse } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { allowedEmailDomains } from '../runtime/environment';
import { errorCode } from '../runtime/errors';
import { readAudit } from './audit';
import { providerOf, readHealth } from './health';
import type { Proposal } from './proposal';
import { readStored, unreachable } from './stored-settings';

/** What changes so rarely that a panel that asks every few seconds is answered from memory. */
const REMEMBERED_MS = 5 * 60_000;
let remembered: { until: number; queues: string[]; numbers: string[]; aclEnabled: boolean | undefined } | undefined;

/**
 * All the panel shows but the history.
 * @throws BadRequest 503 `settings-unreachable`
 */
export async function settingsAnswer(invocation: Invocation): Promise<EmailSettingsResponse> {
  const [stored, { queues, numbers, aclEnabled }] = await Promise.all([
    readStored(invocation),
    surroundings(invocation),
  ]);
  const { settings, rules, revision, source } = stored;
  try {
    const [audit, health] = await Promise.all([readAudit(invocation, settings), readHealth(invocation, aclEnabled)]);
    const { saved, ...shown } = settings;
    return {
      settings: shown as typeof settings,
      rules,
      revision,
      source,
      ...(saved === undefined ? {} : { savedBy: saved.by, savedAt: saved.at }),
      allowedDomains: allowedEmailDomains(invocation.environment),
      timeZone: invocation.timeZone,
      queues: named(queues, rules.rules, 'queues'),
      numbers: named(numbers, rules.rules, 'numbers'),
      audit,
      health,
    };
  } catch (error) {
    throw unreachable(error);
  }
}

/** What was just saved, where reading it again failed: without what only reading tells. */
export function answerAfterSaving(
  { environment, timeZone }: Invocation,
  { settings, rules }: Proposal,
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
    queues: named(remembered?.queues ?? [], rules.rules, 'queues'),
    numbers: named(remembered?.numbers ?? [], rules.rules, 'numbers'),
    audit: [record],
    health: {
      provider: providerOf(environment),
      sync: { reachable: false },
      schedulerRuns: false,
      failedMails: 0,
      waitingMails: 0,
    },
  };
}

/** Those that exist, and those that rules name already. */
function named<K extends 'queues' | 'numbers'>(known: string[], rules: { [P in K]?: string[] }[], field: K): string[] {
  return [...new Set([...known, ...rules.flatMap((rule) => rule[field] ?? [])])].sort();
}

/** The panel does without, where Twilio does not tell. */
async function surroundings({ twilio, log }: Invocation) {
  if (remembered !== undefined && remembered.until > Date.now()) return remembered;
  const quiet = async <T>(what: string, ask: () => Promise<T>, otherwise: T): Promise<[T, boolean]> => {
    try {
      return [await ask(), true];
    } catch (error) {
      log.warn(what, { code: errorCode(error) });
      return [otherwise, false];
    }
  };
  const [[queues, toldQueues], [numbers, toldNumbers], [aclEnabled, toldAcl]] = await Promise.all([
    quiet('queues not read', () => twilio.taskRouter.listQueueNames(), []),
    quiet('numbers not read', () => twilio.voice.listPhoneNumbers(), []),
    quiet('Sync service not read', () => twilio.sync.isAclEnabled(), undefined),
  ]);
  const answer = { until: Date.now() + REMEMBERED_MS, queues, numbers, aclEnabled };
  if (toldQueues && toldNumbers && toldAcl) remembered = answer;
  return answer;
}
