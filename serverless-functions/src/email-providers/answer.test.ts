import { asSendError, errorOfAnswer } from './answer';
import { UploadInterrupted, type UploadProgress } from './upload';

const NOW = Date.UTC(2026, 10, 30, 12);
beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

test.each([
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7_000],
  ['Mon, 30 Nov 2026 12:05:00 GMT', 300_000],
  ['Mon, 30 Nov 2026 11:00:00 GMT', 0],
  ['999999999', 24 * 3_600_000],
  ['soon', undefined],
  ['-5', undefined],
  [undefined, undefined],
])('Retry-After %j asks for %j ms', (header, expected) => {
  const headers = header === undefined ? {} : { 'retry-after': header };
  expect(errorOfAnswer('x', { status: 429, headers, text: '', isBodySent: true }, undefined).retryAfterMs).toBe(
    expected,
  );
});

const own = { kind: 'permanent', problem: 'unknown', advice: '', detail: 'no to ana@example.com' } as const;
test.each([
  [200, true, true],
  [200, false, true],
  [302, true, false],
  [400, true, false],
  [500, true, true],
  [500, false, false],
  [503, false, false],
])('%i, with the body sent: %j; in doubt: %j', (status, isBodySent, deliveryUncertain) => {
  const error = errorOfAnswer('x', { status, headers: {}, text: '', isBodySent }, own);
  expect(error).toMatchObject({ code: `x-${status}`, deliveryUncertain });
  expect(error.detail).toBe('no to …');
});

test.each<[UploadProgress, boolean, object]>([
  ['not-connected', false, { code: 'x-unreachable', deliveryUncertain: false, isIncomplete: false }],
  ['unfinished', false, { code: 'x-unreachable', deliveryUncertain: false, isIncomplete: true }],
  ['sent', false, { code: 'x-unreachable', deliveryUncertain: true, isIncomplete: false }],
  ['unfinished', true, { code: 'recording-interrupted', deliveryUncertain: false, isIncomplete: true }],
])('a request that got no answer: %s, its body broken: %j', (progress, isBodyBroken, expected) => {
  expect(asSendError('x', new UploadInterrupted(progress, isBodyBroken, new Error('reset')))).toMatchObject(expected);
});

test('what is no interruption stays what it is', () => {
  const error = new TypeError('x');
  expect(asSendError('x', error)).toBe(error);
});
