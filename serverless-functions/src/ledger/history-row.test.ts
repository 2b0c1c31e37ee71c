import { withHandler, withRecordingDeleted, withRequeue } from './agent-steps';
import { newCallbackEntry, withBooked, withBooking } from './callback-entry';
import {
  type LedgerEntry,
  newVoicemailEntry,
  withDiscarded,
  withoutMessage,
  withRecording,
  withReviewDone,
} from './entry';
import { chronologicalKey, historyMapName, toFailureRow, toHistoryRow } from './history-row';
import { withClaims, withEmailOutcome, withResend, withTaskOutcome, withTaskSeen } from './steps';

const NOW = Date.UTC(2026, 10, 22, 23, 59, 58);
const DAY = 86_400_000;
const WT = `WT${'1'.repeat(32)}`;
const SAM = { workerSid: `WK${'4'.repeat(32)}`, worker: 'sam' };
const details = {
  callSid: `CA${'a'.repeat(32)}`,
  attempt: 1,
  from: '+12025550123',
  to: '+12025550101',
  queueName: 'Support',
  workflowSid: `WW${'b'.repeat(32)}`,
  priority: 0,
  routing: {},
  conversationId: 'c',
  waitingSince: NOW - 60_000,
  language: 'en-US',
};
const begun = newVoicemailEntry(details, { maxRecordingSeconds: 119, transcribed: false }, NOW);
const recorded = withRecording(begun, `RE${'2'.repeat(32)}`, 21, NOW + 1_000);
const made = withTaskOutcome(recorded, { made: true, sid: WT }, NOW + 2_000);
const recipients = [{ address: 'ana@example.com', state: 'accepted' as const }];
const sent = withEmailOutcome(made, { result: 'sent', recipients, possibleDuplicate: false }, NOW + 3_000);
const failed = withEmailOutcome(made, { result: 'failed', lastError: 'mailgun-400', recipients }, NOW + 3_000);
const later = withEmailOutcome(
  made,
  { result: 'later', lastError: 'mailgun-401', deliveryUncertain: false },
  NOW + 3_000,
);

test('a voicemail is shown from when its recording is there', () => {
  expect(toHistoryRow(begun)).toBeUndefined();
  expect(toHistoryRow(recorded)).toEqual({
    id: begun.id,
    taskType: 'voicemail',
    receivedAt: NOW,
    from: details.from,
    queueName: 'Support',
    seconds: 21,
    email: { state: 'pending', recipients: 0 },
    task: { state: 'pending' },
  });
  expect(toHistoryRow(sent)).toMatchObject({
    email: { state: 'sent', recipients: 1, sentAt: NOW + 3_000 },
    task: { state: 'created' },
  });
});

test('what came to nothing is not shown: no message, another message, a callback still being booked', () => {
  expect(toHistoryRow(withoutMessage(begun, { task: 'none', reason: 'x' }, NOW))).toBeUndefined();
  const reviewed = newVoicemailEntry(details, { maxRecordingSeconds: 119, transcribed: false, reviewed: true }, NOW);
  const underReview = withRecording(reviewed, `RE${'2'.repeat(32)}`, 21, NOW);
  expect(toHistoryRow(underReview)).toBeUndefined();
  expect(toHistoryRow(withDiscarded(underReview))).toBeUndefined();
  expect(toHistoryRow(withReviewDone(underReview))).toBeDefined();
  const booking = withBooking(newCallbackEntry('callback-x', details, NOW), 'me', NOW);
  expect(toHistoryRow(booking)).toBeUndefined();
  expect(toHistoryRow(withBooked(booking, WT, NOW))).toMatchObject({
    taskType: 'callback',
    email: { state: 'off', recipients: 0 },
    task: { state: 'created' },
  });
});

test('a callback in the place of a silent voicemail is shown as one', () => {
  expect(toHistoryRow(withoutMessage(begun, { task: 'callback' }, NOW))).toMatchObject({ taskType: 'callback' });
});

test('a claim is not seen; how many it went to is told though the list was cut short', () => {
  expect(toHistoryRow(withClaims(recorded, { task: true, email: true }, 'me', NOW))).toEqual(toHistoryRow(recorded));
  const cut: LedgerEntry = { ...sent, email: { ...sent.email, recipients: [], recipientCount: 100 } };
  expect(toHistoryRow(cut)!.email.recipients).toBe(100);
});

test('who has it is who holds this task, not the one before', () => {
  const taken = withHandler(sent, SAM, NOW);
  expect(toHistoryRow(taken)!.task).toEqual({ state: 'handled', assignee: 'sam' });
  expect(withHandler(taken, SAM, NOW + 1)).toBe(taken);
  const back = withRequeue(taken, WT, 'me', NOW);
  expect(toHistoryRow(back)!.task).toEqual({ state: 'pending' });
  const again = withTaskOutcome(back, { made: true, sid: `WT${'3'.repeat(32)}` }, NOW);
  expect(toHistoryRow(again)!.task).toEqual({ state: 'created' });
  expect(toHistoryRow(withTaskSeen(sent, 'handled', NOW))!.task).toEqual({ state: 'handled' });
});

test('trouble is a mail that was refused or waits, and a task nobody took; not one that nobody has tried yet', () => {
  for (const fine of [begun, recorded, made, sent]) expect(toFailureRow(fine)).toBeUndefined();
  expect(toFailureRow(failed)).toMatchObject({
    email: { state: 'failed', lastError: 'mailgun-400', since: NOW + 1_000 },
  });
  expect(toFailureRow(later)).toMatchObject({ email: { state: 'waiting', lastError: 'mailgun-401' } });
  const expired = toFailureRow(withTaskSeen(sent, 'expired', NOW));
  expect(expired).toMatchObject({ expiredAt: NOW + 2_000 + 7 * DAY });
  expect(expired).not.toHaveProperty('email');
});

test('sent again: due at once, with all its tries and days before it; never when it went out or its recording is gone', () => {
  const again = withResend(failed, NOW + 5 * DAY);
  expect(again.email).toMatchObject({ state: 'pending', attempts: 0, runAt: NOW + 5 * DAY });
  const tried = withEmailOutcome(again, { result: 'later', lastError: 'x', deliveryUncertain: false }, NOW + 6 * DAY);
  expect(tried.email.state).toBe('pending');
  const tooLate = withEmailOutcome(again, { result: 'later', lastError: 'x', deliveryUncertain: false }, NOW + 9 * DAY);
  expect(tooLate.email.state).toBe('failed');
  expect(withResend(later, NOW + 4_000).email.runAt).toBe(NOW + 4_000);
  for (const one of [sent, begun, withRecordingDeleted(failed)]) expect(withResend(one, NOW)).toBe(one);
});

test('rows lie by their time, in the day of UTC', () => {
  expect(chronologicalKey('callback-x', NOW)).toBe('2026-11-22T23:59:58Z_callback-x');
  expect(historyMapName(NOW)).toBe('history-2026-11-22');
  expect(historyMapName(NOW + 2_000)).toBe('history-2026-11-23');
});
