import { callBackDataWithNumber } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { isPromised, withNumberToCall } from '../ledger/callback-entry';
import type { Held } from '../ledger/ledger';
import { errorCode, failedAs } from '../runtime/errors';

/** A task that is written to by others all the time is left after a few tries: the ledger decides what is dialled. */
const MAX_ROUNDS = 3;

/**
 * Changes the number of a callback that is promised already; its place in line stays. The ledger first, which decides
 * what is dialled; then the task, which shows it.
 * @returns false when it was not changed; never throws
 */
export async function changeNumber(invocation: Invocation, held: Held, number: string): Promise<boolean> {
  const { doors, ledger, log } = invocation;
  let after: Held | undefined;
  try {
    after = await ledger.change(held, (entry) => (isPromised(entry) ? withNumberToCall(entry, number) : entry));
  } catch (error) {
    log.error('number not changed', { entry: held.entry.id, code: errorCode(error) });
    return false;
  }
  if (after === undefined || !isPromised(after.entry)) return false;
  const { sid } = after.entry.task;
  if (sid === undefined) return true;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    try {
      const task = await doors.tasks.fetch(sid);
      const attributes = task && callBackDataWithNumber(task.attributes, after.entry);
      if (!task?.etag || attributes === undefined) break;
      await doors.tasks.setAttributes(sid, task.etag, attributes);
      break;
    } catch (error) {
      log.warn('number not shown on the task', { entry: held.entry.id, taskSid: sid, code: errorCode(error) });
      if (!failedAs(error, 'changed-meanwhile')) break;
    }
  }
  return true;
}
