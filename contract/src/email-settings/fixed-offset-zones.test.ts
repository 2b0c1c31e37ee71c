import { zoneMeantBy } from './fixed-offset-zones';
import { isTimeZone } from './formats';
import { toZonedTime } from './zoned-time';

test.each([
  ['EST', 'America/New_York'],
  ['est', 'America/New_York'],
  ['MST', 'America/Denver'],
  ['PST', 'America/Los_Angeles'],
  ['BST', 'Europe/London'],
  ['Etc/GMT+5', 'America/New_York'],
  ['Etc/GMT-1', 'Europe/Berlin'],
  ['etc/gmt+7', 'America/Denver'],
  ['GMT-5', 'America/New_York'],
  ['UTC+1', 'Europe/Berlin'],
  ['-05:00', 'America/New_York'],
  ['+0100', 'Europe/Berlin'],
])('%s has no summer time, and %s is meant', (name, meant) => {
  expect(zoneMeantBy(name)).toBe(meant);
  expect(isTimeZone(meant)).toBe(true);
});

test.each([
  ...[
    'America/New_York',
    'America/Phoenix',
    'Pacific/Honolulu',
    'Europe/Berlin',
    'Asia/Kolkata',
    'UTC',
    'Etc/UTC',
    'GMT',
  ],
  ...['Etc/GMT', 'Etc/GMT+0', 'HST', 'CET', 'EET', 'EST5EDT', 'US/Eastern', 'Mars/Olympus', '', 'constructor'],
])('%s stays as it is: a place, UTC, or nothing that is known', (name) => {
  expect(zoneMeantBy(name)).toBeUndefined();
});

test('each zone that is refused shows in winter what the one that is meant shows', () => {
  const winter = Date.parse('2026-01-15T12:00:00Z');
  for (let offset = -11; offset <= 9; offset += 1) {
    const name = `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
    if (offset === 0) continue;
    expect([name, toZonedTime(winter, zoneMeantBy(name) ?? '')]).toEqual([name, toZonedTime(winter, name)]);
  }
});
