import { deleteRecording } from '../../../../agent/delete-recording';
import { taskOfAgent } from '../../../../agent/task-of-agent';
import { flexFunction, SUPERVISORS } from '../../../../http/flex-function';

/** For supervisors: the recording and its transcriptions are removed at Twilio. */
export const handler = flexFunction(
  'flex/delete-voicemail',
  async (invocation, user, event) => {
    await deleteRecording(invocation, await taskOfAgent(invocation, user, event, true));
    return { json: { ok: true } };
  },
  { roles: SUPERVISORS },
);
