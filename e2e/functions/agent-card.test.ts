import type { VoicemailCard } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, type HarnessOptions, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** What only agents and supervisors may do with a callback or voicemail. */
type Worker = ReturnType<Harness['signIn']>;
const code = async (answer: Response) => ((await answer.json()) as { code: string }).code;

/** A voicemail that Sam has accepted. */
async function acceptVoicemailAsSam(options: HarnessOptions = {}) {
  const harness = await openHarness(options);
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  const sam = harness.signIn('sam');
  await harness.advance(1_000);
  const task = harness.productTasks()[0]!;
  harness.accept(sam, task.sid);
  return { harness, caller, sam, task };
}
const card = async (harness: Harness, worker: Worker, TaskSid: string) => {
  const answer = await harness.postFlex('voicemail', worker.token, { TaskSid });
  expect(answer.status).toBe(200);
  return (await answer.json()) as VoicemailCard;
};

describe('the card', () => {
  test('the card shows what the ledger knows', async () => {
    const { harness, caller, sam, task } = await acceptVoicemailAsSam();
    expect(await card(harness, sam, task.sid)).toEqual({
      voicemail_id: `voicemail-${caller.sid}-1`,
      taskType: 'voicemail',
      numberToCall: caller.from,
      numberToCallFrom: harness.numbers.support,
      numberToCallText: '+1 202-555-0123',
      numberToCallFromText: '+1 202-555-0101',
      queue: 'Support',
      receivedAt: expect.stringMatching(/^2026-11-22T14:00/),
      waitingSince: '2026-11-22T14:00:00.000Z',
      timeZone: 'UTC',
      task: { state: 'taken' },
      attempts: 0,
      maxAttempts: 3,
      mayRequeue: true,
      recording: { state: 'ready', seconds: expect.any(Number) },
      transcript: { state: 'ready', text: expect.any(String) },
      email: { state: 'sent', recipients: 1, sentAt: expect.any(String), delivered: 1 },
      listenedBy: [],
      otherTasks: [],
    });
  });

  test('the card says who has the task, and since when', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    await card(harness, sam, task.sid);
    const at = expect.stringMatching(/^2026-11-22T14:01/);
    expect((await card(harness, sam, task.sid)).task).toEqual({ state: 'taken', by: 'sam', at });
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    expect((await card(harness, sue, task.sid)).task).toEqual({ state: 'taken', by: 'sam', at });
  });

  test("the card shows the network's caller name in one line, unless it only repeats the number", async () => {
    const harness = await openHarness();
    await harness.leaveVoicemail({ callerName: 'Ana\u202e\r\n Ruiz' });
    await harness.leaveVoicemail({ callerName: '+1 202 555 0123' });
    await harness.leaveVoicemail({ from: '+266696687', callerName: 'Somebody' });
    const direct = await harness.dial({ to: harness.numbers.voicemail, callerName: 'Ben Okafor' });
    await direct.waitForBeep();
    await direct.speak(harness.sample);
    direct.hangUp();
    await harness.advance(60_000);
    expect(harness.productTasks().map(({ attributes }) => attributes.name)).toEqual([
      'Ana Ruiz',
      '+1 202-555-0123',
      'withheld number',
      'Ben Okafor',
    ]);
    const sue = harness.signIn('sue', ['supervisor']);
    const [ana, number] = harness.productTasks();
    expect(await card(harness, sue, ana!.sid)).toMatchObject({ callerName: 'Ana Ruiz' });
    expect(await card(harness, sue, number!.sid)).not.toHaveProperty('callerName');
  });

  test('shows how many recipients were not reached, and why, without their addresses', async () => {
    const recipients = ['admin@example.com', 'mailbox-full@example.com'].map((address) => ({ address }));
    const { harness, sam, task } = await acceptVoicemailAsSam({ settings: { recipients } });
    const { email } = await card(harness, sam, task.sid);
    expect(email).toMatchObject({ state: 'sent', recipients: 2, delivered: 1, bounced: 1 });
    expect(email.bounceReason).toBe('5.2.2 …: user over quota');
  });

  test.each([{ kind: 'status', status: 500 }, { kind: 'no-answer' }] as const)(
    'when the mail provider cannot report deliveries, shows the card (%j)',
    async (fault) => {
      const { harness, sam, task } = await acceptVoicemailAsSam();
      harness.injectFault({ host: 'api.mailgun.net', method: 'GET', ...fault });
      const { email } = await card(harness, sam, task.sid);
      expect(email).toEqual({ state: 'sent', recipients: 1, sentAt: expect.any(String) });
    },
  );

  test("the card says why a withheld number is not dialed, and lists the caller's other open tasks", async () => {
    const harness = await openHarness();
    await harness.leaveVoicemail({ from: '+266696687' });
    await harness.advance(60_000);
    const sam = harness.signIn('sam');
    await harness.advance(1_000);
    const [withheld] = harness.productTasks();
    harness.accept(sam, withheld!.sid);
    expect(await card(harness, sam, withheld!.sid)).toMatchObject({ callBlock: 'number-withheld', otherTasks: [] });
    for (let n = 0; n < 2; n += 1) await harness.leaveVoicemail();
    await harness.advance(60_000);
    const [, first, second] = harness.productTasks();
    const ana = harness.signIn('ana');
    await harness.advance(1_000);
    harness.accept(ana, first!.sid);
    expect((await card(harness, ana, first!.sid)).otherTasks).toMatchObject([
      { taskSid: second!.sid, taskType: 'voicemail' },
    ]);
  });
});

