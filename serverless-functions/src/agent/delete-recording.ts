import { isSid } from '@callback-and-voicemail/contract';
import { readRecordingSid, withRecordingRemoved } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { errorCode, FlexBadRequest } from '../runtime/errors';
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
 * A repeated request does nothing.
 * @throws FlexBadRequest 409 when there is none; TwilioError when it could not be deleted
 */
export async function deleteRecording(
  invocation: Invocation,
  { task, current }: AuthorizedTask,
  listing: TranscriptionListing,
): Promise<void> {
  const { twilio, ledger, log } = invocation;
  const { recording } = current.entry;
  if (recording.state === 'deleted') return;
  if (recording.state !== 'completed')
    throw new FlexBadRequest('no-recording', 'There is no recording', 'Nothing is to be deleted.', 409);
  const { recordingSid } = recording;
  const listed = await listing;
  const transcriptionSids =
    listed?.recordingSid === recordingSid
      ? listed.transcriptionSids
      : await twilio.voice.listTranscriptions(recordingSid);
  // The transcriptions first: they cannot be found once the recording is gone.
  await Promise.all(transcriptionSids.map((sid) => twilio.voice.deleteTranscription(sid)));
  await twilio.voice.deleteRecording(recordingSid);
  // The ledger decides what may be played; the task's attributes are for display.
  await Promise.all([
    ledger.apply(current, { type: 'recording-deleted' }, { reindex: 'add' }),
    hideRecording(invocation, task),
  ]);
  log.info('recording deleted', { entry: current.entry.id, recordingSid });
}

/** Never throws. */
async function hideRecording({ twilio, log }: Invocation, task: Task): Promise<void> {
  try {
    const attributes = withRecordingRemoved(task.attributes);
    if (task.etag !== undefined && attributes !== undefined)
      await twilio.taskRouter.updateAttributes(task.sid, task.etag, attributes);
  } catch (error) {
    // For display only: requests for the recording go by the ledger.
    log.warn('deletion not shown on the task', { taskSid: task.sid, code: errorCode(error) });
  }
}
