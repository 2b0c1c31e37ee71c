import { toZonedTime, zonedTimeToInstant } from './zoned-time';

test.each([
  ['2026-11-22', 870, 'UTC', '2026-11-22T14:30:00.000Z'],
  ['2026-11-22', 870, 'Asia/Tokyo', '2026-11-22T05:30:00.000Z'],
  ['2026-11-22', 870, 'Asia/Kolkata', '2026-11-22T09:00:00.000Z'],
  ['2026-07-01', 0, 'America/New_York', '2026-07-01T04:00:00.000Z'],
  ['2026-01-01', 0, 'America/New_York', '2026-01-01T05:00:00.000Z'],
  // The days the clocks change.
  ['2026-03-08', 720, 'America/New_York', '2026-03-08T16:00:00.000Z'],
  ['2026-11-01', 720, 'America/New_York', '2026-11-01T17:00:00.000Z'],
])('%s, minute %d in %s is %s', (date, minute, zone, expected) => {
  const at = zonedTimeToInstant({ date, minute }, zone)!;
  expect(new Date(at).toISOString()).toBe(expected);
  expect(toZonedTime(at, zone)).toEqual({ date, minute });
});

test('an invalid date has no instant, and an unknown zone is an error', () => {
  expect(zonedTimeToInstant({ date: '', minute: 0 }, 'UTC')).toBeUndefined();
  expect(zonedTimeToInstant({ date: '2026-11-22', minute: Number.NaN }, 'UTC')).toBeUndefined();
  expect(() => zonedTimeToInstant({ date: '2026-11-22', minute: 0 }, 'Mars/Olympus')).toThrow(RangeError);
});