describe('access', () => {
  const PAGES = ['voicemail', 'voicemail-audio', 'requeue-callback'] as const;

  test.each(PAGES)('%s: allows the agent who holds the task and supervisors, no other agent', async (page) => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const eve = harness.signIn('eve');
    const sue = harness.signIn('sue', ['supervisor']);
    const ask = (worker: Worker) => harness.postFlex(page, worker.token, { TaskSid: task.sid });
    const refused = await ask(eve);
    expect([refused.status, await code(refused)]).toEqual([403, 'not-yours']);
    expect((await ask(sam)).status).toBeLessThan(300);
    if (page !== 'requeue-callback') expect((await ask(sue)).status).toBeLessThan(300);
  });

  test.each(PAGES)('%s: rewriting the attributes of a held task gives no access to another entry', async (page) => {
    const { harness, task } = await acceptVoicemailAsSam();
    await harness.leaveVoicemail({ from: '+12025550199' });
    await harness.advance(60_000);
    const eve = harness.signIn('eve');
    await harness.advance(1_000);
    const own = harness.productTasks().find(({ sid }) => sid !== task.sid)!;
    harness.accept(eve, own.sid);
    harness.setAttributes(own.sid, {
      ...own.attributes,
      callback_and_voicemail: task.attributes.callback_and_voicemail,
      callBackData: task.attributes.callBackData,
    });
    const answer = await harness.postFlex(page, eve.token, { TaskSid: own.sid });
    expect([answer.status, await code(answer)]).toEqual([403, 'not-this-task']);
    for (const id of ['email-settings', '../x', 'voicemail-CA', undefined, { a: 1 }]) {
      harness.setAttributes(own.sid, { ...own.attributes, callback_and_voicemail: { voicemail_id: id } });
      expect((await harness.postFlex(page, eve.token, { TaskSid: own.sid })).status).toBe(404);
    }
  });

  test.each([...PAGES, 'delete-voicemail', 'sweep'] as const)(
    '%s: refuses requests without a valid token',
    async (page) => {
      const { harness, sam, task } = await acceptVoicemailAsSam();
      for (const [token, expected] of [
        [undefined, 'token-missing'],
        ['', 'token-missing'],
        ['nonsense', 'token-invalid'],
        ['x y', 'token-invalid'],
        ['a'.repeat(20_000), 'token-invalid'],
      ] as const) {
        const answer = await harness.postFlex(page, token, { TaskSid: task.sid });
        expect([answer.status, await code(answer)]).toEqual([401, expected]);
      }
      await harness.advance(61 * 60_000);
      const expired = await harness.postFlex(page, sam.token, { TaskSid: task.sid });
      expect([expired.status, await code(expired)]).toEqual([401, 'token-invalid']);
    },
  );

  test.each([400, 401, 403, 404])(
    'when Twilio’s validator answers %d and our credentials are good, asks the user to sign in again',
    async (status) => {
      const { harness, sam, task } = await acceptVoicemailAsSam();
      harness.injectFault({ host: 'iam.twilio.com', kind: 'status', status });
      const answer = await harness.postFlex('voicemail', sam.token, { TaskSid: task.sid });
      expect([answer.status, await code(answer)]).toEqual([401, 'token-invalid']);
    },
  );

  test.each([401, 403])('when Twilio answers our own credentials %d, never asks to sign in again', async (status) => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    harness.injectFault({ host: 'iam.twilio.com', kind: 'status', status });
    harness.injectFault({ host: 'api.twilio.com', kind: 'status', status });
    const answer = await harness.postFlex('voicemail', sam.token, { TaskSid: task.sid });
    expect([answer.status, await code(answer)]).toEqual([503, 'misconfigured']);
  });

  test('refuses to delete for agents, and says that only supervisors may', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const answer = await harness.postFlex('delete-voicemail', sam.token, { TaskSid: task.sid });
    expect([answer.status, await code(answer)]).toEqual([403, 'role-missing']);
    expect(harness.recordings()).toHaveLength(1);
  });

  test.each(['WT123', `wt${'a'.repeat(32)}`, '../Tasks', '', undefined])('refuses the TaskSid %p', async (sid) => {
    const { harness, sam } = await acceptVoicemailAsSam();
    const answer = await harness.postFlex('voicemail', sam.token, sid === undefined ? {} : { TaskSid: sid });
    expect([answer.status, await code(answer)]).toEqual([400, 'bad-task-sid']);
  });

  test('only pages from FLEX_ORIGINS may read the answer', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const allowed = async (origin: string) =>
      (await harness.postFlex('voicemail', sam.token, { TaskSid: task.sid }, origin)).headers.get(
        'access-control-allow-origin',
      );
    expect(await allowed('https://flex.twilio.com')).toBe('https://flex.twilio.com');
    expect(await allowed('https://flex.twilio.com.example.com')).toBeNull();
    expect(await allowed('null')).toBeNull();
  });

  test.each([
    [{ host: 'iam.twilio.com', kind: 'status', status: 500 }, 502, 'twilio-unavailable'],
    [{ host: 'iam.twilio.com', kind: 'reset' }, 502, 'twilio-unavailable'],
    [{ host: 'iam.twilio.com', kind: 'no-answer' }, 502, 'twilio-unavailable'],
    [{ host: 'iam.twilio.com', kind: 'status', status: 429 }, 429, 'rate-limited'],
    [{ host: 'taskrouter.twilio.com', kind: 'status', status: 503 }, 502, 'twilio-unavailable'],
    [{ host: 'taskrouter.twilio.com', kind: 'garbage' }, 502, 'twilio-unavailable'],
    [{ host: 'sync.twilio.com', kind: 'status', status: 500 }, 502, 'twilio-unavailable'],
  ] as const)('%j is never reported as "unauthorized"', async (fault, status, expected) => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    harness.injectFault(fault);
    const answer = await harness.postFlex('voicemail', sam.token, { TaskSid: task.sid });
    expect([answer.status, await code(answer)]).toEqual([status, expected]);
  });
});

