import { FLEX_API_ERRORS } from '@callback-and-voicemail/contract/flex-api';
import { LANGUAGES } from '../strings/strings';
import { FAILURE_MESSAGES } from './failure-messages';
import { createFunctionsClient } from './functions-client';
import { failureCode } from './functions-error';
import { createFunctionsTransport } from './functions-transport';

const TASK = `WT${'a'.repeat(32)}`;
type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | Error;

function createResponse({ status, body = {}, headers = {} }: Exclude<Reply, Error>): Response {
  return {
    ok: status >= 200 && status < 300,
    status,
    headers: { get: (name: string) => headers[name] ?? null },
    json: () => (body instanceof Uint8Array ? Promise.reject(new SyntaxError('no JSON')) : Promise.resolve(body)),
    arrayBuffer: () => Promise.resolve((body as Uint8Array).buffer),
  } as unknown as Response;
}

function createTestClient(...replies: Reply[]) {
  let tokens = 0;
  const waits: number[] = [];
  const fetch = jest.fn(async (_url: string, _init: RequestInit) => {
    const reply = replies.length > 1 ? replies.shift()! : replies[0]!;
    if (reply instanceof Error) throw reply;
    return createResponse(reply);
  });
  let online = true;
  const client = createFunctionsClient(
    createFunctionsTransport({
      baseUrl: 'https://functions.example.com',
      token: () => {
        tokens += 1;
        return `token-${tokens}`;
      },
      fetch,
      isOnline: () => online,
      wait: async (ms) => {
        waits.push(ms);
      },
    }),
  );
  return { client, fetch, waits, goOffline: () => (online = false) };
}
const codeOf = (promise: Promise<unknown>) => promise.then(() => 'ok', failureCode);
const body = (fetch: jest.Mock, call = 0) => Object.fromEntries(fetch.mock.calls[call]![1].body as URLSearchParams);

test('posts form fields with the current token, without cookies or preflight headers', async () => {
  const { client, fetch } = createTestClient({ status: 200, body: { voicemail_id: 'x' } });
  expect(await client.card(TASK)).toEqual({ voicemail_id: 'x' });
  await client.card(TASK);
  expect(fetch.mock.calls[0]![0]).toBe(
    'https://functions.example.com/features/callback-and-voicemail-with-email/flex/voicemail',
  );
  expect(fetch.mock.calls[0]![1]).toMatchObject({ method: 'POST', credentials: 'omit' });
  expect(fetch.mock.calls[0]![1].headers).toBeUndefined();
  expect([body(fetch), body(fetch, 1)]).toEqual([
    { Token: 'token-1', TaskSid: TASK },
    { Token: 'token-2', TaskSid: TASK },
  ]);
});

test('reads position and total size from Content-Range', async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const { client, fetch } = createTestClient({
    status: 206,
    body: bytes,
    headers: { 'Content-Range': 'bytes 10-12/99' },
  });
  expect(await client.audio(TASK, 10, 3)).toEqual({ bytes, start: 10, total: 99 });
  expect(body(fetch)).toEqual({ Token: 'token-1', TaskSid: TASK, Start: '10', Length: '3' });
});

test.each([
  ['bytes */99', { start: 10, total: 99 }],
  ['bytes 10-12/*', { start: 10, total: undefined }],
  ['nonsense', { start: 10, total: undefined }],
  [undefined, { start: 10, total: undefined }],
])('Content-Range %p', async (range, expected) => {
  const { client } = createTestClient({
    status: 206,
    body: new Uint8Array(),
    headers: range === undefined ? {} : { 'Content-Range': range },
  });
  expect(await client.audio(TASK, 10, 3)).toMatchObject(expected);
});

test.each(FLEX_API_ERRORS)('passes on the code %s, which has a message in every language', async (code) => {
  const { client } = createTestClient({ status: code === 'not-yours' ? 403 : 409, body: { code, message: 'm' } });
  expect(await codeOf(client.card(TASK))).toBe(code);
  for (const strings of Object.values(LANGUAGES)) expect(strings[FAILURE_MESSAGES[code]]).not.toBe('');
});

