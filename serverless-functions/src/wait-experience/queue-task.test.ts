import { mayDelaySearch } from './queue-task';
import { parseWaitSession, type WaitSession, waitQuery } from './wait-session';

const SINCE = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;
const session = parseWaitSession({ state: 'holding', since: String(SINCE) });

test.each([
  ['before the first search', undefined, 5, false],
  ['in the first two minutes, with each turn', 1, 1.5, false],
  ['later, soon after a search', 5, 6.9, true],
  ['later, two minutes after a search', 5, 7, false],
])('%s: a task searched for at %p min may be left at %p min: %p', (_when, soughtAt, now, expected) => {
  const sought = { ...session, soughtAt: soughtAt && SINCE + soughtAt * MINUTE };
  expect(mayDelaySearch(sought, SINCE + now * MINUTE)).toBe(expected);
});

test('the loop remembers its last search for as long as the task is not found', () => {
  const again = (one: WaitSession) => parseWaitSession(Object.fromEntries(waitQuery(one)));
  const sought = { ...session, soughtAt: SINCE + MINUTE };
  expect(again(sought).soughtAt).toBe(SINCE + MINUTE);
  expect(again({ ...sought, taskSid: `WT${'1'.repeat(32)}` }).soughtAt).toBeUndefined();
});
