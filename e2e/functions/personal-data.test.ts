import { createHash } from 'node:crypto';
import type { PersonalDataResponse } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { bookCallback, enterNumber } from '../support/menu';
import { askPersonalData, forgetEntry, historyItems, placesOf } from '../support/personal-data';
import { runScheduledSweeps } from '../support/scheduled-sweeps';
import { storedValues } from '../support/stored-documents';
import { acceptVoicemailAsSam, codeOf } from '../support/task-of-sam';

afterEach(closeHarnesses);

const ANA = '+12025550123';
const BEN = '+12025550177';
/** Typed by a caller, and by nobody called from. */
const TYPED = { keys: '2025550188#', number: '+12025550188' };

const signInSue = (harness: Harness) => harness.signIn('sue', ['supervisor'], 'Offline');
const erase = (harness: Harness, sue: { token: string }, number = ANA) =>
  askPersonalData(harness, sue, 'erase', number);
const recordingsOf = (harness: Harness, callSid: string) =>
  harness.recordings().filter((recording) => recording.callSid === callSid);
const openTasks = (harness: Harness) =>
  harness.productTasks().filter(({ assignmentStatus }) => /pending|reserved|assigned/.test(assignmentStatus));

/** Nothing of the number is left, and sweeps and time bring nothing back. */
async function expectNothingOf(harness: Harness, number: string) {
  const mails = (await harness.mails()).length;
  await runScheduledSweeps(harness, 8);
  expect(placesOf(harness, number)).toEqual([]);
  expect((await harness.mails()).length).toBe(mails);
}

describe('after it was handled', () => {
  test('deletes everything of the number and nothing of others, and certifies what was deleted where', async () => {
    const { harness, caller, task } = await acceptVoicemailAsSam();
    const other = await harness.leaveVoicemail({ from: BEN });
    await harness.advance(60_000);
    harness.world.tasks.update(task.sid, { assignmentStatus: 'completed' });
    await harness.advance(10 * 60_000);
    await harness.runOutboxSweep();
    const [recording] = recordingsOf(harness, caller.sid);
    const sue = signInSue(harness);
    const found = await askPersonalData(harness, sue, 'find', ANA);
    expect(found.items).toMatchObject([
      { voicemail_id: `voicemail-${caller.sid}-1`, taskType: 'voicemail', state: 'stored' },
    ]);

    const { items, certificate } = await erase(harness, sue);
    expect(items).toMatchObject([{ voicemail_id: `voicemail-${caller.sid}-1`, state: 'erased' }]);
    const content = JSON.parse(certificate!.json);
    expect(content).toMatchObject({
      number: ANA,
      by: { workerSid: sue.sid, identity: 'sue' },
      deleted: [
        {
          id: `voicemail-${caller.sid}-1`,
          recordings: [{ sid: recording!.sid, transcriptions: 1 }],
          mail: { state: 'sent', recipients: 1 },
          sync: { transcript: 'deleted' },
        },
      ],
      notFound: [],
    });
    expect(certificate!.sha256).toBe(createHash('sha256').update(certificate!.json).digest('hex'));
    expect(certificate!.text).toContain(recording!.sid);
    expect(recordingsOf(harness, caller.sid)).toEqual([]);
    expect(harness.transcriptions(recording!.sid)).toEqual([]);
    await expectNothingOf(harness, ANA);

    expect(recordingsOf(harness, other.sid)).toHaveLength(1);
    expect((await askPersonalData(harness, sue, 'find', BEN)).items).toHaveLength(1);
    expect((await askPersonalData(harness, sue, 'find', ANA)).items).toEqual([]);
    expect(harness.sandboxErrors()).toEqual([]);
  });

  test('the audit names who found, exported and erased, and has the checksum, not the number', async () => {
    const harness = await openHarness();
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const sue = signInSue(harness);
    for (const action of ['find', 'export'] as const) await askPersonalData(harness, sue, action, ANA);
    const { certificate } = await erase(harness, sue);
    const acts = await harness.readAudit(sue);
    const own = acts.filter(({ act }) => act.endsWith('-number'));
    expect(own.map(({ act, result, by }) => [act, result, by])).toEqual(
      expect.arrayContaining([
        ['find-number', 'allowed', sue.sid],
        ['export-number', 'allowed', sue.sid],
        ['erase-number', 'allowed', sue.sid],
        ['erase-number', 'done', sue.sid],
      ]),
    );
    expect(own.find(({ result }) => result === 'done')?.detail).toContain(certificate!.sha256);
    expect(JSON.stringify(acts)).not.toContain('2025550123');
    expect(harness.functionLogs().join()).not.toContain('2025550123');
  });

  test('an export holds entry, row, task and recording, and no key that signs', async () => {
    const harness = await openHarness();
    const caller = await harness.leaveVoicemail();
    await harness.advance(60_000);
    const { items } = await askPersonalData(harness, signInSue(harness), 'export', ANA);
    expect(items).toMatchObject([
      {
        data: {
          entry: { from: ANA, callSid: caller.sid, transcript: { state: 'ready' } },
          row: { from: ANA },
          task: { attributes: { from: ANA } },
          recordings: [{ recordingSid: expect.stringMatching(/^RE/), transcriptions: [expect.stringMatching(/^TR/)] }],
        },
      },
    ]);
    expect(JSON.stringify(items)).not.toMatch(/taskKey|indexKey/);
  });
});

