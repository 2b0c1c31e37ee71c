import { withTaker } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { currentTaskSid } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';

/** A task that others keep changing is left for later after this many. */
const UPDATE_ATTEMPTS = 3;

/**
 * Makes sure that the task shows who has taken the voicemail from the email, or that nobody has.
 * @returns the entry afterwards
 * @throws TwilioError when TaskRouter or Sync is out of reach: a sweep repeats it
 */
export async function showTaker(
  { twilio, ledger }: Invocation,
  current: VersionedEntry,
): Promise<VersionedEntry | undefined> {
  const { entry } = current;
  const taskSid = currentTaskSid(entry);
  if (taskSid !== undefined)
    await twilio.taskRouter.updateTaskAttributes(taskSid, (attributes) => withTaker(attributes, entry), {
      attempts: UPDATE_ATTEMPTS,
    });
  return ledger.apply(current, { type: 'taken-synced', takenAt: entry.taken?.at });
}
