import { isSid } from '@callback-and-voicemail/contract';
import { passOnSummary, revertDeletion } from '../fulfilment/recording-deletion';
import { deleteTranscriptions } from '../fulfilment/recordings-at-twilio';
import { readRecordingSid, withRecordingRemoved } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { errorCode, FlexBadRequest, isOutcomeUnknown } from '../runtime/errors';
import { startEarly } from '../runtime/start-early';
import type { Task } from '../twilio/taskrouter';
import type { AuthorizedTask, TaskReading } from './authorize-task-access';

/** The transcriptions of the recording that the task names; used only if the entry names it too. */
export type TranscriptionListing = Promise<{ recordingSid: string; transcriptionSids: string[] } | undefined>;

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
  await passOnSummary(invocation, begun.value?.entry ?? current.entry);
  // The ledger decides what may be played; the task's attributes are for display.
  await Promise.all([
    ledger.apply(begun.value ?? current, { type: 'recording-deleted' }, { as: 'awaited' }),
    hideRecording(invocation, task),
  ]);
  log.info('recording deleted', { entry: id, recordingSid });
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
