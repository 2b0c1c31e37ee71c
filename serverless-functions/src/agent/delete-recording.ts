import { callBackDataDeleted } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { withRecordingDeleted } from '../ledger/agent-steps';
import { BadRequest, errorCode } from '../runtime/errors';
import type { TaskOfAgent } from './task-of-agent';

/**
 * Deletes a voicemail's recording and its transcriptions at Twilio, then its words in the ledger and on the task. Asked
 * twice it is done once.
 * @throws BadRequest 409 when there is none; TwilioError when it could not be deleted
 */
export async function deleteRecording(invocation: Invocation, { task, held }: TaskOfAgent): Promise<void> {
  const { twilio, ledger, log } = invocation;
  const { recording } = held.entry;
  if (recording.state === 'deleted') return;
  if (recording.state !== 'completed' || recording.sid === undefined)
    throw new BadRequest('no-recording', 'There is no recording', 'Nothing is to be deleted.', 409);
  await twilio.voice.deleteRecording(recording.sid);
  await ledger.change(held, withRecordingDeleted);
  log.info('recording deleted', { entry: held.entry.id, recordingSid: recording.sid });
  try {
    const attributes = callBackDataDeleted(task.attributes);
    if (task.etag !== undefined && attributes !== undefined)
      await twilio.taskRouter.updateAttributes(task.sid, task.etag, attributes);
  } catch (error) {
    // For display only: whoever asks for the recording is told by the ledger.
    log.warn('deletion not shown on the task', { taskSid: task.sid, code: errorCode(error) });
  }
}
