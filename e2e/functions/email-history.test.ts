import type { EmailHistoryResponse, EmailResendResponse, HistoryItem } from '@callback-and-voicemail/contract';
import { FAULT_MODES } from '../support/fault-modes';
import { closeHarnesses, type Harness, type HarnessOptions, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** What supervisors see of voicemails and mails, what needs a person, and sending again. */
async function open(options: HarnessOptions = {}) {
  const harness = await openHarness(options);
  return { harness, sue: harness.signIn('sue', ['supervisor'], 'Offline') };
}
type Worker = { token: string };
async function history(harness: Harness, { token }: Worker, params: Record<string, string> = {}) {
  const answer = await harness.postFlex('email-history', token, params);
  expect(answer.status).toBe(200);
  return (await answer.json()) as EmailHistoryResponse;
}
const resend = (harness: Harness, { token }: Worker, params: Record<string, string>) =>
  harness.postFlex('email-resend', token, params);
async function resent(harness: Harness, worker: Worker, params: Record<string, string>) {
  const answer = await resend(harness, worker, params);
  expect(answer.status).toBe(200);
  return (await answer.json()) as EmailResendResponse;
}
const REJECTION = { host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 400 } as const;

describe('the history', () => {
  test('lists a voicemail and a callback, newest first', async () => {
    const { harness, sue } = await open();
    const caller = await harness.leaveVoicemail();
    await harness.advance(60_000);
    const other = await harness.dial({ to: harness.numbers.support, from: '+12025550177' });
    await other.waitForPrompt(/For other options, press star/);
    other.press('*');
    await other.waitForPrompt(/press 1/);
    other.press('1');
    await harness.advance(1_000);
    other.press('1');
    await harness.advance(20_000);
    const { items, complete, cursor, attention } = await history(harness, sue);
    expect(items).toEqual([
      {
        voicemail_id: `callback-${other.sid}`,
        taskType: 'callback',
        receivedAt: expect.stringMatching(/^2026-11-22T14:01/),
        caller: '+1 202-•••-0177',
        queue: 'Support',
        email: { state: 'off', recipients: 0 },
        task: { state: 'waiting' },
        mayResend: false,
      },
      {
        voicemail_id: `voicemail-${caller.sid}-1`,
        taskType: 'voicemail',
        receivedAt: expect.stringMatching(/^2026-11-22T14:00/),
        caller: '+1 202-•••-0123',
        queue: 'Support',
        seconds: expect.any(Number),
        email: { state: 'sent', recipients: 1, sentAt: expect.any(String) },
        task: { state: 'waiting' },
        mayResend: false,
      },
    ] satisfies HistoryItem[]);
    expect({ complete, cursor, attention }).toEqual({ complete: true, cursor: undefined, attention: [] });
  });

  test('omits callers who left no message and were promised nothing', async () => {
    const { harness, sue } = await open({ settings: { missed_voicemail: 'cancel' } });
    const caller = await harness.dialToRecording();
    caller.hangUp();
    await harness.advance(20 * 60_000);
    await harness.runOutboxSweep();
    expect((await history(harness, sue)).items).toEqual([]);
  });

  test('shows whole numbers only if the settings allow it', async () => {
    const { harness, sue } = await open({ settings: { show_callers: true } });
    await harness.leaveVoicemail();
    await harness.leaveVoicemail({ from: '+266696687' });
    await harness.advance(60_000);
    expect((await history(harness, sue)).items.map(({ caller }) => caller).sort()).toEqual(['', '+1 202-555-0123']);
    const removeFault = harness.injectFault({
      host: 'sync.twilio.com',
      path: /email-settings/,
      kind: 'status',
      status: 503,
    });
    expect((await history(harness, sue)).items.map(({ caller }) => caller).sort()).toEqual(['', '+1 202-•••-0123']);
    removeFault();
  });

  test('shows the agent who opened the task as assignee, not a supervisor who only looks', async () => {
    const { harness, sue } = await open();
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const sam = harness.signIn('sam');
    await harness.advance(1_000);
    const task = harness.productTasks()[0]!;
    harness.accept(sam, task.sid);
    await harness.postFlex('voicemail', sue.token, { TaskSid: task.sid });
    const at = expect.any(String);
    expect((await history(harness, sue)).items[0]!.task).toEqual({ state: 'taken', by: 'sam', at });
    const mark = harness.requestCount();
    await harness.postFlex('voicemail', sam.token, { TaskSid: task.sid });
    const isProjectionWrite = harness
      .requestsSince(mark)
      .filter(({ method, path }) => method === 'POST' && /Documents/.test(path));
    expect(isProjectionWrite).toHaveLength(1);
    expect((await history(harness, sue)).items[0]!.task).toEqual({ state: 'taken', by: 'sam', at });
    // Looked at again: nothing more to note.
    const again = harness.requestCount();
    await harness.postFlex('voicemail', sam.token, { TaskSid: task.sid });
    expect(
      harness.requestsSince(again).filter(({ host, method }) => host === 'sync.twilio.com' && method === 'POST'),
    ).toEqual([]);
    // Requeued: it has no assignee.
    await harness.postFlex('requeue-callback', sam.token, { TaskSid: task.sid });
    expect((await history(harness, sue)).items[0]!.task).toEqual({ state: 'offered' });
  });

  test('when rows cannot be written, the work is done and the next reader repairs the history', async () => {
    const { harness, sue } = await open();
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const removeFault = harness.injectFault({
      host: 'sync.twilio.com',
      method: 'POST',
      path: /Maps\/history-/,
      kind: 'status',
      status: 503,
    });
    const caller = await harness.leaveVoicemail({ from: '+12025550188' });
    await harness.advance(60_000);
    expect(await harness.mails()).toHaveLength(2);
    expect(harness.productTasks()).toHaveLength(2);
    removeFault();
    expect((await history(harness, sue)).items).toHaveLength(1);
    // The next change of the entry brings it in: an agent listens.
    const sam = harness.signIn('sam');
    await harness.advance(1_000);
    const task = harness.productTasks().find(({ attributes }) => attributes.from === caller.from)!;
    harness.accept(sam, harness.productTasks().find(({ sid }) => sid !== task.sid)!.sid);
    await harness.advance(1_000);
    const ana = harness.signIn('ana');
    await harness.advance(1_000);
    harness.accept(ana, task.sid);
    await harness.postFlex('voicemail', ana.token, { TaskSid: task.sid });
    expect((await history(harness, sue)).items[0]).toMatchObject({
      voicemail_id: `voicemail-${caller.sid}-1`,
      task: { state: 'taken', by: 'ana' },
    });
  });

  test.each(FAULT_MODES)('when one write of a row fails with %s, it is repeated at once', async (_mode, how) => {
    const { harness, sue } = await open();
    await harness.leaveVoicemail({ from: '+12025550166' });
    await harness.advance(60_000);
    harness.injectFault({ host: 'sync.twilio.com', method: 'POST', path: /Maps\/history-/, times: 1, ...how });
    const caller = await harness.leaveVoicemail();
    await harness.advance(60_000);
    expect((await history(harness, sue)).items[0]).toMatchObject({
      voicemail_id: `voicemail-${caller.sid}-1`,
      email: { state: 'sent' },
      task: { state: 'waiting' },
    });
  });

  test('a row whose last write was lost is repaired from its entry', async () => {
    const { harness, sue } = await open();
    harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 429, times: 1 });
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    expect((await history(harness, sue)).items[0]!.email).toMatchObject({ state: 'pending', problem: 'limit-reached' });
    harness.injectFault({
      host: 'sync.twilio.com',
      method: 'POST',
      path: /Maps\/history-/,
      kind: 'status',
      status: 503,
      // The write, and the second try at it.
      times: 2,
    });
    await harness.advance(5 * 60_000);
    await harness.runOutboxSweep();
    for (let n = 0; n < 2; n += 1) expect((await history(harness, sue)).items[0]!.email.state).toBe('sent');
  });

  test('pages through Sync with every row once, in order', async () => {
    const { harness, sue } = await open({ settings: { enabled: false } });
    for (let n = 0; n < 60; n += 1)
      await harness.post('studio/create-callback', {
        numberToCall: `+1415555${2000 + n}`,
        numberToCallFrom: harness.numbers.support,
        idempotencyKey: `callback ${n}`,
      });
    const first = await history(harness, sue);
    expect(first.items).toHaveLength(50);
    const mark = harness.requestCount();
    const second = await history(harness, sue, { Cursor: first.cursor! });
    expect(harness.requestsSince(mark).length).toBeLessThanOrEqual(12);
    const ids = [...first.items, ...second.items].map(({ voicemail_id: id }) => id);
    expect(new Set(ids).size).toBe(60);
    expect(second.cursor).toBeUndefined();
  });
});

