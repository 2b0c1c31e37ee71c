import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { acceptVoicemailAsSam, codeOf, readCard, type Worker } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** "Try again later": the callback goes back to the queue as a new task. */
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
  expect([refused.status, await codeOf(refused)]).toEqual([409, 'task-not-held']);
  harness.handleTask(waiting!.sid);
  expect(await codeOf(await requeue(harness, sue, waiting!.sid))).toBe('task-not-held');
  expect(harness.productTasks()).toHaveLength(1);
});

test('after a requeue, the old card says that the task was put back', async () => {
  const { harness, task } = await acceptVoicemailAsSam();
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  expect((await requeue(harness, sue, task.sid)).status).toBe(200);
  for (const page of ['voicemail', 'voicemail-audio', 'requeue-callback'])
    expect(await codeOf(await harness.postFlex(page, sue.token, { TaskSid: task.sid }))).toBe('already-requeued');
});

test('requeue respects max_attempts and allow_requeue', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam({ settings: { max_attempts: 2 } });
  const { taskSid } = (await (await requeue(harness, sam, task.sid)).json()) as { taskSid: string };
  await harness.advance(1_000);
  harness.accept(sam, taskSid);
  expect(await readCard(harness, sam, taskSid)).toMatchObject({ attempts: 1, maxAttempts: 2, mayRequeue: false });
  const refused = await requeue(harness, sam, taskSid);
  expect([refused.status, await codeOf(refused)]).toEqual([409, 'no-attempts-left']);
  await harness.setSettings({ allow_requeue: false, max_attempts: 9 });
  expect(await codeOf(await requeue(harness, sam, taskSid))).toBe('requeue-not-allowed');
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
  expect([answer.status, await codeOf(answer)]).toEqual([422, 'number-country-not-allowed']);
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
  expect(await readCard(harness, sam, task.sid)).toMatchObject({ attempts: 0 });
  expect((await requeue(harness, sam, task.sid)).status).toBe(200);
  expect(open(harness)).toHaveLength(1);
});

test('when the index cannot be written, a requeue changes nothing and works the second time', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  const index = { host: 'sync.twilio.com', method: 'POST', path: /open-\d\/Items$/ } as const;
  const removeFault = harness.injectFault({ ...index, kind: 'status', status: 503 });
  expect((await requeue(harness, sam, task.sid)).status).toBe(502);
  removeFault();
  expect(await readCard(harness, sam, task.sid)).toMatchObject({ attempts: 0 });
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
  expect(await codeOf(await requeue(harness, sam, task.sid))).toBe('already-requeued');
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
