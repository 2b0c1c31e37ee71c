import { describeListening, readAudio, startReadingListener } from '../../../../agent/audio';
import { withAuditedTask } from '../../../../agent/audited-task';
import { startReadingTask } from '../../../../agent/authorize-task-access';
import { flexFunction } from '../../../../http/flex-function';
import { isSupervisor } from '../../../../twilio/worker-presence';

/** A range of a voicemail's sound. */
export const handler = flexFunction(
  'flex/voicemail-audio',
  async (invocation, user, event, reading) => {
    const listener = startReadingListener(invocation, user, event);
    const act = { ...describeListening(event), isSupervisor: isSupervisor(user), agentsMay: true, reading };
    const { bytes, start, total } = await withAuditedTask(invocation, user, event, act, (task) =>
      readAudio(invocation, listener, task, event),
    );
    const end = start + bytes.length - 1;
    return {
      status: 206,
      audio: bytes,
      contentType: 'audio/mpeg',
      headers: { 'Content-Range': `bytes ${bytes.length === 0 ? '*' : `${start}-${end}`}/${total ?? '*'}` },
    };
  },
  { read: startReadingTask, presence: 'beside' },
);
