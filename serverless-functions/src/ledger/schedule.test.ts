import {
  apply,
  begunVoicemail,
  bookingCallback,
  emailClaimed,
  emailDeferred,
  emailSent,
  NOW,
  newCallback,
  RECORDING_SID,
  recordedVoicemail,
  TASK_SID,
  taskCreated,
} from '../../test/ledger-fixtures';
import { EMAIL_GIVE_UP_MS } from './email-changes';
import { isPromised, type LedgerEntry, WITHDRAWN_TASK_REASON } from './entry';
import type { LedgerEvent } from './events';
import {
  creationUncertainUntil,
  isDoubtAccepted,
  isEmailClaimable,
  isLeased,
  isTaskClaimable,
  LATE_EXECUTION_MS,
  LEASE_MS,
  nextRunAt,
  pauseBefore,
  recentResends,
  resendAllowedAt,
  taskLifetimeSeconds,
} from './schedule';

const DAY = 24 * 3_600_000;
const claimBoth: LedgerEvent[] = [{ type: 'task-claimed', owner: 'me' }, emailClaimed];
const claimed = () => apply(recordedVoicemail({ transcribed: false }), claimBoth);

describe('claims', () => {
  test('before there is a recording, nothing can be claimed', () => {
    expect(isTaskClaimable(begunVoicemail(), NOW)).toBe(false);
    expect(isEmailClaimable(begunVoicemail(), 'recorded', NOW)).toBe(false);
  });

  test('a claimed step cannot be claimed again until its lease has expired', () => {
    const entry = claimed();
    expect(isTaskClaimable(entry, NOW + LEASE_MS - 1)).toBe(false);
    expect(isEmailClaimable(entry, 'recorded', NOW + LEASE_MS - 1)).toBe(false);
    expect(isEmailClaimable(entry, 'recorded', NOW + LEASE_MS)).toBe(true);
  });

  test('when the owner of a lease died, its task may still appear, and no other is created for a minute', () => {
    const entry = claimed();
    expect(isTaskClaimable(entry, NOW + LATE_EXECUTION_MS - 1)).toBe(false);
    expect(isTaskClaimable(entry, NOW + LATE_EXECUTION_MS)).toBe(true);
    const taken = apply(entry, { type: 'task-claimed', owner: 'you' }, NOW + LATE_EXECUTION_MS);
    expect(taken.task).toMatchObject({ lease: { owner: 'you' }, creationUncertainUntil: undefined });
  });

  test('when the answer to the creation was lost, no other task is created for a minute', () => {
    const failed = { type: 'task-creation-failed', error: 'x' } as const;
    const uncertain = apply(claimed(), { ...failed, uncertain: true }, NOW + 4_000);
    expect(isTaskClaimable(uncertain, NOW + 4_000 + LATE_EXECUTION_MS - 1)).toBe(false);
    expect(isTaskClaimable(uncertain, NOW + 4_000 + LATE_EXECUTION_MS)).toBe(true);
    expect(nextRunAt({ ...uncertain, email: { state: 'off' } })).toBe(NOW + 4_000 + LATE_EXECUTION_MS);
    expect(isTaskClaimable(apply(claimed(), failed, NOW + 4_000), NOW + 4_000)).toBe(true);
  });

  test('when the owner of a lease died, the delivery of the email is uncertain', () => {
    const taken = apply(claimed(), claimBoth, NOW + LEASE_MS);
    expect(taken.email).toMatchObject({ state: 'sending', deliveryUncertainSince: NOW + LEASE_MS });
  });

  test('the first claim of an email is not uncertain', () => {
    expect(claimed().email).toMatchObject({ state: 'sending', deliveryUncertainSince: undefined });
  });

  test('an email that waits for the transcript waits a bounded time', () => {
    const waiting = recordedVoicemail();
    const { transcript } = waiting;
    expect(isEmailClaimable(waiting, 'transcribed', NOW)).toBe(false);
    for (const text of ['Hello', undefined]) {
      const received = apply(waiting, { type: 'transcript-received', text });
      expect(isEmailClaimable(received, 'transcribed', NOW)).toBe(true);
    }
    expect(isEmailClaimable(recordedVoicemail({ transcribed: false }), 'transcribed', NOW)).toBe(true);
    expect(isEmailClaimable(waiting, 'transcribed', transcript.state === 'pending' ? transcript.giveUpAt : 0)).toBe(
      true,
    );
  });

  test('a wanted callback can be claimed by any invocation; one being booked by no other', () => {
    expect(isTaskClaimable(newCallback(), NOW)).toBe(true);
    expect(isPromised(newCallback())).toBe(true);
    const booking = bookingCallback();
    expect(isTaskClaimable(booking, NOW)).toBe(false);
    expect(isTaskClaimable(booking, NOW + LEASE_MS + 1)).toBe(false);
    expect(isPromised(booking)).toBe(false);
    expect(isLeased(booking, NOW)).toBe(true);
    expect(nextRunAt(booking)).toBe(NOW + LEASE_MS);
  });
});

