import { withAuditedTask } from '../../../../agent/audited-task';
import { startReadingTask } from '../../../../agent/authorize-task-access';
import { deleteRecording, startListingTranscriptions } from '../../../../agent/delete-recording';
import { flexFunction } from '../../../../http/flex-function';
import type { Invocation } from '../../../../invocation';
import { SUPERVISORS } from '../../../../twilio/worker-presence';

/** For supervisors: the recording and its transcriptions are removed at Twilio. */
export const handler = flexFunction(
  'flex/delete-voicemail',
  async (invocation, user, event, { ofTask, transcriptions }) => {
    const act = { act: 'delete' as const, isSupervisor: true, agentsMay: false, reading: ofTask };
    await withAuditedTask(invocation, user, event, act, (task) => deleteRecording(invocation, task, transcriptions));
    return { json: { ok: true } };
  },
  {
    roles: SUPERVISORS,
    presence: 'beside',
    read: (invocation: Invocation, event: Record<string, unknown>) => {
      const ofTask = startReadingTask(invocation, event);
      return { ofTask, transcriptions: startListingTranscriptions(invocation, ofTask) };
    },
  },
);
