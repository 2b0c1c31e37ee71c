import {
  type CallbackAndVoicemailTaskAttributes,
  MAX_TASK_ATTRIBUTES_BYTES,
  MAX_TASK_TRANSCRIPT_BYTES,
} from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import { type LedgerEntry, numberToCall, recordingSeconds, transcriptText } from '../ledger/entry';
import { truncateBytes } from '../ledger/truncate';
import { displayNumber, isWithheld } from '../numbers/caller-number';

/**
 * Attributes of the queue task that must not be copied: they make Flex treat the new task as that call (`call_sid`,
 * `conference`), belong to its reservation, or are set by `buildTaskAttributes`.
 */
const NOT_COPIED = new Set([
  'call_sid',
  'conference',
  'reservation_attributes',
  'worker_call_sid',
  'customers',
  'trunk_sid',
  'outbound_to',
  'taskType',
  'name',
  'from',
  'to',
  'direction',
  'callBackData',
  'conversations',
  'callback_and_voicemail',
]);
/** Parameters of the call that Twilio adds: they would leave no room for what routing needs. */
const CALL_PARAMETER =
  /^(called|caller|from|to)(_(city|state|zip|country|name))?$|^(account_sid|api_version|call_status|caller_name)$/;
/** Leaves room for our own attributes below `MAX_TASK_ATTRIBUTES_BYTES`, and for the entry below Sync's 10 KiB. */
const MAX_ROUTING_BYTES = 1_500;

/**
 * The attributes of a queue task that routing may use: all but those of the call itself. When they are too large
 * together, the largest are dropped first: the name of a skill is small, a pasted document is not.
 */
export function pickRoutingAttributes(attributes: Record<string, unknown>): Record<string, unknown> {
  const candidates = Object.entries(attributes)
    .filter(([name]) => !NOT_COPIED.has(name) && !CALL_PARAMETER.test(name))
    .map(([name, value]) => ({ name, value, bytes: Buffer.byteLength(JSON.stringify({ [name]: value })) }))
    .sort((a, b) => a.bytes - b.bytes);
  const routing: Record<string, unknown> = {};
  let total = 0;
  for (const { name, value, bytes } of candidates) {
    if (total + bytes > MAX_ROUTING_BYTES) continue;
    total += bytes;
    routing[name] = value;
  }
  return routing;
}

/** The attributes of an entry's task. They stay below 3 KB: the transcript is cut to what is left. */
export function buildTaskAttributes(
  entry: LedgerEntry,
  businessTimeZone: string,
): CallbackAndVoicemailTaskAttributes & Record<string, unknown> {
  const number = numberToCall(entry);
  const build = (text: string | undefined) => ({
    ...entry.routing,
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
    conversations: { conversation_id: entry.conversationId },
    callback_and_voicemail: {
      voicemail_id: entry.id,
      recording_seconds: recordingSeconds(entry),
      queue: entry.queueName === '' ? undefined : entry.queueName,
      waiting_since: new Date(entry.waitingSince).toISOString(),
      withheld_number: isWithheld(number) || undefined,
    },
  });
  const text = transcriptText(entry);
  if (text === undefined) return build(undefined);
  const room = MAX_TASK_ATTRIBUTES_BYTES - Buffer.byteLength(JSON.stringify(build('')));
  // JSON escapes quotes and line breaks with a second byte, so half the room is always enough.
  return build(truncateBytes(text, Math.min(MAX_TASK_TRANSCRIPT_BYTES, Math.max(0, Math.floor(room / 2)))));
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

/** The same attributes without recording and transcript, marked as deleted for the reports that use that mark. */
export function withRecordingRemoved(attributes: Record<string, unknown>): Record<string, unknown> | undefined {
  const { callBackData } = attributes;
  if (!isRecord(callBackData)) return undefined;
  const { recordingSid: _recordingSid, transcriptText: _transcriptText, ...kept } = callBackData;
  return { ...attributes, callBackData: { ...kept, isDeleted: true } };
}

/** The id of the ledger entry a task was created from; undefined for a task that is not the product's. */
export function readVoicemailId(attributes: Record<string, unknown>): string | undefined {
  const { callback_and_voicemail: own } = attributes;
  const id = isRecord(own) ? own.voicemail_id : undefined;
  return typeof id === 'string' ? id : undefined;
}

/**
 * True for a task created from that entry. Also for one of the same recording: a webhook that could not read the ledger
 * may have taken another entry for the recording's.
 */
export function isTaskForEntry({ id, callSid, recording }: LedgerEntry, attributes: Record<string, unknown>): boolean {
  const taskEntryId = readVoicemailId(attributes);
  if (taskEntryId === id) return true;
  const isOfCall = callSid !== '' && taskEntryId?.startsWith(`voicemail-${callSid}-`) === true;
  const { callBackData } = attributes;
  const recordingSid = isRecord(callBackData) ? callBackData.recordingSid : undefined;
  return isOfCall && recording.state === 'completed' && recording.recordingSid === recordingSid;
}
