import type { Deadline } from '../runtime/deadline';
import { createFlexTokenValidator, readVerdict, type TokenVerdict } from './flex-token';
import { RefusedTokens } from './refused-tokens';

const WORKER = `WK${'a'.repeat(32)}`;
const originalFetch = global.fetch;

afterEach(() => {
  global.fetch = originalFetch;
});

const TOKEN = 'eyJh..c2ln';

/** @param account what Twilio answers to another request with the same credentials */
function validateWhere(
  answer: { status: number; body?: unknown },
  account = 200,
  refused = new RefusedTokens(),
  token = TOKEN,
) {
  const requested: string[] = [];
  global.fetch = (async (url: string) => {
    requested.push(new URL(url).host);
    if (url.includes('iam.twilio.com'))
      return new Response(JSON.stringify(answer.body ?? {}), { status: answer.status });
    return new Response('{}', { status: account });
  }) as typeof fetch;
  const deadline = {
    within: (_ms: number, work: (signal: AbortSignal) => unknown) => work(new AbortController().signal),
  } as unknown as Deadline;
  const validator = createFlexTokenValidator(
    { accountSid: `AC${'b'.repeat(32)}`, authToken: 'secret' },
    deadline,
    {},
    refused,
  );
  return { result: validator.validate(token), requested, again: () => validator.validate(token) };
}

test.each<[number, Record<string, unknown> | undefined, TokenVerdict]>([
  [200, { valid: true, worker_sid: WORKER }, 'valid'],
  [200, { valid: false, code: 20104, message: 'expired' }, 'invalid'],
  [400, { code: 20001 }, 'invalid'],
  [401, { valid: false }, 'invalid'],
  [401, { code: 20003 }, 'refused'],
  [403, undefined, 'refused'],
  [404, { code: 20404 }, 'invalid'],
  [404, undefined, 'refused'],
  [429, { valid: false }, 'rate-limited'],
  [500, { valid: false }, 'unavailable'],
  [503, undefined, 'unavailable'],
  [200, undefined, 'unavailable'],
  [200, { valid: 'yes' }, 'unavailable'],
])('answered %s with %j: %s', (status, body, verdict) => {
  expect(readVerdict(status, body)).toBe(verdict);
});

test.each([
  [200, { valid: false }],
  [400, { code: 20001, message: 'Bad request' }],
  [401, { code: 20101, message: 'Invalid Access Token' }],
  [403, { code: 20003, message: 'Permission Denied' }],
  [404, { code: 20404, message: 'Not found' }],
])('when the validator answers %s and our credentials are good, the token is invalid', async (status, body) => {
  await expect(validateWhere({ status, body }).result).resolves.toBeUndefined();
});

test.each([401, 403])('when our own credentials are refused with %s, it is a configuration error', async (status) => {
  const { result } = validateWhere({ status, body: { code: 20003, message: 'Authenticate' } }, 401);
  await expect(result).rejects.toMatchObject({ name: 'ConfigurationError', code: 'credentials-refused' });
});

test('when it cannot be found out whose fault a refusal is, nobody is told to sign in again', async () => {
  const { result } = validateWhere({ status: 401 }, 503);
  await expect(result).rejects.toMatchObject({ name: 'TwilioError', failure: 'unavailable' });
});

test('a valid token costs one request', async () => {
  const body = { valid: true, worker_sid: WORKER, identity: 'sam', roles: ['agent', 7] };
  const { result, requested } = validateWhere({ status: 200, body });
  await expect(result).resolves.toEqual({ workerSid: WORKER, identity: 'sam', roles: ['agent'] });
  expect(requested).toEqual(['iam.twilio.com']);
});

test('a token that was refused costs no other request within a minute', async () => {
  jest.useFakeTimers({ now: 0 });
  const { result, requested, again } = validateWhere({ status: 401, body: { code: 20003 } });
  await result;
  jest.setSystemTime(59_999);
  await expect(again()).resolves.toBeUndefined();
  expect(requested).toEqual(['iam.twilio.com', 'api.twilio.com']);
  jest.setSystemTime(60_000);
  await expect(again()).resolves.toBeUndefined();
  expect(requested).toHaveLength(4);
  jest.useRealTimers();
});

test.each([
  ['the validator is down', 503, 200],
  ['the validator throttles', 429, 200],
  ['Twilio refuses our own credentials', 401, 401],
  ['whose fault it is cannot be found out', 403, 503],
])('when %s, no token is remembered as refused', async (_name, status, account) => {
  const refused = new RefusedTokens();
  await expect(validateWhere({ status }, account, refused).result).rejects.toThrow();
  const { result } = validateWhere({ status: 200, body: { valid: true, worker_sid: WORKER } }, 200, refused);
  await expect(result).resolves.toMatchObject({ workerSid: WORKER });
});

test('a token of another form costs no request', async () => {
  const { result, requested } = validateWhere(
    { status: 200, body: { valid: true, worker_sid: WORKER } },
    200,
    undefined,
    'token',
  );
  await expect(result).resolves.toBeUndefined();
  expect(requested).toEqual([]);
});