/** All that is written or read for the panel on a voicemail's way. */
const PROJECTION_WRITES: [string, { path: RegExp; method: string }][] = [
  ['the row of the history', { path: /Maps\/history-/, method: 'POST' }],
  ['the map of the history', { path: /Maps$/, method: 'POST' }],
  ['when a mail went out last', { path: /Maps\/email-health/, method: 'POST' }],
  ['the row of a first attempt that failed', { path: /Maps\/failures/, method: 'POST' }],
  ['the rules', { path: /Documents\/email-rules/, method: 'GET' }],
];

describe.each(PROJECTION_WRITES)('%s fails', (_what, where) => {
  test.each(FAULT_MODES)('with %s, makes the task and sends the mail once', async (_mode, how) => {
    const { harness, sue } = await open();
    await harness.createIndexMaps();
    const removeFault = harness.injectFault({ host: 'sync.twilio.com', ...where, ...how });
    // A failure row is written only when an attempt fails.
    if (where.path.test('Maps/failures')) {
      harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 503, times: 1 });
    }
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    expect(harness.productTasks()).toHaveLength(1);
    expect(
      harness.requestsSince(0).some((request) => where.path.test(request.path) && request.method === where.method),
    ).toBe(true);
    removeFault();
    for (let n = 0; n < 3; n += 1) {
      await harness.advance(5 * 60_000);
      await harness.runOutboxSweep();
    }
    expect(await harness.mails()).toHaveLength(1);
    expect(harness.productTasks()).toHaveLength(1);
    // Either the row was never written, or it is right.
    for (const { email } of (await history(harness, sue)).items) expect(email.state).toBe('sent');
  });
});

