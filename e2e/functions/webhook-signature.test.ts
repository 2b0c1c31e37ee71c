import { readdirSync } from 'node:fs';
import path from 'node:path';
import { closeHarnesses, type Harness, openHarnessOverHttp } from '../support/harness';
import { requestCallback } from '../support/menu';
import { runScheduledSweeps } from '../support/scheduled-sweeps';
import { changeWaitUrl } from '../support/signed-wait-url';

afterEach(closeHarnesses);

/** Every protected Function that is built, so that a new one is covered by being there. */
const built = path.resolve(__dirname, '../../serverless-functions/dist/functions');
const FEATURE = 'features/callback-and-voicemail-with-email/';
const PROTECTED = readdirSync(built, { recursive: true, encoding: 'utf8' })
  .flatMap((file) => /^(.*)\.protected\.js$/.exec(file.replaceAll(path.sep, '/'))?.[1] ?? [])
  .map((page) => page.replace(FEATURE, ''))
  .sort();
const CALL = `CA${'a'.repeat(32)}`;
const FORM = { CallSid: CALL, From: '+12025550123', To: '+12025550101' };

test('every Function under studio/ is protected', () => {
  const studio = readdirSync(path.join(built, FEATURE, 'studio')).filter((file) => file.endsWith('.js'));
  expect(studio.filter((file) => !file.endsWith('.protected.js'))).toEqual([]);
  expect(PROTECTED).toEqual(expect.arrayContaining(['studio/create-callback', 'studio/wait-experience']));
  expect(PROTECTED.length).toBeGreaterThanOrEqual(studio.length);
});

describe.each(PROTECTED)('%s', (page) => {
  const SIGNATURES: [string, (harness: Harness) => string | null][] = [
    ['no signature', () => null],
    ['an empty one', () => ''],
    ['a forged one', () => 'Zm9yZ2VkLWZvcmdlZC1mb3JnZWQ='],
    ['one of another URL', (harness) => harness.sign(`${page}-other`, FORM)],
    ['one of the URL with another query', (harness) => harness.sign(`${page}?state=menu`, FORM)],
    ['one of other parameters', (harness) => harness.sign(page, { ...FORM, From: '+12025550199' })],
    ['one of no parameters', (harness) => harness.sign(page, {})],
    ['one by a token that was replaced', (harness) => harness.sign(page, FORM, '0'.repeat(32))],
  ];
  test.each(SIGNATURES)('refuses %s before any code runs', async (_what, signature) => {
    const harness = await openHarnessOverHttp();
    const before = harness.requestCount();
    const answer = await harness.post(page, FORM, { signature: signature(harness) });
    expect(answer.status).toBe(400);
    expect(harness.requestsSince(before)).toEqual([]);
    expect(harness.functionLogs()).toEqual([]);
  });

  test('accepts a valid signature', async () => {
    const harness = await openHarnessOverHttp();
    await harness.post(page, FORM, { signature: harness.sign(page, FORM) });
    expect(harness.functionLogs()).not.toEqual([]);
  });

  test.each<Record<string, string>>([
    {},
    { CallSid: 'undefined' },
    { CallSid: `CA${'../'.repeat(10)}` },
    { CallSid: CALL, state: '<x>', Digits: '\u0000' },
  ])('signed nonsense number %# gets a clear answer and causes no request to Twilio', async (params) => {
    const harness = await openHarnessOverHttp();
    const before = harness.requestCount();
    const answer = await harness.post(page, params);
    expect([200, 204, 400, 403]).toContain(answer.status);
    const body = await answer.text();
    expect(body).not.toMatch(/undefined|\bat .*:\d+:\d+|<x>/);
    for (const { path } of harness.requestsSince(before)) expect(path).not.toMatch(/\.\.|undefined|%2e/i);
    expect(harness.productTasks()).toEqual([]);
  });
});

test.each([
  ['RecordingSid', { RecordingSid: 'RE/../../x' }, 400, 'bad-recording-sid'],
  ['CallSid', { CallSid: 'CAx' }, 400, 'bad-call-sid'],
  ['CallSid of another call', { CallSid: CALL }, 403, 'bad-state'],
])('recording-status with a malformed %s is refused with a code', async (_name, params, status, code) => {
  const harness = await openHarnessOverHttp();
  harness.recordWebhooks(/recording-status/);
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  const [webhook] = harness.recordedWebhooks();
  const answer = await harness.redeliver({ ...webhook!, params: { ...webhook!.params, ...params } });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ code });
  expect(harness.productTasks()).toHaveLength(1);
});

test.each(['recording-status', 'transcription', 'voicemail-recorded'])(
  '%s takes no parameters that we did not sign, such as those of a TwiML App',
  async (page) => {
    const harness = await openHarnessOverHttp();
    const RecordingSid = `RE${'a'.repeat(32)}`;
    const forged = {
      from: '+19005550123',
      to: '+12025550101',
      waitingSince: '1',
      attempt: '1',
      recordingSid: RecordingSid,
    };
    const event = { ...FORM, RecordingSid, RecordingStatus: 'completed', RecordingDuration: '9', step: 'listen' };
    const answer = await harness.post(`studio/${page}`, { ...event, ...forged });
    expect(await answer.text()).not.toContain('review-audio');
    await runScheduledSweeps(harness, 1);
    expect(harness.productTasks()).toEqual([]);
    expect(await harness.document(`voicemail-${CALL}-1`)).toBeUndefined();
  },
);

