import type { Invocation } from '../invocation';
import { currentTaskSid, type LedgerEntry } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';
import { errorCode, isOutcomeUnknown } from '../runtime/errors';
import { leaveCallerMails } from './caller-mails';
import { deleteTranscriptions } from './recordings-at-twilio';
import { withRecordingRemoved } from './task-attributes';

/**
 * Deleting a voicemail's recording and its transcriptions at Twilio, and the transcript in the ledger and on the task.
 * The entry says so before anything is deleted, so that a sweep completes a deletion whose invocation died (ADR 0097).
 */

const HIDING_ATTEMPTS = 2;

/**
 * For retention: deletes the recording of an entry. One that is gone already is no error.
 * @returns the entry afterwards; undefined when there is none any more
 * @throws TwilioError when it is not known to be deleted: when Twilio refused, the entry is as it was
 */
export async function deleteByRule(
  invocation: Invocation,
  current: VersionedEntry,
): Promise<VersionedEntry | undefined> {
  const begun = await invocation.ledger.apply(current, { type: 'deletion-begun', byRule: true });
  if (begun?.entry.recording.state !== 'completed') return begun;
  try {
    await deleteAtTwilio(invocation, begun.entry.recording.recordingSid);
  } catch (error) {
    // What may be deleted yet is left to the sweep.
    if (!isOutcomeUnknown(error)) await revertDeletion(invocation, begun);
    throw error;
  }
  return noteDeletion(invocation, begun);
}

/**
 * For the sweep: completes a deletion whose invocation died or got no answer, and checks one that succeeded.
 * @throws TwilioError when Twilio is out of reach: a later sweep goes on
 */
export async function completeDeletion(
  invocation: Invocation,
  current: VersionedEntry,
): Promise<VersionedEntry | undefined> {
  const { id, recording } = current.entry;
  if (recording.state !== 'completed') return checkDeletion(invocation, current);
  await deleteAtTwilio(invocation, recording.recordingSid);
  invocation.log.warn('deletion completed', { entry: id, recordingSid: recording.recordingSid });
  return noteDeletion(invocation, current);
}

/** The recording with its transcriptions. @throws TwilioError when it is not known to be deleted */
export async function deleteAtTwilio(invocation: Invocation, recordingSid: string): Promise<void> {
  await deleteTranscriptions(invocation, recordingSid);
  await invocation.twilio.voice.deleteRecording(recordingSid);
}

/**
 * Before an entry's mail is given up with its recording: another entry tells of those that it was to tell of.
 * @throws ProductError or TwilioError when none does yet: a sweep repeats it
 */
export async function passOnSummary(invocation: Invocation, { id, email }: LedgerEntry): Promise<void> {
  const name = 'carries' in email ? email.carries : undefined;
  if (name !== undefined) await leaveCallerMails(invocation, { name, id, isTold: false });
}

async function noteDeletion(invocation: Invocation, current: VersionedEntry): Promise<VersionedEntry | undefined> {
  await passOnSummary(invocation, current.entry);
  const latest = await invocation.ledger.apply(current, { type: 'recording-deleted' });
  return latest && checkDeletion(invocation, latest);
}

/** The task may still show it: a webhook that had read the entry before may have added it since. */
async function checkDeletion(invocation: Invocation, current: VersionedEntry): Promise<VersionedEntry | undefined> {
  const { ledger, twilio } = invocation;
  const taskSid = currentTaskSid(current.entry);
  if (taskSid !== undefined)
    await twilio.taskRouter.updateTaskAttributes(taskSid, withRecordingRemoved, { attempts: HIDING_ATTEMPTS });
  return ledger.apply(current, { type: 'deletion-checked' });
}

/** Never throws: a sweep completes the deletion then. */
export async function revertDeletion({ ledger, log }: Invocation, current: VersionedEntry): Promise<void> {
  try {
    await ledger.apply(current, { type: 'deletion-failed' }, { as: 'awaited' });
  } catch (error) {
    log.error('deletion not reverted', { entry: current.entry.id, code: errorCode(error) });
  }
}
