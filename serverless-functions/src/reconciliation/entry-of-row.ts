import type { LedgerEntry } from '../ledger/entry';
import type { HistoryRow } from '../ledger/history-row';
import type { CallRecording } from '../twilio/voice';

/**
 * What a lost entry had come to, as far as its history row says. Nothing is done twice: what the row says was done stays
 * done, and the provider is asked before a mail is sent that may have been. Pure.
 * @param rebuilt the entry as it would be for a message that is only just known
 */
export function withStateOfRow(
  rebuilt: LedgerEntry,
  { email, task, receivedAt }: HistoryRow,
  { recordingSid, seconds, startedAt }: Pick<CallRecording, 'recordingSid' | 'seconds' | 'startedAt'>,
  now: number,
): LedgerEntry {
  return {
    ...rebuilt,
    // The row keeps its key.
    createdAt: receivedAt,
    review: undefined,
    recording: { state: 'completed', recordingSid, seconds, completedAt: startedAt + seconds * 1_000 },
    transcript: { state: 'none' },
    task: taskOf(rebuilt.task, task),
    email: emailOf(email, receivedAt, now),
  };
}

/** An open task is found by its attributes, so one that is wanted is created only where there is none. */
function taskOf(wanted: LedgerEntry['task'], { state }: HistoryRow['task']): LedgerEntry['task'] {
  const { type, attempts, runAt } = wanted;
  if (state === 'handled' || state === 'none')
    return { state: 'none', type, attempts, runAt, reason: `The history says: ${state}` };
  return wanted;
}

function emailOf(row: HistoryRow['email'], receivedAt: number, now: number): LedgerEntry['email'] {
  switch (row.state) {
    case 'sent':
      return {
        state: 'sent',
        sentAt: row.sentAt ?? receivedAt,
        attempts: 1,
        recipients: [],
        recipientCount: row.recipients,
        possibleDuplicate: row.possibleDuplicate ? true : undefined,
        others: row.others,
      };
    case 'summarized':
      return row.carrier === undefined
        ? { state: 'pending', attempts: 0, runAt: now }
        : { state: 'summarized', carrier: row.carrier, until: row.summaryAt ?? receivedAt };
    case 'failed':
      return { state: 'failed', attempts: 1, lastError: row.lastError, recipients: [], recipientCount: row.recipients };
    case 'off':
      return { state: 'off', lastError: row.lastError };
    case 'pending':
      return { state: 'pending', attempts: 0, runAt: now, deliveryUncertainSince: receivedAt };
  }
}