describe('while it is under way', () => {
  test('a task that is offered is canceled, and its attributes are emptied', async () => {
    const harness = await openHarness();
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    harness.signIn('sam');
    await harness.advance(1_000);
    const { certificate } = await erase(harness, signInSue(harness));
    const [task] = harness.productTasks();
    expect(task).toMatchObject({ assignmentStatus: 'canceled', reason: 'Personal data deleted by a supervisor' });
    expect(JSON.parse(certificate!.json).deleted[0].tasks).toEqual([{ sid: task!.sid, outcome: 'canceled' }]);
    await expectNothingOf(harness, ANA);
    expect(openTasks(harness)).toEqual([]);
  });

  test('a task that an agent has accepted stays theirs, without personal data, and its card says why', async () => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    const { certificate } = await erase(harness, signInSue(harness));
    expect(JSON.parse(certificate!.json).deleted[0].tasks).toEqual([{ sid: task.sid, outcome: 'left' }]);
    const left = harness.task(task.sid);
    expect(left.assignmentStatus).toBe('assigned');
    expect(left.attributes).toMatchObject({ taskType: 'voicemail', callBackData: { isDeleted: true } });
    for (const page of ['voicemail', 'voicemail-audio', 'requeue-callback']) {
      const answer = await harness.postFlex(page, sam.token, { TaskSid: task.sid });
      expect([page, answer.status, await codeOf(answer)]).toEqual([page, 404, 'not-ours']);
    }
    await expectNothingOf(harness, ANA);
    expect(harness.task(task.sid).assignmentStatus).toBe('assigned');
  });

  test('a task whose entry is missing goes with its recording, and no sweep rebuilds the entry', async () => {
    const harness = await openHarness();
    const caller = await harness.leaveVoicemail();
    await harness.advance(60_000);
    forgetEntry(harness, `voicemail-${caller.sid}-1`);
    const { items } = await erase(harness, signInSue(harness));
    expect(items).toMatchObject([{ voicemail_id: `voicemail-${caller.sid}-1`, state: 'erased' }]);
    expect(recordingsOf(harness, caller.sid)).toEqual([]);
    expect(openTasks(harness)).toEqual([]);
    await expectNothingOf(harness, ANA);
  });

  test('a mail that waits is not sent', async () => {
    const harness = await openHarness();
    const removeFault = harness.injectFault({ host: 'api.mailgun.net', kind: 'status', status: 429 });
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const { certificate } = await erase(harness, signInSue(harness));
    expect(JSON.parse(certificate!.json).deleted[0].mail).toEqual({ state: 'withheld' });
    removeFault();
    await expectNothingOf(harness, ANA);
    expect(await harness.mails()).toEqual([]);
  });

  test('while the caller speaks, the call goes on, and what they record is deleted', async () => {
    const harness = await openHarness();
    const caller = await harness.dialToRecording();
    const { certificate } = await erase(harness, signInSue(harness));
    expect(JSON.parse(certificate!.json)).toMatchObject({ callsUnderWay: [caller.sid] });
    await caller.speak(harness.sample);
    caller.press('#');
    await caller.waitForPrompt(/Thank you/);
    await harness.advance(120_000);
    expect(recordingsOf(harness, caller.sid)).toEqual([]);
    expect(harness.productTasks()).toEqual([]);
    await expectNothingOf(harness, ANA);
    expect(harness.world.recordings.list().flatMap(({ sid }) => harness.transcriptions(sid))).toEqual([]);
  });

  test('while the caller waits in line, they can go on, and a message they leave then is deleted', async () => {
    const harness = await openHarness();
    const caller = await harness.dial({ to: harness.numbers.support });
    await caller.waitForPrompt(/For other options, press star/);
    const sue = signInSue(harness);
    expect((await askPersonalData(harness, sue, 'find', ANA)).items).toMatchObject([{ state: 'call' }]);
    await erase(harness, sue);
    await harness.chooseVoicemail(caller);
    await caller.waitForBeep();
    await caller.speak(harness.sample);
    caller.hangUp();
    await harness.advance(120_000);
    expect(recordingsOf(harness, caller.sid)).toEqual([]);
    expect(harness.productTasks()).toEqual([]);
    // The task of the call itself is not ours: TaskRouter forgets it.
    for (const { sid } of harness.world.tasks.list()) harness.setAttributes(sid, {});
    await expectNothingOf(harness, ANA);
  });

  test('while the caller reviews the message, it is deleted, and the call ends as if it was sent', async () => {
    const harness = await openHarness();
    const caller = await harness.dial({ to: harness.numbers.review });
    await caller.waitForPrompt(/press star/);
    await harness.chooseVoicemail(caller);
    await caller.waitForBeep();
    await caller.speak(harness.sample);
    caller.press('#');
    await caller.waitForPrompt(/To listen to your message, press 1/);
    await erase(harness, signInSue(harness));
    expect(recordingsOf(harness, caller.sid)).toEqual([]);
    caller.press('2');
    await caller.waitForPrompt(/Thank you/);
    await harness.advance(120_000);
    expect(harness.productTasks()).toEqual([]);
    for (const { sid, attributes } of harness.world.tasks.list())
      if (attributes.includes(caller.sid)) harness.setAttributes(sid, {});
    await expectNothingOf(harness, ANA);
    expect(recordingsOf(harness, caller.sid)).toEqual([]);
  });
});