describe('the audio', () => {
  const range = (harness: Harness, worker: Worker, TaskSid: string, params: Record<string, string> = {}) =>
    harness.postFlex('voicemail-audio', worker.token, { TaskSid, ...params });

  test('serves the recording in ranges, a small one first', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const parts: Buffer[] = [];
    let total = Number.POSITIVE_INFINITY;
    for (let start = 0; start < total; ) {
      const answer = await range(harness, sam, task.sid, { Start: String(start), Length: '10000' });
      expect(answer.status).toBe(206);
      expect(answer.headers.get('content-type')).toBe('audio/mpeg');
      const contentRange = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers.get('content-range')!)!;
      const part = Buffer.from(await answer.arrayBuffer());
      expect([Number(contentRange[1]), Number(contentRange[2])]).toEqual([start, start + part.length - 1]);
      total = Number(contentRange[3]);
      parts.push(part);
      start += part.length;
    }
    const whole = Buffer.concat(parts);
    expect(whole.length).toBe(total);
    const mp3 = await harness.media(harness.recordings()[0]!.sid, 'mp3');
    expect(whole.equals(mp3)).toBe(true);
    const first = await range(harness, sam, task.sid);
    expect((await first.arrayBuffer()).byteLength).toBeLessThanOrEqual(64 * 1024);
  });

  test('records a listener who starts in the middle', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const answer = await harness.postFlex('voicemail-audio', sam.token, {
      TaskSid: task.sid,
      Start: '1',
      Length: '5000',
    });
    expect(answer.status).toBe(206);
    expect((await card(harness, sam, task.sid)).listenedBy).toHaveLength(1);
  });

  test('answers 416 for a range behind the end', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const answer = await harness.postFlex('voicemail-audio', sam.token, { TaskSid: task.sid, Start: '999999999' });
    expect([answer.status, await code(answer)]).toEqual([416, 'bad-range']);
  });

  test('lists each listener once', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const sue = harness.signIn('sue', ['supervisor']);
    for (const worker of [sam, sam, sue]) await (await range(harness, worker, task.sid)).arrayBuffer();
    expect((await card(harness, sam, task.sid)).listenedBy.map(({ worker }) => worker)).toEqual(['sam', 'sue']);
  });

  test('shows listeners by full name, and does not wait for a name that cannot be read', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const sue = harness.signIn('sue_40example_2Ecom', ['supervisor'], 'Available', { full_name: 'Sue Okafor' });
    await (await range(harness, sue, task.sid)).arrayBuffer();
    harness.injectFault({ host: 'taskrouter.twilio.com', path: /\/Workers\//, kind: 'status', status: 500 });
    expect((await range(harness, sam, task.sid)).status).toBe(206);
    expect((await card(harness, sam, task.sid)).listenedBy.map(({ worker }) => worker)).toEqual(['Sue Okafor', 'sam']);
  });

  test.each([
    [{ Start: '-1' }, 400],
    [{ Start: '1e3' }, 400],
    [{ Length: '0' }, 413],
    [{ Length: '99999999' }, 413],
    [{ Start: '999999999999' }, 416],
  ])('%j', async (params, status) => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const answer = await range(harness, sam, task.sid, params as Record<string, string>);
    expect(answer.status).toBe(status);
  });
});