describe('the attention list', () => {
  test('lists a voicemail that has waited longer than the settings allow', async () => {
    const { harness, sue } = await open({ settings: { attention_after_minutes: 30 } });
    const caller = await harness.leaveVoicemail();
    await harness.advance(29 * 60_000);
    expect((await history(harness, sue)).attention).toEqual([]);
    await harness.advance(3 * 60_000);
    expect((await history(harness, sue)).attention).toEqual([
      {
        voicemail_id: `voicemail-${caller.sid}-1`,
        taskType: 'voicemail',
        kind: 'not-taken',
        since: expect.any(String),
        queue: expect.any(String),
        caller: '+1 202-•••-0123',
      },
    ]);
    const sam = harness.signIn('sam');
    await harness.advance(1_000);
    harness.accept(sam, harness.productTasks()[0]!.sid);
    expect((await history(harness, sue)).attention).toEqual([]);
  });

  test('lists a refused mail until it is sent, and a task that was lost', async () => {
    const { harness, sue } = await open({ settings: { attention_after_minutes: 10_080 } });
    const removeFault = harness.injectFault(REJECTION);
    const caller = await harness.leaveVoicemail();
    await harness.advance(60_000);
    const { attention } = await history(harness, sue);
    expect(attention).toMatchObject([{ voicemail_id: `voicemail-${caller.sid}-1`, kind: 'email-failed' }]);
    removeFault();
    await resent(harness, sue, { All: 'true' });
    expect((await history(harness, sue)).attention).toEqual([]);
    // TaskRouter forgets a task five minutes after its end.
    await harness.advance(7 * 24 * 60 * 60_000 + 60_000);
    await harness.runOutboxSweep();
    const ada = harness.signIn('ada', ['admin'], 'Offline');
    expect((await history(harness, ada)).attention).toMatchObject([
      { voicemail_id: `voicemail-${caller.sid}-1`, kind: 'lost', loss: 'expired', mayRestore: true },
    ]);
  });
});

