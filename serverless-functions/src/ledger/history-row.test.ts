import { withHandler, withRecordingDeleted, withRequeue } from './agent-steps';
import { newCallback, withBooked, withBooking } from './callback-entry';
import { type LedgerEntry, newEntry, withDiscarded, withoutMessage, withRecording, withReviewDone } from './entry';
import { historyMapOf, historyRowOf, timeKey, troubleOf } from './history-row';
import { withClaims, withEmailOutcome, withResend, withTaskOutcome, withTaskSeen } from './steps';

const NOW = Date.UTC(2026, 10, 22, 23, 59, 58);
const DAY = 86_400_000;
const WT = `WT${'1'.repeat(32)}`;
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
const begun = newEntry(details, { maxRecordingSeconds: 119, transcribed: false }, NOW);
const recorded = withRecording(begun, `RE${'2'.repeat(32)}`, 21, NOW + 1_000);
const made = withTaskOutcome(recorded, { made: true, sid: WT }, NOW + 2_000);
const recipients = [{ address: 'ana@example.com', state: 'accepted' as const }];
const sent = withEmailOutcome(made, { result: 'sent', recipients, mayHaveArrivedTwice: false }, NOW + 3_000);
const failed = withEmailOutcome(made, { result: 'failed', problem: 'mailgun-400', recipients }, NOW + 3_000);
const later = withEmailOutcome(made, { result: 'later', problem: 'mailgun-401', mayHaveBeenSent: false }, NOW + 3_000);

test('a voicemail is shown from when its recording is there', () => {
  expect(historyRowOf(begun)).toBeUndefined();
  expect(historyRowOf(recorded)).toEqual({
    id: begun.id,
    type: 'voicemail',
    at: NOW,
    from: details.from,
    queue: 'Support',
    seconds: 21,
    mail: { state: 'pending', recipients: 0 },
    task: { state: 'pending' },
  });
  expect(historyRowOf(sent)).toMatchObject({
    mail: { state: 'sent', recipients: 1, sentAt: NOW + 3_000 },
    task: { state: 'created' },
  });
});

test('what came to nothing is not shown: no message, another message, a callback still being booked', () => {
  expect(historyRowOf(withoutMessage(begun, { task: 'none', reason: 'x' }, NOW))).toBeUndefined();
  const reviewed = newEntry(details, { maxRecordingSeconds: 119, transcribed: false, reviewed: true }, NOW);
  const underReview = withRecording(reviewed, `RE${'2'.repeat(32)}`, 21, NOW);
  expect(historyRowOf(underReview)).toBeUndefined();
  expect(historyRowOf(withDiscarded(underReview))).toBeUndefined();
  expect(historyRowOf(withReviewDone(underReview))).toBeDefined();
  const booking = withBooking(newCallback('callback-x', details, NOW), 'me', NOW);
  expect(historyRowOf(booking)).toBeUndefined();
  expect(historyRowOf(withBooked(booking, WT, NOW))).toMatchObject({
    type: 'callback',
    mail: { state: 'off', recipients: 0 },
    task: { state: 'created' },
  });
});

test('a callback in the place of a silent voicemail is shown as one', () => {
  expect(historyRowOf(withoutMessage(begun, { task: 'callback' }, NOW))).toMatchObject({ type: 'callback' });
});

test('a claim is not seen; how many it went to is told though the list was cut short', () => {
  expect(historyRowOf(withClaims(recorded, { task: true, email: true }, 'me', NOW))).toEqual(historyRowOf(recorded));
  const cut: LedgerEntry = { ...sent, email: { ...sent.email, recipients: [], recipientCount: 100 } };
  expect(historyRowOf(cut)!.mail.recipients).toBe(100);
});

test('who has it is who holds this task, not the one before', () => {
  const taken = withHandler(sent, 'sam', NOW);
  expect(historyRowOf(taken)!.task).toEqual({ state: 'handled', by: 'sam' });
  expect(withHandler(taken, 'sam', NOW + 1)).toBe(taken);
  const back = withRequeue(taken, WT, 'me', NOW);
  expect(historyRowOf(back)!.task).toEqual({ state: 'pending' });
  const again = withTaskOutcome(back, { made: true, sid: `WT${'3'.repeat(32)}` }, NOW);
  expect(historyRowOf(again)!.task).toEqual({ state: 'created' });
  expect(historyRowOf(withTaskSeen(sent, 'handled', NOW))!.task).toEqual({ state: 'handled' });
});

test('trouble is a mail that was refused or waits, and a task nobody took; not one that nobody has tried yet', () => {
  for (const fine of [begun, recorded, made, sent]) expect(troubleOf(fine)).toBeUndefined();
  expect(troubleOf(failed)).toMatchObject({ mail: { state: 'failed', problem: 'mailgun-400', since: NOW + 1_000 } });
  expect(troubleOf(later)).toMatchObject({ mail: { state: 'waiting', problem: 'mailgun-401' } });
  const expired = troubleOf(withTaskSeen(sent, 'expired', NOW));
  expect(expired).toMatchObject({ expiredAt: NOW + 2_000 + 7 * DAY });
  expect(expired).not.toHaveProperty('mail');
});

test('sent again: due at once, with all its tries and days before it; never when it went out or its recording is gone', () => {
  const again = withResend(failed, NOW + 5 * DAY);
  expect(again.email).toMatchObject({ state: 'pending', tries: 0, nextTryAt: NOW + 5 * DAY });
  const tried = withEmailOutcome(again, { result: 'later', problem: 'x', mayHaveBeenSent: false }, NOW + 6 * DAY);
  expect(tried.email.state).toBe('pending');
  const tooLate = withEmailOutcome(again, { result: 'later', problem: 'x', mayHaveBeenSent: false }, NOW + 9 * DAY);
  expect(tooLate.email.state).toBe('failed');
  expect(withResend(later, NOW + 4_000).email.nextTryAt).toBe(NOW + 4_000);
  for (const one of [sent, begun, withRecordingDeleted(failed)]) expect(withResend(one, NOW)).toBe(one);
});

test('rows lie by their time, in the day of UTC', () => {
  expect(timeKey('callback-x', NOW)).toBe('2026-11-22T23:59:58Z_callback-x');
  expect(historyMapOf(NOW)).toBe('history-2026-11-22');
  expect(historyMapOf(NOW + 2_000)).toBe('history-2026-11-23');
});
