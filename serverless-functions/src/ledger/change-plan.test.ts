import {
  apply,
  begunVoicemail,
  details,
  emailClaimed,
  emailSent,
  NOW,
  recordingCompleted,
  SAM,
  TASK_SID,
  taskCreated,
} from '../../test/ledger-fixtures';
import { type ChangeKind, planChange, withCurrentIndexKey } from './change-plan';
import type { LedgerEntry } from './entry';
import { parseListedKey } from './entry-id';
import { fullDoubt } from './entry-rows';
import type { LedgerEvent } from './events';

const DAY = 24 * 3_600_000;
const taskClaimed: LedgerEvent = { type: 'task-claimed', owner: 'me' };

/** `+3 min` for a key that is due then; rows are marked. */
function due(key: string): string {
  const { at, forRows } = parseListedKey(key)!;
  const ms = at - NOW;
  const time = ms >= DAY ? `${Math.round(ms / DAY)} d` : `${Math.round(ms / 60_000)} min`;
  return `${forRows ? 'rows ' : ''}+${time}`;
}

/** A plan in words, a line for each round. */
function plan(before: LedgerEntry, events: LedgerEvent[], kind: ChangeKind, now = NOW) {
  const planned = planChange(before, apply(before, events, now), kind, undefined, now);
  const rounds = planned?.rounds.map((round) =>
    round
      .map((one) => {
        if (one.write === 'entry') return 'entry';
        if (one.write === 'row') return `${one.row === undefined ? 'remove ' : ''}${one.map.replace(/-.*/, '')} row`;
        return `${one.write} ${due(one.key)}`;
      })
      .join(' ∥ '),
  );
  return { rounds, after: planned?.entry ?? before, deferred: planned?.deferred };
}

const begun = withCurrentIndexKey(begunVoicemail({ transcribed: false }));
const claimed = plan(begun, [recordingCompleted, taskClaimed, emailClaimed], 'claim').after;
const sent = plan(claimed, [taskCreated, emailSent], 'outcome').after;
const handled = plan(
  sent,
  [{ type: 'task-handled', taskSid: TASK_SID, at: NOW }, { type: 'closing-skipped' }],
  'outcome',
).after;

test('a recording, from its webhook to its mail: the claim writes the entry, the outcome all the rest', () => {
  expect(due(begun.indexKey!)).toBe('+3 min');
  const claim = plan(begun, [recordingCompleted, taskClaimed, emailClaimed], 'claim');
  expect(claim).toMatchObject({ rounds: ['entry'], deferred: { history: true, failure: false, isNew: true } });
  expect(claim.after.indexKey).toBe(begun.indexKey);
  expect(plan(claimed, [taskCreated, emailSent], 'outcome').rounds).toEqual([
    'list +7 d ∥ entry ∥ history row',
    'unlist +3 min',
  ]);
});

test('a mail that fails has a row of its own and is listed for its next attempt', () => {
  const deferred: LedgerEvent = { type: 'email-deferred', lastError: 'unreachable', deliveryUncertain: false };
  expect(plan(claimed, [taskCreated, deferred], 'outcome').rounds).toEqual([
    'list +1 min ∥ entry ∥ history row ∥ failures row',
    'unlist +3 min',
  ]);
});

test('where somebody waits, nothing follows the entry: a sweep removes the old key', () => {
  const requeued: LedgerEvent = { type: 'task-requeued', taskSid: TASK_SID, owner: 'me' };
  const claim = plan(sent, [requeued], 'awaited');
  expect(claim.rounds).toEqual(['list +1 min ∥ entry ∥ history row']);
  const recreated: LedgerEvent = { type: 'task-created', taskSid: `WT${'8'.repeat(32)}` };
  expect(plan(claim.after, [recreated], 'awaited').rounds).toEqual(['list +7 d ∥ entry ∥ history row']);
});

test('a change that is due long before its key lists the entry first, and a claim too', () => {
  const lost: LedgerEvent = { type: 'task-lost', taskSid: TASK_SID, loss: 'workflow', at: NOW, replaceIn: 'WW' };
  expect(plan(sent, [lost], 'outcome').rounds).toEqual(['list +0 min', 'entry ∥ history row', 'unlist +7 d']);
  expect(plan(sent, [lost, taskClaimed], 'claim').rounds).toEqual(['list +1 min', 'entry', 'unlist +7 d']);
});

test('an entry with nothing left to do is unlisted once its row is written', () => {
  expect(
    plan(sent, [{ type: 'task-handled', taskSid: TASK_SID, at: NOW }, { type: 'closing-skipped' }], 'outcome').rounds,
  ).toEqual(['entry ∥ history row', 'unlist +7 d']);
  expect(handled.indexKey).toBeUndefined();
});

test('an entry that is not in the index is listed first, also where somebody waits', () => {
  const deleted: LedgerEvent = { type: 'recording-deleted' };
  expect(plan(handled, [deleted], 'outcome').rounds).toEqual(['list +0 min', 'entry ∥ history row']);
  expect(plan(handled, [deleted], 'awaited').rounds).toEqual(['list +0 min', 'entry ∥ history row']);
});

test('an entry that stays out of the index is listed for its rows while they are written', () => {
  const position = { ...details, queueName: 'Sales' };
  const moved: LedgerEvent = { type: 'queue-position-read', position };
  expect(plan(handled, [moved], 'outcome').rounds).toEqual([
    'list rows +2 min',
    'entry ∥ history row',
    'unlist rows +2 min',
  ]);
});

test('a change that alters no row, and does not move the entry, writes the entry alone', () => {
  expect(plan(sent, [{ type: 'message-heard', ...SAM }], 'outcome').rounds).toEqual(['entry']);
  expect(plan(handled, [{ type: 'message-heard', ...SAM }], 'outcome').rounds).toEqual(['entry']);
});

test('what changes nothing writes nothing', () => {
  expect(plan(sent, [recordingCompleted], 'outcome').rounds).toBeUndefined();
  expect(plan(sent, [recordingCompleted], 'claim').rounds).toBeUndefined();
});

test('rows in doubt are written with the next change that writes rows, though it alters none', () => {
  const doubt = fullDoubt(sent);
  const heard = apply(sent, { type: 'message-heard', ...SAM });
  expect(planChange(sent, heard, 'claim', doubt, NOW)).toMatchObject({
    rounds: [[{ write: 'entry' }]],
    deferred: doubt,
  });
  expect(planChange(sent, heard, 'outcome', doubt, NOW)!.rounds).toMatchObject([
    [{ write: 'entry' }, { map: 'history-2026-11-22' }, { map: 'failures', row: undefined }],
  ]);
});
