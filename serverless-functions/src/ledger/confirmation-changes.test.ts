import { apply, details, NOW, newCallback, taskCreated } from '../../test/ledger-fixtures';
import { asksLeft, mayAsk } from './confirmation-changes';
import type { LedgerEntry } from './entry';
import type { LedgerEvent } from './events';

const CALL = `CA${'8'.repeat(32)}`;
const OTHER_CALL = `CA${'9'.repeat(32)}`;
const entry = apply(newCallback(), [{ type: 'task-claimed', owner: 'me' }, taskCreated]);
const begun = (ask: string): LedgerEvent => ({ type: 'confirmation-begun', ask, number: details.from });
const placed: LedgerEvent = { type: 'confirmation-placed', ask: 'a', callSid: CALL };
const ended = (ask = 'a'): LedgerEvent => ({ type: 'confirmation-ended', ask, callSid: CALL });
const answered = (answer: 'confirmed' | 'declined', callSid = CALL, ask = 'a'): LedgerEvent => ({
  ...{ type: 'confirmation-answered', ask, callSid, answer },
});
const calling = apply(entry, [begun('a'), placed]);
const stateOf = ({ confirmation }: LedgerEntry) => confirmation?.state;

test('while a call asks, no other is begun', () => {
  expect(apply(calling, begun('b'))).toBe(calling);
  expect(mayAsk(calling)).toBe(false);
});

test.each(['confirmed', 'declined'] as const)('who has %s is not asked again, and cannot change it', (answer) => {
  const after = apply(calling, answered(answer));
  expect(after.confirmation).toEqual({ state: answer, ask: 'a', asks: 1, at: NOW, callSid: CALL });
  for (const event of [begun('b'), ended(), answered('confirmed'), answered('declined')])
    expect(apply(after, event)).toBe(after);
});

test('after a call without an answer others may ask, three in all', () => {
  let at = entry;
  for (const [n, ask] of ['a', 'b', 'c'].entries()) {
    expect(asksLeft(at.confirmation)).toBe(3 - n);
    at = apply(at, [begun(ask), { type: 'confirmation-ended', ask }]);
    expect(stateOf(at)).toBe('unanswered');
  }
  expect([mayAsk(at), apply(at, begun('d')) === at]).toEqual([false, true]);
});

test('a key counts that is reported after the end of its call', () => {
  expect(stateOf(apply(calling, [ended(), answered('confirmed')]))).toBe('confirmed');
});

test('a call that is not the one that asks changes nothing', () => {
  expect(apply(calling, answered('confirmed', OTHER_CALL))).toBe(calling);
  expect(apply(calling, { type: 'confirmation-ended', ask: 'a', callSid: OTHER_CALL })).toBe(calling);
  const again = apply(calling, [ended(), begun('b')]);
  for (const event of [ended(), answered('confirmed'), placed]) expect(apply(again, event)).toBe(again);
});

test('while the sid of the call is not known, its key makes it known', () => {
  const unknown = apply(entry, begun('a'));
  expect(apply(unknown, answered('confirmed')).confirmation).toMatchObject({ state: 'confirmed', callSid: CALL });
});

test('a call that was not made does not count, unless it turns out to have been', () => {
  const undone: LedgerEvent = { type: 'confirmation-not-placed', ask: 'a' };
  expect(apply(apply(entry, begun('a')), undone).confirmation).toBeUndefined();
  expect(apply(calling, undone)).toBe(calling);
  const second = apply(calling, [ended(), begun('b'), { type: 'confirmation-not-placed', ask: 'b' }]);
  expect(second.confirmation).toMatchObject({ state: 'unanswered', asks: 1 });
});

test('a claim for a number that was changed meanwhile is none', () => {
  const changed = apply(entry, { type: 'number-changed', number: '+12025550188' });
  expect(apply(changed, begun('a'))).toBe(changed);
});

test('what was confirmed at one number does not count for another', () => {
  const confirmed = apply(calling, answered('confirmed'));
  const changed = apply(confirmed, { type: 'number-changed', number: '+12025550188' });
  expect(changed.confirmation).toBeUndefined();
  // A callback that is put back is still wanted.
  expect(stateOf(apply(confirmed, { type: 'task-requeued', taskSid: 'WT1', owner: 'me' }))).toBe('confirmed');
});

test('an erased entry notes no answer', () => {
  const erased = apply(calling, { type: 'entry-erased', by: 'WK1', subject: 'x', documents: [] });
  expect(apply(erased, answered('confirmed')).confirmation).toBeUndefined();
});
