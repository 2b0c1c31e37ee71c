import { createHash } from 'node:crypto';
import { type AuditItem, itemLine, type ReconcileResponse } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { askPersonalData } from '../support/personal-data';
import { chainRecords, loseEntry, reconcile, removeChainRecord } from '../support/reconciliation';
import { leaveMessageRecordedAgain } from '../support/recorded-again';
import { runScheduledSweeps } from '../support/scheduled-sweeps';
import { codeOf } from '../support/task-of-sam';

afterEach(closeHarnesses);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SYNC = { host: 'sync.twilio.com', kind: 'status', status: 503 } as const;
const TASKROUTER = { host: 'taskrouter.twilio.com', kind: 'status', status: 503 } as const;
const TODAY = '2026-11-22';

const signInSue = (harness: Harness) => harness.signIn('sue', ['supervisor'], 'Offline');
/** A Flex token does not last for hours. */
const signInAgain = (harness: Harness, { sid }: { sid: string }) =>
  harness.world.flexTokens.issue({ identity: 'sue', roles: ['supervisor'], workerSid: sid });
const idOf = ({ sid }: { sid: string }) => `voicemail-${sid}-1`;
const recordingOf = (harness: Harness, { sid }: { sid: string }) =>
  harness.world.recordings.list().find(({ callSid }) => callSid === sid)!;

let callers = 0;
/** Each of another caller, so that no mail is summed up. */
async function leave(harness: Harness, options: { from?: string } = {}) {
  callers += 1;
  const caller = await harness.leaveVoicemail({ from: `+1202555${String(1000 + callers)}`, ...options });
  await harness.advance(MINUTE);
  return caller;
}

/** A message while Sync and TaskRouter are down past all retries: nothing but its recording is left. */
async function leaveUnheard(harness: Harness) {
  const removeFaults = [harness.injectFault(SYNC), harness.injectFault(TASKROUTER)];
  callers += 1;
  const caller = await harness.dial({ to: harness.numbers.voicemail, from: `+1202555${String(1000 + callers)}` });
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(5 * MINUTE);
  for (const remove of removeFaults) remove();
  return caller;
}

const take = (harness: Harness, { token }: { token: string }, { id, at }: { id: string; at: string }) =>
  harness.postFlex('reconcile', token, { Action: 'take-up', Voicemail: id, At: at });

test('of a day on which all went well, every voicemail is complete', async () => {
  const harness = await openHarness({ settings: { send_when: 'recorded' } });
  const ids = [];
  for (let n = 0; n < 3; n += 1) ids.push(idOf(await leave(harness)));
  const { items, totals, record, chain } = await reconcile(harness, signInSue(harness));
  expect(items.map(({ id }) => id)).toEqual(ids);
  expect(totals).toEqual({ voicemails: 3, complete: 3, explained: {}, unexplained: 0, others: 0, unknown: 0 });
  expect(record).toMatchObject({ n: 1, queues: 'all', totals, previous: '' });
  expect(chain).toMatchObject({ state: 'verified', records: 1, last: { n: 1 } });
  expect(harness.sandboxErrors()).toEqual([]);
});

test('the digest of a run is that of its list, which anybody can compute again', async () => {
  const harness = await openHarness();
  for (let n = 0; n < 3; n += 1) await leave(harness);
  const { items, record } = await reconcile(harness, signInSue(harness));
  const digest = items.reduce(
    (before, item) =>
      createHash('sha256')
        .update(`${before}\n${itemLine(item)}`)
        .digest('hex'),
    '',
  );
  expect(record!.digest).toBe(digest);
});

/** Says nothing, twice: a callback follows. */
async function saySilence(harness: Harness) {
  callers += 1;
  const caller = await harness.dialToRecording({ from: `+1202555${String(1000 + callers)}` });
  await caller.waitForPrompt(/We did not hear a message/);
  await harness.advance(MINUTE);
  return caller;
}