test.each([
  [{ status: 504, body: new Uint8Array() }, 'timed-out'],
  [{ status: 500, body: new Uint8Array() }, 'unexpected'],
  [{ status: 403, body: { code: 'invented' } }, 'unexpected'],
  [{ status: 404, body: null }, 'unexpected'],
  [new TypeError('Failed to fetch'), 'unreachable'],
  [new RangeError('what'), 'unexpected'],
] as [Reply, string][])('maps %j to %s', async (reply, expected) => {
  const { client, fetch } = createTestClient(reply);
  expect(await codeOf(client.card(TASK))).toBe(expected);
  expect(fetch).toHaveBeenCalledTimes(1);
});

test.each([
  [{ status: 429, body: { code: 'rate-limited' } }, 'rate-limited'],
  [{ status: 502, body: { code: 'twilio-unavailable' } }, 'twilio-unavailable'],
  [{ status: 502, body: new Uint8Array() }, 'twilio-unavailable'],
] as [Reply, string][])('retries %j twice with growing delays', async (reply, expected) => {
  const { client, fetch, waits } = createTestClient(reply);
  expect(await codeOf(client.card(TASK))).toBe(expected);
  expect(fetch).toHaveBeenCalledTimes(3);
  expect(waits[0]).toBeLessThan(waits[1]!);
  const recovered = createTestClient(reply, { status: 200, body: { voicemail_id: 'x' } });
  expect(await recovered.client.card(TASK)).toEqual({ voicemail_id: 'x' });
});

test('offline or not configured: sends no request', async () => {
  const { client, fetch, goOffline } = createTestClient({ status: 200 });
  goOffline();
  expect(await codeOf(client.card(TASK))).toBe('offline');
  const none = createFunctionsClient(createFunctionsTransport({ baseUrl: undefined, token: () => '', fetch }));
  expect(await codeOf(none.card(TASK))).toBe('not-configured');
  expect(fetch).not.toHaveBeenCalled();
});

const ID = `voicemail-CA${'a'.repeat(32)}-1`;

test('requeueing names the entry that the task names, if it does', async () => {
  const { client, fetch } = createTestClient({ status: 200, body: { ok: true, attempts: 1 } });
  await client.requeue(TASK, ID);
  await client.requeue(TASK, undefined);
  expect([body(fetch), body(fetch, 1)]).toEqual([
    { Token: 'token-1', TaskSid: TASK, Voicemail: ID },
    { Token: 'token-2', TaskSid: TASK },
  ]);
});

test('names the signed-in worker, where there is one, for the server to read ahead', async () => {
  const fetch = jest.fn(async (_url: string, _init: RequestInit) => createResponse({ status: 200, body: {} }));
  const worker = `WK${'a'.repeat(32)}`;
  const transport = { baseUrl: 'https://a', token: () => 'token', workerSid: () => worker, fetch };
  await createFunctionsClient(createFunctionsTransport(transport)).card(TASK);
  expect(body(fetch)).toEqual({ Token: 'token', WorkerSid: worker, TaskSid: TASK });
});

test('treats an already requeued task as success', async () => {
  expect(await createTestClient({ status: 409, body: { code: 'already-requeued' } }).client.requeue(TASK, ID)).toBe(
    'already-requeued',
  );
  expect(
    await codeOf(createTestClient({ status: 409, body: { code: 'no-attempts-left' } }).client.requeue(TASK, ID)),
  ).toBe('no-attempts-left');
});

test('does not retry a failed sweep', async () => {
  const { client, fetch } = createTestClient({ status: 502, body: {} });
  expect(await codeOf(client.sweep())).toBe('twilio-unavailable');
  expect(fetch).toHaveBeenCalledTimes(1);
});

describe('timeouts', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const never = (init: RequestInit) =>
    new Promise<Response>((_resolve, reject) =>
      init.signal!.addEventListener('abort', () => reject(new DOMException('ended', 'AbortError'))),
    );

  test('when the Function does not answer, fails with timed-out', async () => {
    const client = createFunctionsClient(
      createFunctionsTransport({ baseUrl: 'https://a', token: () => '', fetch: (_url, init) => never(init) }),
    );
    const code = codeOf(client.card(TASK));
    await jest.advanceTimersByTimeAsync(15_000);
    expect(await code).toBe('timed-out');
  });

  test('when the caller aborts, rejects with the AbortError', async () => {
    const controller = new AbortController();
    const client = createFunctionsClient(
      createFunctionsTransport({ baseUrl: 'https://a', token: () => '', fetch: (_url, init) => never(init) }),
    );
    const caught = client.card(TASK, controller.signal).catch((error: unknown) => error);
    controller.abort();
    expect(await caught).toMatchObject({ name: 'AbortError' });
  });
});
