import { withCallbackNumber } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { isPromised, numberToCall, withNumberChanged, withNumberShown } from '../ledger/callback-entry';
import type { LedgerEntry } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';
import { errorCode, isTwilioError } from '../runtime/errors';

/** A task that is written to by others all the time is left for later after a few tries. */
const MAX_ROUNDS = 3;

/**
 * Changes the number of a callback that is promised already; its place in line stays. The ledger first, which decides
 * what is dialled; then the task, which shows it. What fails there the sweep does.
 * @returns false when it was not changed; never throws
 */
export async function changeCallbackNumber(
  invocation: Invocation,
  from: string | VersionedEntry,
  number: string,
): Promise<boolean> {
  const { ledger, log } = invocation;
  const id = typeof from === 'string' ? from : from.entry.id;
  let after: VersionedEntry | undefined;
  try {
    after = await ledger.compareAndSwap(
      from,
      (entry) => withNumberChanged(entry, number, Date.now()),
      () => true,
      true,
    );
  } catch (error) {
    log.error('number not changed', { entry: id, code: errorCode(error) });
    return false;
  }
  if (after === undefined || !isPromised(after.entry)) return false;
  try {
    await syncTaskNumber(invocation, after.entry);
  } catch (error) {
    log.warn('number not shown on the task', { entry: id, code: errorCode(error) });
  }
  return true;
}

/**
 * For the sweep: makes sure that the task shows the number that was changed.
 * @throws TwilioError when TaskRouter or Sync is out of reach
 */
export async function completeNumberChange(
  invocation: Invocation,
  current: VersionedEntry,
): Promise<VersionedEntry | undefined> {
  await syncTaskNumber(invocation, current.entry);
  return invocation.ledger.compareAndSwap(current, (entry) => withNumberShown(entry, numberToCall(current.entry)));
}

/** @throws TwilioError when the task could not be read or written */
async function syncTaskNumber({ twilio }: Invocation, entry: LedgerEntry): Promise<void> {
  const { sid } = entry.task;
  if (sid === undefined) return;
  for (let round = 1; ; round += 1) {
    const task = await twilio.taskRouter.fetchTask(sid);
    const attributes = task && withCallbackNumber(task.attributes, entry);
    if (!task?.etag || attributes === undefined) return;
    try {
      return await twilio.taskRouter.updateAttributes(sid, task.etag, attributes);
    } catch (error) {
      if (round === MAX_ROUNDS || !isTwilioError(error, 'precondition-failed')) throw error;
    }
  }
}