describe('outcomes', () => {
  test('after a created task and a sent email, only the check after the task has timed out is left', () => {
    const done = apply(claimed(), [taskCreated, emailSent]);
    expect(done).toMatchObject({ task: { state: 'created' }, email: { state: 'sent' } });
    expect(nextRunAt(done)).toBeGreaterThanOrEqual(NOW + 7 * DAY);
    const handled: LedgerEvent = { type: 'task-handled', taskSid: TASK_SID, at: NOW };
    expect(nextRunAt(apply(done, [handled, { type: 'closing-skipped' }]))).toBeUndefined();
    const lost = apply(done, { type: 'task-lost', taskSid: TASK_SID, loss: 'expired', at: NOW });
    expect(nextRunAt(lost)).toBeUndefined();
    expect(isPromised(lost)).toBe(false);
  });

  test('the order in which outcomes are merged does not matter', () => {
    expect(apply(claimed(), [taskCreated, emailDeferred])).toEqual(apply(claimed(), [emailDeferred, taskCreated]));
  });

  test('an hour without a provider costs a few attempts, and the next one is never far', () => {
    let entry: LedgerEntry = recordedVoicemail({ transcribed: false });
    let now = NOW;
    let attempts = 0;
    while (now < NOW + 3_600_000) {
      entry = apply(entry, [emailClaimed, emailDeferred], now);
      attempts += 1;
      now = entry.email.state === 'pending' ? entry.email.runAt : Number.POSITIVE_INFINITY;
    }
    expect(attempts).toBeLessThanOrEqual(8);
    expect(now - NOW).toBeLessThanOrEqual(5_400_000);
  });

  test('after three days an email is given up, with its last error', () => {
    const late = apply(claimed(), emailDeferred, NOW + EMAIL_GIVE_UP_MS + 1);
    expect(late.email).toMatchObject({ state: 'failed', lastError: 'unreachable' });
  });

  test('a task that can never be created is tried for a week, and then shown as lost', () => {
    const failed: LedgerEvent = { type: 'task-creation-failed', error: 'twilio-refused' };
    expect(apply(claimed(), failed, NOW + 6 * DAY).task.state).toBe('pending');
    expect(apply(claimed(), failed, NOW + 8 * DAY).task).toMatchObject({
      state: 'lost',
      loss: 'not-created',
      reason: 'twilio-refused',
    });
  });

  test('an uncertain delivery stays uncertain through a definite failure', () => {
    const uncertain = apply(claimed(), { ...emailDeferred, deliveryUncertain: true } as LedgerEvent);
    expect(uncertain.email).toMatchObject({ deliveryUncertainSince: NOW });
    const again = apply(uncertain, emailClaimed, NOW + 120_000);
    expect(again.email).toMatchObject({ deliveryUncertainSince: NOW });
  });

  test('a final step takes no late outcome', () => {
    const off = apply(claimed(), { type: 'email-switched-off' });
    expect(apply(off, emailDeferred).email.state).toBe('off');
  });
});

