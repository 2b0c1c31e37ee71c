import {
  type CallbackAndVoicemailTaskAttributes,
  type FeatureAttributes,
  MAX_TASK_ATTRIBUTES_BYTES,
  MAX_TASK_TRANSCRIPT_BYTES,
} from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import { type LedgerEntry, numberToCall, recordingSeconds, transcriptText } from '../ledger/entry';
import { truncateBytes } from '../ledger/truncate';
import { displayNumber, isWithheld } from '../numbers/caller-number';
import { toSingleLine } from '../runtime/text';
import { MAX_CARRIED_BYTES, pickCarriedAttributes } from './carried-attributes';
import { proofOfTask, taskProof } from './task-proof';

const MAX_TAKER_BYTES = 100;
/** https://www.twilio.com/docs/taskrouter/limits */
const TASKROUTER_MAX_BYTES = 4_096;

/** Of a caller's and a queue's names together, that our own attributes have room for. */
const MAX_NAMES_BYTES = 200;

/**
 * The attributes of an entry's task, with what it takes over from the task of the call. They stay below
 * `MAX_TASK_ATTRIBUTES_BYTES`: the transcript is cut to what is left, and what is carried is cut before our own.
 */
export function buildTaskAttributes(
  entry: LedgerEntry,
  businessTimeZone: string,
): CallbackAndVoicemailTaskAttributes & Record<string, unknown> {
  const number = numberToCall(entry);
  const { conversations, ...routing } = carriedAttributes(entry);
  const build = (text: string | undefined) => ({
    ...routing,
    taskType: entry.task.type,
    name: entry.callerName ?? displayNumber(number),
    from: entry.from,
    to: entry.to,
    direction: 'inbound' as const,
    callBackData: {
      numberToCall: number,
      numberToCallFrom: entry.to,
      utcDateTimeReceived: new Date(entry.createdAt).toISOString(),
      attempts: entry.callbackAttempts ?? 0,
      transcriptText: text,
      mainTimeZone: businessTimeZone,
      recordingSid: entry.recording.recordingSid,
      isDeleted: false,
    },
    conversations: { ...(isRecord(conversations) ? conversations : {}), conversation_id: entry.conversationId },
    callback_and_voicemail: {
      voicemail_id: entry.id,
      proof: taskProof(entry),
      recording_seconds: recordingSeconds(entry),
      queue: entry.queueName === '' ? undefined : entry.queueName,
      waiting_since: new Date(entry.waitingSince).toISOString(),
      withheld_number: isWithheld(number) || undefined,
      ...takenAttributes(entry),
    },
  });
  const text = transcriptText(entry);
  if (text === undefined) return build(undefined);
  const room = MAX_TASK_ATTRIBUTES_BYTES - Buffer.byteLength(JSON.stringify(build('')));
  // JSON escapes quotes and line breaks with a second byte, so half the room is always enough.
  return build(truncateBytes(text, Math.min(MAX_TASK_TRANSCRIPT_BYTES, Math.max(0, Math.floor(room / 2)))));
}

/** Names and queues of any length leave less room: what is least important goes. */
function carriedAttributes({ routing, callerName = '', queueName }: LedgerEntry): Record<string, unknown> {
  const excess = Math.max(0, Buffer.byteLength(callerName + queueName) - MAX_NAMES_BYTES);
  return excess === 0 ? routing : pickCarriedAttributes(routing, Math.max(0, MAX_CARRIED_BYTES - excess)).carried;
}

/** The same attributes with the transcript added, leaving what others wrote in between. */
export function withTranscriptText(
  attributes: Record<string, unknown>,
  entry: LedgerEntry,
): Record<string, unknown> | undefined {
  const data = attributes.callBackData;
  const text = transcriptText(entry);
  if (text === undefined || !isRecord(data)) return undefined;
  const room = MAX_TASK_ATTRIBUTES_BYTES - Buffer.byteLength(JSON.stringify(attributes));
  if (room < 64) return undefined;
  const cut = truncateBytes(text, Math.min(MAX_TASK_TRANSCRIPT_BYTES, Math.floor((room - 32) / 2)));
  return { ...attributes, callBackData: { ...data, transcriptText: cut } };
}