describe('numbers that callers typed', () => {
  test('a callback at a typed number is found and deleted by that number, whoever called', async () => {
    const harness = await openHarness();
    const caller = await enterNumber(harness, TYPED.keys);
    caller.press('1');
    await caller.waitForPrompt(/We will call you back/);
    await harness.advance(30_000);
    const namesOf = (kind: string) =>
      storedValues(harness.world).flatMap(({ name }) => (name.startsWith(kind) ? [name] : []));
    expect(namesOf('callbacks-at-')).toHaveLength(1);
    const sue = signInSue(harness);
    expect((await askPersonalData(harness, sue, 'find', TYPED.number)).items).toMatchObject([
      { voicemail_id: `callback-${caller.sid}`, taskType: 'callback', state: 'stored' },
    ]);
    await erase(harness, sue, TYPED.number);
    expect(openTasks(harness)).toEqual([]);
    await expectNothingOf(harness, TYPED.number);
    expect(namesOf('callbacks-at-')).toEqual([]);
  });

  test('a row of an earlier version, which does not say where to call, is found as well', async () => {
    const harness = await openHarness();
    const caller = await enterNumber(harness, TYPED.keys);
    caller.press('1');
    await caller.waitForPrompt(/We will call you back/);
    await harness.advance(30_000);
    harness.handleTask(harness.productTasks()[0]!.sid);
    await runScheduledSweeps(harness, 3);
    for (const item of historyItems(harness)) delete (item.data as Record<string, unknown>).numberToCall;
    const { items } = await askPersonalData(harness, signInSue(harness), 'find', TYPED.number);
    expect(items).toMatchObject([{ voicemail_id: `callback-${caller.sid}` }]);
  });

  test('after the deletion the caller can book again', async () => {
    const harness = await openHarness();
    await bookCallback(harness);
    await erase(harness, signInSue(harness));
    await bookCallback(harness);
    expect(openTasks(harness)).toHaveLength(1);
  });
});

