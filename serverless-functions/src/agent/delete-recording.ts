import { withRecordingRemoved } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { withRecordingDeleted } from '../ledger/agent-steps';
import { BadRequest, errorCode } from '../runtime/errors';
import type { AuthorizedTask } from './authorize-task-access';

/**
 * Deletes a voicemail's recording and its transcriptions at Twilio, then its words in the ledger and on the task. Asked
 * twice it is done once.
 * @throws BadRequest 409 when there is none; TwilioError when it could not be deleted
 */
export async function deleteRecording(invocation: Invocation, { task, held: current }: AuthorizedTask): Promise<void> {
  const { twilio, ledger, log } = invocation;
  const { recording } = current.entry;
  if (recording.state === 'deleted') return;
  if (recording.state !== 'completed' || recording.recordingSid === undefined)
    throw new BadRequest('no-recording', 'There is no recording', 'Nothing is to be deleted.', 409);
  await twilio.voice.deleteRecording(recording.recordingSid);
  await ledger.compareAndSwap(current, withRecordingDeleted);
  log.info('recording deleted', { entry: current.entry.id, recordingSid: recording.recordingSid });
  try {
    const attributes = withRecordingRemoved(task.attributes);
    if (task.etag !== undefined && attributes !== undefined)
      await twilio.taskRouter.updateAttributes(task.sid, task.etag, attributes);
  } catch (error) {
    // For display only: whoever asks for the recording is told by the ledger.
    log.warn('deletion not shown on the task', { taskSid: task.sid, code: errorCode(error) });
  }
}
