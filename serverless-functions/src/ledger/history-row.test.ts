import type { EmailProblem } from '@callback-and-voicemail/contract';
import {
  apply,
  begunVoicemail,
  bookingCallback,
  emailClaimed,
  OTHER_TASK_SID,
  RECORDING_SID,
  recordingCompleted,
  SAM,
  TASK_SID,
  taskCreated,
} from '../../test/ledger-fixtures';
import type { LedgerEntry } from './entry';
import { chronologicalKey } from './entry-id';
import type { LedgerEvent } from './events';
import {
  historyMapName,
  parseFailureRow,
  parseHistoryRow,
  toFailureRow,
  toHistoryRow,
  withoutEntry,
} from './history-row';

const NOW = Date.UTC(2026, 10, 22, 23, 59, 58);
const DAY = 86_400_000;
const begun = begunVoicemail({ transcribed: false, now: NOW });
const recorded = apply(begun, recordingCompleted, NOW + 1_000);
const created = apply(recorded, taskCreated, NOW + 2_000);
const recipients = [{ address: 'ana@example.com', state: 'accepted' as const }];
const sent = apply(created, { type: 'email-sent', recipients, possibleDuplicate: false }, NOW + 3_000);
const failed = apply(created, { type: 'email-failed', lastError: 'recipient-refused', recipients }, NOW + 3_000);
const deferral = (lastError: EmailProblem): LedgerEvent => ({
  type: 'email-deferred',
  lastError,
  deliveryUncertain: false,
});
const deferred = apply(created, deferral('key-refused'), NOW + 3_000);
const opened: LedgerEvent = { type: 'task-opened', taskSid: TASK_SID, ...SAM };

