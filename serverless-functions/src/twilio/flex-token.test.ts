import type { Deadline } from '../runtime/deadline';
import { createFlexTokenValidator, readVerdict, type TokenVerdict } from './flex-token';

const WORKER = `WK${'a'.repeat(32)}`;
const originalFetch = global.fetch;

afterEach(() => {
  global.fetch = originalFetch;
});

/** @param account what Twilio answers to another request with the same credentials */
function validateWhere(answer: { status: number; body?: unknown }, account = 200) {
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
  const validator = createFlexTokenValidator({ accountSid: `AC${'b'.repeat(32)}`, authToken: 'secret' }, deadline, {});
  return { result: validator.validate('token'), requested };
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
