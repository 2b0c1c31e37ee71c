import { closeStages, openStage } from '../support/stage';

afterEach(closeStages);

const PROTECTED = ['wait-experience', 'voicemail', 'voicemail-recorded', 'recording-status', 'transcription'];
const CALL = `CA${'a'.repeat(32)}`;

describe.each(PROTECTED)('studio/%s', (page) => {
  test.each([
    ['no signature', undefined],
    ['a forged one', 'Zm9yZ2VkLWZvcmdlZC1mb3JnZWQ='],
  ])('%s: refused before any code runs', async (_what, signature) => {
    const stage = await openStage();
    const before = stage.requestCount();
    const answer = await stage.post(`studio/${page}`, { CallSid: CALL }, { signature: signature ?? null });
    expect(answer.status).toBe(400);
    expect(stage.requestsSince(before)).toEqual([]);
  });

  test.each<Record<string, string>>([
    {},
    { CallSid: 'undefined' },
    { CallSid: `CA${'../'.repeat(10)}` },
    { CallSid: CALL, state: '<x>', Digits: '\u0000' },
  ])('signed nonsense %p gets a clear answer, and nothing is asked of Twilio in its name', async (params) => {
    const stage = await openStage();
    const before = stage.requestCount();
    const answer = await stage.post(`studio/${page}`, params);
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