test('a voicemail is shown once its recording has arrived', () => {
  expect(toHistoryRow(begun)).toBeUndefined();
  expect(toHistoryRow(recorded)).toEqual({
    id: begun.id,
    taskType: 'voicemail',
    receivedAt: NOW,
    from: begun.from,
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

test('an email that waits for others, or is in the email of another, says until when', () => {
  const until = NOW + 3_600_000;
  const sending = apply(created, emailClaimed, NOW + 3_000);
  const carrier = apply(sending, { type: 'email-carries', document: 'mails', until });
  const told = apply(sending, { type: 'email-summarized', carrier: 'voicemail-x', until });
  expect(toHistoryRow(carrier)?.email).toMatchObject({ state: 'pending', summaryAt: until });
  expect(toHistoryRow(told)?.email).toMatchObject({ state: 'summarized', carrier: 'voicemail-x', summaryAt: until });
  // Neither needs a supervisor.
  expect([toFailureRow(carrier), toFailureRow(told)]).toEqual([undefined, undefined]);
  const summary = apply(
    carrier,
    [
      { type: 'email-claimed', owner: 'me', sendWhen: 'recorded' },
      { type: 'email-sent', recipients, possibleDuplicate: false, others: 12 },
    ],
    until,
  );
  expect(toHistoryRow(summary)?.email).toMatchObject({ state: 'sent', others: 12 });
  expect(parseHistoryRow(toHistoryRow(told))).toEqual(toHistoryRow(told));
});

describe('an email that is partly done', () => {
  const ana = { address: 'ana@example.com', state: 'accepted' as const, provider: 'sendgrid' };
  const bob = { address: 'bob@example.com', state: 'refused' as const, problem: 'recipient-refused' as const };
  const eve = { address: 'eve@example.com', problem: 'unreachable' as const };
  const later: LedgerEvent = {
    ...{ type: 'email-deferred', lastError: 'unreachable', deliveryUncertain: false },
    ...{ settled: [ana], waiting: [eve] },
  };
  const waiting = apply(created, later, NOW + 3_000);
  const done: LedgerEvent = { type: 'email-sent', recipients: [bob], possibleDuplicate: false };

  test('says who has it and who waits for what, and needs nobody yet', () => {
    expect(toHistoryRow(waiting)!.email).toMatchObject({
      state: 'pending',
      outcomes: { accepted: 1, refused: 0, waiting: 1, recipients: [{ ...eve, state: 'waiting' }, ana] },
    });
    expect(toFailureRow(waiting)!.email).toEqual({ state: 'waiting', lastError: 'unreachable', since: NOW + 1_000 });
  });

  test('says who was refused first, and needs a person once somebody was', () => {
    const partly = apply(waiting, done, NOW + 60_000);
    expect(toHistoryRow(partly)!.email).toMatchObject({
      ...{ state: 'sent', recipients: 2 },
      outcomes: { accepted: 1, refused: 1, waiting: 0, recipients: [bob, ana] },
    });
    expect(toFailureRow(partly)!.email).toEqual({
      ...{ state: 'partly', lastError: 'recipient-refused', since: NOW + 60_000 },
      ...{ refused: 1, recipients: 2 },
    });
    expect(parseFailureRow(toFailureRow(partly))).toEqual(toFailureRow(partly));
  });

  test('while it waits for some, those who were refused need a person already', () => {
    const both = apply(created, { ...later, settled: [ana, bob] } as LedgerEvent, NOW + 3_000);
    expect(toFailureRow(both)!.email).toMatchObject({ state: 'waiting', refused: 1, recipients: 3 });
  });

  test('that is given up still says who never got it', () => {
    const given = apply(waiting, later, NOW + 4 * DAY);
    expect(toHistoryRow(given)!.email).toMatchObject({ state: 'failed', outcomes: { accepted: 1, waiting: 1 } });
  });

  test('shows nothing of the kind while all recipients have it, or none has', () => {
    expect(toHistoryRow(sent)!.email.outcomes).toBeUndefined();
    const none = apply(created, { ...later, settled: [], waiting: [eve] } as LedgerEvent, NOW + 3_000);
    expect(toHistoryRow(none)!.email.outcomes).toBeUndefined();
    expect(none.email).not.toHaveProperty('waiting', [eve]);
  });

  test('names ten recipients of many, and counts all', () => {
    const many = Array.from({ length: 40 }, (_, n) => ({ ...eve, address: `eve${n}@example.com` }));
    const entry = apply(created, { ...later, waiting: many } as LedgerEvent, NOW + 3_000);
    const { outcomes } = toHistoryRow(entry)!.email;
    expect([outcomes?.waiting, outcomes?.recipients.length]).toEqual([40, 10]);
  });

  test('its row holds no recipient any more once the entry is deleted', () => {
    const kept = withoutEntry({ ...toHistoryRow(apply(waiting, done, NOW + 60_000)) });
    expect(JSON.stringify(kept)).not.toContain('@example.com');
    expect(parseHistoryRow(kept)).toMatchObject({ entryDeleted: true, email: { state: 'sent', recipients: 2 } });
  });
});

test('has no row without a message, for a replaced message, or while a callback is being booked', () => {
  const none: LedgerEvent = { type: 'no-message-left', followUp: 'none', reason: 'x' };
  expect(toHistoryRow(apply(begun, none, NOW))).toBeUndefined();
  const underReview = apply(begunVoicemail({ reviewed: true, now: NOW }), recordingCompleted, NOW);
  expect(toHistoryRow(underReview)).toBeUndefined();
  expect(toHistoryRow(apply(underReview, { type: 'message-discarded', recordingSid: RECORDING_SID }))).toBeUndefined();
  expect(toHistoryRow(apply(underReview, { type: 'review-ended' }))).toBeDefined();
  const booking = bookingCallback();
  expect(toHistoryRow(booking)).toBeUndefined();
  expect(toHistoryRow(apply(booking, { type: 'booking-confirmed', taskSid: TASK_SID }))).toMatchObject({
    taskType: 'callback',
    email: { state: 'off', recipients: 0 },
    task: { state: 'created' },
  });
});

test('a callback in the place of a silent voicemail is shown as one', () => {
  const callback = apply(begun, { type: 'no-message-left', followUp: 'callback' }, NOW);
  expect(toHistoryRow(callback)).toMatchObject({ taskType: 'callback' });
});

test('a message that could not be recorded has a row, with and without a callback', () => {
  const recordingFailed = true;
  const callback = apply(begun, { type: 'no-message-left', followUp: 'callback', recordingFailed }, NOW);
  expect(toHistoryRow(callback)).toMatchObject({ taskType: 'callback', recordingFailed, email: { state: 'pending' } });
  const alone = apply(begun, { type: 'no-message-left', followUp: 'none', reason: 'x', recordingFailed }, NOW);
  expect(toHistoryRow(alone)).toMatchObject({ recordingFailed, task: { state: 'none' } });
});

test('a claim does not show; the number of recipients is complete though their list was cut short', () => {
  const claimed = apply(recorded, [{ type: 'task-claimed', owner: 'me' }, emailClaimed], NOW + 1_000);
  expect(toHistoryRow(claimed)).toEqual(toHistoryRow(recorded));
  const cut = { ...sent, email: { ...sent.email, recipients: [], recipientCount: 100 } } as LedgerEntry;
  expect(toHistoryRow(cut)!.email.recipients).toBe(100);
});

test('the assignee is the worker who has the current task, not the one before', () => {
  const taken = apply(sent, opened, NOW);
  expect(toHistoryRow(taken)!.task).toEqual({ state: 'created', assignee: 'sam', at: NOW });
  expect(apply(taken, opened, NOW + 1)).toBe(taken);
  const requeued = apply(taken, { type: 'task-requeued', taskSid: TASK_SID, owner: 'me' }, NOW);
  expect(toHistoryRow(requeued)!.task).toEqual({ state: 'pending' });
  const again = apply(requeued, { type: 'task-created', taskSid: OTHER_TASK_SID }, NOW);
  expect(toHistoryRow(again)!.task).toEqual({ state: 'created' });
});

test('a task is handled once it has ended, by whom TaskRouter says', () => {
  const handled: LedgerEvent = { type: 'task-handled', taskSid: TASK_SID, at: NOW + 60_000, worker: 'ana' };
  const taken = apply(sent, opened, NOW);
  expect(toHistoryRow(apply(taken, handled))!.task).toEqual({ state: 'handled', assignee: 'ana', at: NOW + 60_000 });
  const unnamed = apply(taken, { ...handled, worker: undefined });
  expect(toHistoryRow(unnamed)!.task).toMatchObject({ state: 'handled', assignee: 'sam' });
});

test('failures are emails that were refused or wait, and lost tasks; not what has not been tried yet', () => {
  for (const fine of [begun, recorded, created, sent]) expect(toFailureRow(fine)).toBeUndefined();
  expect(toFailureRow(failed)).toMatchObject({
    email: { state: 'failed', lastError: 'recipient-refused', since: NOW + 1_000 },
  });
  expect(toFailureRow(deferred)).toMatchObject({ email: { state: 'waiting', lastError: 'key-refused' } });
  const lost = apply(sent, { type: 'task-lost', taskSid: TASK_SID, loss: 'workflow', at: NOW + DAY });
  expect(toFailureRow(lost)).toMatchObject({ lost: { at: NOW + DAY, loss: 'workflow' } });
  expect(toFailureRow(lost)!.email).toBeUndefined();
  expect(toHistoryRow(lost)!.task).toEqual({ state: 'lost', at: NOW + DAY, loss: 'workflow' });
});

test('a resent email is due at once, with all its attempts and days before it', () => {
  const again = apply(failed, { type: 'resend-requested' }, NOW + 5 * DAY);
  expect(again.email).toMatchObject({ state: 'pending', attempts: 0, runAt: NOW + 5 * DAY });
  expect(apply(again, deferral('unknown'), NOW + 6 * DAY).email.state).toBe('pending');
  expect(apply(again, deferral('unknown'), NOW + 9 * DAY).email.state).toBe('failed');
  expect(apply(deferred, { type: 'resend-requested' }, NOW + 4_000).email).toMatchObject({ runAt: NOW + 4_000 });
});

test('an email is never resent when it was sent, or when its recording is missing', () => {
  for (const entry of [sent, begun, apply(failed, { type: 'recording-deleted' })])
    expect(apply(entry, { type: 'resend-requested' }, NOW)).toBe(entry);
});

test('rows are in chronological order, in the map of their day in UTC', () => {
  expect(chronologicalKey('callback-x', NOW)).toBe('2026-11-22T23:59:58Z_callback-x');
  expect(historyMapName(NOW)).toBe('history-2026-11-22');
  expect(historyMapName(NOW + 2_000)).toBe('history-2026-11-23');
});

test('rows are parsed when they are read back, and other data is no row', () => {
  const stored = (row: unknown) => JSON.parse(JSON.stringify(row)) as unknown;
  expect(parseHistoryRow(stored(toHistoryRow(sent)))).toEqual(toHistoryRow(sent));
  expect(parseFailureRow(stored(toFailureRow(failed)))).toEqual(toFailureRow(failed));
  for (const data of [undefined, {}, { id: 1 }, 'x']) {
    expect(parseHistoryRow(data)).toBeUndefined();
    expect(parseFailureRow(data)).toBeUndefined();
  }
});
