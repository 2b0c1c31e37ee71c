import { type EmailOutage, judgeOutage } from './email-outage';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 11, 1, 12);
const judge = (known?: EmailOutage, lastSuccessAt?: number) => judgeOutage(known, lastSuccessAt, NOW, 30 * MINUTE);

test('the first failed email begins an outage, and so does the first one after a success', () => {
  expect(judge()).toBe('begin');
  expect(judge({ since: NOW - 60 * MINUTE }, NOW - 10 * MINUTE)).toBe('begin');
  expect(judge({ since: NOW - 60 * MINUTE, toldAt: NOW - 30 * MINUTE }, NOW - 10 * MINUTE)).toBe('begin');
});

test('people are told once an outage has lasted long enough, and no second time', () => {
  expect(judge({ since: NOW - 29 * MINUTE })).toBe('wait');
  expect(judge({ since: NOW - 30 * MINUTE }, NOW - 31 * MINUTE)).toBe('tell');
  expect(judge({ since: NOW - 50 * MINUTE, toldAt: NOW - 20 * MINUTE })).toBe('wait');
});

test('while one invocation tells, no other does; one that died in it is followed by another', () => {
  const since = NOW - 40 * MINUTE;
  expect(judge({ since, tellingUntil: NOW + 1 })).toBe('wait');
  expect(judge({ since, tellingUntil: NOW })).toBe('tell');
});
