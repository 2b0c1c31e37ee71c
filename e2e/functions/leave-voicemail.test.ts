import { closeStages, openStage } from '../support/stage';

afterEach(closeStages);

test('a caller in line leaves a voicemail: one task at their place in line, one mail with the very recording', async () => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  const waiting = stage.waitingTask(caller);
  const beganToWait = waiting.dateCreated;
  await stage.pass(90_000);
  caller.press('*');
  await caller.hears(/To leave a voicemail, press 2/);
  caller.press('2');
  await caller.hears(/leave your message after the tone/);
  await caller.hearsBeep();
  await caller.speaks(stage.sample, { transcript: 'Hi, this is Ana Ruiz.' });
  caller.hangUp();
  await stage.pass(60_000);

  const [task, ...more] = stage.productTasks();
  expect(more).toEqual([]);
  expect(task).toMatchObject({
    workflowSid: waiting.workflowSid,
    priority: waiting.priority,
    timeoutSeconds: 604_800,
    assignmentStatus: 'pending',
    virtualStartTime: beganToWait,
  });
  const recording = stage.recordings()[0]!;
  expect(task!.attributes).toMatchObject({
    taskType: 'voicemail',
    callBackData: {
      numberToCall: caller.from,
      numberToCallFrom: stage.numbers.support,
      recordingSid: recording.sid,
      attempts: 0,
      isDeleted: false,
      transcriptText: 'Hi, this is Ana Ruiz.',
    },
    conversations: { conversation_id: waiting.sid },
    callback_and_voicemail: { voicemail_id: `voicemail-${caller.sid}-1`, queue: 'Support' },
    skill: 'support',
  });
  expect(task!.attributes).not.toHaveProperty('call_sid');

  expect(stage.task(waiting.sid)).toMatchObject({
    assignmentStatus: 'canceled',
    reason: 'Opted to leave a voicemail',
    attributes: { conversations: { abandoned: 'Follow-Up' } },
  });

  const [mail, ...others] = await stage.mails();
  expect(others).toEqual([]);
  expect(mail!.to).toEqual(['admin@example.com']);
  expect(mail!.subject).toMatch(/^Voicemail from \+1 \d{3} \d{3} \d{4} for Support \(0:\d\d\)$/);
  expect(mail!.header('auto-submitted')).toBe('auto-generated');
  expect(mail!.header('message-id')).toBe(`<voicemail-${caller.sid}-1@mg.example.com>`);
  expect(mail!.attachments).toHaveLength(1);
  expect(mail!.attachments[0]!.fileName).toMatch(/^voicemail-[0-9-]+-1\d{10}\.wav$/);
  expect(mail!.attachments[0]!.content.equals(recording.wav!)).toBe(true);
  expect(mail!.text).toContain('Support');
  expect(stage.errors()).toEqual([]);
});

test('the entry ends with every step final, listed only for the look after the task has timed out', async () => {
  const stage = await openStage();
  const caller = await stage.leavesVoicemail();
  await stage.pass(60_000);
  const entry = (await stage.document(`voicemail-${caller.sid}-1`))!;
  expect(entry).toMatchObject({
    recording: { state: 'completed' },
    task: { state: 'created', sid: stage.productTasks()[0]!.sid },
    email: { state: 'sent', recipients: [{ address: 'admin@example.com', state: 'accepted' }] },
    transcript: { state: 'ready' },
  });
  expect(await stage.openKeys()).toEqual([entry.indexKey]);
  expect(Date.parse(String(entry.indexKey).slice(0, 20)) - Date.now()).toBeGreaterThan(6 * 24 * 3_600_000);
});

test('a finished message with a key: thanked, and the same voicemail', async () => {
  const stage = await openStage();
  const caller = await stage.reachesRecording();
  await caller.speaks(stage.sample);
  caller.press('#');
  await caller.hears(/Your message was recorded/);
  await stage.pass(60_000);
  expect(caller.status()).toBe('completed');
  expect(stage.productTasks()).toHaveLength(1);
  expect(await stage.mails()).toHaveLength(1);
});

test('straight to voicemail: no queue, no waiting task, the same task and mail', async () => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.voicemail });
  await caller.hearsBeep();
  await caller.speaks(stage.sample);
  caller.hangUp();
  await stage.pass(60_000);
  expect(stage.productTasks()).toHaveLength(1);
  expect(stage.productTasks()[0]).toMatchObject({
    workflowSid: stage.workflows.callback,
    attributes: { taskType: 'voicemail', conversations: { conversation_id: caller.sid } },
  });
  const [mail] = await stage.mails();
  expect(mail!.subject).toMatch(/^Voicemail from \+1 .* \(0:\d\d\)$/);
});

test('a task that times out in TaskRouter is marked expired', async () => {
  const stage = await openStage();
  const caller = await stage.leavesVoicemail();
  await stage.pass(60_000);
  await stage.pass(7 * 24 * 3_600_000 + 120_000);
  expect(stage.productTasks()[0]).toMatchObject({ assignmentStatus: 'canceled', reason: 'Task TTL Exceeded' });
  expect((await stage.runOutbox()).status).toBe(200);
  expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({ task: { state: 'expired' } });
  expect(await stage.openKeys()).toEqual([]);
});

test('ten voicemails of one minute: ten tasks, ten mails', async () => {
  const stage = await openStage();
  for (let n = 0; n < 10; n += 1) {
    await stage.leavesVoicemail({ from: `+120255501${50 + n}` });
    await stage.pass(5_000);
  }
  await stage.pass(60_000);
  const ids = stage.productTasks().map(({ attributes }) => attributes.callback_and_voicemail);
  expect(new Set(ids.map((one) => JSON.stringify(one))).size).toBe(10);
  expect(await stage.mails()).toHaveLength(10);
});
