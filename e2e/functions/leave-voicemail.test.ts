import { closeHarnesses, openHarnessOverHttp } from '../support/harness';

afterEach(closeHarnesses);

test('a caller in line leaves a voicemail: one task at their place in line, one mail with the recording', async () => {
  const harness = await openHarnessOverHttp();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  const waiting = harness.waitingTask(caller);
  const beganToWait = waiting.dateCreated;
  await harness.advance(90_000);
  caller.press('*');
  await caller.waitForPrompt(/To leave a voicemail, press 2/);
  caller.press('2');
  await caller.waitForPrompt(/leave your message after the tone/);
  await caller.waitForBeep();
  await caller.speak(harness.sample, { transcript: 'Hi, this is Ana Ruiz.' });
  caller.hangUp();
  await harness.advance(60_000);

  const [task, ...more] = harness.productTasks();
  expect(more).toEqual([]);
  expect(task).toMatchObject({
    workflowSid: waiting.workflowSid,
    priority: waiting.priority,
    timeoutSeconds: 604_800,
    assignmentStatus: 'pending',
    virtualStartTime: beganToWait,
  });
  const recording = harness.recordings()[0]!;
  expect(task!.attributes).toMatchObject({
    taskType: 'voicemail',
    callBackData: {
      numberToCall: caller.from,
      numberToCallFrom: harness.numbers.support,
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

  expect(harness.task(waiting.sid)).toMatchObject({
    assignmentStatus: 'canceled',
    reason: 'Opted to leave a voicemail',
    attributes: { conversations: { abandoned: 'Follow-Up' } },
  });

  const [mail, ...others] = await harness.mails();
  expect(others).toEqual([]);
  expect(mail!.to).toEqual(['admin@example.com']);
  expect(mail!.subject).toMatch(/^Voicemail from \+1 \d{3}-\d{3}-\d{4} for Support \(0:\d\d\)$/);
  expect(mail!.header('auto-submitted')).toBe('auto-generated');
  expect(mail!.header('message-id')).toBe(`<voicemail-${caller.sid}-1@mg.example.com>`);
  expect(mail!.attachments).toHaveLength(1);
  expect(mail!.attachments[0]!.fileName).toMatch(/^voicemail-[0-9-]+-1\d{10}\.wav$/);
  expect(mail!.attachments[0]!.content.equals(recording.wav!)).toBe(true);
  expect(mail!.text).toContain('Support');
  expect(harness.sandboxErrors()).toEqual([]);
});

test("the entry ends with all steps final, indexed only at the task's expiry", async () => {
  const harness = await openHarnessOverHttp();
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  const entry = (await harness.document(`voicemail-${caller.sid}-1`))!;
  expect(entry).toMatchObject({
    recording: { state: 'completed' },
    task: { state: 'created', sid: harness.productTasks()[0]!.sid },
    email: { state: 'sent', recipients: [{ address: 'admin@example.com', state: 'accepted' }] },
    transcript: { state: 'ready' },
  });
  expect(await harness.indexKeys()).toEqual([entry.indexKey]);
  expect(Date.parse(String(entry.indexKey).slice(0, 20)) - Date.now()).toBeGreaterThan(6 * 24 * 3_600_000);
});

test('a message ended with a key is thanked for and makes the same voicemail', async () => {
  const harness = await openHarnessOverHttp();
  const caller = await harness.dialToRecording();
  await caller.speak(harness.sample);
  caller.press('#');
  await caller.waitForPrompt(/Your message was recorded/);
  await harness.advance(60_000);
  expect(caller.status()).toBe('completed');
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toHaveLength(1);
});

test('voicemail without a queue makes the same task and mail', async () => {
  const harness = await openHarnessOverHttp();
  const caller = await harness.dial({ to: harness.numbers.voicemail });
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  expect(harness.productTasks()).toHaveLength(1);
  expect(harness.productTasks()[0]).toMatchObject({
    workflowSid: harness.workflows.callback,
    attributes: { taskType: 'voicemail', conversations: { conversation_id: caller.sid } },
  });
  const [mail] = await harness.mails();
  expect(mail!.subject).toMatch(/^Voicemail from \+1 .* \(0:\d\d\)$/);
});

test('a task that times out in TaskRouter is marked as lost', async () => {
  const harness = await openHarnessOverHttp();
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  await harness.advance(7 * 24 * 3_600_000 + 120_000);
  expect(harness.productTasks()[0]).toMatchObject({ assignmentStatus: 'canceled', reason: 'Task TTL Exceeded' });
  expect((await harness.runOutboxSweep()).status).toBe(200);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({
    task: { state: 'lost', loss: 'expired' },
  });
  expect(await harness.indexKeys()).toEqual([]);
});

test('ten voicemails in one minute make ten tasks and ten mails', async () => {
  const harness = await openHarnessOverHttp();
  for (let n = 0; n < 10; n += 1) {
    await harness.leaveVoicemail({ from: `+120255501${50 + n}` });
    await harness.advance(5_000);
  }
  await harness.advance(60_000);
  const ids = harness.productTasks().map(({ attributes }) => attributes.callback_and_voicemail);
  expect(new Set(ids.map((one) => JSON.stringify(one))).size).toBe(10);
  expect(await harness.mails()).toHaveLength(10);
});
