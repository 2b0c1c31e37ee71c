import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { runScheduledSweeps } from '../support/scheduled-sweeps';

afterEach(closeHarnesses);

/** The contract of `studio/create-callback`, as `infra-as-code/studio/README.md` states it. */
const NUMBER = '+12025550123';
const CALL = `CA${'a'.repeat(32)}`;
const REQUIRED_FIELDS = { numberToCall: NUMBER, numberToCallFrom: '+12025550101' };
const SPOKEN = 'Please call me about my order.';

async function createCallback(harness: Harness, params: Record<string, string>) {
  const answer = await harness.post('studio/create-callback', params);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
/** An error response has a code for programs, a message for people, and nothing else. */
function expectRefusal({ body }: { body: Record<string, unknown> }, code: string) {
  expect(body).toEqual({
    code,
    message: expect.stringMatching(/^[A-Z][a-z ]+\.$/),
    advice: expect.stringMatching(/\.$/),
  });
  // A flow may read it to its caller.
  expect(body.message).not.toMatch(/workflow|malformed|missing|Function/i);
}
async function expectNoTaskCreated(harness: Harness) {
  await runScheduledSweeps(harness, 2);
  expect(harness.productTasks()).toEqual([]);
  expect(await harness.indexKeys()).toEqual([]);
  expect(await harness.mails()).toEqual([]);
}

test('with the required parameters, makes an entry and a task, and no mail', async () => {
  const harness = await openHarness();
  const { status, body } = await createCallback(harness, REQUIRED_FIELDS);
  const [task, ...more] = harness.productTasks();
  expect(more).toEqual([]);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      ok: true,
      created: true,
      taskSid: task!.sid,
      voicemail_id: expect.stringMatching(/^callback-[0-9a-f]{32}$/),
    },
  });
  expect(task).toMatchObject({
    workflowSid: harness.workflows.callback,
    priority: 0,
    timeoutSeconds: 7 * 24 * 60 * 60,
    virtualStartTime: task!.dateCreated,
    attributes: {
      taskType: 'callback',
      name: '+1 202-555-0123',
      from: NUMBER,
      to: REQUIRED_FIELDS.numberToCallFrom,
      direction: 'inbound',
      callBackData: {
        numberToCall: NUMBER,
        numberToCallFrom: REQUIRED_FIELDS.numberToCallFrom,
        attempts: 0,
        mainTimeZone: 'UTC',
        isDeleted: false,
      },
      conversations: { conversation_id: body.voicemail_id },
      callback_and_voicemail: { voicemail_id: body.voicemail_id },
    },
  });
  expect(await harness.document(body.voicemail_id as string)).toMatchObject({
    task: { state: 'created', sid: task!.sid },
  });
  await runScheduledSweeps(harness, 2);
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toEqual([]);
});

