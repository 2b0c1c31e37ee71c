import type { VoicemailCard } from '@callback-and-voicemail/contract';
import { closeStages, openStage, type Stage, type StageOptions } from '../support/stage';

afterEach(closeStages);

/** What agents and supervisors may do with a callback or voicemail, and nobody else. */
type Worker = ReturnType<Stage['signIn']>;
const code = async (answer: Response) => ((await answer.json()) as { code: string }).code;

/** A voicemail that Sam has accepted. */
async function atSams(options: StageOptions = {}) {
  const stage = await openStage(options);
  const caller = await stage.leavesVoicemail();
  await stage.pass(60_000);
  const sam = stage.signIn('sam');
  await stage.pass(1_000);
  const task = stage.productTasks()[0]!;
  stage.accept(sam, task.sid);
  return { stage, caller, sam, task };
}
const card = async (stage: Stage, worker: Worker, TaskSid: string) => {
  const answer = await stage.flex('voicemail', worker.token, { TaskSid });
  expect(answer.status).toBe(200);
  return (await answer.json()) as VoicemailCard;
};

describe('the card', () => {
  test('shows all there is to know, from the ledger', async () => {
    const { stage, caller, sam, task } = await atSams();
    expect(await card(stage, sam, task.sid)).toEqual({
      voicemail_id: `voicemail-${caller.sid}-1`,
      taskType: 'voicemail',
      numberToCall: caller.from,
      numberToCallFrom: stage.numbers.support,
      numberToCallText: '+1 202 555 0123',
      numberToCallFromText: '+1 202 555 0101',
      queue: 'Support',
      receivedAt: expect.stringMatching(/^2026-11-22T14:00/),
      waitingSince: '2026-11-22T14:00:00.000Z',
      timeZone: 'UTC',
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

  test('names the caller as the network does, in one line; a name that says no more than the number is none', async () => {
    const stage = await openStage();
    await stage.leavesVoicemail({ callerName: 'Ana\u202e\r\n Ruiz' });
    await stage.leavesVoicemail({ callerName: '+1 202 555 0123' });
    await stage.leavesVoicemail({ from: '+266696687', callerName: 'Somebody' });
    const direct = await stage.dial({ to: stage.numbers.voicemail, callerName: 'Ben Okafor' });
    await direct.hearsBeep();
    await direct.speaks(stage.sample);
    direct.hangUp();
    await stage.pass(60_000);
    expect(stage.productTasks().map(({ attributes }) => attributes.name)).toEqual([
      'Ana Ruiz',
      '+1 202 555 0123',
      'withheld number',
      'Ben Okafor',
    ]);
    const sue = stage.signIn('sue', ['supervisor']);
    const [ana, number] = stage.productTasks();
    expect(await card(stage, sue, ana!.sid)).toMatchObject({ callerName: 'Ana Ruiz' });
    expect(await card(stage, sue, number!.sid)).not.toHaveProperty('callerName');
  });

  test('says whom the mail did not reach, and why, without their address', async () => {
    const recipients = ['admin@example.com', 'mailbox-full@example.com'].map((address) => ({ address }));
    const { stage, sam, task } = await atSams({ settings: { recipients } });
    const { email } = await card(stage, sam, task.sid);
    expect(email).toMatchObject({ state: 'sent', recipients: 2, delivered: 1, bounced: 1 });
    expect(email.bounceReason).toBe('5.2.2 …: user over quota');
  });

  test.each([{ kind: 'status', status: 500 }, { kind: 'no-answer' }] as const)(
    'is there though the mail provider cannot say what became of the mail (%j)',
    async (fault) => {
      const { stage, sam, task } = await atSams();
      stage.fault({ host: 'api.mailgun.net', method: 'GET', ...fault });
      const { email } = await card(stage, sam, task.sid);
      expect(email).toEqual({ state: 'sent', recipients: 1, sentAt: expect.any(String) });
    },
  );

  test('a withheld number says why it is not dialled; other open tasks of a caller are named', async () => {
    const stage = await openStage();
    await stage.leavesVoicemail({ from: '+266696687' });
    await stage.pass(60_000);
    const sam = stage.signIn('sam');
    await stage.pass(1_000);
    const [withheld] = stage.productTasks();
    stage.accept(sam, withheld!.sid);
    expect(await card(stage, sam, withheld!.sid)).toMatchObject({ callBlock: 'number-withheld', otherTasks: [] });
    for (let n = 0; n < 2; n += 1) await stage.leavesVoicemail();
    await stage.pass(60_000);
    const [, first, second] = stage.productTasks();
    const ana = stage.signIn('ana');
    await stage.pass(1_000);
    stage.accept(ana, first!.sid);
    expect((await card(stage, ana, first!.sid)).otherTasks).toMatchObject([
      { taskSid: second!.sid, taskType: 'voicemail' },
    ]);
  });
});

describe('who may', () => {
  const PAGES = ['voicemail', 'voicemail-audio', 'requeue-callback'] as const;

  test.each(PAGES)('%s: the agent who holds the task, no other; a supervisor', async (page) => {
    const { stage, sam, task } = await atSams();
    const eve = stage.signIn('eve');
    const sue = stage.signIn('sue', ['supervisor']);
    const ask = (worker: Worker) => stage.flex(page, worker.token, { TaskSid: task.sid });
    const refused = await ask(eve);
    expect([refused.status, await code(refused)]).toEqual([403, 'not-yours']);
    expect((await ask(sam)).status).toBeLessThan(300);
    if (page !== 'requeue-callback') expect((await ask(sue)).status).toBeLessThan(300);
  });

  test.each(PAGES)('%s: not by rewriting the attributes of a task one holds', async (page) => {
    const { stage, task } = await atSams();
    await stage.leavesVoicemail({ from: '+12025550199' });
    await stage.pass(60_000);
    const eve = stage.signIn('eve');
    await stage.pass(1_000);
    const own = stage.productTasks().find(({ sid }) => sid !== task.sid)!;
    stage.accept(eve, own.sid);
    stage.setAttributes(own.sid, {
      ...own.attributes,
      callback_and_voicemail: task.attributes.callback_and_voicemail,
      callBackData: task.attributes.callBackData,
    });
    const answer = await stage.flex(page, eve.token, { TaskSid: own.sid });
    expect([answer.status, await code(answer)]).toEqual([403, 'not-this-task']);
    for (const id of ['email-settings', '../x', 'voicemail-CA', undefined, { a: 1 }]) {
      stage.setAttributes(own.sid, { ...own.attributes, callback_and_voicemail: { voicemail_id: id } });
      expect((await stage.flex(page, eve.token, { TaskSid: own.sid })).status).toBe(404);
    }
  });

  test.each([...PAGES, 'delete-voicemail', 'sweep'] as const)('%s: nobody without a valid token', async (page) => {
    const { stage, sam, task } = await atSams();
    for (const [token, expected] of [
      [undefined, 'token-missing'],
      ['', 'token-missing'],
      ['nonsense', 'token-invalid'],
      ['x y', 'token-invalid'],
      ['a'.repeat(20_000), 'token-invalid'],
    ] as const) {
      const answer = await stage.flex(page, token, { TaskSid: task.sid });
      expect([answer.status, await code(answer)]).toEqual([401, expected]);
    }
    await stage.pass(61 * 60_000);
    const expired = await stage.flex(page, sam.token, { TaskSid: task.sid });
    expect([expired.status, await code(expired)]).toEqual([401, 'token-invalid']);
  });

  test.each([401, 403, 404, 500])('Twilio’s validator answers %d: nobody is told to sign in again', async (status) => {
    const { stage, sam, task } = await atSams();
    stage.fault({ host: 'iam.twilio.com', kind: 'status', status });
    const answer = await stage.flex('voicemail', sam.token, { TaskSid: task.sid });
    expect([answer.status, await code(answer)]).toEqual([502, 'twilio-unavailable']);
  });

  test('deleting is for supervisors, and says so', async () => {
    const { stage, sam, task } = await atSams();
    const answer = await stage.flex('delete-voicemail', sam.token, { TaskSid: task.sid });
    expect([answer.status, await code(answer)]).toEqual([403, 'role-missing']);
    expect(stage.recordings()).toHaveLength(1);
  });

  test.each(['WT123', `wt${'a'.repeat(32)}`, '../Tasks', '', undefined])('TaskSid %p is refused', async (sid) => {
    const { stage, sam } = await atSams();
    const answer = await stage.flex('voicemail', sam.token, sid === undefined ? {} : { TaskSid: sid });
    expect([answer.status, await code(answer)]).toEqual([400, 'bad-task-sid']);
  });

  test('the page of Flex may read the answer, no other page', async () => {
    const { stage, sam, task } = await atSams();
    const allowed = async (origin: string) =>
      (await stage.flex('voicemail', sam.token, { TaskSid: task.sid }, origin)).headers.get(
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
  ] as const)('%j is never told as "unauthorised"', async (fault, status, expected) => {
    const { stage, sam, task } = await atSams();
    stage.fault(fault);
    const answer = await stage.flex('voicemail', sam.token, { TaskSid: task.sid });
    expect([answer.status, await code(answer)]).toEqual([status, expected]);
  });
});

describe('the sound', () => {
  const range = (stage: Stage, worker: Worker, TaskSid: string, params: Record<string, string> = {}) =>
    stage.flex('voicemail-audio', worker.token, { TaskSid, ...params });

  test('comes in ranges that together are the recording, the first small', async () => {
    const { stage, sam, task } = await atSams();
    const parts: Buffer[] = [];
    let total = Number.POSITIVE_INFINITY;
    for (let start = 0; start < total; ) {
      const answer = await range(stage, sam, task.sid, { Start: String(start), Length: '10000' });
      expect(answer.status).toBe(206);
      expect(answer.headers.get('content-type')).toBe('audio/mpeg');
      const told = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers.get('content-range')!)!;
      const part = Buffer.from(await answer.arrayBuffer());
      expect([Number(told[1]), Number(told[2])]).toEqual([start, start + part.length - 1]);
      total = Number(told[3]);
      parts.push(part);
      start += part.length;
    }
    const whole = Buffer.concat(parts);
    expect(whole.length).toBe(total);
    const mp3 = await stage.media(stage.recordings()[0]!.sid, 'mp3');
    expect(whole.equals(mp3)).toBe(true);
    const first = await range(stage, sam, task.sid);
    expect((await first.arrayBuffer()).byteLength).toBeLessThanOrEqual(64 * 1024);
  });

  test('whoever begins in the middle has listened, too', async () => {
    const { stage, sam, task } = await atSams();
    const answer = await stage.flex('voicemail-audio', sam.token, { TaskSid: task.sid, Start: '1', Length: '5000' });
    expect(answer.status).toBe(206);
    expect((await card(stage, sam, task.sid)).listenedBy).toHaveLength(1);
  });

  test('behind its end there is nothing', async () => {
    const { stage, sam, task } = await atSams();
    const answer = await stage.flex('voicemail-audio', sam.token, { TaskSid: task.sid, Start: '999999999' });
    expect([answer.status, await code(answer)]).toEqual([416, 'bad-range']);
  });

  test('says who has listened, each once', async () => {
    const { stage, sam, task } = await atSams();
    const sue = stage.signIn('sue', ['supervisor']);
    for (const worker of [sam, sam, sue]) await (await range(stage, worker, task.sid)).arrayBuffer();
    expect((await card(stage, sam, task.sid)).listenedBy.map(({ worker }) => worker)).toEqual(['sam', 'sue']);
  });

  test('names listeners as their colleagues call them; nobody waits for a name that cannot be had', async () => {
    const { stage, sam, task } = await atSams();
    const sue = stage.signIn('sue_40example_2Ecom', ['supervisor'], 'Available', { full_name: 'Sue Okafor' });
    await (await range(stage, sue, task.sid)).arrayBuffer();
    stage.fault({ host: 'taskrouter.twilio.com', path: /\/Workers\//, kind: 'status', status: 500 });
    expect((await range(stage, sam, task.sid)).status).toBe(206);
    expect((await card(stage, sam, task.sid)).listenedBy.map(({ worker }) => worker)).toEqual(['Sue Okafor', 'sam']);
  });

  test.each([
    [{ Start: '-1' }, 400],
    [{ Start: '1e3' }, 400],
    [{ Length: '0' }, 413],
    [{ Length: '99999999' }, 413],
    [{ Start: '999999999999' }, 416],
  ])('%j', async (params, status) => {
    const { stage, sam, task } = await atSams();
    const answer = await range(stage, sam, task.sid, params as Record<string, string>);
    expect(answer.status).toBe(status);
  });
});

describe('try again later', () => {
  const putBack = (stage: Stage, worker: Worker, TaskSid: string) =>
    stage.flex('requeue-callback', worker.token, { TaskSid });
  const open = (stage: Stage) =>
    stage.productTasks().filter(({ assignmentStatus }) => !['completed', 'canceled'].includes(assignmentStatus));

  test('a new task with the same routing, one attempt further; the old one is completed; nobody else keeps access', async () => {
    const { stage, sam, task } = await atSams();
    const answer = await putBack(stage, sam, task.sid);
    const body = (await answer.json()) as { taskSid: string };
    expect(body).toEqual({ ok: true, taskSid: expect.stringMatching(/^WT/), attempts: 1 });
    expect(stage.task(task.sid)).toMatchObject({ assignmentStatus: 'completed' });
    expect(open(stage)).toMatchObject([
      {
        sid: body.taskSid,
        priority: 7,
        virtualStartTime: task.virtualStartTime,
        attributes: { taskType: 'voicemail', skill: 'support', callBackData: { attempts: 1 } },
      },
    ]);
    const old = await stage.flex('voicemail-audio', sam.token, { TaskSid: task.sid });
    expect(old.status).toBe(403);
  });

  test('a double click, and two agents at once: once', async () => {
    const { stage, sam, task } = await atSams();
    const answers = await Promise.all([putBack(stage, sam, task.sid), putBack(stage, sam, task.sid)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(open(stage)).toHaveLength(1);
  });

  test('only one that somebody has: a waiting task and a handled one stay as they are, also for supervisors', async () => {
    const stage = await openStage();
    await stage.leavesVoicemail();
    await stage.pass(60_000);
    const sue = stage.signIn('sue', ['supervisor'], 'Offline');
    const [waiting] = stage.productTasks();
    const refused = await putBack(stage, sue, waiting!.sid);
    expect([refused.status, await code(refused)]).toEqual([409, 'task-not-held']);
    stage.handleTask(waiting!.sid);
    expect(await code(await putBack(stage, sue, waiting!.sid))).toBe('task-not-held');
    expect(stage.productTasks()).toHaveLength(1);
  });

  test('whoever still has the old card is told that it was put back', async () => {
    const { stage, task } = await atSams();
    const sue = stage.signIn('sue', ['supervisor'], 'Offline');
    expect((await putBack(stage, sue, task.sid)).status).toBe(200);
    for (const page of ['voicemail', 'voicemail-audio', 'requeue-callback'])
      expect(await code(await stage.flex(page, sue.token, { TaskSid: task.sid }))).toBe('already-requeued');
  });

  test('as often as is allowed, and not at all when it is switched off', async () => {
    const { stage, sam, task } = await atSams({ settings: { max_attempts: 2 } });
    const { taskSid } = (await (await putBack(stage, sam, task.sid)).json()) as { taskSid: string };
    await stage.pass(1_000);
    stage.accept(sam, taskSid);
    expect(await card(stage, sam, taskSid)).toMatchObject({ attempts: 1, maxAttempts: 2, mayRequeue: false });
    const refused = await putBack(stage, sam, taskSid);
    expect([refused.status, await code(refused)]).toEqual([409, 'no-attempts-left']);
    await stage.setSettings({ allow_requeue: false, max_attempts: 9 });
    expect(await code(await putBack(stage, sam, taskSid))).toBe('requeue-not-allowed');
    expect(open(stage)).toHaveLength(1);
  });

  test('the number is checked again: one that may not be called any more is not put back', async () => {
    const stage = await openStage();
    const caller = await stage.reachesRecording();
    caller.hangUp();
    await stage.pass(60_000);
    const sam = stage.signIn('sam');
    await stage.pass(1_000);
    const [task] = stage.productTasks();
    stage.accept(sam, task!.sid);
    await stage.redeploy({ CALLBACK_COUNTRIES: 'DE' });
    const answer = await putBack(stage, sam, task!.sid);
    expect([answer.status, await code(answer)]).toEqual([422, 'number-country-not-allowed']);
    expect(stage.task(task!.sid).assignmentStatus).toBe('assigned');
  });

  test.each([
    ['refused', { kind: 'status', status: 400 }],
    ['not there', { kind: 'status', status: 500 }],
  ] as const)('TaskRouter is %s: nothing has changed, and it can be tried again', async (_what, how) => {
    const { stage, sam, task } = await atSams();
    const mend = stage.fault({ host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks$/, ...how });
    expect((await putBack(stage, sam, task.sid)).status).toBe(502);
    mend();
    expect(stage.task(task.sid).assignmentStatus).toBe('assigned');
    expect(await card(stage, sam, task.sid)).toMatchObject({ attempts: 0 });
    expect((await putBack(stage, sam, task.sid)).status).toBe(200);
    expect(open(stage)).toHaveLength(1);
  });

  test.each(['done-then-reset', 'reset'] as const)('the answer is lost (%s): one task in the end', async (kind) => {
    const { stage, sam, task } = await atSams();
    stage.fault({ host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks$/, kind, times: 1 });
    expect((await putBack(stage, sam, task.sid)).status).toBe(200);
    for (let n = 0; n < 3; n += 1) {
      await stage.pass(5 * 60_000);
      await stage.runOutbox();
    }
    expect(open(stage)).toMatchObject([{ attributes: { callBackData: { attempts: 1 } } }]);
  });
});

describe('deleting', () => {
  test('removes sound and words at Twilio, in the ledger and on the task; the card says so; twice is once', async () => {
    const { stage, sam, task } = await atSams();
    const sue = stage.signIn('sue', ['supervisor']);
    const [recording] = stage.recordings();
    expect(stage.transcriptions(recording!.sid)).toHaveLength(1);
    for (let n = 0; n < 2; n += 1) {
      const answer = await stage.flex('delete-voicemail', sue.token, { TaskSid: task.sid });
      expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
    }
    expect(stage.recordings()).toEqual([]);
    expect(stage.transcriptions(recording!.sid)).toEqual([]);
    expect(await card(stage, sam, task.sid)).toMatchObject({
      recording: { state: 'deleted' },
      transcript: { state: 'none' },
    });
    expect(stage.task(task.sid).attributes.callBackData).toMatchObject({ isDeleted: true });
    expect(JSON.stringify(stage.task(task.sid).attributes)).not.toMatch(/transcriptText|recordingSid/);
    const sound = await stage.flex('voicemail-audio', sam.token, { TaskSid: task.sid });
    expect([sound.status, await code(sound)]).toEqual([410, 'recording-deleted']);
  });

  test('a transcript that comes after it is nobody’s any more', async () => {
    const stage = await openStage();
    const caller = await stage.leavesVoicemail();
    const sue = stage.signIn('sue', ['supervisor']);
    for (let n = 0; n < 100 && stage.productTasks().length === 0; n += 1) await stage.pass(200);
    const [task] = stage.productTasks();
    expect(await card(stage, sue, task!.sid)).toMatchObject({ transcript: { state: 'pending' } });
    expect((await stage.flex('delete-voicemail', sue.token, { TaskSid: task!.sid })).status).toBe(200);
    await stage.pass(60_000);
    expect(await card(stage, sue, task!.sid)).toMatchObject({
      recording: { state: 'deleted' },
      transcript: { state: 'none' },
    });
    expect(stage.task(task!.sid).attributes.callBackData).not.toHaveProperty('transcriptText');
    expect(await stage.document(`voicemail-${caller.sid}-1`)).not.toHaveProperty('transcript.text');
  });

  test('a mail that still waited is not sent without its recording', async () => {
    const stage = await openStage();
    const mend = stage.fault({ host: 'api.mailgun.net', kind: 'status', status: 500 });
    await stage.leavesVoicemail();
    await stage.pass(60_000);
    const sue = stage.signIn('sue', ['admin']);
    await stage.pass(1_000);
    await stage.flex('delete-voicemail', sue.token, { TaskSid: stage.productTasks()[0]!.sid });
    mend();
    for (let n = 0; n < 4; n += 1) {
      await stage.pass(5 * 60_000);
      await stage.runOutbox();
    }
    expect(await stage.mails()).toEqual([]);
  });

  test('Twilio does not delete it: said so, and everything is still there', async () => {
    const { stage, sam, task } = await atSams();
    const sue = stage.signIn('sue', ['supervisor']);
    stage.fault({ host: 'api.twilio.com', method: 'DELETE', kind: 'status', status: 500 });
    expect((await stage.flex('delete-voicemail', sue.token, { TaskSid: task.sid })).status).toBe(502);
    expect(await card(stage, sam, task.sid)).toMatchObject({ recording: { state: 'ready' } });
  });
});

test('the plugin sweeps: a mail that failed goes out', async () => {
  const stage = await openStage();
  const mend = stage.fault({ host: 'api.mailgun.net', kind: 'status', status: 500 });
  await stage.leavesVoicemail();
  await stage.pass(60_000);
  mend();
  await stage.pass(5 * 60_000);
  const sam = stage.signIn('sam');
  const answer = await stage.flex('sweep', sam.token);
  expect([answer.status, await answer.json()]).toEqual([200, { examined: expect.any(Number), failed: 0, more: false }]);
  expect(await stage.mails()).toHaveLength(1);
});
