import { countPart } from './later-parts';

const HOUR_MS = 60 * 60_000;
const account = (sid: string) => ({ values: { ACCOUNT_SID: sid }, problems: [] });

test('400 parts an hour are served for one link, and others are not affected', () => {
  const environment = account('AC1');
  for (let n = 0; n < 400; n += 1) countPart(environment, 'ana', n);
  expect(() => countPart(environment, 'ana', 400)).toThrow(
    expect.objectContaining({ code: 'too-many-requests', status: 429, details: { retryAfterSeconds: 3_600 } }),
  );
  expect(() => countPart(environment, 'bo', 400)).not.toThrow();
  expect(() => countPart(account('AC2'), 'ana', 400)).not.toThrow();
  expect(() => countPart(environment, 'ana', HOUR_MS - 1)).toThrow();
  expect(() => countPart(environment, 'ana', HOUR_MS)).not.toThrow();
});
