import { momentOf, wallClock } from './wall-time';

test.each([
  ['2026-11-22', '14:30', 'UTC', '2026-11-22T14:30:00.000Z'],
  ['2026-11-22', '14:30', 'Asia/Tokyo', '2026-11-22T05:30:00.000Z'],
  ['2026-07-01', '00:00', 'America/New_York', '2026-07-01T04:00:00.000Z'],
  ['2026-01-01', '00:00', 'America/New_York', '2026-01-01T05:00:00.000Z'],
  // The days the clocks change.
  ['2026-03-08', '12:00', 'America/New_York', '2026-03-08T16:00:00.000Z'],
  ['2026-11-01', '12:00', 'America/New_York', '2026-11-01T17:00:00.000Z'],
])('%s %s in %s is %s', (date, time, zone, expected) => {
  const at = momentOf(date, time, zone)!;
  expect(new Date(at).toISOString()).toBe(expected);
  expect(wallClock(at, zone)).toEqual({ date, time });
});

test.each([
  ['', '14:30', 'UTC'],
  ['2026-11-22', '', 'UTC'],
  ['2026-11-22', '14:30', 'Mars/Olympus'],
])('%j %j in %j is none', (date, time, zone) => expect(momentOf(date, time, zone)).toBeUndefined());
