import type { EmailHistoryResponse, EmailResendResponse, HistoryItem } from '@callback-and-voicemail/contract';
import { WAYS } from '../support/failing-calls';
import { closeStages, openStage, type Stage, type StageOptions } from '../support/stage';

afterEach(closeStages);

/** What supervisors see of voicemails and mails, what needs a person, and sending again. */
async function open(options: StageOptions = {}) {
  const stage = await openStage(options);
  return { stage, sue: stage.signIn('sue', ['supervisor'], 'Offline') };
}
type Worker = { token: string };
async function history(stage: Stage, { token }: Worker, params: Record<string, string> = {}) {
  const answer = await stage.flex('email-history', token, params);
  expect(answer.status).toBe(200);
  return (await answer.json()) as EmailHistoryResponse;
}
const resend = (stage: Stage, { token }: Worker, params: Record<string, string>) =>
  stage.flex('email-resend', token, params);
async function resent(stage: Stage, worker: Worker, params: Record<string, string>) {
  const answer = await resend(stage, worker, params);
  expect(answer.status).toBe(200);
  return (await answer.json()) as EmailResendResponse;
}
const REFUSES = { host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 400 } as const;

describe('the history', () => {
  test('a voicemail and a callback, the newest first', async () => {
    const { stage, sue } = await open();
    const caller = await stage.leavesVoicemail();
    await stage.pass(60_000);
    const other = await stage.dial({ to: stage.numbers.support, from: '+12025550177' });
    await other.hears(/For other options, press star/);
    other.press('*');
    await other.hears(/press 1/);
    other.press('1');
    await stage.pass(1_000);
    other.press('1');
    await stage.pass(20_000);
    const { items, complete, cursor, attention } = await history(stage, sue);
    expect(items).toEqual([
      {
        voicemail_id: `callback-${other.sid}`,
        taskType: 'callback',
        receivedAt: expect.stringMatching(/^2026-11-22T14:01/),
        caller: '+1 202-•••-0177',
        queue: 'Support',
        mail: { state: 'off', recipients: 0 },
        task: { state: 'created' },
        mayResend: false,
      },
      {
        voicemail_id: `voicemail-${caller.sid}-1`,
        taskType: 'voicemail',
        receivedAt: expect.stringMatching(/^2026-11-22T14:00/),
        caller: '+1 202-•••-0123',
        queue: 'Support',
        seconds: expect.any(Number),
        mail: { state: 'sent', recipients: 1, sentAt: expect.any(String) },
        task: { state: 'created' },
        mayResend: false,
      },
    ] satisfies HistoryItem[]);
    expect({ complete, cursor, attention }).toEqual({ complete: true, cursor: undefined, attention: [] });
  });

  test('nobody who left no message and is promised nothing', async () => {
    const { stage, sue } = await open({ settings: { missed_voicemail: 'cancel' } });
    const caller = await stage.reachesRecording();
    caller.hangUp();
    await stage.pass(20 * 60_000);
    await stage.runOutbox();
    expect((await history(stage, sue)).items).toEqual([]);
  });

  test('whole numbers only where the settings allow them', async () => {
    const { stage, sue } = await open({ settings: { show_callers: true } });
    await stage.leavesVoicemail();
    await stage.leavesVoicemail({ from: '+266696687' });
    await stage.pass(60_000);
    expect((await history(stage, sue)).items.map(({ caller }) => caller).sort()).toEqual(['', '+1 202 555 0123']);
    const mend = stage.fault({ host: 'sync.twilio.com', path: /email-settings/, kind: 'status', status: 503 });
    expect((await history(stage, sue)).items.map(({ caller }) => caller).sort()).toEqual(['', '+1 202-•••-0123']);
    mend();
  });

  test('who has it in hand is who holds the task and looked at it; of a supervisor who only looks nothing is noted', async () => {
    const { stage, sue } = await open();
    await stage.leavesVoicemail();
    await stage.pass(60_000);
    const sam = stage.signIn('sam');
    await stage.pass(1_000);
    const task = stage.productTasks()[0]!;
    stage.accept(sam, task.sid);
    await stage.flex('voicemail', sue.token, { TaskSid: task.sid });
    expect((await history(stage, sue)).items[0]!.task).toEqual({ state: 'created' });
    const mark = stage.requestCount();
    await stage.flex('voicemail', sam.token, { TaskSid: task.sid });
    const writes = stage.requestsSince(mark).filter(({ method, path }) => method === 'POST' && /Documents/.test(path));
    expect(writes).toHaveLength(1);
    expect((await history(stage, sue)).items[0]!.task).toEqual({ state: 'handled', handledBy: 'sam' });
    // Looked at again: nothing more to note.
    const again = stage.requestCount();
    await stage.flex('voicemail', sam.token, { TaskSid: task.sid });
    expect(
      stage.requestsSince(again).filter(({ host, method }) => host === 'sync.twilio.com' && method === 'POST'),
    ).toEqual([]);
    // Put back: it is nobody's.
    await stage.flex('requeue-callback', sam.token, { TaskSid: task.sid });
    expect((await history(stage, sue)).items[0]!.task).toEqual({ state: 'created' });
  });

  test('a history that cannot be written keeps nothing from being done, and is right once somebody looks', async () => {
    const { stage, sue } = await open();
    await stage.leavesVoicemail();
    await stage.pass(60_000);
    const mend = stage.fault({
      host: 'sync.twilio.com',
      method: 'POST',
      path: /Maps\/history-/,
      kind: 'status',
      status: 503,
    });
    const caller = await stage.leavesVoicemail({ from: '+12025550188' });
    await stage.pass(60_000);
    expect(await stage.mails()).toHaveLength(2);
    expect(stage.productTasks()).toHaveLength(2);
    mend();
    expect((await history(stage, sue)).items).toHaveLength(1);
    // The next change of the entry brings it in: an agent listens.
    const sam = stage.signIn('sam');
    await stage.pass(1_000);
    const task = stage.productTasks().find(({ attributes }) => attributes.from === caller.from)!;
    stage.accept(sam, stage.productTasks().find(({ sid }) => sid !== task.sid)!.sid);
    await stage.pass(1_000);
    const ana = stage.signIn('ana');
    await stage.pass(1_000);
    stage.accept(ana, task.sid);
    await stage.flex('voicemail', ana.token, { TaskSid: task.sid });
    expect((await history(stage, sue)).items[0]).toMatchObject({
      voicemail_id: `voicemail-${caller.sid}-1`,
      task: { handledBy: 'ana' },
    });
  });

  test.each(WAYS)('one write of a row fails with %s: it is made up for at once', async (_way, how) => {
    const { stage, sue } = await open();
    await stage.leavesVoicemail({ from: '+12025550166' });
    await stage.pass(60_000);
    stage.fault({ host: 'sync.twilio.com', method: 'POST', path: /Maps\/history-/, times: 1, ...how });
    const caller = await stage.leavesVoicemail();
    await stage.pass(60_000);
    expect((await history(stage, sue)).items[0]).toMatchObject({
      voicemail_id: `voicemail-${caller.sid}-1`,
      mail: { state: 'sent' },
      task: { state: 'created' },
    });
  });

  test('a row whose last write was lost is put right by its entry', async () => {
    const { stage, sue } = await open();
    stage.fault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 500, times: 1 });
    await stage.leavesVoicemail();
    await stage.pass(60_000);
    expect((await history(stage, sue)).items[0]!.mail).toMatchObject({ state: 'pending', problem: 'mailgun-500' });
    stage.fault({
      host: 'sync.twilio.com',
      method: 'POST',
      path: /Maps\/history-/,
      kind: 'status',
      status: 503,
      // The write, and the second try at it.
      times: 2,
    });
    await stage.pass(5 * 60_000);
    await stage.runOutbox();
    for (let n = 0; n < 2; n += 1) expect((await history(stage, sue)).items[0]!.mail.state).toBe('sent');
  });

  test('pages from Sync itself: every one once, in order', async () => {
    const { stage, sue } = await open({ settings: { enabled: false } });
    for (let n = 0; n < 60; n += 1)
      await stage.post('studio/create-callback', {
        numberToCall: `+120255501${String(n).padStart(2, '0')}`,
        numberToCallFrom: stage.numbers.support,
        idempotencyKey: `callback ${n}`,
      });
    const first = await history(stage, sue);
    expect(first.items).toHaveLength(50);
    const mark = stage.requestCount();
    const second = await history(stage, sue, { Cursor: first.cursor! });
    expect(stage.requestsSince(mark).length).toBeLessThanOrEqual(12);
    const ids = [...first.items, ...second.items].map(({ voicemail_id: id }) => id);
    expect(new Set(ids).size).toBe(60);
    expect(second.cursor).toBeUndefined();
  });
});