describe('what comes late, or comes twice', () => {
  test('webhooks that are delivered again bring nothing back', async () => {
    const harness = await openHarness();
    harness.recordWebhooks(/studio\/(recording-status|transcription|voicemail-recorded)/);
    const caller = await harness.leaveVoicemail();
    await harness.advance(60_000);
    await erase(harness, signInSue(harness));
    for (const webhook of harness.recordedWebhooks()) await harness.redeliver(webhook);
    await expectNothingOf(harness, ANA);
    expect(openTasks(harness)).toEqual([]);
    expect(recordingsOf(harness, caller.sid)).toEqual([]);
  });

  test('a recording that is reported only after the deletion is deleted at once', async () => {
    const harness = await openHarness();
    harness.holdWebhooks(/studio\/(recording-status|transcription)/);
    const caller = await harness.leaveVoicemail();
    await harness.advance(5_000);
    await erase(harness, signInSue(harness));
    // As if Twilio had not listed it yet.
    const late = Object.assign(harness.world.recordings.create(caller.sid), {
      ...{ status: 'completed', durationSeconds: 9, wav: harness.sample, source: 'RecordVerb' },
    });
    const [webhook] = harness.heldWebhooks();
    await harness.redeliver({ ...webhook!, params: { ...webhook!.params, RecordingSid: late.sid } });
    expect(recordingsOf(harness, caller.sid)).toEqual([]);
    await expectNothingOf(harness, ANA);
  });

  test('a message that no webhook reported is deleted when the sweep finds it', async () => {
    const harness = await openHarness();
    harness.dropWebhooks(/studio\/(recording-status|transcription)/);
    const caller = await harness.dialToRecording();
    await erase(harness, signInSue(harness));
    await caller.speak(harness.sample);
    caller.hangUp();
    await harness.advance(60_000);
    await runScheduledSweeps(harness, 10);
    expect(recordingsOf(harness, caller.sid)).toEqual([]);
    await expectNothingOf(harness, ANA);
  });

  test('the request of another program is not carried out again', async () => {
    const harness = await openHarness();
    const request = { numberToCall: ANA, numberToCallFrom: harness.numbers.support, idempotencyKey: 'one' };
    expect((await harness.post('studio/create-callback', request)).status).toBe(200);
    await erase(harness, signInSue(harness));
    const again = await harness.post('studio/create-callback', request);
    expect(again.status).toBe(410);
    await expectNothingOf(harness, ANA);
  });

  test('a repeated deletion deletes nothing more and issues the same facts again', async () => {
    const harness = await openHarness();
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const sue = signInSue(harness);
    const first = await erase(harness, sue);
    const again = await erase(harness, sue);
    expect(again.items).toEqual([]);
    const facts = (json: string) => JSON.parse(json).deleted.map(({ recordings, tasks }: never) => [recordings, tasks]);
    expect(facts(again.certificate!.json)).toEqual(facts(first.certificate!.json));
  });

  test('two deletions at once delete everything once', async () => {
    const harness = await openHarness();
    const caller = await harness.leaveVoicemail();
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const sue = signInSue(harness);
    const certificates = await Promise.all([erase(harness, sue), erase(harness, sue)]);
    expect(certificates.map(({ certificate }) => JSON.parse(certificate!.json).deleted.length)).toEqual([2, 2]);
    expect(recordingsOf(harness, caller.sid)).toEqual([]);
    await expectNothingOf(harness, ANA);
  });

  test.each(['api.twilio.com', 'taskrouter.twilio.com', 'sync.twilio.com'])(
    'cut off since %s stops answering, a sweep finishes the deletion',
    async (host) => {
      const harness = await openHarness();
      const caller = await harness.leaveVoicemail();
      await harness.advance(60_000);
      const sue = signInSue(harness);
      const removeFault = harness.injectFault({
        host,
        method: host.startsWith('api') ? 'DELETE' : 'POST',
        kind: 'status',
        status: 500,
      });
      const stopped = await erase(harness, sue).catch(() => undefined);
      removeFault();
      if (stopped === undefined) await erase(harness, sue);
      await expectNothingOf(harness, ANA);
      expect(recordingsOf(harness, caller.sid)).toEqual([]);
      expect(openTasks(harness)).toEqual([]);
    },
  );
});

