import {
  apply,
  emailClaimed,
  emailSent,
  NOW,
  recordedVoicemail,
  TASK_SID,
  taskCreated,
} from '../../test/ledger-fixtures';
import type { LedgerEntry } from './entry';
import type { LedgerEvent } from './events';
import { toHistoryRow } from './history-row';
import {
  areRemindersDue,
  CALL_LIFETIME_MS,
  isCallUnderWay,
  MAX_INBOX_CALLS,
  RING_LIFETIME_MS,
  TAKEN_SYNC_DELAY_MS,
} from './inbox-changes';
import { isLeased, LEASE_MS, nextRunAt } from './schedule';
import { transition, transitionAll } from './transitions';

const MINUTE = 60_000;
const ANA = 'ana@example.com';
const BO = 'bo@example.com';
const waiting = apply(recordedVoicemail({ transcribed: false }), [taskCreated, emailClaimed, emailSent]);
const taken = transition(waiting, { type: 'inbox-taken', address: ANA, name: 'Ana Ruiz' }, NOW);
const handled: LedgerEvent = { type: 'task-handled', taskSid: TASK_SID, at: NOW, worker: 'Ana Ruiz' };

describe('a voicemail that a recipient takes', () => {
  test('is theirs: nobody else takes it, or gives it back', () => {
    for (const event of [
      { type: 'inbox-taken', address: BO },
      { type: 'inbox-taken', address: ANA },
      { type: 'inbox-given-back', address: BO },
    ] as const)
      expect(transition(taken, event, NOW + 1)).toBe(taken);
  });

  test('is shown on the task within one sweep, and a change in between is not taken for shown', () => {
    expect(nextRunAt(taken)).toBe(NOW + TAKEN_SYNC_DELAY_MS);
    const stale = transition(taken, { type: 'taken-synced', takenAt: undefined }, NOW + 1);
    expect(stale.takenSyncDueAt).toBe(NOW + TAKEN_SYNC_DELAY_MS);
    const shown = transition(taken, { type: 'taken-synced', takenAt: NOW }, NOW + 1);
    expect(shown.takenSyncDueAt).toBeUndefined();
    const free = transition(shown, { type: 'inbox-given-back', address: ANA }, NOW + 2);
    expect(free).toMatchObject({ taken: undefined, takenSyncDueAt: NOW + 2 + TAKEN_SYNC_DELAY_MS });
  });

  test.each<[string, LedgerEvent]>([
    ['an agent tries again later', { type: 'task-requeued', taskSid: TASK_SID, owner: 'me' }],
    ['a supervisor puts it back', { type: 'task-restored', taskSid: TASK_SID, owner: 'me' }],
  ])('is free again once %s', (_what, event) => {
    const back = transition(taken, event, NOW + 1);
    expect(back).toMatchObject({ task: { state: 'pending' }, taken: undefined });
    expect(back.takenSyncDueAt).toBe(NOW + 1 + TAKEN_SYNC_DELAY_MS);
  });

  test('stays theirs when TaskRouter loses the task and another takes its place', () => {
    const event = { type: 'task-lost', taskSid: TASK_SID, loss: 'workflow', at: NOW, replaceIn: 'WW1' } as const;
    expect(transition(taken, event, NOW + 1)).toMatchObject({ task: { state: 'pending' }, taken: { address: ANA } });
  });

  test('is not taken for shown while its task is being made', () => {
    const pending = transition(
      recordedVoicemail({ transcribed: false }),
      { type: 'inbox-taken', address: ANA, name: 'Ana Ruiz' },
      NOW,
    );
    expect(transition(pending, { type: 'taken-synced', takenAt: NOW }, NOW + 1)).toBe(pending);
  });

  test('says in the history who has it, until it is handled', () => {
    expect(toHistoryRow(taken)!.task).toMatchObject({ state: 'created', takenBy: 'Ana Ruiz', takenAt: NOW });
    const done = transition(taken, handled, NOW + 1);
    expect(toHistoryRow(done)!.task).toEqual({ state: 'handled', assignee: 'Ana Ruiz', at: NOW });
    expect(transition(done, { type: 'inbox-given-back', address: ANA }, NOW + 2)).toBe(done);
  });
});

