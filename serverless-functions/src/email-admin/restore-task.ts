import type { RequeueResponse } from '@callback-and-voicemail/contract';
import { type Act, withAudit } from '../audit/with-audit';
import { findOrCreateTask } from '../fulfilment/find-or-create-task';
import type { Invocation } from '../invocation';
import { currentTaskSid, type LedgerEntry } from '../ledger/entry';
import { isEntryId } from '../ledger/entry-id';
import type { VersionedEntry } from '../ledger/ledger';
import { toTaskEvent } from '../ledger/outcomes';
import { isClaimedBy } from '../ledger/schedule';
import { transition } from '../ledger/transitions';
import { errorCode, FlexBadRequest, isOutcomeUnknown } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import { queueScopeOf } from '../runtime/queue-scope';
import type { FlexUser } from '../twilio/flex-token';
import { isAssigned } from '../twilio/taskrouter';
import { requireEntryInScope } from './entry-scope';
import { queuesOf } from './queues-of';

/** The reason on a task that an agent had for too long. */
const RESTORED_REASON = 'Put back in line by a supervisor';

/**
 * Puts a callback or voicemail back in line: one whose task was lost, or one that an agent holds. The new task has the
 * old one's place in line and is no further attempt. The entry is claimed by the old task, so that of two requests one
 * creates a task; when TaskRouter does not, the sweep does.
 * @throws FlexBadRequest `no-such-entry`, `not-your-queue`, `nothing-to-restore`; TwilioError when nothing has changed
 */
export async function restoreTask(
  invocation: Invocation,
  user: FlexUser,
  event: Record<string, unknown>,
): Promise<RequeueResponse> {
  const id = textField(event, 'Voicemail');
  if (!isEntryId(id)) throw noSuchEntry();
  const current = await invocation.ledger.find(id);
  const act: Act = { act: 'restore', entries: [id], ...queuesOf(current === undefined ? [] : [current.entry]) };
  return withAudit(invocation, user, act, () => restoreEntry(invocation, user, current));
}

const noSuchEntry = () =>
  new FlexBadRequest(
    'no-such-entry',
    'There is no such voicemail',
    'It may have been deleted: see the retention settings.',
    404,
  );

async function restoreEntry(
  invocation: Invocation,
  { workerSid }: FlexUser,
  current: VersionedEntry | undefined,
): Promise<RequeueResponse> {
  const { twilio, ledger, log, timeZone, environment } = invocation;
  if (current === undefined) throw noSuchEntry();
  const { id } = current.entry;
  requireEntryInScope(queueScopeOf(environment, workerSid), current.entry);
  const previousSid = currentTaskSid(current.entry);
  const isHeld = await isHeldByAgent(invocation, current.entry);
  const claimed =
    current.entry.task.state === 'lost' || isHeld ? await claimRestored(invocation, current, previousSid) : undefined;
  if (claimed === undefined)
    throw new FlexBadRequest('nothing-to-restore', 'It waits in line, or was handled', 'Reload the history.', 409);
  const outcome = await findOrCreateTask(claimed.entry, () => twilio.taskRouter, timeZone, true);
  try {
    await ledger.apply(claimed, toTaskEvent(outcome));
  } catch (error) {
    // The lease expires, and the sweep finds the new task.
    log.error('restored task not recorded', { entry: id, code: errorCode(error) });
  }
  if (isHeld && previousSid !== undefined) await completeHeldTask(invocation, previousSid);
  const taskSid = outcome.created ? outcome.taskSid : undefined;
  log.info('task restored', { entry: id, taskSid });
  return { ok: true, taskSid, attempts: claimed.entry.callbackAttempts ?? 0 };
}

/**
 * A claim whose answer was lost is looked up. One that may be written yet is made void, since the supervisor is told
 * that nothing has changed.
 * @returns undefined when it was claimed before @throws TwilioError when it is not claimed
 */
async function claimRestored(
  { ledger, log, owner }: Invocation,
  current: VersionedEntry,
  taskSid: string | undefined,
): Promise<VersionedEntry | undefined> {
  try {
    return await ledger.claimBy(current, { type: 'task-restored', taskSid, owner }, { as: 'outcome' });
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error;
    log.warn('claim of a restored task not answered', { entry: current.entry.id, code: errorCode(error) });
    const settled = await ledger.compareAndSwap(current.entry.id, (entry) =>
      isClaimedBy(entry, owner) ? entry : transition(entry, { type: 'late-write-voided' }, Date.now()),
    );
    if (settled === undefined || !isClaimedBy(settled.entry, owner)) throw error;
    await ledger.ensureListed(settled.entry);
    return settled;
  }
}

async function isHeldByAgent({ twilio }: Invocation, { task }: LedgerEntry): Promise<boolean> {
  if (task.state !== 'created' || task.closed) return false;
  const found = await twilio.taskRouter.fetchTask(task.sid);
  return found !== undefined && isAssigned(found);
}

async function completeHeldTask({ twilio, log }: Invocation, taskSid: string): Promise<void> {
  try {
    await twilio.taskRouter.completeTask(taskSid, RESTORED_REASON);
  } catch (error) {
    log.warn('previous task not completed', { taskSid, code: errorCode(error) });
  }
}