/** All that is written or read for the panel on a voicemail's way. */
const BESIDE: [string, { path: RegExp; method: string }][] = [
  ['the row of the history', { path: /Maps\/history-/, method: 'POST' }],
  ['the map of the history', { path: /Maps$/, method: 'POST' }],
  ['when a mail went out last', { path: /Maps\/email-health/, method: 'POST' }],
  ['what went wrong', { path: /Maps\/trouble/, method: 'POST' }],
  ['the rules', { path: /Documents\/email-rules/, method: 'GET' }],
];

describe.each(BESIDE)('%s fails', (_what, where) => {
  test.each(WAYS)('with %s: the task is made, and the mail arrives once', async (_way, how) => {
    const { stage, sue } = await open();
    await stage.makeIndexMaps();
    const mend = stage.fault({ host: 'sync.twilio.com', ...where, ...how });
    await stage.leavesVoicemail();
    await stage.pass(60_000);
    expect(stage.productTasks()).toHaveLength(1);
    mend();
    for (let n = 0; n < 3; n += 1) {
      await stage.pass(5 * 60_000);
      await stage.runOutbox();
    }
    expect(await stage.mails()).toHaveLength(1);
    expect(stage.productTasks()).toHaveLength(1);
    // Either the row was never written, or it is right.
    for (const { mail } of (await history(stage, sue)).items) expect(mail.state).toBe('sent');
  });
});

