import { readAudio } from '../../../../agent/audio';
import { authorizeTaskAccess } from '../../../../agent/authorize-task-access';
import { flexFunction, isSupervisor } from '../../../../http/flex-function';

/** A range of a voicemail's sound. */
export const handler = flexFunction('flex/voicemail-audio', async (invocation, user, event) => {
  const task = await authorizeTaskAccess(invocation, user, event, isSupervisor(user));
  const { bytes, start, total } = await readAudio(invocation, user, task, event);
  const end = start + bytes.length - 1;
  return {
    status: 206,
    audio: bytes,
    contentType: 'audio/mpeg',
    headers: { 'Content-Range': `bytes ${bytes.length === 0 ? '*' : `${start}-${end}`}/${total ?? '*'}` },
  };
});
