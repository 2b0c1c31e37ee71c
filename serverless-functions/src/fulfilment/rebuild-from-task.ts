import { isRecord } from '@callback-and-voicemail/contract/schema';
import { callerExperienceFor } from '../caller-experience';
import type { Invocation } from '../invocation';
import { type LedgerEntry, newVoicemailEntry } from '../ledger/entry';
import { parseVoicemailEntryId, voicemailEntryId } from '../ledger/entry-id';
import { asTombstone } from '../ledger/erasure-changes';
import type { VersionedEntry } from '../ledger/ledger';
import { transitionAll } from '../ledger/transitions';
import type { Task } from '../twilio/taskrouter';
import type { CallRecording } from '../twilio/voice';
import { pickCarriedAttributes } from './carried-attributes';
import { readProvenEntry, type TaskOrigin } from './task-proof';

/**
 * Without Sync, a voicemail's task is made and its entry is not. Twilio's last delivery of the webhook comes within
 * seconds, so a task that is made without an entry is made soon after its recording.
 */
const LONGEST_DELIVERY_MS = 5 * 60_000;
/** Clocks of Twilio's services may differ, and a recording has whole seconds. */
const TOLERANCE_MS = 60_000;
const MAX_TEXT = 256;

/**
 * Writes the entry of a voicemail whose task exists and whose entry does not. Attributes may be written by any agent: the
 * task must prove that it was made for that entry, with these numbers and this queue, and its recording only counts when
 * it is of the entry's call, was recorded by `<Record>`, and ended just before TaskRouter made the task.
 * @returns undefined when the task is no such task, or nothing proves its recording or where it came from
 * @throws TwilioError when Twilio is out of reach
 */
export async function rebuildEntryFromTask(invocation: Invocation, task: Task): Promise<VersionedEntry | undefined> {
  const { twilio, ledger, log, owner, environment } = invocation;
  const { attributes } = task;
  const proven = readProvenEntry(environment, attributes);
  const parsed = proven && parseVoicemailEntryId(proven.id);
  const { callBackData: data } = attributes;
  if (proven === undefined || parsed === undefined || attributes.taskType !== 'voicemail' || !isRecord(data))
    return undefined;
  const recordings = await twilio.voice.listRecordings(parsed.callSid);
  const recording = recordings.find(({ recordingSid }) => recordingSid === data.recordingSid);
  if (recording === undefined || !wasMadeFor(task, recording)) return undefined;
  const origin = proven.origin ?? (await readFirstOrigin(invocation, task, proven.id));
  if (origin === undefined) return undefined;
  const earlier = await Promise.all(
    Array.from({ length: parsed.attempt - 1 }, (_, n) => ledger.find(voicemailEntryId(parsed.callSid, n + 1))),
  );
  // While its own could not be written, an earlier attempt's entry may have taken the recording, or is about to.
  const taker = earlier.find((one) => one?.entry.recording.recordingSid === recording.recordingSid);
  if (taker !== undefined) return taker;
  if (earlier.some((one) => one?.entry.recording.state === 'recording')) return undefined;
  const erasure = earlier.map((one) => one?.entry.erasure).find((one) => one !== undefined);
  const entry = transitionAll(
    entryOf(task, { ...parsed, taskKey: proven.taskKey, origin }, recording),
    [
      { type: 'recording-completed', recordingSid: recording.recordingSid, seconds: recording.seconds },
      { type: 'task-claimed', owner },
      { type: 'task-created', taskSid: task.sid },
    ],
    Date.now(),
  );
  const stored = await ledger.createIfAbsent(erasure === undefined ? entry : asTombstone(entry, erasure, Date.now()));
  log.warn('entry rebuilt from its task', { entry: entry.id, taskSid: task.sid });
  return stored;
}

/**
 * The origin of a task whose attributes somebody has changed since. TaskRouter's event of its creation still has those
 * that it was made with (ADR 0111).
 * @returns undefined while TaskRouter has no such event
 */
async function readFirstOrigin(
  { twilio, environment, log }: Invocation,
  { sid }: Task,
  id: string,
): Promise<TaskOrigin | undefined> {
  const created = await twilio.taskRouter.fetchCreatedAttributes(sid);
  const proven = created && readProvenEntry(environment, created);
  const origin = proven?.id === id ? proven.origin : undefined;
  log.warn('numbers or queue of a task were changed', {
    entry: id,
    taskSid: sid,
    outcome: origin ? 'known' : 'unknown',
  });
  return origin;
}

function wasMadeFor({ createdAt }: Task, { status, startedAt, seconds }: CallRecording): boolean {
  const endedAt = startedAt + seconds * 1_000;
  return status === 'completed' && createdAt >= endedAt - TOLERANCE_MS && createdAt <= endedAt + LONGEST_DELIVERY_MS;
}

function entryOf(
  { attributes, workflowSid, priority, virtualStartTime }: Task,
  { callSid, attempt, taskKey, origin }: { callSid: string; attempt: number; taskKey: string; origin: TaskOrigin },
  { startedAt }: CallRecording,
): LedgerEntry {
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, MAX_TEXT) : '');
  const { conversations } = attributes;
  const [from, to, queueName] = [text(origin.from), text(origin.to), text(origin.queueName)];
  const { language, maxRecordingSeconds } = callerExperienceFor({ dialed: to, queueName });
  const entry = newVoicemailEntry(
    {
      taskKey,
      callSid,
      attempt,
      from,
      to,
      queueName,
      workflowSid,
      priority,
      routing: pickCarriedAttributes(attributes).carried,
      conversationId: (isRecord(conversations) && text(conversations.conversation_id)) || callSid,
      waitingSince: virtualStartTime,
      language,
    },
    { maxRecordingSeconds, transcribed: false },
    startedAt,
  );
  return { ...entry, dequeued: true };
}