describe('no message', () => {
  test('becomes a callback, or nothing with its reason; the email is off', () => {
    const callback = apply(begunVoicemail(), { type: 'no-message-left', followUp: 'callback' });
    expect(callback).toMatchObject({ task: { state: 'pending', type: 'callback' }, email: { state: 'off' } });
    expect(isTaskClaimable(callback, NOW)).toBe(true);
    const nothing = apply(begunVoicemail(), { type: 'no-message-left', followUp: 'none', reason: 'why' });
    expect(nothing.task).toMatchObject({ state: 'none', reason: 'why' });
    expect(nextRunAt(nothing)).toBeUndefined();
  });

  test('a recording that arrives late after all is a voicemail', () => {
    const ended = apply(begunVoicemail(), { type: 'no-message-left', followUp: 'none', reason: 'why' });
    const late = apply(ended, { type: 'recording-completed', recordingSid: RECORDING_SID, seconds: 5 });
    expect(late).toMatchObject({ task: { state: 'pending', type: 'voicemail' }, email: { state: 'pending' } });
  });

  test('a recording that a transcript announced is looked for; without it the announcement is forgotten', () => {
    const announced = apply(begunVoicemail(), {
      type: 'recording-announced',
      recordingSid: RECORDING_SID,
      checkAt: NOW + 60_000,
    });
    expect(announced.recording).toEqual({ state: 'recording', recordingSid: RECORDING_SID, checkAt: NOW + 60_000 });
    expect(nextRunAt(announced)).toBe(NOW + 60_000);
    const ended = apply(announced, { type: 'no-message-left', followUp: 'callback' });
    expect(ended.recording.recordingSid).toBeUndefined();
    const recorded = recordedVoicemail();
    expect(apply(recorded, { type: 'recording-announced', recordingSid: 'RE', checkAt: NOW })).toBe(recorded);
  });

  test('a recording that exists is never taken back', () => {
    const recorded = recordedVoicemail();
    expect(apply(recorded, { type: 'no-message-left', followUp: 'none', reason: 'why' })).toBe(recorded);
  });
});

describe('callbacks', () => {
  const taskSid = `WT${'d'.repeat(32)}`;

  test('booked with its task, a callback is due when the task has timed out', () => {
    const booked = apply(bookingCallback(), { type: 'booking-confirmed', taskSid }, NOW + 500);
    expect(booked).toMatchObject({ dequeued: true, task: { state: 'created', sid: taskSid } });
    expect(booked.booking).toBeUndefined();
    expect(isPromised(booked)).toBe(true);
    expect(nextRunAt(booked)).toBe(NOW + 500 + taskLifetimeSeconds(booked) * 1_000 + 60_000);
    expect(apply(booked, { type: 'booking-confirmed', taskSid: undefined })).toBe(booked);
  });

  test('a booking that is claimed again while its task may still appear only looks for it', () => {
    const again = apply(bookingCallback(), { type: 'booking-claimed', owner: 'you' }, NOW + LEASE_MS);
    expect(creationUncertainUntil(again, NOW + LEASE_MS)).toBe(NOW + LATE_EXECUTION_MS);
    const oncemore = apply(again, { type: 'booking-claimed', owner: 'me' }, NOW + 2 * LEASE_MS);
    expect(creationUncertainUntil(oncemore, NOW + 2 * LEASE_MS)).toBe(NOW + LATE_EXECUTION_MS);
    const settled = apply(oncemore, { type: 'booking-claimed', owner: 'you' }, NOW + LATE_EXECUTION_MS);
    expect(settled.task).toMatchObject({ creationUncertainUntil: undefined });
  });

  test('booked while its task may still appear, a callback is due once that is settled', () => {
    const again = apply(bookingCallback(), { type: 'booking-claimed', owner: 'you' }, NOW + LEASE_MS);
    const booked = apply(again, { type: 'booking-confirmed', taskSid: undefined }, NOW + LEASE_MS);
    expect(isTaskClaimable(booked, NOW + LATE_EXECUTION_MS - 1)).toBe(false);
    expect(nextRunAt(booked)).toBe(NOW + LATE_EXECUTION_MS);
  });

  test('booked without a task that may still appear, a callback is due at once', () => {
    const later = NOW + LATE_EXECUTION_MS;
    const again = apply(bookingCallback(), { type: 'booking-claimed', owner: 'you' }, later);
    const booked = apply(again, { type: 'booking-confirmed', taskSid: undefined }, later);
    expect(isTaskClaimable(booked, later)).toBe(true);
    expect(nextRunAt(booked)).toBe(later);
  });

  test('a promised callback is not withdrawn, and a withdrawal ends once its task is gone', () => {
    const booked = apply(bookingCallback(), { type: 'booking-confirmed', taskSid });
    expect(apply(booked, { type: 'callback-withdrawn', task: 'uncertain' })).toBe(booked);
    const withdrawing = apply(bookingCallback(), { type: 'callback-withdrawn', task: { sid: taskSid } });
    expect(isTaskClaimable(withdrawing, NOW + 1e9)).toBe(false);
    expect(nextRunAt(apply(withdrawing, { type: 'withdrawal-failed' }))).toBe(NOW + 60_000);
    const done = apply(withdrawing, { type: 'withdrawal-completed' });
    expect(nextRunAt(done)).toBeUndefined();
    expect(done.task).toMatchObject({ state: 'none', sid: taskSid, reason: WITHDRAWN_TASK_REASON });
    expect(apply(booked, { type: 'withdrawal-completed' })).toBe(booked);
  });

  test('a callback that came to nothing can be booked again', () => {
    const withdrawn = apply(bookingCallback(), { type: 'callback-withdrawn', task: { sid: taskSid } });
    const again = apply(withdrawn, { type: 'booking-claimed', owner: 'you' }, NOW + 5_000);
    expect(again).toMatchObject({ booking: true, task: { state: 'pending', attempts: 2 } });
    expect(again.task).not.toHaveProperty('sid');
    expect(again.task).not.toHaveProperty('reason');
  });

  test('a callback is given up after the lifetime that was requested', () => {
    const short = { ...newCallback(), taskTimeoutSeconds: 600 };
    expect(taskLifetimeSeconds(short)).toBe(600);
    const late = apply(short, { type: 'task-creation-failed', error: 'x' }, NOW + 601_000);
    expect(late.task.state).toBe('lost');
    expect(isPromised(late)).toBe(false);
  });
});