test('with AUDIT_REQUIRED nothing is deleted before the audit has it', async () => {
  const harness = await openHarness({ environment: { AUDIT_REQUIRED: 'true' } });
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  const sue = signInSue(harness);
  const removeFault = harness.injectFault({ host: 'sync.twilio.com', path: /audit-/, kind: 'status', status: 503 });
  const refused = await harness.postFlex('personal-data', sue.token, { Action: 'erase', Number: ANA });
  expect([refused.status, await codeOf(refused)]).toEqual([503, 'audit-unavailable']);
  expect(recordingsOf(harness, caller.sid)).toHaveLength(1);
  removeFault();
  await erase(harness, sue);
  await expectNothingOf(harness, ANA);
});

test.each([
  ['no number', { Action: 'erase', Number: '' }],
  ['a part of a number', { Action: 'erase', Number: '0123' }],
  ['an unknown action', { Action: 'drop', Number: ANA }],
  ['a cursor of others', { Action: 'find', Number: ANA, Cursor: 'rows open-1 x' }],
])('%s is refused', async (_what, params) => {
  const harness = await openHarness();
  const answer = await harness.postFlex('personal-data', signInSue(harness).token, params);
  expect([answer.status, await codeOf(answer)]).toEqual([422, 'invalid']);
});

describe('an entry that nobody can read', () => {
  const breakEntry = (harness: Harness, id: string, change: (data: Record<string, unknown>) => object) => {
    const { value } = storedValues(harness.world).find(({ name }) => name === id)!;
    value.data = change(value.data as Record<string, unknown>) as typeof value.data;
  };
  const BROKEN: [string, (data: Record<string, unknown>) => object][] = [
    ['has a field of another type', (data) => ({ ...data, priority: 'high' })],
    ['was written by a later release', ({ id, from, task }) => ({ version: 99, id, caller: { from }, work: [task] })],
    ['is empty', () => ({})],
  ];

  test.each(BROKEN)('when it %s, goes with recording and task, and comes not back', async (_how, change) => {
    const harness = await openHarness();
    harness.recordWebhooks(/studio\/(recording-status|transcription|voicemail-recorded)/);
    const caller = await harness.leaveVoicemail();
    await harness.advance(60_000);
    const id = `voicemail-${caller.sid}-1`;
    breakEntry(harness, id, change);
    const sue = signInSue(harness);
    const { items, certificate } = await erase(harness, sue);
    expect(items).toMatchObject([{ voicemail_id: id, state: 'erased' }]);
    expect(JSON.parse(certificate!.json).deleted).toMatchObject([
      {
        id,
        recordings: [{ transcriptions: 1 }],
        tasks: [{ outcome: 'canceled' }],
        sync: { rows: 'deleted, to be checked' },
      },
    ]);
    expect(await harness.document(id)).toMatchObject({ from: '', recording: { state: 'withdrawn' }, erasure: {} });
    for (const webhook of harness.recordedWebhooks()) await harness.redeliver(webhook);
    await expectNothingOf(harness, ANA);
    expect(recordingsOf(harness, caller.sid)).toEqual([]);
    expect(openTasks(harness)).toEqual([]);
    const ada = harness.signIn('ada', ['supervisor'], 'Offline');
    expect((await askPersonalData(harness, ada, 'find', ANA)).items).toEqual([]);
  });

  test('that a sweep has put among the failures is not there any more after the deletion', async () => {
    const harness = await openHarness();
    harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 500, times: 1 });
    const caller = await harness.leaveVoicemail();
    await harness.advance(30_000);
    breakEntry(harness, `voicemail-${caller.sid}-1`, (data) => ({ ...data, createdAt: 'today' }));
    await runScheduledSweeps(harness, 2);
    const rows = () => storedValues(harness.world).filter(({ name }) => /^(failures|history-)/.test(name));
    expect(rows().map(({ name }) => name.split('/')[0])).toEqual(expect.arrayContaining(['failures']));
    await erase(harness, signInSue(harness));
    expect(rows()).toEqual([]);
    await expectNothingOf(harness, ANA);
  });

  test('is exported as it is stored, without keys that sign', async () => {
    const harness = await openHarness();
    const caller = await harness.leaveVoicemail();
    await harness.advance(60_000);
    const id = `voicemail-${caller.sid}-1`;
    breakEntry(harness, id, (data) => ({ ...data, priority: 'high' }));
    const { items } = await askPersonalData(harness, signInSue(harness), 'export', ANA);
    expect(items).toMatchObject([{ voicemail_id: id, data: { entry: { from: ANA, priority: 'high' } } }]);
    expect(JSON.stringify(items)).not.toMatch(/taskKey|indexKey/);
  });
});

