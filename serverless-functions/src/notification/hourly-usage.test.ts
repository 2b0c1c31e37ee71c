import {
  type HourlyUsage,
  limitReachedAt,
  NO_USAGE,
  nextPlaceAt,
  pauseUntilPlace,
  takePlaces,
  takesAgainAt,
  usedPlaces,
} from './hourly-usage';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 22, 14, 0, 0);

const take = (usage: HourlyUsage, limit: number, wanted: number, at: number) => takePlaces(usage, limit, wanted, at);

test('as many places are taken as there are', () => {
  const first = take(NO_USAGE, 5, 3, NOW);
  const second = take(first.next, 5, 3, NOW + MINUTE);
  const third = take(second.next, 5, 3, NOW + MINUTE);
  expect([first.taken, second.taken, third.taken]).toEqual([3, 2, 0]);
  expect(usedPlaces(third.next, NOW + MINUTE)).toBe(5);
});

test('whatever is taken when, no hour has more mails than the limit, and none is kept free without need', () => {
  const limit = 7;
  let usage = NO_USAGE;
  const sentAt: number[] = [];
  for (let at = NOW; at < NOW + 5 * HOUR; at += 17_000) {
    const { taken, next } = take(usage, limit, 1 + (at % 3), at);
    usage = next;
    // At the latest moment that is allowed.
    for (let n = 0; n < taken; n += 1) sentAt.push(at + MINUTE);
  }
  const mostInAnHour = Math.max(...sentAt.map((at) => sentAt.filter((one) => one >= at && one < at + HOUR).length));
  expect(mostInAnHour).toBe(limit);
  expect(sentAt.length).toBeGreaterThan(4 * limit);
});

test('places are counted by the minute, so that a document holds about sixty of them', () => {
  let usage = NO_USAGE;
  for (let at = NOW; at < NOW + 3 * HOUR; at += 1_000) usage = take(usage, 1_000_000, 1, at).next;
  expect(usage.minutes.length).toBeLessThanOrEqual(63);
});

test('mails that found no place come back in the order in which they came', () => {
  const { next } = take(NO_USAGE, 2, 2, NOW);
  const pauses = [NOW + 1_000, NOW + 2_000, NOW + 10 * MINUTE].map((at) => at + pauseUntilPlace(next, 2, at));
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  expect(pauses[0]).toBeGreaterThan(nextPlaceAt(next, 2, NOW));
  expect(new Set(pauses).size).toBe(3);
});

test('the next place is free an hour after the oldest mails', () => {
  const first = take(NO_USAGE, 4, 3, NOW);
  const { next } = take(first.next, 4, 1, NOW + 10 * MINUTE);
  const freeAt = nextPlaceAt(next, 4, NOW + 11 * MINUTE);
  expect(freeAt).toBeGreaterThanOrEqual(NOW + HOUR);
  expect(freeAt).toBeLessThanOrEqual(NOW + HOUR + 2 * MINUTE);
  expect(take(next, 4, 9, freeAt).taken).toBe(3);
});

describe('when the limit is reached', () => {
  test('is foretold by the pace of the last quarter of an hour', () => {
    let usage = NO_USAGE;
    // Two a minute: 100 are reached 50 minutes after the first.
    for (let n = 0; n < 15; n += 1) usage = take(usage, 100, 2, NOW + n * MINUTE).next;
    const now = NOW + 15 * MINUTE;
    expect(limitReachedAt(usage, 100, now)).toBe(NOW + 50 * MINUTE);
    // The places of the first mails are free an hour and two minutes after these.
    expect(takesAgainAt(usage, 100, NOW + 50 * MINUTE, now)).toBe(NOW + HOUR + 2 * MINUTE);
  });

  test('is said once it is', () => {
    const { next } = take(NO_USAGE, 2, 2, NOW + 5_000);
    const now = NOW + 20 * MINUTE;
    expect(limitReachedAt(next, 2, now)).toBe(NOW + 5_000);
    expect(takesAgainAt(next, 2, NOW + 5_000, now)).toBe(nextPlaceAt(next, 2, now));
  });

  test('is not said while few mails come', () => {
    const { next } = take(NO_USAGE, 100, 2, NOW);
    expect(limitReachedAt(next, 100, NOW + MINUTE)).toBeUndefined();
    expect(limitReachedAt(NO_USAGE, 100, NOW)).toBeUndefined();
  });
});
