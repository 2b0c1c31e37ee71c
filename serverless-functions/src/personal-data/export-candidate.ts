import type { Invocation } from '../invocation';
import { currentTaskSid } from '../ledger/entry';
import type { Candidate } from './walk';

/**
 * Everything that is stored of one entry, to answer a request for access. Keys and places that sign or list are left
 * out: they say nothing of a person.
 * @throws TwilioError when Twilio is out of reach
 */
export async function exportCandidate(
  { twilio }: Invocation,
  { current, corrupt, row, task, call }: Candidate,
): Promise<{ [what: string]: unknown }> {
  const stored: Record<string, unknown> | undefined = current?.entry ?? corrupt?.document.data;
  const { taskKey: _taskKey, indexKey: _indexKey, ...entry } = stored ?? {};
  const taskSid = current && currentTaskSid(current.entry);
  const callSid = current?.entry.callSid ?? call?.callSid ?? '';
  const [openTask, recordings] = await Promise.all([
    taskSid === undefined ? task : twilio.taskRouter.fetchTask(taskSid),
    callSid === '' ? [] : twilio.voice.listRecordings(callSid),
  ]);
  return {
    ...(stored === undefined ? {} : { entry }),
    ...(row === undefined ? {} : { row: row.data }),
    ...(openTask === undefined
      ? {}
      : { task: { sid: openTask.sid, status: openTask.status, attributes: openTask.attributes } }),
    recordings: await Promise.all(
      recordings.map(async (recording) => ({
        ...recording,
        transcriptions: await twilio.voice.listTranscriptions(recording.recordingSid),
      })),
    ),
  };
}