describe('try again later', () => {
  const requeue = (harness: Harness, worker: Worker, TaskSid: string) =>
    harness.postFlex('requeue-callback', worker.token, { TaskSid });
  const open = (harness: Harness) =>
    harness.productTasks().filter(({ assignmentStatus }) => !['completed', 'canceled'].includes(assignmentStatus));

  test('requeue makes a task with the same routing and one more attempt, and completes the old one', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const answer = await requeue(harness, sam, task.sid);
    const body = (await answer.json()) as { taskSid: string };
    expect(body).toEqual({ ok: true, taskSid: expect.stringMatching(/^WT/), attempts: 1 });
    expect(harness.task(task.sid)).toMatchObject({ assignmentStatus: 'completed' });
    expect(open(harness)).toMatchObject([
      {
        sid: body.taskSid,
        priority: 7,
        virtualStartTime: task.virtualStartTime,
        attributes: { taskType: 'voicemail', skill: 'support', callBackData: { attempts: 1 } },
      },
    ]);
    const old = await harness.postFlex('voicemail-audio', sam.token, { TaskSid: task.sid });
    expect(old.status).toBe(403);
  });

  test('requeue happens once for a double click and for two agents at once', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const answers = await Promise.all([requeue(harness, sam, task.sid), requeue(harness, sam, task.sid)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(open(harness)).toHaveLength(1);
  });

  test('requeue refuses tasks that are waiting or completed, also for supervisors', async () => {
    const harness = await openHarness();
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    const [waiting] = harness.productTasks();
    const refused = await requeue(harness, sue, waiting!.sid);
    expect([refused.status, await code(refused)]).toEqual([409, 'task-not-held']);
    harness.handleTask(waiting!.sid);
    expect(await code(await requeue(harness, sue, waiting!.sid))).toBe('task-not-held');
    expect(harness.productTasks()).toHaveLength(1);
  });

  test('after a requeue, the old card says that the task was put back', async () => {
    const { harness, task } = await acceptVoicemailAsSam();
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    expect((await requeue(harness, sue, task.sid)).status).toBe(200);
    for (const page of ['voicemail', 'voicemail-audio', 'requeue-callback'])
      expect(await code(await harness.postFlex(page, sue.token, { TaskSid: task.sid }))).toBe('already-requeued');
  });

  test('requeue respects max_attempts and allow_requeue', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam({ settings: { max_attempts: 2 } });
    const { taskSid } = (await (await requeue(harness, sam, task.sid)).json()) as { taskSid: string };
    await harness.advance(1_000);
    harness.accept(sam, taskSid);
    expect(await card(harness, sam, taskSid)).toMatchObject({ attempts: 1, maxAttempts: 2, mayRequeue: false });
    const refused = await requeue(harness, sam, taskSid);
    expect([refused.status, await code(refused)]).toEqual([409, 'no-attempts-left']);
    await harness.setSettings({ allow_requeue: false, max_attempts: 9 });
    expect(await code(await requeue(harness, sam, taskSid))).toBe('requeue-not-allowed');
    expect(open(harness)).toHaveLength(1);
  });

  test('requeue refuses a number that may no longer be called', async () => {
    const harness = await openHarness();
    const caller = await harness.dialToRecording();
    caller.hangUp();
    await harness.advance(60_000);
    const sam = harness.signIn('sam');
    await harness.advance(1_000);
    const [task] = harness.productTasks();
    harness.accept(sam, task!.sid);
    await harness.redeploy({ CALLBACK_COUNTRIES: 'DE' });
    const answer = await requeue(harness, sam, task!.sid);
    expect([answer.status, await code(answer)]).toEqual([422, 'number-country-not-allowed']);
    expect(harness.task(task!.sid).assignmentStatus).toBe('assigned');
  });

  test.each([
    ['refused', { kind: 'status', status: 400 }],
    ['not there', { kind: 'status', status: 500 }],
  ] as const)('TaskRouter is %s: nothing has changed, and it can be tried again', async (_what, how) => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const removeFault = harness.injectFault({ host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks$/, ...how });
    expect((await requeue(harness, sam, task.sid)).status).toBe(502);
    removeFault();
    expect(harness.task(task.sid).assignmentStatus).toBe('assigned');
    expect(await card(harness, sam, task.sid)).toMatchObject({ attempts: 0 });
    expect((await requeue(harness, sam, task.sid)).status).toBe(200);
    expect(open(harness)).toHaveLength(1);
  });

  test('when the index cannot be written, a requeue changes nothing and works the second time', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const index = { host: 'sync.twilio.com', method: 'POST', path: /open-\d\/Items$/ } as const;
    const removeFault = harness.injectFault({ ...index, kind: 'status', status: 503 });
    expect((await requeue(harness, sam, task.sid)).status).toBe(502);
    removeFault();
    expect(await card(harness, sam, task.sid)).toMatchObject({ attempts: 0 });
    expect((await requeue(harness, sam, task.sid)).status).toBe(200);
    expect(open(harness)).toHaveLength(1);
  });

  /** The index is down until `restoreIndex`; the claim is written, and its reversal is not. */
  async function leaveClaimUnlisted() {
    const { harness, caller, sam, task } = await acceptVoicemailAsSam();
    const index = { host: 'sync.twilio.com', method: 'POST', path: /open-\d\/Items$/ } as const;
    const entry = { host: 'sync.twilio.com', method: 'POST', path: /Documents\/voicemail-/ } as const;
    const restoreIndex = harness.injectFault({ ...index, kind: 'status', status: 503 });
    const restoreEntry = harness.injectFault({ ...entry, after: 1, kind: 'status', status: 503 });
    expect((await requeue(harness, sam, task.sid)).status).toBe(502);
    restoreEntry();
    const Voicemail = `voicemail-${caller.sid}-1`;
    const { indexKey, task: claimed } = (await harness.document(Voicemail))!;
    expect(claimed).toMatchObject({ state: 'pending', previousSids: [task.sid] });
    expect(await harness.indexKeys()).not.toContain(indexKey);
    return { harness, sam, task, Voicemail, restoreIndex };
  }
  async function sweepTwice(harness: Harness) {
    for (let n = 0; n < 2; n += 1) {
      await harness.advance(2 * 60_000);
      await harness.runOutboxSweep();
    }
  }

  test('when a claim can be neither listed nor reverted, the agent keeps the task until it is listed', async () => {
    const { harness, sam, task, Voicemail, restoreIndex } = await leaveClaimUnlisted();
    for (const page of ['requeue-callback', 'voicemail'])
      expect((await harness.postFlex(page, sam.token, { TaskSid: task.sid, Voicemail })).status).toBe(502);
    expect(harness.task(task.sid).assignmentStatus).toBe('assigned');
    restoreIndex();
    expect(await code(await requeue(harness, sam, task.sid))).toBe('already-requeued');
    await sweepTwice(harness);
    expect(open(harness).filter(({ sid }) => sid !== task.sid)).toMatchObject([
      { attributes: { callBackData: { attempts: 1 } } },
    ]);
  });

  test('when a claim was neither listed nor reverted and the task ends unasked, a sweep goes on with it', async () => {
    const { harness, task, restoreIndex } = await leaveClaimUnlisted();
    restoreIndex();
    harness.world.tasks.update(task.sid, { assignmentStatus: 'completed' });
    await sweepTwice(harness);
    expect(open(harness)).toMatchObject([{ attributes: { callBackData: { attempts: 1 } } }]);
  });

  test('requeue reads ahead the entry that the request names, and goes by the one that the task names', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const other = await harness.leaveVoicemail({ from: '+12025550199' });
    await harness.advance(60_000);
    const Voicemail = `voicemail-${other.sid}-1`;
    const before = await harness.document(Voicemail);
    const answer = await harness.postFlex('requeue-callback', sam.token, { TaskSid: task.sid, Voicemail });
    expect(answer.status).toBe(200);
    expect(await harness.document(Voicemail)).toEqual(before);
    expect(harness.task(task.sid).assignmentStatus).toBe('completed');
  });

  test.each(['done-then-reset', 'reset'] as const)(
    'when the response to a requeue is lost (%s), one task remains',
    async (kind) => {
      const { harness, sam, task } = await acceptVoicemailAsSam();
      harness.injectFault({ host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks$/, kind, times: 1 });
      expect((await requeue(harness, sam, task.sid)).status).toBe(200);
      for (let n = 0; n < 3; n += 1) {
        await harness.advance(5 * 60_000);
        await harness.runOutboxSweep();
      }
      expect(open(harness)).toMatchObject([{ attributes: { callBackData: { attempts: 1 } } }]);
    },
  );
});

