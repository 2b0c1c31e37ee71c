import { readdirSync } from 'node:fs';
import path from 'node:path';
import { isOfferedOwnNumber } from '../support/menu';
import { everyFiveMinutes } from '../support/scheduler';
import { closeStages, openStage, type Stage } from '../support/stage';

afterEach(closeStages);

/** Every protected Function that is built, so that a new one is covered by being there. */
const built = path.resolve(__dirname, '../../serverless-functions/dist/demonstration/functions');
const FEATURE = 'features/callback-and-voicemail-with-email/';
const PROTECTED = readdirSync(built, { recursive: true, encoding: 'utf8' })
  .flatMap((file) => /^(.*)\.protected\.js$/.exec(file.replaceAll(path.sep, '/'))?.[1] ?? [])
  .map((page) => page.replace(FEATURE, ''))
  .sort();
const CALL = `CA${'a'.repeat(32)}`;
const FORM = { CallSid: CALL, From: '+12025550123', To: '+12025550101' };

test('all that is under studio/ is protected', () => {
  const studio = readdirSync(path.join(built, FEATURE, 'studio')).filter((file) => file.endsWith('.js'));
  expect(studio.filter((file) => !file.endsWith('.protected.js'))).toEqual([]);
  expect(PROTECTED).toEqual(expect.arrayContaining(['studio/create-callback', 'studio/wait-experience']));
  expect(PROTECTED.length).toBeGreaterThanOrEqual(studio.length);
});

describe.each(PROTECTED)('%s', (page) => {
  const SIGNATURES: [string, (stage: Stage) => string | null][] = [
    ['no signature', () => null],
    ['an empty one', () => ''],
    ['a forged one', () => 'Zm9yZ2VkLWZvcmdlZC1mb3JnZWQ='],
    ['one of another URL', (stage) => stage.sign(`${page}-other`, FORM)],
    ['one of the URL with another query', (stage) => stage.sign(`${page}?state=menu`, FORM)],
    ['one of other parameters', (stage) => stage.sign(page, { ...FORM, From: '+12025550199' })],
    ['one of no parameters', (stage) => stage.sign(page, {})],
    ['one by a token that was replaced', (stage) => stage.sign(page, FORM, '0'.repeat(32))],
  ];
  test.each(SIGNATURES)('%s: refused before any code runs', async (_what, signature) => {
    const stage = await openStage();
    const before = stage.requestCount();
    const answer = await stage.post(page, FORM, { signature: signature(stage) });
    expect(answer.status).toBe(400);
    expect(stage.requestsSince(before)).toEqual([]);
    expect(stage.functionLogs()).toEqual([]);
  });

  test('its own is taken: it is the signature that was refused', async () => {
    const stage = await openStage();
    await stage.post(page, FORM, { signature: stage.sign(page, FORM) });
    expect(stage.functionLogs()).not.toEqual([]);
  });

  test.each<Record<string, string>>([
    {},
    { CallSid: 'undefined' },
    { CallSid: `CA${'../'.repeat(10)}` },
    { CallSid: CALL, state: '<x>', Digits: '\u0000' },
  ])('signed nonsense %p gets a clear answer, and nothing is asked of Twilio in its name', async (params) => {
    const stage = await openStage();
    const before = stage.requestCount();
    const answer = await stage.post(page, params);
    expect([200, 204, 400]).toContain(answer.status);
    const body = await answer.text();
    expect(body).not.toMatch(/undefined|\bat .*:\d+:\d+|<x>/);
    for (const { path } of stage.requestsSince(before)) expect(path).not.toMatch(/\.\.|undefined|%2e/i);
    expect(stage.productTasks()).toEqual([]);
  });
});

test.each([
  [
    'RecordingSid',
    { RecordingStatus: 'completed', RecordingSid: 'RE/../../x', RecordingDuration: '3' },
    'bad-recording-sid',
  ],
  ['CallSid', { RecordingStatus: 'completed', CallSid: 'CAx' }, 'bad-call-sid'],
])('recording-status with a malformed %s: 400 with a code', async (_name, params, code) => {
  const stage = await openStage();
  const answer = await stage.post('studio/recording-status', { CallSid: CALL, ...params });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code });
});