describe('reminders', () => {
  const wanted = transitionAll(
    waiting,
    [
      { type: 'reminder-requested', address: ANA, at: NOW + MINUTE },
      { type: 'reminder-requested', address: BO, at: NOW + 5 * MINUTE },
    ],
    NOW,
  );
  const claimed = transition(wanted, { type: 'reminders-claimed', owner: 'me' }, NOW + MINUTE);

  test('are due at their times, and each recipient has one', () => {
    expect(nextRunAt(wanted)).toBe(NOW + MINUTE);
    const later = transition(wanted, { type: 'reminder-requested', address: ANA, at: NOW + 9 * MINUTE }, NOW);
    expect(later.reminders).toHaveLength(2);
    expect(areRemindersDue(later, NOW + 4 * MINUTE)).toBe(false);
  });

  test('only what is due is claimed, and only its owner finishes it', () => {
    expect(claimed.reminders!.filter(({ lease }) => lease)).toMatchObject([{ address: ANA, attempts: 1 }]);
    expect(isLeased(claimed, NOW + MINUTE)).toBe(true);
    expect(transition(claimed, { type: 'reminders-claimed', owner: 'other' }, NOW + MINUTE)).toBe(claimed);
    expect(transition(claimed, { type: 'reminders-finished', owner: 'other' }, NOW + MINUTE)).toBe(claimed);
    const done = transition(claimed, { type: 'reminders-finished', owner: 'me' }, NOW + MINUTE);
    expect(done.reminders).toEqual([{ address: BO, runAt: NOW + 5 * MINUTE, attempts: 0 }]);
  });

  test('one whose owner died is dropped, since it may have been sent', () => {
    const after = transition(claimed, { type: 'reminders-claimed', owner: 'other' }, NOW + MINUTE + LEASE_MS);
    expect(after.reminders!.map(({ address }) => address)).toEqual([BO]);
  });

  test('one that could not be sent comes back, and is given up after a day', () => {
    const deferred = transition(claimed, { type: 'reminders-deferred', owner: 'me' }, NOW + MINUTE);
    expect(deferred.reminders![0]!.runAt).toBeGreaterThan(NOW + MINUTE);
    const event = { type: 'reminders-deferred', owner: 'me', retryAfterMs: 25 * 60 * MINUTE } as const;
    expect(transition(claimed, event, NOW + MINUTE).reminders!.map(({ address }) => address)).toEqual([BO]);
  });

  test('one that fails again and again is given up a day after its time', () => {
    let entry = wanted;
    const at = (hours: number) => NOW + MINUTE + hours * 60 * MINUTE;
    for (let hours = 0; hours <= 26; hours += 1)
      entry = transitionAll(
        entry,
        [
          { type: 'reminders-claimed', owner: 'me' },
          { type: 'reminders-deferred', owner: 'me', retryAfterMs: 30 * MINUTE },
        ],
        at(hours),
      );
    expect(entry.reminders).toBeUndefined();
  });

  test('once the voicemail is handled, nobody gets one', () => {
    const done = transition(wanted, handled, NOW);
    expect(transition(done, { type: 'reminders-claimed', owner: 'me' }, NOW + MINUTE).reminders).toBeUndefined();
  });
});

describe('a call from the email', () => {
  const begin = (entry: LedgerEntry, attempt: string, at: number, address = ANA) =>
    transition(entry, { type: 'inbox-call-begun', attempt, address }, at);
  const calling = begin(waiting, 'a', NOW);
  const ended = (outcome: 'spoke' | 'not-reached' | 'not-answered', seconds?: number): LedgerEvent => ({
    ...{ type: 'inbox-call-ended', attempt: 'a', callSid: 'CA1', outcome },
    ...(seconds === undefined ? {} : { seconds }),
  });
  const connecting: LedgerEvent = { type: 'inbox-call-connecting', attempt: 'a', callSid: 'CA1' };

  test('takes the voicemail, and is refused where somebody else has it, or another call goes on', () => {
    expect(calling.taken).toMatchObject({ address: ANA });
    expect(begin(taken, 'b', NOW + 1, BO)).toBe(taken);
    expect(begin(calling, 'b', NOW + 1)).toBe(calling);
    expect(begin(calling, 'b', NOW + CALL_LIFETIME_MS).inboxCall).toMatchObject({ attempt: 'b', calls: 2 });
  });

  test('one of which nothing is heard holds up the next no longer than it can ring', () => {
    const connected = transition(calling, connecting, NOW + 1);
    const later = NOW + RING_LIFETIME_MS;
    expect(isCallUnderWay(calling, later - 1)).toBe(true);
    expect(isCallUnderWay(calling, later)).toBe(false);
    expect(isCallUnderWay(connected, later)).toBe(true);
    const next = begin(calling, 'b', later);
    expect(next.inboxCall).toMatchObject({ attempt: 'b', calls: 2 });
    expect(transition(next, connecting, later + 1)).toBe(next);
  });

  test('the length comes from the call to the caller, whichever end is reported first', () => {
    const spoke = { state: 'ended', outcome: 'spoke', seconds: 192 };
    const talking = transition(calling, connecting, NOW + 1);
    for (const events of [
      [ended('spoke', 192), ended('not-answered')],
      [ended('not-answered'), ended('spoke', 192)],
    ])
      expect(transitionAll(talking, events, NOW + 2).inboxCall).toMatchObject(spoke);
  });

  test.each([
    ['nobody pressed the key', [ended('not-answered')], 'not-answered'],
    ['the caller did not answer', [connecting, ended('not-reached'), ended('not-answered')], 'not-reached'],
    ['the end of the call to the caller was never reported', [connecting, ended('not-answered')], 'unknown'],
  ])('when %s, it says so', (_what, events, outcome) => {
    expect(transitionAll(calling, events, NOW + 1).inboxCall).toMatchObject({ state: 'ended', outcome });
  });

  test('reports of another call than the newest change nothing', () => {
    const placed = transition(calling, { type: 'inbox-call-placed', attempt: 'a', callSid: 'CA1' }, NOW);
    for (const event of [
      { type: 'inbox-call-connecting', attempt: 'a', callSid: 'CA2' },
      { type: 'inbox-call-connecting', attempt: 'b', callSid: 'CA1' },
      { type: 'inbox-call-ended', attempt: 'a', callSid: 'CA2', outcome: 'spoke' },
      { type: 'inbox-call-placed', attempt: 'a', callSid: 'CA2' },
      { type: 'inbox-call-not-placed', attempt: 'a' },
    ] as const)
      expect(transition(placed, event, NOW + 1)).toBe(placed);
  });

  test('one that was never made does not count', () => {
    const undone = transition(calling, { type: 'inbox-call-not-placed', attempt: 'a' }, NOW);
    expect(undone.inboxCall).toMatchObject({ state: 'ended', outcome: 'failed', calls: 0 });
  });

  test('nobody is called for ever', () => {
    let entry = waiting;
    for (let n = 0; n < MAX_INBOX_CALLS + 3; n += 1) entry = begin(entry, `a${n}`, NOW + n * CALL_LIFETIME_MS);
    expect(entry.inboxCall!.calls).toBe(MAX_INBOX_CALLS);
  });
});