describe('what is optional', () => {
  const minuteAgo = (at: number) => at - 60_000;
  test.each<[string, Record<string, string>, object]>([
    ['workflowSid', { workflowSid: 'SALES' }, { workflowSid: 'SALES' }],
    ['priority', { priority: '12' }, { priority: 12 }],
    ['the highest priority', { priority: '2147483647' }, { priority: 2_147_483_647 }],
    ['timeout', { timeout: '600' }, { timeoutSeconds: 600 }],
    ['the longest timeout', { timeout: '1209600' }, { timeoutSeconds: 1_209_600 }],
    ['attempts', { attempts: '2' }, { attributes: { callBackData: { attempts: 2 } } }],
    ['callSid', { callSid: CALL }, { attributes: { conversations: { conversation_id: CALL } } }],
    ['CallSid', { CallSid: CALL }, { attributes: { conversations: { conversation_id: CALL } } }],
    ['transcriptText', { transcriptText: SPOKEN }, { attributes: { callBackData: { transcriptText: SPOKEN } } }],
    ['transcriptionText', { transcriptionText: SPOKEN }, { attributes: { callBackData: { transcriptText: SPOKEN } } }],
    ['TranscriptionText', { TranscriptionText: SPOKEN }, { attributes: { callBackData: { transcriptText: SPOKEN } } }],
    ['blanks around', { numberToCall: ` ${NUMBER} `, priority: ' 3 ' }, { priority: 3 }],
    [
      'what Studio makes of a value that is not there',
      {
        priority: '',
        timeout: 'undefined',
        attempts: 'null',
        virtualStartTime: ' ',
        recordingSid: '',
        workflowSid: '',
      },
      { priority: 0, attributes: { taskType: 'callback', callBackData: { attempts: 0 } } },
    ],
  ])('%s', async (_name, params, expected) => {
    const harness = await openHarness();
    const filled = (value: object) => JSON.parse(JSON.stringify(value).replaceAll('SALES', harness.workflows.sales));
    expect(await createCallback(harness, filled({ ...REQUIRED_FIELDS, ...params }))).toMatchObject({
      status: 200,
      body: { ok: true },
    });
    expect(harness.productTasks()).toMatchObject([filled(expected)]);
  });

  test.each<[string, (at: number) => string]>([
    ['ISO 8601', (at) => new Date(at).toISOString()],
    ['ISO 8601 with a zone', (at) => new Date(at + 3_600_000).toISOString().replace('Z', '+01:00')],
    ['milliseconds', String],
    ['seconds', (at) => String(at / 1_000)],
    ['as an e-mail writes it', (at) => new Date(at).toUTCString()],
  ])('virtualStartTime in %s: the place in line', async (_form, written) => {
    const harness = await openHarness();
    const since = minuteAgo(Date.now());
    await createCallback(harness, { ...REQUIRED_FIELDS, virtualStartTime: written(since) });
    expect(harness.productTasks()).toMatchObject([
      {
        virtualStartTime: since,
        attributes: { callback_and_voicemail: { waiting_since: new Date(since).toISOString() } },
      },
    ]);
  });

  test("a transcript of any length fits into the task's attributes", async () => {
    const harness = await openHarness();
    expect(await createCallback(harness, { ...REQUIRED_FIELDS, transcriptText: '"ü'.repeat(10_000) })).toMatchObject({
      status: 200,
    });
    const [task] = harness.productTasks();
    expect(Buffer.byteLength(JSON.stringify(task!.attributes))).toBeLessThan(3_072);
  });

  test('accepts numberToCall in national format with CALLBACK_COUNTRIES', async () => {
    const harness = await openHarness({ environment: { CALLBACK_COUNTRIES: 'GB, de' } });
    expect(await createCallback(harness, { ...REQUIRED_FIELDS, numberToCall: '+442079460958' })).toMatchObject({
      status: 200,
    });
    expect(await createCallback(harness, { ...REQUIRED_FIELDS, numberToCall: '+4930901820' })).toMatchObject({
      status: 200,
    });
    expectRefusal(await createCallback(harness, REQUIRED_FIELDS), 'number-country-not-allowed');
    expect(harness.productTasks()).toHaveLength(2);
  });
});