describe('what needs a person', () => {
  test('a voicemail nobody has taken for longer than the settings say', async () => {
    const { stage, sue } = await open({ settings: { attention_after_minutes: 30 } });
    const caller = await stage.leavesVoicemail();
    await stage.pass(29 * 60_000);
    expect((await history(stage, sue)).attention).toEqual([]);
    await stage.pass(3 * 60_000);
    expect((await history(stage, sue)).attention).toEqual([
      {
        voicemail_id: `voicemail-${caller.sid}-1`,
        taskType: 'voicemail',
        kind: 'not-taken',
        since: expect.any(String),
        queue: expect.any(String),
        caller: '+1 202-•••-0123',
      },
    ]);
    const sam = stage.signIn('sam');
    await stage.pass(1_000);
    stage.accept(sam, stage.productTasks()[0]!.sid);
    expect((await history(stage, sue)).attention).toEqual([]);
  });

  test('a mail that was refused, until it went out; a task that expired', async () => {
    const { stage, sue } = await open({ settings: { attention_after_minutes: 10_080 } });
    const mend = stage.fault(REFUSES);
    const caller = await stage.leavesVoicemail();
    await stage.pass(60_000);
    const { attention } = await history(stage, sue);
    expect(attention).toMatchObject([{ voicemail_id: `voicemail-${caller.sid}-1`, kind: 'mail-failed' }]);
    mend();
    await resent(stage, sue, { All: 'true' });
    expect((await history(stage, sue)).attention).toEqual([]);
    // TaskRouter forgets a task five minutes after its end.
    await stage.pass(7 * 24 * 60 * 60_000 + 60_000);
    await stage.runOutbox();
    const ada = stage.signIn('ada', ['admin'], 'Offline');
    expect((await history(stage, ada)).attention).toMatchObject([
      { voicemail_id: `voicemail-${caller.sid}-1`, kind: 'expired' },
    ]);
  });
});