test('a mail that one of two recipients is refused: who has it, why not, and what agents see of it', async () => {
  const recipients = [{ address: 'bob@example.com' }, { address: 'ana@example.com' }];
  const { harness, sue } = await open({ settings: { recipients } });
  // Together, then the first one alone.
  harness.injectFault({ ...REJECTION, body: `{"message":"'to' parameter is not a valid address"}`, times: 2 });
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  const { items, attention } = await history(harness, sue);
  expect(items[0]!.email).toMatchObject({
    ...{ state: 'sent', recipients: 2 },
    outcomes: {
      ...{ accepted: 1, refused: 1, waiting: 0 },
      recipients: [
        { address: 'bob@example.com', state: 'refused', problem: 'recipient-refused' },
        { address: 'ana@example.com', state: 'accepted', provider: 'mailgun' },
      ],
    },
  });
  expect(attention).toMatchObject([
    {
      ...{ voicemail_id: `voicemail-${caller.sid}-1`, kind: 'email-partly' },
      ...{ problem: 'recipient-refused', refused: 1, recipients: 2 },
    },
  ]);
  const sam = harness.signIn('sam');
  await harness.advance(1_000);
  const task = harness.productTasks()[0]!;
  harness.accept(sam, task.sid);
  const card = await (await harness.postFlex('voicemail', sam.token, { TaskSid: task.sid })).text();
  expect((JSON.parse(card) as { email: object }).email).toMatchObject({
    ...{ state: 'sent', recipients: 2, accepted: 1, refused: 1, waiting: 0 },
    refusedProblem: 'recipient-refused',
  });
  expect(card).not.toContain('bob@');
});