/** Twilio reports that it could not record a message. */
async function leaveFailed(harness: Harness) {
  harness.holdWebhooks(/recording-status/);
  const caller = await leave(harness);
  const webhook = harness.heldWebhooks().at(-1)!;
  Object.assign(recordingOf(harness, caller), { status: 'absent', wav: null });
  harness.holdWebhooks(/nothing/);
  await harness.redeliver({ ...webhook, params: { ...webhook.params, RecordingStatus: 'failed', ErrorCode: '13258' } });
  await harness.advance(MINUTE);
  return caller;
}

test('of fifty voicemails of all kinds, every gap is explained, or found and taken up', async () => {
  const harness = await openHarness({ settings: { send_when: 'recorded' } });
  const sue = signInSue(harness);
  const taskOf = ({ sid }: { sid: string }) =>
    harness.productTasks().find(({ attributes }) => JSON.stringify(attributes).includes(idOf({ sid })))!;
  const many = async <T>(count: number, make: () => Promise<T>): Promise<T[]> => {
    const made: T[] = [];
    for (let n = 0; n < count; n += 1) made.push(await make());
    return made;
  };
  // So many with each class; all others are complete.
  const complete = await many(17, () => leave(harness));
  const deleted = await many(2, () => leave(harness));
  for (const caller of deleted) await harness.postFlex('delete-voicemail', sue.token, { TaskSid: taskOf(caller).sid });
  const erased = await many(2, () => leave(harness));
  for (const { from } of erased) await askPersonalData(harness, sue, 'erase', from);
  await many(3, () => saySilence(harness));
  await leaveMessageRecordedAgain(harness);
  await many(2, () => leaveFailed(harness));
  await harness.setSettings({ send_when: 'recorded', enabled: false });
  await many(3, () => leave(harness));
  await harness.setSettings({ send_when: 'recorded' });
  // Ten go singly; one sums up the last one.
  for (let n = 0; n < 12; n += 1) await leave(harness, { from: '+12025550999' });
  await harness.advance(61 * MINUTE);
  await harness.runOutboxSweep();
  const canceled = await leave(harness);
  harness.world.tasks.update(taskOf(canceled).sid, { assignmentStatus: 'canceled', reason: 'by a supervisor' });
  // What nothing explains.
  const [entryLost] = await many(1, () => leave(harness));
  loseEntry(harness, idOf(entryLost!));
  const [recordingGone] = await many(1, () => leave(harness));
  harness.world.recordings.remove(recordingOf(harness, recordingGone!).sid);
  const unheard = await leaveUnheard(harness);
  // What waits for somebody to change something.
  await harness.setSettings({ send_when: 'recorded', recipients: [] });
  const waiting = await many(3, () => leave(harness));
  // What is no voicemail.
  harness.startCallRecording(complete[0]!)();
  await harness.advance(25 * MINUTE);

  const later = signInAgain(harness, sue);
  const first = await reconcile(harness, later);
  expect(new Set(first.items.map(({ id }) => id)).size).toBe(first.items.length);
  const classes: Record<string, number> = {};
  for (const { class: of } of first.items) classes[of] = (classes[of] ?? 0) + 1;
  expect(classes).toEqual({
    complete: 17 + 1 + 11,
    deleted: 2,
    erased: 2,
    'no-message': 3,
    superseded: 1,
    'recording-failed': 2,
    'email-off': 3,
    'summed-up': 1,
    'task-lost': 1,
    'under-way': 3,
    unexplained: 3,
  });
  expect(first.totals).toMatchObject({ voicemails: first.items.length, unexplained: 3, others: 1, unknown: 0 });
  expect(first.totals.voicemails).toBe(50);
  const unexplained = first.items.filter(({ class: of }) => of === 'unexplained');
  expect(unexplained).toEqual([
    expect.objectContaining({ id: idOf(entryLost!), entry: 'missing', recording: 'there', mayTakeUp: true }),
    expect.not.objectContaining({ mayTakeUp: true }),
    expect.objectContaining({
      id: recordingOf(harness, unheard).sid,
      entry: 'missing',
      task: 'missing',
      mayTakeUp: true,
    }),
  ]);
  expect(unexplained[1]).toMatchObject({
    id: idOf(recordingGone!),
    recording: 'missing',
    task: 'there',
    email: 'there',
  });
  for (const caller of waiting)
    expect(first.items.find(({ id }) => id === idOf(caller))).toMatchObject({ class: 'under-way', email: 'under-way' });

  await harness.setSettings({ send_when: 'recorded' });
  const tasks = harness.productTasks().length;
  const mails = (await harness.mails()).length;
  for (const one of [unexplained[0]!, unexplained[2]!]) {
    expect((await take(harness, later, one)).status).toBe(200);
    // Once is enough.
    await take(harness, later, one);
  }
  await runScheduledSweeps(harness, 10);
  // The one whose entry was lost has its task and its mail; the one nobody heard of gets both, once.
  expect(harness.productTasks().length).toBe(tasks + 1);
  expect((await harness.mails()).length).toBe(mails + waiting.length + 1);
  expect(await harness.document(idOf(unheard))).toMatchObject({ task: { state: 'created' }, email: { state: 'sent' } });
  expect(await harness.document(idOf(entryLost!))).toMatchObject({ email: { state: 'sent' } });
  const second = await reconcile(harness, signInAgain(harness, sue));
  expect(second.totals).toMatchObject({ voicemails: 50, unexplained: 1 });
  expect(second.chain).toMatchObject({ state: 'verified', records: 2 });
});