test('an email is requested again at most five times an hour', () => {
  const failed = (...minutes: number[]): LedgerEntry['email'] => ({
    state: 'failed',
    attempts: 1,
    recipients: [],
    recipientCount: 0,
    resends: minutes.map((minute) => NOW - minute * 60_000),
  });
  expect(resendAllowedAt({ state: 'off' }, NOW)).toBe(NOW);
  expect(resendAllowedAt(failed(), NOW)).toBe(NOW);
  expect(resendAllowedAt(failed(4, 3, 2, 1), NOW)).toBe(NOW);
  expect(resendAllowedAt(failed(50, 4, 3, 2, 1), NOW)).toBe(NOW + 10 * 60_000);
  expect(resendAllowedAt(failed(60, 4, 3, 2, 1), NOW)).toBe(NOW);
  expect(recentResends(failed(60, 59), NOW)).toEqual([NOW - 59 * 60_000]);
});

describe('the pause before an email is tried again', () => {
  const MINUTE = 60_000;

  test('doubles from a minute to half an hour, and many emails do not come back at one moment', () => {
    const pauses = (attempts: number) => Array.from({ length: 200 }, (_, n) => pauseBefore(`entry-${n}`, attempts));
    for (const [attempts, most] of [
      [1, 1],
      [2, 2],
      [3, 4],
      [6, 30],
      [90, 30],
    ] as const) {
      expect(Math.max(...pauses(attempts))).toBeLessThanOrEqual(most * MINUTE);
      expect(Math.min(...pauses(attempts))).toBeGreaterThanOrEqual(0.85 * most * MINUTE);
      expect(new Set(pauses(attempts)).size).toBeGreaterThan(150);
    }
    expect(pauseBefore('entry-1', 3)).toBe(pauseBefore('entry-1', 3));
  });

  test('is at least as long as the provider asked for', () => {
    expect(pauseBefore('entry-1', 1, 45 * MINUTE)).toBe(45 * MINUTE);
    expect(pauseBefore('entry-1', 6, MINUTE)).toBeGreaterThan(20 * MINUTE);
  });
});

test('sending again accepts the doubt about answers that were lost before, and about no later one', () => {
  const lostAt = (deliveryUncertainSince: number | undefined) =>
    isDoubtAccepted({ deliveryUncertainSince, resendRequestedAt: NOW });
  expect([lostAt(NOW - 1), lostAt(NOW), lostAt(NOW + 1), lostAt(undefined)]).toEqual([true, false, false, false]);
  expect(isDoubtAccepted({ deliveryUncertainSince: NOW, resendRequestedAt: undefined })).toBe(false);
});
