import { apply, NOW, recordedVoicemail, TASK_SID, taskCreated } from '../../test/ledger-fixtures';
import type { LedgerEvent } from '../ledger/events';
import { RING_LIFETIME_MS } from '../ledger/inbox-changes';
import { type InboxFacts, reminderTime, viewInbox } from './inbox-view';

const ANA = { address: 'ana@example.com', name: 'Ana Ruiz', phone: '+14155550167' };
const BO = { address: 'bo@example.com' };
const waiting = apply(recordedVoicemail({ transcribed: false }), [taskCreated]);
const all = { inbox_take: true, inbox_remind: true, inbox_call: true };
const facts: InboxFacts = { entry: waiting, settings: all, recipient: ANA, mayCall: true };
const take: LedgerEvent = { type: 'inbox-taken', ...ANA };
const after = (...events: LedgerEvent[]) => ({ entry: apply(waiting, events) });
const handled: LedgerEvent = { type: 'task-handled', taskSid: TASK_SID, at: NOW, worker: 'Sam Rivera' };

test('a free voicemail can be taken, called back and put off', () => {
  expect(viewInbox(facts, NOW)).toMatchObject({
    state: { is: 'open' },
    acts: ['take', 'call', 'remind'],
    phoneEnding: '67',
  });
});

test('who has taken it can finish it, or give it back; the others read who has it', () => {
  const taken = after(take);
  expect(viewInbox({ ...facts, ...taken }, NOW)).toMatchObject({
    state: { is: 'mine', at: NOW },
    acts: ['call', 'finish', 'give-back', 'remind'],
  });
  expect(viewInbox({ ...facts, ...taken, recipient: BO }, NOW)).toMatchObject({
    state: { is: 'taken', by: 'Ana Ruiz', at: NOW },
    acts: ['remind'],
  });
});

test('while an agent has the task, it is theirs alone', () => {
  const held = after(take, { type: 'task-opened', taskSid: TASK_SID, worker: 'Sam Rivera', workerSid: 'WK1' });
  expect(viewInbox({ ...facts, ...held }, NOW)).toMatchObject({
    state: { is: 'held', by: 'Sam Rivera' },
    acts: ['remind'],
  });
});

test('once it is handled, nothing is offered', () => {
  expect(viewInbox({ ...facts, ...after(take, handled) }, NOW)).toMatchObject({
    state: { is: 'handled', by: 'Sam Rivera', at: NOW },
    acts: [],
  });
});

test.each([
  ['taking', { inbox_take: false }, ['call', 'remind']],
  ['reminders', { inbox_remind: false }, ['take', 'call']],
  ['calling', { inbox_call: false }, ['take', 'remind']],
])('without %s, the rest is offered', (_what, change, acts) => {
  expect(viewInbox({ ...facts, settings: { ...all, ...change } }, NOW).acts).toEqual(acts);
});

test('without a telephone in the settings, the page says what is missing', () => {
  expect(viewInbox({ ...facts, recipient: BO }, NOW)).toMatchObject({ acts: ['take', 'remind'], lacksPhone: true });
  expect(viewInbox({ ...facts, recipient: BO, mayCall: false }, NOW).lacksPhone).toBeUndefined();
});

test('a call of which nothing was heard is over, and another is offered', () => {
  const calling = after({ type: 'inbox-call-begun', attempt: 'a', ...ANA });
  const view = viewInbox({ ...facts, ...calling }, NOW + RING_LIFETIME_MS);
  expect(view).toMatchObject({ call: { state: 'ended', outcome: 'unknown' } });
  expect(view.acts).toContain('call');
});

test('while a call goes on, no other is offered, and only its own recipient reads of it', () => {
  const calling = after({ type: 'inbox-call-begun', attempt: 'a', ...ANA });
  expect(viewInbox({ ...facts, ...calling }, NOW)).toMatchObject({
    call: { state: 'calling' },
    acts: ['finish', 'give-back', 'remind'],
  });
  expect(viewInbox({ ...facts, ...calling, recipient: BO }, NOW).call).toBeUndefined();
});

test.each([
  ['hour', 'UTC', '2026-11-22T15:00:00Z', '2026-11-22T16:00:00Z'],
  ['four-hours', 'UTC', '2026-11-22T15:00:00Z', '2026-11-22T19:00:00Z'],
  ['tomorrow', 'America/New_York', '2026-11-23T04:30:00Z', '2026-11-23T14:00:00Z'],
  ['tomorrow', 'Asia/Kathmandu', '2026-11-22T20:00:00Z', '2026-11-24T03:15:00Z'],
  // The night of the change to summer time has 23 hours.
  ['tomorrow', 'America/New_York', '2027-03-13T20:00:00Z', '2027-03-14T13:00:00Z'],
  // Apia had no December 30 in 2011.
  ['tomorrow', 'Pacific/Apia', '2011-12-29T20:00:00Z', '2011-12-30T20:00:00Z'],
] as const)('%s in %s from %s is %s', (choice, zone, now, at) => {
  expect(new Date(reminderTime(choice, zone, Date.parse(now))).toISOString()).toBe(at.replace('Z', '.000Z'));
});