test('a message that nobody heard of is delivered after its day by the sweep, once', async () => {
  const harness = await openHarness({ settings: { send_when: 'recorded' } });
  await harness.runOutboxSweep();
  const unheard = await leaveUnheard(harness);
  // Older than what each sweep looks back at.
  await harness.setDocument('recordings-checked', { version: 1, until: harness.clock.now() });
  await harness.advance(12 * HOUR);
  await runScheduledSweeps(harness, 4);
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toHaveLength(1);
  expect(await harness.document(idOf(unheard))).toMatchObject({ task: { state: 'created' }, email: { state: 'sent' } });
  await runScheduledSweeps(harness, 3);
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toHaveLength(1);
  const [record] = chainRecords(harness);
  expect(record!.data).toMatchObject({ n: 1, by: 'sweep', totals: { voicemails: 1, unexplained: 1 } });
  const acts = await harness.readAudit(signInSue(harness), { Act: 'take-up' });
  expect(acts).toMatchObject([{ by: 'service', identity: 'sweep', result: 'done', entries: [idOf(unheard)] }]);
});

test('each day is compared once, also when sweeps stop for days', async () => {
  const harness = await openHarness();
  await harness.runOutboxSweep();
  await leave(harness);
  await harness.advance(3 * 24 * HOUR);
  await runScheduledSweeps(harness, 8);
  expect(chainRecords(harness).map(({ data }) => [data.n, data.from])).toEqual([
    [1, '2026-11-22T00:00:00.000Z'],
    [2, '2026-11-23T00:00:00.000Z'],
    [3, '2026-11-24T00:00:00.000Z'],
  ]);
  const answer = await harness.postFlex('reconcile', signInSue(harness).token, { Action: 'chain' });
  expect(await answer.json()).toMatchObject({ chain: { state: 'verified', records: 3, last: { n: 3 } } });
});

