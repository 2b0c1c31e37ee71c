import { addDays, isCalendarDate } from '@callback-and-voicemail/contract';
import { localDate, startOfDay } from './local-days';

const iso = (at: number) => new Date(at).toISOString();

test.each([
  ['2026-11-23', 'UTC', '2026-11-23T00:00:00.000Z'],
  ['2026-11-23', 'America/New_York', '2026-11-23T05:00:00.000Z'],
  ['2026-07-01', 'America/New_York', '2026-07-01T04:00:00.000Z'],
  ['2026-11-23', 'Pacific/Kiritimati', '2026-11-22T10:00:00.000Z'],
  ['2026-11-23', 'Asia/Kathmandu', '2026-11-22T18:15:00.000Z'],
  // Clocks go forward in the night itself.
  ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z'],
  ['2026-03-09', 'America/New_York', '2026-03-09T04:00:00.000Z'],
  // Here they skip midnight: the day begins at one.
  ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
])('%s in %s begins at %s', (date, zone, expected) => {
  expect(iso(startOfDay(date, zone))).toBe(expected);
  expect(localDate(startOfDay(date, zone), zone)).toBe(date);
  expect(localDate(startOfDay(date, zone) - 1_000, zone)).toBe(addDays(date, -1));
});

test('dates', () => {
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  for (const [text, expected] of [
    ['2026-02-28', true],
    ['2026-02-30', false],
    ['2026-13-01', false],
    ['x', false],
    ['2026-1-1', false],
  ] as const)
    expect(isCalendarDate(text)).toBe(expected);
});