describe('refused requests: 400, a code, and nothing made', () => {
  test.each<[string, Record<string, string>, string]>([
    ['no number', { numberToCall: '' }, 'missing-number-to-call'],
    ['no number (undefined)', { numberToCall: 'undefined' }, 'missing-number-to-call'],
    ['nothing dialed', { numberToCallFrom: '' }, 'missing-number-to-call-from'],
    ['dialed: a word', { numberToCallFrom: 'support' }, 'bad-number-to-call-from'],
    ['dialed: no plus', { numberToCallFrom: '12025550101' }, 'bad-number-to-call-from'],
    ['a word', { numberToCall: 'nonsense' }, 'number-not-a-number'],
    ['a number with no plus', { numberToCall: '2025550123' }, 'number-not-a-number'],
    ['an endless number', { numberToCall: '+1'.padEnd(257, '2') }, 'bad-number-to-call'],
    ['SIP', { numberToCall: 'sip:ana@example.com' }, 'number-not-a-number'],
    ['a browser', { numberToCall: 'client:ana' }, 'number-not-a-number'],
    ['withheld', { numberToCall: '+266696687' }, 'number-withheld'],
    ['withheld, in a word', { numberToCall: 'anonymous' }, 'number-withheld'],
    ['another country', { numberToCall: '+442079460958' }, 'number-country-not-allowed'],
    ['Jamaica', { numberToCall: '+18765550123' }, 'number-country-not-allowed'],
    ['premium', { numberToCall: '+19005550123' }, 'number-premium'],
    ['a workflow that is none', { workflowSid: 'WW1' }, 'bad-workflow-sid'],
    ['a path for a workflow', { workflowSid: `../${'a'.repeat(31)}` }, 'bad-workflow-sid'],
    ['priority below', { priority: '-1' }, 'bad-priority'],
    ['priority above', { priority: '2147483648' }, 'bad-priority'],
    ['priority in words', { priority: 'high' }, 'bad-priority'],
    ['priority broken', { priority: '1.5' }, 'bad-priority'],
    ['priority in hex', { priority: '0x10' }, 'bad-priority'],
    ['timeout zero', { timeout: '0' }, 'bad-timeout'],
    ['timeout above', { timeout: '1209601' }, 'bad-timeout'],
    ['attempts below', { attempts: '-2' }, 'bad-attempts'],
    ['attempts above', { attempts: '1001' }, 'bad-attempts'],
    ['a start in words', { virtualStartTime: 'yesterday' }, 'bad-virtual-start-time'],
    ['a start in the future', { virtualStartTime: '2030-01-01T00:00:00Z' }, 'bad-virtual-start-time'],
    ['a start before 1900', { virtualStartTime: '1899-12-31T23:59:59Z' }, 'bad-virtual-start-time'],
    ['a recording that is none', { recordingSid: 'RE../../x' }, 'bad-recording-sid'],
    ['a recording in capitals', { recordingSid: `RE${'A'.repeat(32)}` }, 'bad-recording-sid'],
    ['seconds in words', { RecordingDuration: 'long' }, 'bad-recording-seconds'],
    ['a transcript without end', { transcriptText: 'x'.repeat(20_001) }, 'bad-transcript-text'],
    ['a call that is none', { callSid: 'CAx' }, 'bad-call-sid'],
    ['a key without end', { idempotencyKey: 'k'.repeat(257) }, 'bad-idempotency-key'],
  ])('%s', async (_what, params, code) => {
    const harness = await openHarness();
    const mark = harness.requestCount();
    const answer = await createCallback(harness, { ...REQUIRED_FIELDS, ...params });
    expect(answer.status).toBe(400);
    expectRefusal(answer, code);
    expect(harness.requestsSince(mark)).toEqual([]);
    await expectNoTaskCreated(harness);
  });

  test('without a workflow, answers 500 and says which variable is missing', async () => {
    const harness = await openHarness({ environment: { TWILIO_FLEX_CALLBACK_WORKFLOW_SID: '' } });
    const answer = await createCallback(harness, REQUIRED_FIELDS);
    expect(answer.status).toBe(500);
    expectRefusal(answer, 'no-workflow');
    await expectNoTaskCreated(harness);
    expect(await createCallback(harness, { ...REQUIRED_FIELDS, workflowSid: harness.workflows.sales })).toMatchObject({
      status: 200,
    });
  });
});