/** Asks until there is no cursor; a place that does not come to an end fails the test. */
async function findInRequests(harness: Harness, most: number) {
  const sue = signInSue(harness);
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let requests = 1; requests <= most; requests += 1) {
    const params = { Action: 'find', Number: ANA, ...(cursor === undefined ? {} : { Cursor: cursor }) };
    const answer = (await (await harness.postFlex('personal-data', sue.token, params)).json()) as PersonalDataResponse;
    ids.push(...answer.items.map(({ voicemail_id: id }) => id));
    if (answer.cursor === undefined) return { ids, requests };
    cursor = answer.cursor;
  }
  throw new Error(`not at the end after ${most} requests: ${cursor}`);
}

test('with more open tasks than one request reaches, the next one goes on after the last', async () => {
  const harness = await openHarness();
  const made: string[] = [];
  for (let n = 0; n < 30; n += 1) {
    const params = { numberToCall: ANA, numberToCallFrom: harness.numbers.support, idempotencyKey: `key ${n}` };
    const answer = await harness.post('studio/create-callback', params);
    made.push(((await answer.json()) as { voicemail_id: string }).voicemail_id);
  }
  // No row leads to them.
  for (const id of made) forgetEntry(harness, id);
  harness.setLatency(300);
  const { ids, requests } = await findInRequests(harness, 12);
  harness.setLatency(0);
  expect(requests).toBeGreaterThan(2);
  expect(ids.toSorted()).toEqual(made.toSorted());
});

test('with more calls of the last day than one request reaches, the next one goes on after the last', async () => {
  const harness = await openHarness();
  const messages: string[] = [];
  for (let n = 0; n < 40; n += 1) {
    const caller = await harness.dial({ to: harness.numbers.voicemail, from: ANA });
    await caller.waitForBeep();
    // Under way, a message has no row yet.
    messages.push(`voicemail-${caller.sid}-1`);
  }
  harness.setLatency(300);
  const { ids, requests } = await findInRequests(harness, 12);
  harness.setLatency(0);
  expect(requests).toBeGreaterThan(2);
  // Whoever says nothing is asked once more.
  expect(ids.filter((id) => id.endsWith('-1')).toSorted()).toEqual(messages.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
});

test('with many entries the work goes on over several requests, each within its time', async () => {
  const harness = await openHarness();
  for (let n = 0; n < 12; n += 1) {
    const params = { numberToCall: ANA, numberToCallFrom: harness.numbers.support, idempotencyKey: `key ${n}` };
    await harness.post('studio/create-callback', params);
  }
  harness.setLatency(300);
  const { items, certificate, requests } = await erase(harness, signInSue(harness));
  harness.setLatency(0);
  expect(items).toHaveLength(12);
  expect(requests).toBeGreaterThan(2);
  expect(JSON.parse(certificate!.json).deleted).toHaveLength(12);
  await expectNothingOf(harness, ANA);
});