describe('sending again', () => {
  async function withFailed(n: number) {
    const { stage, sue } = await open();
    const mend = stage.fault(REFUSES);
    for (let one = 0; one < n; one += 1) await stage.leavesVoicemail({ from: `+1202555016${one}` });
    await stage.pass(60_000);
    const { items } = await history(stage, sue, { State: 'failed' });
    expect(items).toHaveLength(n);
    expect(items.every(({ mayResend }) => mayResend)).toBe(true);
    return { stage, sue, mend, ids: items.map(({ voicemail_id: id }) => id) };
  }

  test('one that failed: it arrives once, however often it is asked for', async () => {
    const { stage, sue, mend, ids } = await withFailed(1);
    expect(await resent(stage, sue, { Voicemail: ids[0]! })).toEqual({ sent: 0, queued: 0, failed: 1 });
    mend();
    const ada = stage.signIn('ada', ['admin']);
    const answers = await Promise.all([sue, ada, sue].map((worker) => resend(stage, worker, { Voicemail: ids[0]! })));
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    await stage.pass(60_000);
    await stage.runOutbox();
    expect(await stage.mails()).toHaveLength(1);
    const late = await resend(stage, sue, { Voicemail: ids[0]! });
    expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([409, 'nothing-to-resend']);
    expect((await history(stage, sue)).items[0]!.mail.state).toBe('sent');
  });

  test('all that failed', async () => {
    const { stage, sue, mend } = await withFailed(3);
    mend();
    expect(await resent(stage, sue, { All: 'true' })).toEqual({ sent: 3, queued: 0, failed: 0 });
    expect(await stage.mails()).toHaveLength(3);
    expect(await resent(stage, sue, { All: 'true' })).toEqual({ sent: 0, queued: 0, failed: 0 });
  });

  test('a provider that takes its time: the rest is queued, and a sweep sends it', async () => {
    const { stage, sue, mend } = await withFailed(4);
    mend();
    const quick = stage.fault({ host: 'api.mailgun.net', method: 'POST', kind: 'delay', delayMs: 3_000 });
    const answer = await resent(stage, sue, { All: 'true' });
    expect(answer.sent).toBeGreaterThan(0);
    expect(answer.queued).toBeGreaterThan(0);
    expect(answer.sent + answer.queued).toBe(4);
    quick();
    await stage.pass(60_000);
    await stage.runOutbox();
    expect(await stage.mails()).toHaveLength(4);
  });

  test('a mail that waits for its next try goes at once', async () => {
    const { stage, sue } = await open();
    stage.fault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 401, times: 1 });
    const caller = await stage.leavesVoicemail();
    await stage.pass(10_000);
    expect(await stage.mails()).toEqual([]);
    expect(await resent(stage, sue, { Voicemail: `voicemail-${caller.sid}-1` })).toEqual({
      sent: 1,
      queued: 0,
      failed: 0,
    });
    expect(await stage.mails()).toHaveLength(1);
  });

  test('settings that cannot be read: it is queued, not lost, and not sent by other settings', async () => {
    const { stage, sue, mend, ids } = await withFailed(1);
    mend();
    const unreadable = stage.fault({ host: 'sync.twilio.com', path: /email-settings/, kind: 'status', status: 503 });
    expect(await resent(stage, sue, { Voicemail: ids[0]! })).toEqual({ sent: 0, queued: 1, failed: 0 });
    unreadable();
    await stage.pass(5 * 60_000);
    await stage.runOutbox();
    expect(await stage.mails()).toHaveLength(1);
  });

  test.each([
    ['', 404, 'no-such-entry'],
    ['email-settings', 404, 'no-such-entry'],
    ['../x', 404, 'no-such-entry'],
    [`voicemail-CA${'9'.repeat(32)}-1`, 404, 'no-such-entry'],
  ])('Voicemail %p is refused', async (Voicemail, status, code) => {
    const { stage, sue } = await open();
    const answer = await resend(stage, sue, { Voicemail });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
  });

  test('a deleted recording is not mailed about again', async () => {
    const { stage, sue, mend, ids } = await withFailed(1);
    mend();
    await stage.flex('delete-voicemail', sue.token, { TaskSid: stage.productTasks()[0]!.sid });
    expect((await resend(stage, sue, { Voicemail: ids[0]! })).status).toBe(409);
    expect((await history(stage, sue)).items[0]!.mayResend).toBe(false);
  });
});