describe("a caller's own URL, changed under its signature", () => {
  const CHANGES: [string, (query: URLSearchParams) => void][] = [
    ['another number', (query) => query.set('number', '+18765550123')],
    ['the booking at once', (query) => query.set('state', 'book-callback')],
    [
      'both',
      (query) => {
        query.set('state', 'book-callback');
        query.set('number', '+19005550123');
      },
    ],
    ['another task', (query) => query.set('taskSid', `WT${'b'.repeat(32)}`)],
    ['a number twice', (query) => query.append('number', '+18765550123')],
    ['less', (query) => query.delete('taskSid')],
  ];
  test.each(CHANGES)('%s: refused, and nothing booked', async (_what, change) => {
    const stage = await openStage();
    stage.recordWebhooks(/state=callback-number.*heard=1/);
    const caller = await isOfferedOwnNumber(stage);
    caller.press('5');
    await caller.hears(/still in line/);
    const [webhook] = stage.recordedWebhooks();
    const { search } = new URL(webhook!.url);
    const params = { ...webhook!.params, Digits: '1' };
    const signature = stage.sign(`studio/wait-experience${search}`, params);
    const query = new URLSearchParams(search);
    change(query);
    const before = stage.requestCount();
    const answer = await stage.post(`studio/wait-experience?${query}`, params, { signature });
    expect(answer.status).toBe(400);
    expect(stage.requestsSince(before)).toEqual([]);
    await everyFiveMinutes(stage, 2);
    expect(stage.productTasks()).toEqual([]);
  });

  // Whoever could sign (another Function of the account) is stopped by the check before the booking.
  test.each(['+18765550123', '+19005550123', '+442079460958', '+266696687', '+911', 'sip:a@b.c', '+88160000000'])(
    'signed anew with number=%s: it is checked once more, and nothing is booked',
    async (number) => {
      const stage = await openStage();
      stage.recordWebhooks(/state=callback-number.*heard=1/);
      const caller = await isOfferedOwnNumber(stage);
      caller.press('5');
      await caller.hears(/still in line/);
      const [webhook] = stage.recordedWebhooks();
      const query = new URLSearchParams(new URL(webhook!.url).search);
      query.set('state', 'book-callback');
      query.set('number', number);
      query.delete('heard');
      const answer = await stage.post(`studio/wait-experience?${query}`, webhook!.params as Record<string, string>);
      expect(await answer.text()).toMatch(/not able to call that number/);
      await everyFiveMinutes(stage, 2);
      expect(stage.productTasks()).toEqual([]);
      expect(stage.waitingTask(caller).assignmentStatus).toBe('pending');
    },
  );
});

describe('email/run-outbox', () => {
  test.each([
    ['no token', {}],
    ['a wrong token', { authorization: `Bearer ${'x'.repeat(40)}` }],
    ['another scheme', { authorization: 'Basic abc' }],
    ['an empty token', { authorization: 'Bearer ' }],
  ])('%s: 401', async (_what, headers) => {
    const stage = await openStage();
    const answer = await stage.post('email/run-outbox', {}, { headers, signature: null });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'unauthorised' });
  });

  test('no token configured: closed, and it says which variable', async () => {
    const stage = await openStage({ environment: { OUTBOX_TOKEN: '' } });
    const answer = await stage.post(
      'email/run-outbox',
      {},
      { headers: { authorization: 'Bearer x' }, signature: null },
    );
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'outbox-token-missing' });
  });

  test('the right token: counts, and nothing else', async () => {
    const stage = await openStage();
    const answer = await stage.runOutbox();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ examined: 0, failed: 0, more: false });
  });
});

test('logs hold no number, no address and no key', async () => {
  const stage = await openStage();
  stage.fault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 401, times: 1 });
  const caller = await stage.leavesVoicemail();
  await stage.pass(10 * 60_000);
  await stage.runOutbox();
  const lines = stage.functionLogs();
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) {
    expect(() => JSON.parse(line) as unknown).not.toThrow();
    expect(line).not.toContain(caller.from.slice(2));
    expect(line).not.toContain('admin@example.com');
    for (const secret of stage.secrets()) expect(line).not.toContain(secret);
  }
});
