import {
  type CallbackAndVoicemailTaskAttributes,
  MAX_TASK_ATTRIBUTES_BYTES,
  MAX_TASK_TRANSCRIPT_BYTES,
} from '@callback-and-voicemail/contract';
import { numberToCall } from '../ledger/callback-entry';
import { type LedgerEntry, truncateBytes } from '../ledger/entry';
import { displayNumber, isWithheld } from '../numbers/caller-number';

/**
 * Attributes of the waiting call that must not be copied: they make Flex treat the new task as that call
 * (`call_sid`, `conference`), belong to its reservation, or are set anew by us.
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
/** What Twilio itself adds of the call: places of numbers, state, versions. It would crowd out what routing needs. */
const CALL_PARAMETER =
  /^(called|caller|from|to)(_(city|state|zip|country|name))?$|^(account_sid|api_version|call_status|caller_name)$/;
/** Leaves room for our own attributes below `MAX_TASK_ATTRIBUTES_BYTES`, and for the entry below Sync's 10 KiB. */
const MAX_ROUTING_BYTES = 1_500;

/**
 * What routing may look at, out of a waiting task's attributes: everything but what belongs to the call itself.
 * The largest are dropped first when they are too large together; a skill's name is small, a pasted document is not.
 */
export function pickRoutingAttributes(attributes: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(attributes)
    .filter(([name]) => !NOT_COPIED.has(name) && !CALL_PARAMETER.test(name))
    .map(([name, value]) => ({ name, value, bytes: Buffer.byteLength(JSON.stringify({ [name]: value })) }))
    .sort((a, b) => a.bytes - b.bytes);
  const routing: Record<string, unknown> = {};
  let total = 0;
  for (const { name, value, bytes } of kept) {
    if (total + bytes > MAX_ROUTING_BYTES) continue;
    total += bytes;
    routing[name] = value;
  }
  return routing;
}

/** The attributes of the task made from an entry; below 3 KB, the transcript giving way first. */
export function buildTaskAttributes(
  entry: LedgerEntry,
  businessTimeZone: string,
): CallbackAndVoicemailTaskAttributes & Record<string, unknown> {
  const number = numberToCall(entry);
  const build = (transcriptText: string | undefined) => ({
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
      ...(transcriptText === undefined ? {} : { transcriptText }),
      mainTimeZone: businessTimeZone,
      ...(entry.recording.recordingSid === undefined ? {} : { recordingSid: entry.recording.recordingSid }),
      isDeleted: false,
    },
    conversations: { conversation_id: entry.conversationId },
    callback_and_voicemail: {
      voicemail_id: entry.id,
      ...(entry.recording.seconds === undefined ? {} : { recording_seconds: entry.recording.seconds }),
      ...(entry.queueName === '' ? {} : { queue: entry.queueName }),
      waiting_since: new Date(entry.waitingSince).toISOString(),
      ...(isWithheld(number) ? { withheld_number: true } : {}),
    },
  });
  const { text } = entry.transcript;
  if (text === undefined) return build(undefined);
  const room = MAX_TASK_ATTRIBUTES_BYTES - Buffer.byteLength(JSON.stringify(build('')));
  // JSON escapes quotes and line breaks with a second byte, so half the room is always enough.
  return build(truncateBytes(text, Math.min(MAX_TASK_TRANSCRIPT_BYTES, Math.max(0, Math.floor(room / 2)))));
}

/** The same attributes with the transcript added, leaving everything others wrote in between. */
export function withTranscriptText(
  attributes: Record<string, unknown>,
  entry: LedgerEntry,
): Record<string, unknown> | undefined {
  const data = attributes.callBackData;
  if (entry.transcript.text === undefined || typeof data !== 'object' || data === null) return undefined;
  const room = MAX_TASK_ATTRIBUTES_BYTES - Buffer.byteLength(JSON.stringify(attributes));
  if (room < 64) return undefined;
  const transcriptText = truncateBytes(
    entry.transcript.text,
    Math.min(MAX_TASK_TRANSCRIPT_BYTES, Math.floor((room - 32) / 2)),
  );
  return { ...attributes, callBackData: { ...data, transcriptText } };
}

/** The same attributes with the entry's number to call, leaving everything others wrote in between. */
export function withCallbackNumber(
  attributes: Record<string, unknown>,
  entry: LedgerEntry,
): Record<string, unknown> | undefined {
  const data = attributes.callBackData;
  if (typeof data !== 'object' || data === null) return undefined;
  const number = numberToCall(entry);
  return {
    ...attributes,
    name: entry.callerName ?? displayNumber(number),
    callBackData: { ...data, numberToCall: number },
  };
}

/** The same attributes without recording and words, marked as deleted for the reports that know that mark. */
export function withRecordingRemoved(attributes: Record<string, unknown>): Record<string, unknown> | undefined {
  const data = attributes.callBackData;
  if (typeof data !== 'object' || data === null) return undefined;
  const { recordingSid: _sid, transcriptText: _text, ...kept } = data as Record<string, unknown>;
  return { ...attributes, callBackData: { ...kept, isDeleted: true } };
}

/** The id of the ledger entry a task was made from, when it is one of ours. */
export function readVoicemailId(attributes: Record<string, unknown>): string | undefined {
  const ours = attributes.callback_and_voicemail;
  if (typeof ours !== 'object' || ours === null) return undefined;
  const id = (ours as Record<string, unknown>).voicemail_id;
  return typeof id === 'string' ? id : undefined;
}

/**
 * True for a task made from that entry; or of the same recording, by a delivery that could not read the ledger and took
 * another entry for the recording's.
 */
export function isTaskForEntry(entry: LedgerEntry, attributes: Record<string, unknown>): boolean {
  const id = readVoicemailId(attributes);
  if (id === entry.id) return true;
  const { recordingSid: sid, state } = entry.recording;
  const isOfCall = entry.callSid !== '' && id?.startsWith(`voicemail-${entry.callSid}-`);
  const data = attributes.callBackData as { recordingSid?: unknown } | null | undefined;
  return isOfCall === true && state === 'completed' && sid !== undefined && data?.recordingSid === sid;
}