describe('sending again', () => {
  async function withFailed(n: number) {
    const { harness, sue } = await open();
    const removeFault = harness.injectFault(REJECTION);
    for (let one = 0; one < n; one += 1) await harness.leaveVoicemail({ from: `+1202555016${one}` });
    await harness.advance(60_000);
    const { items } = await history(harness, sue, { State: 'failed' });
    expect(items).toHaveLength(n);
    expect(items.every(({ mayResend }) => mayResend)).toBe(true);
    return { harness, sue, removeFault, ids: items.map(({ voicemail_id: id }) => id) };
  }

  test('resends a failed mail once, however often it is requested', async () => {
    const { harness, sue, removeFault, ids } = await withFailed(1);
    expect(await resent(harness, sue, { Voicemail: ids[0]! })).toEqual({ sent: 0, queued: 0, failed: 1 });
    removeFault();
    const ada = harness.signIn('ada', ['admin']);
    const answers = await Promise.all([sue, ada, sue].map((worker) => resend(harness, worker, { Voicemail: ids[0]! })));
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    await harness.advance(60_000);
    await harness.runOutboxSweep();
    expect(await harness.mails()).toHaveLength(1);
    const late = await resend(harness, sue, { Voicemail: ids[0]! });
    expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([409, 'nothing-to-resend']);
    expect((await history(harness, sue)).items[0]!.email.state).toBe('sent');
  });

  test('sends one mail again five times an hour, alone and with all, and loses none', async () => {
    const { harness, sue, removeFault, ids } = await withFailed(2);
    const [Voicemail] = ids as [string, string];
    const again = async (params: Record<string, string>) => {
      const answer = await resend(harness, sue, params);
      return { status: answer.status, wait: answer.headers.get('retry-after'), body: await answer.json() };
    };
    for (let n = 0; n < 5; n += 1) expect(await again({ Voicemail })).toMatchObject({ status: 200 });
    const refused = await again({ Voicemail });
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(Number(refused.wait)).toBeGreaterThan(3_500);
    // The other one is still sent again.
    for (let n = 0; n < 5; n += 1)
      expect((await again({ All: 'true' })).body).toEqual({ sent: 0, queued: 0, failed: 2 });
    expect(await again({ All: 'true' })).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(await harness.mails()).toEqual([]);
    removeFault();
    await harness.advance(60 * 60_000);
    const ada = harness.signIn('ada', ['admin']);
    expect(await resent(harness, ada, { All: 'true' })).toEqual({ sent: 2, queued: 0, failed: 0 });
    expect(await harness.mails()).toHaveLength(2);
  });

  test('resends all failed mails', async () => {
    const { harness, sue, removeFault } = await withFailed(3);
    removeFault();
    expect(await resent(harness, sue, { All: 'true' })).toEqual({ sent: 3, queued: 0, failed: 0 });
    expect(await harness.mails()).toHaveLength(3);
    expect(await resent(harness, sue, { All: 'true' })).toEqual({ sent: 0, queued: 0, failed: 0 });
  });

  test('when the provider is slow, queues the rest for a sweep', async () => {
    const { harness, sue, removeFault } = await withFailed(4);
    removeFault();
    const quick = harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'delay', delayMs: 3_000 });
    const answer = await resent(harness, sue, { All: 'true' });
    expect(answer.sent).toBeGreaterThan(0);
    expect(answer.queued).toBeGreaterThan(0);
    expect(answer.sent + answer.queued).toBe(4);
    quick();
    await harness.advance(60_000);
    await harness.runOutboxSweep();
    expect(await harness.mails()).toHaveLength(4);
  });

  test('sends a mail that waits for its next attempt at once', async () => {
    const { harness, sue } = await open();
    harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 401, times: 1 });
    const caller = await harness.leaveVoicemail();
    // The first attempt has the transcript.
    await harness.advance(60_000);
    expect(await harness.mails()).toEqual([]);
    expect(await resent(harness, sue, { Voicemail: `voicemail-${caller.sid}-1` })).toEqual({
      sent: 1,
      queued: 0,
      failed: 0,
    });
    expect(await harness.mails()).toHaveLength(1);
  });

  test('when settings cannot be read, queues the mail', async () => {
    const { harness, sue, removeFault, ids } = await withFailed(1);
    removeFault();
    const unreadable = harness.injectFault({
      host: 'sync.twilio.com',
      path: /email-settings/,
      kind: 'status',
      status: 503,
    });
    expect(await resent(harness, sue, { Voicemail: ids[0]! })).toEqual({ sent: 0, queued: 1, failed: 0 });
    unreadable();
    await harness.advance(5 * 60_000);
    await harness.runOutboxSweep();
    expect(await harness.mails()).toHaveLength(1);
  });

  test.each([
    ['', 404, 'no-such-entry'],
    ['email-settings', 404, 'no-such-entry'],
    ['../x', 404, 'no-such-entry'],
    [`voicemail-CA${'9'.repeat(32)}-1`, 404, 'no-such-entry'],
  ])('Voicemail %p is refused', async (Voicemail, status, code) => {
    const { harness, sue } = await open();
    const answer = await resend(harness, sue, { Voicemail });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
  });

  test('does not resend the mail of a deleted recording', async () => {
    const { harness, sue, removeFault, ids } = await withFailed(1);
    removeFault();
    await harness.postFlex('delete-voicemail', sue.token, { TaskSid: harness.productTasks()[0]!.sid });
    expect((await resend(harness, sue, { Voicemail: ids[0]! })).status).toBe(409);
    expect((await history(harness, sue)).items[0]!.mayResend).toBe(false);
  });
});
