import { Deadline } from '../runtime/deadline';
import { DeadlineHttpClient } from './http-client';

const SYNC = 'https://sync.twilio.com/v1/Services/IS/Documents/x';
const TASKS = 'https://taskrouter.twilio.com/v1/Workspaces/WS/Tasks';
const IF_MATCH = { 'If-Match': '"1"' };

/** Sends a request that is answered with these statuses in turn. @returns how it ended, and the times of the attempts */
async function send(
  request: { method: string; uri: string; headers?: Record<string, string> },
  statuses: number[],
  retryAfter?: string,
) {
  const attempts: number[] = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation(async () => {
    attempts.push(Date.now());
    const headers = retryAfter === undefined ? undefined : { 'retry-after': retryAfter };
    return new Response('{}', { status: statuses[attempts.length - 1] ?? 200, headers });
  });
  const deadline = new Deadline();
  const begun = Date.now();
  const ending = new DeadlineHttpClient(deadline, {}).request(request).then(
    ({ statusCode }) => statusCode,
    ({ status }: { status: number }) => status,
  );
  await jest.advanceTimersByTimeAsync(20_000);
  deadline.end();
  return { status: await ending, attempts: attempts.map((at) => at - begun) };
}

beforeEach(() => jest.useFakeTimers({ now: 0 }));
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

test.each([
  ['a read', { method: 'GET', uri: TASKS }, 503],
  ['a write to Sync', { method: 'POST', uri: SYNC }, 503],
  ['a write that names the version', { method: 'POST', uri: `${TASKS}/WT`, headers: IF_MATCH }, 503],
  ['a deletion', { method: 'DELETE', uri: `${TASKS}/WT` }, 503],
  ['the creation of a task', { method: 'POST', uri: TASKS }, 429],
])('%s is tried a second time, and not a third', async (_what, request, status) => {
  expect(await send(request, [status])).toMatchObject({ status: 200, attempts: { length: 2 } });
  expect(await send(request, [status, status])).toMatchObject({ status, attempts: { length: 2 } });
});

test.each([500, 502, 503, 504])('the creation of a task that ended with %d is not repeated', async (status) => {
  expect(await send({ method: 'POST', uri: TASKS }, [status])).toMatchObject({ status, attempts: { length: 1 } });
});

test('waits as long as Twilio asks, and not beyond the deadline', async () => {
  const request = { method: 'POST', uri: SYNC };
  expect(await send(request, [429], '2')).toEqual({ status: 200, attempts: [0, 2_000] });
  expect(await send(request, [429], '30')).toEqual({ status: 429, attempts: [0] });
});