describe('a period that takes several requests', () => {
  test('comes to the same as one request, each voicemail once', async () => {
    const harness = await openHarness();
    for (let n = 0; n < 12; n += 1) await leave(harness);
    const sue = signInSue(harness);
    const atOnce = await reconcile(harness, sue);
    expect(atOnce.requests).toBe(1);
    harness.setLatency(600);
    const inPages = await reconcile(harness, sue);
    expect(inPages.requests).toBeGreaterThan(1);
    expect(inPages.items).toEqual(atOnce.items);
    expect(inPages.totals).toEqual(atOnce.totals);
    expect(inPages.record!.digest).toBe(atOnce.record!.digest);
  });

  test('a cursor that was changed, is of somebody else, or is an hour old is refused', async () => {
    const harness = await openHarness();
    for (let n = 0; n < 9; n += 1) await leave(harness);
    const sue = signInSue(harness);
    harness.setLatency(700);
    const begun = await harness.postFlex('reconcile', sue.token, { Action: 'run', From: TODAY, To: TODAY });
    const { cursor } = (await begun.json()) as ReconcileResponse;
    harness.setLatency(0);
    const ask = async (by: { token: string }, Cursor: string) => {
      const answer = await harness.postFlex('reconcile', by.token, { Action: 'run', Cursor });
      return answer.status === 200 ? 200 : `${answer.status} ${await codeOf(answer)}`;
    };
    const ada = harness.signIn('ada', ['admin'], 'Offline');
    const [until, signature, text] = cursor!.split('.') as [string, string, string];
    const run = JSON.parse(Buffer.from(text, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...run, unexplained: 0, voicemails: 5_000 })).toString('base64url');
    const hostile = [
      `${until}.${signature}.${forged}`,
      `zzzzzzz.${signature}.${text}`,
      `${until}.${'A'.repeat(22)}.${text}`,
      `${until}..${text}`,
      text,
      '../../secrets',
      '{}',
      'x'.repeat(9_000),
    ];
    for (const one of hostile)
      expect([one.slice(0, 20), await ask(sue, one)]).toEqual([one.slice(0, 20), '422 invalid']);
    expect(await ask(ada, cursor!)).toBe('422 invalid');
    expect(await ask(sue, cursor!)).toBe(200);
    await harness.advance(61 * MINUTE);
    expect(await ask(signInAgain(harness, sue), cursor!)).toBe('422 invalid');
  });
});

test.each([
  ['without an action', {}],
  ['of no day', { Action: 'run', From: '2026-13-01', To: TODAY }],
  ['that ends before it begins', { Action: 'run', From: TODAY, To: '2026-11-21' }],
  ['of more than 31 days', { Action: 'run', From: '2026-10-22', To: TODAY }],
  ['in the future', { Action: 'run', From: '2026-11-24', To: '2026-11-24' }],
  ['to take up what is no voicemail', { Action: 'take-up', Voicemail: 'email-settings', At: '2026-11-22T14:00:00Z' }],
  ['to take up without a time', { Action: 'take-up', Voicemail: `RE${'0'.repeat(32)}`, At: 'now' }],
])('a request %s is refused', async (_how, fields) => {
  const harness = await openHarness();
  const answer = await harness.postFlex('reconcile', signInSue(harness).token, fields as Record<string, string>);
  expect([answer.status, await codeOf(answer)]).toEqual([422, 'invalid']);
});

