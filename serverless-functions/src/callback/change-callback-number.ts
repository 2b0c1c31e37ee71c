import { withCallbackNumber } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { currentTaskSid, isPromised, type LedgerEntry, numberToCall } from '../ledger/entry';
import type { EntryRef, VersionedEntry } from '../ledger/ledger';
import { errorCode } from '../runtime/errors';

/** A task that others keep changing is left for later after this many. */
const UPDATE_ATTEMPTS = 3;

/**
 * Changes the number of a callback that is promised already, which keeps its place in line. First the ledger, which
 * decides what is dialed; then the task, which shows it. The sweep finishes what fails there.
 * @param changedAt when another call than the callback's own changed it: the card says so (ADR 0114)
 * @returns false when it was not changed; never throws
 */
export async function changeCallbackNumber(
  invocation: Invocation,
  ref: EntryRef,
  number: string,
  changedAt?: number,
): Promise<boolean> {
  const { ledger, log } = invocation;
  const id = typeof ref === 'string' ? ref : ref.entry.id;
  let after: VersionedEntry | undefined;
  try {
    after = await ledger.apply(ref, { type: 'number-changed', number, changedAt }, { as: 'awaited' });
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
  return invocation.ledger.apply(current, { type: 'number-synced', number: numberToCall(current.entry) });
}

/** @throws TwilioError when the task could not be read or written */
async function syncTaskNumber({ twilio }: Invocation, entry: LedgerEntry): Promise<void> {
  const taskSid = currentTaskSid(entry);
  if (taskSid === undefined) return;
  await twilio.taskRouter.updateTaskAttributes(taskSid, (attributes) => withCallbackNumber(attributes, entry), {
    attempts: UPDATE_ATTEMPTS,
  });
}