/** The same attributes with the entry's number to call, leaving what others wrote in between. */
export function withCallbackNumber(
  attributes: Record<string, unknown>,
  entry: LedgerEntry,
): Record<string, unknown> | undefined {
  const { callBackData } = attributes;
  if (!isRecord(callBackData)) return undefined;
  const number = numberToCall(entry);
  return {
    ...attributes,
    name: entry.callerName ?? displayNumber(number),
    callBackData: { ...callBackData, numberToCall: number },
  };
}

/** Who has taken it from the email. Names of any length leave less room. */
function takenAttributes({ taken }: LedgerEntry): Pick<FeatureAttributes, 'taken_by' | 'taken_at'> {
  if (taken === undefined) return {};
  return {
    taken_by: truncateBytes(toSingleLine(taken.name ?? taken.address), MAX_TAKER_BYTES),
    taken_at: new Date(taken.at).toISOString(),
  };
}

/** The same attributes with who has taken it from the email, or without, leaving what others wrote in between. */
export function withTaker(
  attributes: Record<string, unknown>,
  entry: LedgerEntry,
): Record<string, unknown> | undefined {
  const { callback_and_voicemail: own } = attributes;
  if (!isRecord(own)) return undefined;
  const { taken_by: _by, taken_at: _at, ...others } = own;
  const changed = { ...attributes, callback_and_voicemail: { ...others, ...takenAttributes(entry) } };
  return Buffer.byteLength(JSON.stringify(changed)) > TASKROUTER_MAX_BYTES ? undefined : changed;
}

/**
 * The same attributes without recording and transcript, marked as deleted for the reports that use that mark.
 * @returns undefined when they show neither
 */
export function withRecordingRemoved(attributes: Record<string, unknown>): Record<string, unknown> | undefined {
  const { callBackData } = attributes;
  if (!isRecord(callBackData)) return undefined;
  const { recordingSid, transcriptText, ...kept } = callBackData;
  if (recordingSid === undefined && transcriptText === undefined) return undefined;
  return { ...attributes, callBackData: { ...kept, isDeleted: true } };
}

/**
 * What stays in the attributes of a task whose personal data were deleted: what it is, and what ties it to its entry.
 * Attributes of others go too: they may hold anything.
 */
export function withoutPersonalData(attributes: Record<string, unknown>): Record<string, unknown> {
  const { taskType, conversations, callback_and_voicemail: own } = attributes;
  return {
    taskType,
    name: '',
    from: '',
    direction: 'inbound',
    callBackData: { numberToCall: '', isDeleted: true },
    conversations: isRecord(conversations) ? { conversation_id: conversations.conversation_id } : undefined,
    callback_and_voicemail: isRecord(own)
      ? { voicemail_id: own.voicemail_id, proof: own.proof, withheld_number: true }
      : undefined,
  };
}

/** The recording that a task names. */
export function readRecordingSid({ callBackData }: Record<string, unknown>): unknown {
  return isRecord(callBackData) ? callBackData.recordingSid : undefined;
}

/** The id of the ledger entry that a task names; undefined when it names none. That it is the entry's proves nothing. */
export function readVoicemailId(attributes: Record<string, unknown>): string | undefined {
  const { callback_and_voicemail: own } = attributes;
  const id = isRecord(own) ? own.voicemail_id : undefined;
  return typeof id === 'string' ? id : undefined;
}

/**
 * True for a task created from that entry, in place of which no other is wanted. Also for one of the same recording: a webhook that could not read the ledger
 * may have taken another entry for the recording's.
 */
export function isTaskForEntry(entry: LedgerEntry, attributes: Record<string, unknown>): boolean {
  const { id, callSid, recording } = entry;
  const taskEntryId = readVoicemailId(attributes);
  if (taskEntryId === undefined || proofOfTask(entry, taskEntryId, attributes) !== 'current') return false;
  if (taskEntryId === id) return true;
  const isOfCall = callSid !== '' && taskEntryId.startsWith(`voicemail-${callSid}-`);
  return isOfCall && recording.state === 'completed' && recording.recordingSid === readRecordingSid(attributes);
}
