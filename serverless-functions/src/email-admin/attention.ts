import type { AttentionItem, EmailSettings } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import type { FailureRow } from '../ledger/history-row';
import { errorCode } from '../runtime/errors';
import type { QueueScope } from '../runtime/queue-scope';
import { isAssigned, type Task } from '../twilio/taskrouter';
import { displayCaller } from './caller-display';
import { isEntryInScope, isFailureInScope } from './entry-scope';
import { type OpenTasks, readHolders, type TaskHolder } from './open-tasks';

type AttentionSettings = Pick<EmailSettings, 'show_callers' | 'attention_after_minutes'>;

const MAX_ITEMS = 100;

/**
 * The attention list: callbacks and voicemails that wait too long, or that an agent has had for too long; mails that
 * failed; tasks that were lost; entries that cannot be read. The longest waiting first.
 * @param scope the queues of who asks
 * @param openTasks read beside the page, as is what failed of late
 * @throws TwilioError when Sync cannot be read
 */
export async function listAttentionItems(
  invocation: Invocation,
  settings: AttentionSettings,
  scope: QueueScope,
  openTasks: Promise<OpenTasks>,
  recentFailures: Promise<FailureRow[]>,
): Promise<AttentionItem[]> {
  const [{ byVoicemailId }, allFailures] = await Promise.all([openTasks, recentFailures]);
  const failures = allFailures.filter((failure) => isFailureInScope(scope, failure));
  const cutoff = Date.now() - settings.attention_after_minutes * 60_000;
  const old = await tasksInScope(
    invocation,
    [...byVoicemailId].filter(([, { createdAt }]) => createdAt <= cutoff),
    scope,
  );
  const holders = await readHolders(
    invocation,
    old.map(([, task]) => task),
  );
  return [
    ...old.flatMap(([id, task]) => toTaskItem(id, task, holders.get(task.sid), cutoff, settings)),
    ...failures.flatMap((failure) => toFailureItems(failure, settings)),
  ]
    .sort((a, b) => (a.since < b.since ? -1 : 1))
    .slice(0, MAX_ITEMS);
}

/** Of which queue a task is, its entry says: a workflow may have moved the task. */
async function tasksInScope(
  { ledger, log }: Invocation,
  tasks: readonly [id: string, task: Task][],
  scope: QueueScope,
): Promise<(readonly [id: string, task: Task])[]> {
  if (scope === 'all') return [...tasks];
  const found = await Promise.all(
    tasks.slice(0, scope.length === 0 ? 0 : MAX_ITEMS).map(async (one) => {
      try {
        const entry = (await ledger.find(one[0]))?.entry;
        return entry !== undefined && isEntryInScope(scope, entry) ? [one] : [];
      } catch (error) {
        log.warn('task not shown', { entry: one[0], code: errorCode(error) });
        return [];
      }
    }),
  );
  return found.flat();
}

const iso = (at: number) => new Date(at).toISOString();

function toTaskItem(
  id: string,
  task: Task,
  holder: TaskHolder | undefined,
  cutoff: number,
  settings: AttentionSettings,
): AttentionItem[] {
  const { from, taskType } = task.attributes;
  const about = {
    voicemail_id: id,
    taskType: taskType === 'callback' ? ('callback' as const) : ('voicemail' as const),
    queue: task.queueName,
    caller: displayCaller(typeof from === 'string' ? from : '', settings),
  };
  if (!isAssigned(task)) return [{ ...about, kind: 'not-taken', since: iso(task.createdAt) }];
  if (holder === undefined || holder.since > cutoff) return [];
  return [{ ...about, kind: 'held', since: iso(holder.since), worker: holder.worker, mayRestore: true }];
}

/** A mail that is refused for some is listed at once, though it may still go out to others. */
function toMailItems(
  about: Pick<AttentionItem, 'voicemail_id' | 'taskType' | 'queue' | 'caller'>,
  email: FailureRow['email'],
): AttentionItem[] {
  if (email === undefined) return [];
  const { state, lastError: problem, since, refused, recipients } = email;
  if (state === 'failed') return [{ ...about, kind: 'email-failed', since: iso(since), problem }];
  if (refused === undefined) return [];
  return [{ ...about, kind: 'email-partly', since: iso(since), problem, refused, recipients }];
}

function toFailureItems(
  { id, taskType, receivedAt, queueName, from, email, lost, unreadable }: FailureRow,
  settings: AttentionSettings,
): AttentionItem[] {
  const about = { voicemail_id: id, taskType, queue: queueName, caller: displayCaller(from, settings) };
  return [
    ...toMailItems(about, email),
    ...(lost === undefined
      ? []
      : [{ ...about, kind: 'lost' as const, since: iso(lost.at), loss: lost.loss, mayRestore: true }]),
    ...(unreadable === undefined
      ? []
      : [{ ...about, kind: 'unreadable' as const, since: iso(receivedAt), isNewer: unreadable.isNewer }]),
  ];
}