describe('repeated requests', () => {
  const WAYS: [string, Record<string, string>][] = [
    ['the same key', { idempotencyKey: 'FN123 / with "anything" ü' }],
    ['the same call', { callSid: CALL }],
  ];
  test.each(WAYS)('%s: repeated requests make one callback', async (_mode, params) => {
    const harness = await openHarness();
    const first = await createCallback(harness, { ...REQUIRED_FIELDS, ...params });
    for (let n = 0; n < 3; n += 1)
      expect(await createCallback(harness, { ...REQUIRED_FIELDS, ...params })).toEqual({
        status: 200,
        body: { ...first.body, created: false },
      });
    await harness.advance(60 * 60_000);
    expect((await createCallback(harness, { ...REQUIRED_FIELDS, ...params })).body.taskSid).toBe(first.body.taskSid);
    await runScheduledSweeps(harness, 2);
    expect(harness.productTasks()).toHaveLength(1);
  });

  test.each(WAYS)('%s: simultaneous requests make one callback', async (_mode, params) => {
    const harness = await openHarness();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => createCallback(harness, { ...REQUIRED_FIELDS, ...params })),
    );
    for (const { body } of answers) expect(body.ok).toBe(true);
    expect(answers.filter(({ body }) => body.created)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.voicemail_id)).size).toBe(1);
    await runScheduledSweeps(harness, 2);
    expect(harness.productTasks()).toHaveLength(1);
  });

  test('other keys, or no key, make further callbacks', async () => {
    const harness = await openHarness();
    for (const idempotencyKey of ['one', 'two', '', ''])
      await createCallback(harness, { ...REQUIRED_FIELDS, idempotencyKey });
    // The key goes before the call.
    await createCallback(harness, { ...REQUIRED_FIELDS, idempotencyKey: 'one', callSid: CALL });
    expect(harness.productTasks()).toHaveLength(4);
  });

  test('without a key, a repeated delivery makes another callback', async () => {
    const harness = await openHarness();
    const headers = { 'i-twilio-idempotency-token': '3f0c9e0a-2b1d-4c5e-8f7a-6b5c4d3e2f1a' };
    for (let n = 0; n < 2; n += 1) await harness.post('studio/create-callback', REQUIRED_FIELDS, { headers });
    expect(harness.productTasks()).toHaveLength(2);
  });

  test('after an agent has called back, the same key makes no second callback', async () => {
    const harness = await openHarness();
    const { body } = await createCallback(harness, { ...REQUIRED_FIELDS, idempotencyKey: 'one' });
    harness.handleTask(body.taskSid as string);
    await harness.advance(60 * 60_000);
    expect(await createCallback(harness, { ...REQUIRED_FIELDS, idempotencyKey: 'one' })).toMatchObject({
      body: { created: false },
    });
    expect(harness.productTasks().filter(({ sid }) => sid !== body.taskSid)).toEqual([]);
  });
});

describe('with a recording', () => {
  test.each(['recordingSid', 'RecordingSid'])('%s: makes a voicemail task and mails the recording', async (name) => {
    const harness = await openHarness();
    const { sid } = harness.addRecording();
    const params = { ...REQUIRED_FIELDS, [name]: sid, RecordingDuration: '9', TranscriptionText: SPOKEN };
    expect(await createCallback(harness, params)).toMatchObject({ status: 200, body: { ok: true } });
    expect(harness.productTasks()).toMatchObject([
      {
        attributes: {
          taskType: 'voicemail',
          callBackData: { numberToCall: NUMBER, recordingSid: sid, transcriptText: SPOKEN },
          callback_and_voicemail: { recording_seconds: 9 },
        },
      },
    ]);
    const [mail, ...more] = await harness.mails();
    expect(more).toEqual([]);
    expect(mail!.subject).toMatch(/\+1 202-555-0123/);
    expect(mail!.text).toContain(SPOKEN);
    expect(mail!.attachments).toHaveLength(1);
    expect(mail!.attachments[0]!.content.equals(harness.sample)).toBe(true);
    await runScheduledSweeps(harness, 2);
    expect(await harness.mails()).toHaveLength(1);
    expect(harness.productTasks()).toHaveLength(1);
  });

  test.each(['https://evil.example.com/a.wav', 'http://169.254.169.254/latest', 'file:///etc/passwd'])(
    'recordingUrl %s is never fetched, with or without a sid',
    async (recordingUrl) => {
      const harness = await openHarness();
      const { sid } = harness.addRecording();
      const fetched = jest.spyOn(globalThis, 'fetch');
      await createCallback(harness, { ...REQUIRED_FIELDS, recordingUrl, RecordingUrl: recordingUrl });
      await createCallback(harness, { ...REQUIRED_FIELDS, recordingUrl, recordingSid: sid });
      const asked = fetched.mock.calls.map(([target]) => (target instanceof Request ? target.url : String(target)));
      expect(asked.length).toBeGreaterThan(2);
      for (const url of asked) expect(new URL(url).hostname).toMatch(/^(127\.0\.0\.1|localhost)$/);
      expect(asked.join()).not.toContain(recordingUrl);
      const types = harness.productTasks().map(({ attributes }) => attributes.taskType);
      expect(types.sort()).toEqual(['callback', 'voicemail']);
    },
  );

  test.each(['+266696687', 'anonymous', 'sip:ana@example.com', '+18765550123', 'nonsense'])(
    'accepts a recording from %s, which cannot be called back',
    async (numberToCall) => {
      const harness = await openHarness();
      const { sid } = harness.addRecording();
      expect(await createCallback(harness, { ...REQUIRED_FIELDS, numberToCall, recordingSid: sid })).toMatchObject({
        status: 200,
      });
      expect(harness.productTasks()).toMatchObject([{ attributes: { taskType: 'voicemail' } }]);
      expect(await harness.mails()).toHaveLength(1);
    },
  );

  test('when TaskRouter refuses the workflow, mails nothing until it is corrected', async () => {
    const harness = await openHarness();
    const { sid } = harness.addRecording();
    const params = { ...REQUIRED_FIELDS, recordingSid: sid, idempotencyKey: 'one' };
    const refused = await createCallback(harness, { ...params, workflowSid: `WW${'f'.repeat(32)}` });
    expect(refused.status).toBe(400);
    await runScheduledSweeps(harness, 2);
    expect(await harness.mails()).toEqual([]);
    expect(await createCallback(harness, params)).toMatchObject({ status: 200 });
    await runScheduledSweeps(harness, 2);
    expect(harness.productTasks()).toHaveLength(1);
    expect(await harness.mails()).toHaveLength(1);
  });
});

