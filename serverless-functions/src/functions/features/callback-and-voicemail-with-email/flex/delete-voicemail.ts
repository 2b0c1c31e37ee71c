import { authorizeTaskAccess } from '../../../../agent/authorize-task-access';
import { deleteRecording } from '../../../../agent/delete-recording';
import { flexFunction, SUPERVISORS } from '../../../../http/flex-function';

/** For supervisors: the recording and its transcriptions are removed at Twilio. */
export const handler = flexFunction(
  'flex/delete-voicemail',
  async (invocation, user, event) => {
    await deleteRecording(invocation, await authorizeTaskAccess(invocation, user, event, true));
    return { json: { ok: true } };
  },
  { roles: SUPERVISORS },
);