describe("a caller's own URL, changed under its signature", () => {
  const URL_CHANGES: [string, (query: URLSearchParams) => void][] = [
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
  /** A caller who was asked to confirm a number, and the request that would book: its URL, and its parameters. */
  async function atTheBooking() {
    const harness = await openHarnessOverHttp();
    harness.recordWebhooks(/state=callback-number.*heard=1/);
    const caller = await requestCallback(harness);
    caller.press('5');
    await caller.waitForPrompt(/still in line/);
    const [webhook] = harness.recordedWebhooks();
    const params: Record<string, string> = { ...webhook!.params, Digits: '1' };
    return { harness, caller, search: new URL(webhook!.url).search, params };
  }

  test.each(URL_CHANGES)('takes %s for no state of ours, even where Twilio signs it', async (_what, change) => {
    const { harness, caller, search, params } = await atTheBooking();
    const query = new URLSearchParams(search);
    change(query);
    const answer = await harness.post(`studio/wait-experience?${query}`, params);
    expect(await answer.text()).toMatch(/<Gather/);
    await runScheduledSweeps(harness, 1);
    expect(harness.productTasks()).toEqual([]);
    expect(harness.waitingTask(caller).assignmentStatus).toBe('pending');
  });

  test.each(URL_CHANGES)('refuses %s and books nothing', async (_what, change) => {
    const { harness, search, params } = await atTheBooking();
    const signature = harness.sign(`studio/wait-experience${search}`, params);
    const query = new URLSearchParams(search);
    change(query);
    const before = harness.requestCount();
    const answer = await harness.post(`studio/wait-experience?${query}`, params, { signature });
    expect(answer.status).toBe(400);
    expect(harness.requestsSince(before)).toEqual([]);
    await runScheduledSweeps(harness, 2);
    expect(harness.productTasks()).toEqual([]);
  });

  // The check before the booking stops even what only the product could have signed.
  test.each(['+18765550123', '+19005550123', '+442079460958', '+266696687', '+911', 'sip:a@b.c', '+88160000000'])(
    'checks number=%s again, even with a valid signature, and books nothing',
    async (number) => {
      const harness = await openHarnessOverHttp();
      harness.recordWebhooks(/state=callback-number.*heard=1/);
      const caller = await requestCallback(harness);
      caller.press('5');
      await caller.waitForPrompt(/still in line/);
      const [webhook] = harness.recordedWebhooks();
      const page = changeWaitUrl(webhook!.url, caller.sid, harness.world.account.authToken, {
        ...{ state: 'book-callback', number, hasInput: false },
      });
      const answer = await harness.post(page, webhook!.params as Record<string, string>);
      expect(await answer.text()).toMatch(/not able to call that number/);
      await runScheduledSweeps(harness, 2);
      expect(harness.productTasks()).toEqual([]);
      expect(harness.waitingTask(caller).assignmentStatus).toBe('pending');
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
    const harness = await openHarnessOverHttp();
    const answer = await harness.post('email/run-outbox', {}, { headers, signature: null });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'unauthorised' });
  });

  test('without a configured token, is closed and names the variable', async () => {
    const harness = await openHarnessOverHttp({ environment: { OUTBOX_TOKEN: '' } });
    const answer = await harness.post(
      'email/run-outbox',
      {},
      { headers: { authorization: 'Bearer x' }, signature: null },
    );
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'outbox-token-missing' });
  });

  test('while a token is replaced, takes the old one and the new one', async () => {
    const [old, next] = ['o'.repeat(32), 'n'.repeat(32)];
    const harness = await openHarnessOverHttp({ environment: { OUTBOX_TOKEN: `${old}, ${next}` } });
    const statuses = [old, next, `${old}, ${next}`, 'x'.repeat(32)].map(async (token) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await harness.post('email/run-outbox', {}, { headers, signature: null })).status;
    });
    expect(await Promise.all(statuses)).toEqual([200, 200, 401, 401]);
  });

  test('with the right token, answers counts only', async () => {
    const harness = await openHarnessOverHttp();
    const answer = await harness.runOutboxSweep();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ examined: 0, failed: 0, more: false });
  });
});

test('logs no number, address or key', async () => {
  const harness = await openHarnessOverHttp();
  harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 401, times: 1 });
  const caller = await harness.leaveVoicemail();
  await harness.advance(10 * 60_000);
  await harness.runOutboxSweep();
  const lines = harness.functionLogs();
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) {
    expect(() => JSON.parse(line) as unknown).not.toThrow();
    expect(line).not.toContain(caller.from.slice(2));
    expect(line).not.toContain('admin@example.com');
    for (const secret of harness.secrets()) expect(line).not.toContain(secret);
  }
});