describe('when Twilio fails', () => {
  test('when TaskRouter refuses the workflow, the corrected request with the same key works', async () => {
    const harness = await openHarness();
    const wrong = await createCallback(harness, {
      ...REQUIRED_FIELDS,
      idempotencyKey: 'one',
      workflowSid: `WW${'f'.repeat(32)}`,
    });
    expect(wrong.status).toBe(400);
    expectRefusal(wrong, 'task-refused');
    await expectNoTaskCreated(harness);
    expect(await createCallback(harness, { ...REQUIRED_FIELDS, idempotencyKey: 'one' })).toMatchObject({
      status: 200,
      body: { ok: true },
    });
    await runScheduledSweeps(harness, 2);
    expect(harness.productTasks()).toHaveLength(1);
  });

  test('when Sync is down, answers 500; a repeated request makes one callback', async () => {
    const harness = await openHarness();
    const removeFault = harness.injectFault({ host: 'sync.twilio.com', kind: 'status', status: 503 });
    const answer = await createCallback(harness, { ...REQUIRED_FIELDS, idempotencyKey: 'one' });
    expect(answer.status).toBe(500);
    expectRefusal(answer, 'twilio-unavailable');
    removeFault();
    await expectNoTaskCreated(harness);
    expect(await createCallback(harness, { ...REQUIRED_FIELDS, idempotencyKey: 'one' })).toMatchObject({
      body: { created: true },
    });
    await runScheduledSweeps(harness, 2);
    expect(harness.productTasks()).toHaveLength(1);
  });

  test.each(['status', 'no-answer', 'done-then-reset'] as const)(
    'when TaskRouter is down (%s), answers 202; the sweep creates the whole task',
    async (kind) => {
      const harness = await openHarness();
      const removeFault = harness.injectFault({ host: 'taskrouter.twilio.com', kind, status: 503 });
      const { status, body } = await createCallback(harness, {
        ...REQUIRED_FIELDS,
        priority: '5',
        timeout: '900',
        attempts: '1',
      });
      expect({ status, body }).toEqual({
        status: 202,
        body: { ok: true, created: true, voicemail_id: expect.any(String) },
      });
      removeFault();
      await runScheduledSweeps(harness, 2);
      expect(harness.productTasks()).toMatchObject([
        { priority: 5, timeoutSeconds: 900, attributes: { callBackData: { attempts: 1 } } },
      ]);
    },
  );
});
