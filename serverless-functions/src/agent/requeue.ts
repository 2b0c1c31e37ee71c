import type { RequeueResponse } from '@callback-and-voicemail/contract';
import { startReadingBusinessNumbers } from '../fulfilment/business-numbers';
import { checkCallBlock } from '../fulfilment/call-block';
import { findOrCreateTask } from '../fulfilment/find-or-create-task';
import type { Invocation } from '../invocation';
import type { LedgerEntry } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';
import { toTaskEvent } from '../ledger/outcomes';
import { isClaimedBy } from '../ledger/schedule';
import { transition } from '../ledger/transitions';
import { errorCode, FlexBadRequest, isOutcomeUnknown, TwilioError } from '../runtime/errors';
import { type AuthorizedTask, alreadyRequeued } from './authorize-task-access';
import { mayRequeue, type RequeuePolicy, readRequeuePolicy } from './requeue-policy';

const REQUEUED_REASON = 'Put back, to be tried again later';

/** What is read for a requeue beside the check of who asks. */
export interface RequeueReading {
  policy: Promise<RequeuePolicy>;
  /** Whether the account has a number. */
  isOurs(number: string): Promise<boolean>;
}

/** Starts reading what does not depend on the entry. */
export function startReadingRequeue(invocation: Invocation): RequeueReading {
  return { policy: readRequeuePolicy(invocation), isOurs: startReadingBusinessNumbers(invocation) };
}

/**
 * Requeues a callback or voicemail: claims the entry (by its task's sid, so that a double click or a second agent finds
 * it taken), creates a new task with the same routing and one attempt more, and completes the previous one.
 * @throws FlexBadRequest 409 or 422 when it may not be requeued; TwilioError when it was not, and nothing has changed
 */
export async function requeue(
  invocation: Invocation,
  { task, current }: AuthorizedTask,
  { policy, isOurs }: RequeueReading,
): Promise<RequeueResponse> {
  const { twilio, ledger, log, timeZone } = invocation;
  checkRequeue({ task, current }, await policy);
  await checkNumber(invocation, current.entry, isOurs);
  const claimed = await claimRequeue(invocation, current, task.sid);
  const { entry } = claimed;
  const outcome = await findOrCreateTask(entry, () => twilio.taskRouter, timeZone, true);
  if (!outcome.created && !outcome.uncertain) {
    await ledger.apply(claimed, { type: 'requeue-reverted', taskSid: task.sid });
    throw new TwilioError(`POST task for ${entry.id}`, { failure: 'unavailable' });
  }
  const recorded = ledger.apply(claimed, toTaskEvent(outcome), { as: 'awaited' }).catch((error: unknown) => {
    // The lease expires, and the sweep finds the new task.
    log.error('requeue not recorded', { entry: entry.id, code: errorCode(error) });
  });
  await Promise.all([recorded, completePreviousTask(invocation, task.sid)]);
  const taskSid = outcome.created ? outcome.taskSid : undefined;
  log.info('task requeued', { entry: entry.id, taskSid, attempt: entry.callbackAttempts });
  return { ok: true, taskSid, attempts: entry.callbackAttempts ?? 0 };
}

/**
 * Claims the entry and lists it, in parallel. No task is created before both are done, and the agent holds theirs. The
 * previous key stays in the index: by it, a sweep finds a claim that was not listed (ADR 0090).
 * @throws FlexBadRequest 409 when it was requeued already; TwilioError when it is not claimed and listed
 */
async function claimRequeue(invocation: Invocation, current: VersionedEntry, taskSid: string): Promise<VersionedEntry> {
  const { ledger, owner } = invocation;
  try {
    const claimed = await ledger.claimBy(current, { type: 'task-requeued', taskSid, owner }, { as: 'awaited' });
    if (claimed !== undefined) return claimed;
  } catch (error) {
    await revertOwnClaim(invocation, current.entry.id, taskSid, error);
    throw error;
  }
  const taken = (await ledger.find(current.entry.id)) ?? current;
  throw await alreadyRequeued(invocation, taken.entry);
}

/**
 * The claim may be written although its key is not, or its answer was lost. One that may be written yet is made void:
 * the agent is told that nothing was put back, and goes on with the task. Never throws.
 */
async function revertOwnClaim(
  { ledger, log, owner }: Invocation,
  id: string,
  taskSid: string,
  failure: unknown,
): Promise<void> {
  try {
    await ledger.compareAndSwap(
      id,
      (entry) => {
        if (isClaimedBy(entry, owner)) return transition(entry, { type: 'requeue-reverted', taskSid }, Date.now());
        return isOutcomeUnknown(failure) ? transition(entry, { type: 'late-write-voided' }, Date.now()) : entry;
      },
      { as: 'awaited' },
    );
  } catch (error) {
    // The next request for this task lists it.
    log.error('requeue not reverted', { entry: id, code: errorCode(error) });
  }
}

/** @throws FlexBadRequest 409 when it may not be requeued */
function checkRequeue({ task, current: { entry } }: AuthorizedTask, policy: RequeuePolicy): void {
  // TaskRouter completes only tasks that an agent holds: a waiting task would remain in addition to the new one.
  if (task.status !== 'assigned' && task.status !== 'wrapping')
    throw new FlexBadRequest(
      'task-not-held',
      'No agent holds this task',
      'It is in line, or was handled: reload the list.',
      409,
    );
  if (!policy.allowRequeue)
    throw new FlexBadRequest('requeue-not-allowed', 'Putting back is switched off', 'Ask a supervisor.', 409);
  if (!mayRequeue(entry, policy))
    throw new FlexBadRequest('no-attempts-left', 'It was tried as often as is allowed', 'Mark it as handled.', 409);
}

/** @throws FlexBadRequest 422 when it is a callback to a number that may not be called */
async function checkNumber(
  invocation: Invocation,
  entry: LedgerEntry,
  isOurs: RequeueReading['isOurs'],
): Promise<void> {
  const block = entry.task.type === 'callback' ? await checkCallBlock(invocation, entry, isOurs) : undefined;
  if (block !== undefined)
    throw new FlexBadRequest(block, 'This number may not be called back', 'Mark it as handled.', 422);
}

/** The plugin completes it as well; the second request finds it done. */
async function completePreviousTask({ twilio, log }: Invocation, taskSid: string): Promise<void> {
  try {
    await twilio.taskRouter.completeTask(taskSid, REQUEUED_REASON);
  } catch (error) {
    log.warn('previous task not completed', { taskSid, code: errorCode(error) });
  }
}