test('supervisors of some queues compare and take up what is of these, and are not told of others', async () => {
  const harness = await openHarness({ settings: { send_when: 'recorded' } });
  const own = await leave(harness);
  callers += 1;
  const foreign = await harness.dial({ to: harness.numbers.sales, from: '+12025551999' });
  await foreign.waitForPrompt(/For other options, press star/);
  await harness.chooseVoicemail(foreign);
  await foreign.waitForBeep();
  await foreign.speak(harness.sample);
  foreign.hangUp();
  await harness.advance(MINUTE);
  loseEntry(harness, idOf(foreign));
  const unheard = await leaveUnheard(harness);
  harness.startCallRecording(own)();
  await harness.advance(25 * MINUTE);
  const sue = signInSue(harness);
  const sam = harness.signIn('sam', ['supervisor'], 'Offline');
  await harness.redeploy({ SUPERVISOR_QUEUES: JSON.stringify({ [sam.sid]: ['Support'], [sue.sid]: 'all' }) });
  expect((await reconcile(harness, sue)).totals).toMatchObject({ voicemails: 3, unexplained: 2, others: 1 });
  const scoped = await reconcile(harness, sam);
  expect(scoped.items.map(({ id }) => id)).toEqual([idOf(own)]);
  expect(scoped.totals).toMatchObject({ voicemails: 1, unexplained: 0, others: 0 });
  expect(scoped.record).toMatchObject({ queues: ['Support'] });
  expect(scoped.chain).toEqual({ state: 'verified', records: 2 });
  const at = '2026-11-22T14:00:00.000Z';
  const lost = (await reconcile(harness, sue)).items.find(({ id }) => id === idOf(foreign))!;
  for (const one of [lost, { id: recordingOf(harness, unheard).sid, at }]) {
    const answer = await take(harness, sam, one);
    expect([answer.status, await codeOf(answer)]).toEqual([403, 'not-your-queue']);
  }
  const denied = (await harness.readAudit(sue, { Act: 'take-up' })) as AuditItem[];
  expect(denied.map(({ result, code, by }) => [result, code, by])).toEqual([
    ['refused', 'not-your-queue', sam.sid],
    ['refused', 'not-your-queue', sam.sid],
  ]);
});

test('the audit says who compared which period, and has the hash of the result', async () => {
  const harness = await openHarness();
  await leave(harness);
  const sue = signInSue(harness);
  const { record } = await reconcile(harness, sue);
  const acts = await harness.readAudit(sue, { Act: 'reconcile' });
  expect(acts.every(({ by, identity }) => by === sue.sid && identity === 'sue')).toBe(true);
  expect(acts.map(({ result }) => result).sort()).toEqual(['allowed', 'done']);
  expect(acts.find(({ result }) => result === 'done')!.detail).toContain(`sha256:${record!.hash}`);
});

describe('a chain that was changed by hand is noticed', () => {
  test.each<[string, number, (records: { key: string; data: Record<string, unknown> }[], harness: Harness) => void]>([
    [
      'when a total was changed',
      2,
      ([, one]) => Object.assign(one!, { data: { ...one!.data, totals: { unexplained: 0 } } }),
    ],
    ['when a record was removed', 2, (_records, harness) => removeChainRecord(harness, 2)],
    ['when the first one was removed', 1, (_records, harness) => removeChainRecord(harness, 1)],
    ['when the last one was removed', 3, (_records, harness) => removeChainRecord(harness, 3)],
    [
      'when two were exchanged',
      1,
      ([a, b]) => {
        const [one, other] = [a!.data, b!.data];
        Object.assign(a!, { data: other });
        Object.assign(b!, { data: one });
      },
    ],
  ])('%s', async (_how, at, change) => {
    const harness = await openHarness();
    await leave(harness);
    const sue = signInSue(harness);
    for (let n = 0; n < 3; n += 1) await reconcile(harness, sue);
    change(chainRecords(harness), harness);
    const answer = await harness.postFlex('reconcile', sue.token, { Action: 'chain' });
    expect(await answer.json()).toMatchObject({ chain: { state: 'changed', changedAt: at } });
  });
});

test('a program with the token of a scheduler compares all queues, and nobody without it', async () => {
  const harness = await openHarness();
  await leave(harness);
  const fields = { Action: 'run', From: TODAY, To: TODAY };
  const ask = (authorization?: string) =>
    harness.post('email/reconcile', fields, { signature: null, headers: authorization ? { authorization } : {} });
  const answer = await ask('Bearer outbox-token-of-the-tests-0123456789');
  expect(await answer.json()).toMatchObject({ totals: { voicemails: 1 }, record: { by: 'scheduler', queues: 'all' } });
  for (const wrong of [undefined, 'Bearer ', `Bearer ${'0'.repeat(40)}`]) expect((await ask(wrong)).status).toBe(401);
});
