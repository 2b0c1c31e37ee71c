import { isSid } from '@callback-and-voicemail/contract';
import { deleteTranscriptions } from '../fulfilment/recordings-at-twilio';
import { readRecordingSid, withRecordingRemoved } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { currentTaskSid } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';
import { errorCode, FlexBadRequest, isOutcomeUnknown } from '../runtime/errors';
import { startEarly } from '../runtime/start-early';
import type { Task } from '../twilio/taskrouter';
import type { AuthorizedTask, TaskReading } from './authorize-task-access';

/** The transcriptions of the recording that the task names; used only if the entry names it too. */
export type TranscriptionListing = Promise<{ recordingSid: string; transcriptionSids: string[] } | undefined>;

const HIDING_ATTEMPTS = 2;

/** Starts listing the transcriptions, beside the entry. */
export function startListingTranscriptions({ twilio }: Invocation, { task }: TaskReading): TranscriptionListing {
  return startEarly(async () => {
    const recordingSid = readRecordingSid((await task)?.attributes ?? {});
    if (!isSid('recording', recordingSid)) return undefined;
    return { recordingSid, transcriptionSids: await twilio.voice.listTranscriptions(recordingSid) };
  });
}

/**
 * Deletes a voicemail's recording and its transcriptions at Twilio, then the transcript in the ledger and on the task.
 * The entry says so before anything is deleted, so that a sweep completes a deletion whose invocation died (ADR 0097).
 * A repeated request does nothing.
 * @throws FlexBadRequest 409 when there is none; TwilioError when it is not known to be deleted
 */
export async function deleteRecording(
  invocation: Invocation,
  { task, current }: AuthorizedTask,
  listing: TranscriptionListing,
): Promise<void> {
  const { ledger, log, twilio } = invocation;
  const { recording, id } = current.entry;
  if (recording.state === 'deleted') return;
  if (recording.state !== 'completed')
    throw new FlexBadRequest('no-recording', 'There is no recording', 'Nothing is to be deleted.', 409);
  const { recordingSid } = recording;
  const [begun, transcribed] = await Promise.allSettled([
    ledger.apply(current, { type: 'deletion-begun' }, { as: 'awaited' }),
    listing.then((listed) => {
      const known = listed?.recordingSid === recordingSid ? listed.transcriptionSids : undefined;
      return deleteTranscriptions(invocation, recordingSid, known);
    }),
  ]);
  if (begun.status === 'rejected') throw begun.reason;
  try {
    if (transcribed.status === 'rejected') throw transcribed.reason;
    await twilio.voice.deleteRecording(recordingSid);
  } catch (error) {
    // What may be deleted yet is left to the sweep.
    if (!isOutcomeUnknown(error)) await revertDeletion(invocation, begun.value ?? current);
    throw error;
  }
  // The ledger decides what may be played; the task's attributes are for display.
  await Promise.all([
    ledger.apply(begun.value ?? current, { type: 'recording-deleted' }, { as: 'awaited' }),
    hideRecording(invocation, task),
  ]);
  log.info('recording deleted', { entry: id, recordingSid });
}

/**
 * For the sweep: completes a deletion whose invocation died or got no answer, and checks one that succeeded.
 * @throws TwilioError when Twilio is out of reach: a later sweep goes on
 */
export async function completeDeletion(
  invocation: Invocation,
  current: VersionedEntry,
): Promise<VersionedEntry | undefined> {
  const { ledger, log, twilio } = invocation;
  const { id, recording } = current.entry;
  let latest: VersionedEntry | undefined = current;
  if (recording.state === 'completed') {
    const { recordingSid } = recording;
    await deleteTranscriptions(invocation, recordingSid);
    await twilio.voice.deleteRecording(recordingSid);
    latest = await ledger.apply(current, { type: 'recording-deleted' });
    log.warn('deletion completed', { entry: id, recordingSid });
  }
  const taskSid = latest && currentTaskSid(latest.entry);
  if (taskSid !== undefined)
    await twilio.taskRouter.updateTaskAttributes(taskSid, withRecordingRemoved, { attempts: HIDING_ATTEMPTS });
  return latest && ledger.apply(latest, { type: 'deletion-checked' });
}

/** Never throws: a sweep completes the deletion then. */
async function revertDeletion({ ledger, log }: Invocation, current: VersionedEntry): Promise<void> {
  try {
    await ledger.apply(current, { type: 'deletion-failed' }, { as: 'awaited' });
  } catch (error) {
    log.error('deletion not reverted', { entry: current.entry.id, code: errorCode(error) });
  }
}

/** The sweep looks whether the task still shows it. Never throws. */
async function hideRecording({ twilio, log }: Invocation, task: Task): Promise<void> {
  try {
    const attributes = withRecordingRemoved(task.attributes);
    if (task.etag !== undefined && attributes !== undefined)
      await twilio.taskRouter.updateAttributes(task.sid, task.etag, attributes);
  } catch (error) {
    log.warn('deletion not shown on the task', { taskSid: task.sid, code: errorCode(error) });
  }
}
