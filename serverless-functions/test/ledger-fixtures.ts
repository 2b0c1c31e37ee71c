import {
  type LedgerEntry,
  newBookingEntry,
  newCallbackEntry,
  newVoicemailEntry,
  type VoicemailDetails,
} from '../src/ledger/entry';
import type { LedgerEvent } from '../src/ledger/events';
import { newLease } from '../src/ledger/schedule';
import { transition } from '../src/ledger/transitions';

/** Entries for tests of the ledger. */
export const NOW = Date.UTC(2026, 10, 22, 12);
export const CALL_SID = `CA${'1'.repeat(32)}`;
export const RECORDING_SID = `RE${'2'.repeat(32)}`;
export const TASK_SID = `WT${'4'.repeat(32)}`;
export const OTHER_TASK_SID = `WT${'5'.repeat(32)}`;
export const SAM = { workerSid: `WK${'6'.repeat(32)}`, worker: 'sam' };

export const details: VoicemailDetails = {
  taskKey: 'the key of the tests',
  callSid: CALL_SID,
  attempt: 1,
  from: '+12025550123',
  to: '+12025550101',
  queueName: 'Support',
  workflowSid: `WW${'3'.repeat(32)}`,
  priority: 5,
  routing: {},
  queueTaskSid: `WT${'7'.repeat(32)}`,
  conversationId: 'x',
  waitingSince: NOW - 60_000,
  language: 'en-US',
};

/** A voicemail whose recording is about to start. */
export function begunVoicemail({ transcribed = true, reviewed = false, now = NOW } = {}): LedgerEntry {
  return newVoicemailEntry(details, { maxRecordingSeconds: 119, transcribed, reviewed }, now);
}

/** A voicemail whose recording has arrived. */
export function recordedVoicemail(options: Parameters<typeof begunVoicemail>[0] = {}): LedgerEntry {
  const { now = NOW } = options;
  return apply(begunVoicemail(options), recordingCompleted, now);
}

/** A callback that is wanted. */
export const newCallback = (): LedgerEntry => newCallbackEntry(`callback-${CALL_SID}`, details, NOW);
/** A callback that `me` is booking. */
export const bookingCallback = (): LedgerEntry => newBookingEntry(details, newLease('me', NOW), NOW);

export const recordingCompleted: LedgerEvent = {
  type: 'recording-completed',
  recordingSid: RECORDING_SID,
  seconds: 21,
};
export const taskCreated: LedgerEvent = { type: 'task-created', taskSid: TASK_SID };
export const emailClaimed: LedgerEvent = { type: 'email-claimed', owner: 'me', sendWhen: 'recorded' };
export const emailSent: LedgerEvent = {
  type: 'email-sent',
  recipients: [{ address: 'ana@example.com', state: 'accepted' }],
  possibleDuplicate: false,
};
export const emailDeferred: LedgerEvent = {
  type: 'email-deferred',
  lastError: 'unreachable',
  deliveryUncertain: false,
};

/** Applies one or several events. */
export function apply(entry: LedgerEntry, events: LedgerEvent | LedgerEvent[], now = NOW): LedgerEntry {
  return [events].flat().reduce((current, event) => transition(current, event, now), entry);
}