describe('deleting', () => {
  test('deleting removes recording and transcript from Twilio, entry and task, also when repeated', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const sue = harness.signIn('sue', ['supervisor']);
    const [recording] = harness.recordings();
    expect(harness.transcriptions(recording!.sid)).toHaveLength(1);
    for (let n = 0; n < 2; n += 1) {
      const answer = await harness.postFlex('delete-voicemail', sue.token, { TaskSid: task.sid });
      expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
    }
    expect(harness.recordings()).toEqual([]);
    expect(harness.transcriptions(recording!.sid)).toEqual([]);
    expect(await card(harness, sam, task.sid)).toMatchObject({
      recording: { state: 'deleted' },
      transcript: { state: 'none' },
    });
    expect(harness.task(task.sid).attributes.callBackData).toMatchObject({ isDeleted: true });
    expect(JSON.stringify(harness.task(task.sid).attributes)).not.toMatch(/transcriptText|recordingSid/);
    const sound = await harness.postFlex('voicemail-audio', sam.token, { TaskSid: task.sid });
    expect([sound.status, await code(sound)]).toEqual([410, 'recording-deleted']);
  });

  test('a transcript that arrives after deletion is discarded', async () => {
    const harness = await openHarness();
    const caller = await harness.leaveVoicemail();
    const sue = harness.signIn('sue', ['supervisor']);
    for (let n = 0; n < 100 && harness.productTasks().length === 0; n += 1) await harness.advance(200);
    const [task] = harness.productTasks();
    expect(await card(harness, sue, task!.sid)).toMatchObject({ transcript: { state: 'pending' } });
    expect((await harness.postFlex('delete-voicemail', sue.token, { TaskSid: task!.sid })).status).toBe(200);
    await harness.advance(60_000);
    expect(await card(harness, sue, task!.sid)).toMatchObject({
      recording: { state: 'deleted' },
      transcript: { state: 'none' },
    });
    expect(harness.task(task!.sid).attributes.callBackData).not.toHaveProperty('transcriptText');
    expect(await harness.document(`voicemail-${caller.sid}-1`)).not.toHaveProperty('transcript.text');
  });

  test('after deletion, a waiting mail is not sent', async () => {
    const harness = await openHarness();
    const removeFault = harness.injectFault({ host: 'api.mailgun.net', kind: 'status', status: 500 });
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const sue = harness.signIn('sue', ['admin']);
    await harness.advance(1_000);
    await harness.postFlex('delete-voicemail', sue.token, { TaskSid: harness.productTasks()[0]!.sid });
    removeFault();
    for (let n = 0; n < 4; n += 1) {
      await harness.advance(5 * 60_000);
      await harness.runOutboxSweep();
    }
    expect(await harness.mails()).toEqual([]);
  });

  test('when Twilio cannot delete the recording, says so and keeps everything', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const sue = harness.signIn('sue', ['supervisor']);
    harness.injectFault({ host: 'api.twilio.com', method: 'DELETE', kind: 'status', status: 500 });
    expect((await harness.postFlex('delete-voicemail', sue.token, { TaskSid: task.sid })).status).toBe(502);
    expect(await card(harness, sam, task.sid)).toMatchObject({ recording: { state: 'ready' } });
  });
});

test('a sweep from the plugin sends a mail that failed', async () => {
  const harness = await openHarness();
  const removeFault = harness.injectFault({ host: 'api.mailgun.net', kind: 'status', status: 500 });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  removeFault();
  await harness.advance(5 * 60_000);
  const sam = harness.signIn('sam');
  const answer = await harness.postFlex('sweep', sam.token);
  expect([answer.status, await answer.json()]).toEqual([200, { examined: expect.any(Number), failed: 0, more: false }]);
  expect(await harness.mails()).toHaveLength(1);
});
