import { withRecordingRemoved } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { errorCode, FlexBadRequest } from '../runtime/errors';
import type { AuthorizedTask } from './authorize-task-access';

/**
 * Deletes a voicemail's recording and its transcriptions at Twilio, then the transcript in the ledger and on the task.
 * A repeated request does nothing.
 * @throws FlexBadRequest 409 when there is none; TwilioError when it could not be deleted
 */
export async function deleteRecording(invocation: Invocation, { task, current }: AuthorizedTask): Promise<void> {
  const { twilio, ledger, log } = invocation;
  const { recording } = current.entry;
  if (recording.state === 'deleted') return;
  if (recording.state !== 'completed')
    throw new FlexBadRequest('no-recording', 'There is no recording', 'Nothing is to be deleted.', 409);
  const { recordingSid } = recording;
  await twilio.voice.deleteRecording(recordingSid);
  await ledger.apply(current, { type: 'recording-deleted' });
  log.info('recording deleted', { entry: current.entry.id, recordingSid });
  try {
    const attributes = withRecordingRemoved(task.attributes);
    if (task.etag !== undefined && attributes !== undefined)
      await twilio.taskRouter.updateAttributes(task.sid, task.etag, attributes);
  } catch (error) {
    // For display only: requests for the recording go by the ledger.
    log.warn('deletion not shown on the task', { taskSid: task.sid, code: errorCode(error) });
  }
}
