import { readEnvironment } from '../runtime/environment';
import { callerVerdict, mayHaveCallbacks, mustConfirm } from './caller-verdict';

test.each([
  ['TN-Validation-Passed-A', 'verified'],
  ['TN-Validation-Passed-A-Passthrough', 'verified'],
  ['TN-Validation-Passed-A-Diverted', 'partly'],
  ['TN-Validation-Passed-B', 'partly'],
  ['TN-Validation-Passed-B-Diverted', 'partly'],
  ['TN-Validation-Passed-B-Passthrough', 'partly'],
  ['TN-Validation-Passed-C', 'unverified'],
  ['TN-Validation-Passed-C-Passthrough', 'unverified'],
  ['No-TN-Validation', 'unverified'],
  ['TN-Validation-Failed', 'failed'],
  ['TN-Validation-Failed-A', 'failed'],
  ['TN-Validation-Failed-C-Diverted', 'failed'],
  ['NULL', 'failed'],
  ['TN-Validation-Passed-AB', 'unverified'],
  ['xTN-Validation-Passed-A', 'unverified'],
  ['', undefined],
  ['undefined', undefined],
])('StirVerstat %j means %s', (StirVerstat, verdict) => {
  expect(callerVerdict({ StirVerstat })).toBe(verdict);
});

test('a request without StirVerstat, or with several, has no verdict', () => {
  expect(callerVerdict({})).toBeUndefined();
  expect(callerVerdict({ StirVerstat: ['TN-Validation-Passed-A', 'TN-Validation-Failed'] })).toBeUndefined();
});

test.each([
  ['', true],
  ['allow', true],
  ['refuse', false],
  ['confirm', true],
  ['sometimes', false],
])('UNVERIFIED_CALLERS=%j: an unverified caller may have callbacks is %s', (UNVERIFIED_CALLERS, may) => {
  const environment = readEnvironment({ UNVERIFIED_CALLERS });
  for (const verdict of ['partly', 'unverified', 'failed', undefined] as const)
    expect([verdict, mayHaveCallbacks(environment, verdict)]).toEqual([verdict, may]);
  expect(mayHaveCallbacks(environment, 'verified')).toBe(true);
});

test.each([
  ['confirm', undefined, undefined, true],
  ['confirm', 'partly', undefined, true],
  ['confirm', 'failed', undefined, true],
  ['confirm', 'verified', undefined, false],
  ['confirm', 'verified', 1, true],
  ['allow', 'failed', 1, false],
  ['refuse', 'failed', 1, false],
  ['sometimes', 'failed', 1, false],
] as const)(
  'with %s, a caller who is %s (number changed: %s) must confirm: %s',
  (UNVERIFIED_CALLERS, verdict, at, must) => {
    const environment = readEnvironment({ UNVERIFIED_CALLERS });
    expect(mustConfirm(environment, { callerVerdict: verdict, numberChangedAt: at })).toBe(must);
  },
);
