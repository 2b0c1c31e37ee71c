import type { AuditItem, EmailSettings, EmailSettingsResponse } from '@callback-and-voicemail/contract';
import { DEFAULT_ACCOUNT } from '../../sandbox/src/world/defaults';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { leaveMessageRecordedAgain } from '../support/recorded-again';
import { readCard } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** What is known of callers is deleted after the days that the settings say, at Twilio too. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CALLER = '+12025550123';
const KEPT: EmailSettings['retention'] = { recordings: 10, entries: 20, history: 25, audit: 365 };

async function openWithVoicemail(retention: Partial<EmailSettings['retention']> = {}) {
  const harness = await openHarness({ settings: { retention: { ...KEPT, ...retention } } });
  const { id, task } = await leaveVoicemail(harness);
  return { harness, id, task };
}

async function leaveVoicemail(harness: Harness) {
  const caller = await harness.leaveVoicemail();
  await harness.advance(MINUTE);
  return { id: `voicemail-${caller.sid}-1`, task: harness.productTasks().at(-1)! };
}

/** Sweeps as a scheduler would, at least once after the hour in which retention rests. */
async function sweepAfter(harness: Harness, ms: number) {
  await harness.advance(ms);
  for (let n = 0; n < 3; n += 1) {
    expect((await harness.runOutboxSweep()).status).toBe(200);
    await harness.advance(HOUR + MINUTE);
  }
}

const sids = new WeakMap<Harness, string>();
/** A Flex token does not last for days. */
function supervisor(harness: Harness): { token: string } {
  const known = sids.get(harness);
  if (known !== undefined)
    return harness.world.flexTokens.issue({ identity: 'sue', roles: ['supervisor'], workerSid: known });
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  sids.set(harness, sue.sid);
  return sue;
}

async function readStatus(harness: Harness) {
  const answer = await harness.postFlex('email-settings', supervisor(harness).token);
  return ((await answer.json()) as EmailSettingsResponse).retention;
}

const retentionRecords = async (harness: Harness): Promise<AuditItem[]> =>
  harness.readAudit(supervisor(harness), { Act: 'retention' });

/** Names of the documents, and of the maps with their keys, in which a text can be read. */
function placesOf(harness: Harness, text: string): string[] {
  const { documents, maps } = harness.world.sync.service(DEFAULT_ACCOUNT.syncServiceSid);
  const holds = (data: unknown) => JSON.stringify(data).includes(text);
  const alive = ({ expires }: { expires: number | null }) => expires === null || expires > Date.now();
  return [
    ...documents.list().flatMap(({ uniqueName, data }) => (holds(data) ? [uniqueName!] : [])),
    ...maps
      .list()
      .flatMap(({ uniqueName, items }) =>
        [...items.values()].filter((item) => alive(item) && holds(item.data)).map(() => uniqueName!),
      ),
  ];
}
const historyMaps = (harness: Harness) =>
  harness.world.sync
    .service(DEFAULT_ACCOUNT.syncServiceSid)
    .maps.list()
    .flatMap(({ uniqueName }) => (uniqueName?.startsWith('history-') ? [uniqueName] : []));

test('as days pass, deletes the recording, then the entry, then its history row, and says so', async () => {
  const { harness, id, task } = await openWithVoicemail();
  harness.handleTask(task.sid);
  const { sid } = harness.recordings()[0]!;
  await sweepAfter(harness, 9 * DAY);
  expect(harness.recordings()).toHaveLength(1);
  expect(harness.transcriptions(sid)).toHaveLength(1);

  await sweepAfter(harness, 2 * DAY);
  expect(harness.recordings()).toEqual([]);
  expect(harness.transcriptions(sid)).toEqual([]);
  const entry = await harness.document(id);
  expect(entry).toMatchObject({ recording: { state: 'deleted', deletedByRule: true }, transcript: { state: 'none' } });

  await sweepAfter(harness, 10 * DAY);
  expect(await harness.document(id)).toBeUndefined();
  expect(placesOf(harness, CALLER)).toEqual(['history-2026-11-22']);
  expect(await harness.indexKeys()).toEqual([]);

  await sweepAfter(harness, 5 * DAY);
  expect(placesOf(harness, CALLER)).toEqual([]);
  expect(placesOf(harness, id)).toEqual([]);
  expect(historyMaps(harness)).toEqual([]);
  expect(await readStatus(harness)).toMatchObject({
    lastRunAt: expect.any(String),
    total: { recordings: 1, entries: 1, history: 1, audit: 0 },
    behindDays: 0,
    left: 0,
  });
  expect((await retentionRecords(harness)).map(({ by, result, deleted }) => [by, result, deleted])).toEqual([
    ['service', 'done', { recordings: 0, entries: 0, history: 1, audit: 0 }],
    ['service', 'done', { recordings: 0, entries: 1, history: 0, audit: 0 }],
    ['service', 'done', { recordings: 1, entries: 0, history: 0, audit: 0 }],
  ]);
  expect(harness.sandboxErrors()).toEqual([]);
});

test('recordings stay when the settings do not say how long', async () => {
  const { harness, id, task } = await openWithVoicemail({ recordings: undefined });
  harness.handleTask(task.sid);
  await sweepAfter(harness, 30 * DAY);
  expect(await harness.document(id)).toBeUndefined();
  expect(harness.recordings()).toHaveLength(1);
});

test('while the task is open, only the recording is deleted, and the card says why', async () => {
  const { harness, id, task } = await openWithVoicemail({ recordings: 2, entries: 7, history: 7 });
  const sam = harness.signIn('sam');
  await harness.advance(1_000);
  harness.accept(sam, task.sid);
  await sweepAfter(harness, 4 * DAY);
  const again = harness.world.flexTokens.issue({ identity: 'sam', roles: ['agent'], workerSid: sam.sid });
  const card = await readCard(harness, { ...sam, ...again }, task.sid);
  expect(card).toMatchObject({ recording: { state: 'deleted', byRule: true }, transcript: { state: 'none' } });
  expect(harness.task(task.sid)).toMatchObject({ assignmentStatus: 'assigned' });
  expect(JSON.stringify(harness.task(task.sid).attributes)).not.toMatch(/transcriptText|recordingSid/);
  expect(harness.recordings()).toEqual([]);

  await sweepAfter(harness, 6 * DAY);
  expect(await harness.document(id)).toMatchObject({ task: { state: 'created' } });
  expect(await readStatus(harness)).toMatchObject({ left: 1 });
  harness.world.tasks.update(task.sid, { assignmentStatus: 'completed' });
  await sweepAfter(harness, HOUR);
  expect(await harness.document(id)).toBeUndefined();
  expect(placesOf(harness, CALLER)).toEqual([]);
  expect(await readStatus(harness)).toMatchObject({ left: 0 });
});

test('a message that the caller recorded again goes with the one they sent', async () => {
  const harness = await openHarness({ settings: { retention: { ...KEPT, recordings: 5, entries: 7, history: 7 } } });
  await leaveMessageRecordedAgain(harness);
  expect(harness.recordings()).toHaveLength(2);
  harness.handleTask(harness.productTasks()[0]!.sid);
  await sweepAfter(harness, 6 * DAY);
  expect(harness.recordings()).toEqual([]);
  await sweepAfter(harness, 3 * DAY);
  expect(placesOf(harness, CALLER)).toEqual([]);
});

test('two sweeps at once delete and count everything once', async () => {
  const { harness, task } = await openWithVoicemail({ recordings: 5, entries: 7, history: 7 });
  const { task: second } = await leaveVoicemail(harness);
  for (const { sid } of [task, second]) harness.handleTask(sid);
  // Sweeps find out that both were handled.
  await sweepAfter(harness, HOUR);
  await harness.advance(9 * DAY);
  harness.setLatency(50);
  const sweeps = Promise.all([1, 2].map(() => harness.startOutboxSweep()));
  await harness.advance(MINUTE);
  expect((await sweeps).map(({ status }) => status)).toEqual([200, 200]);
  await sweepAfter(harness, 0);
  expect(harness.recordings()).toEqual([]);
  expect(placesOf(harness, CALLER)).toEqual([]);
  expect((await readStatus(harness))?.total).toEqual({ recordings: 2, entries: 2, history: 2, audit: 0 });
  const records = await retentionRecords(harness);
  expect(records.reduce((sum, { deleted }) => sum + (deleted?.recordings ?? 0), 0)).toBe(2);
});

test('a sweep that dies at any request leaves nothing that a later one does not delete', async () => {
  const { harness, task } = await openWithVoicemail({ recordings: 5, entries: 7, history: 7 });
  harness.handleTask(task.sid);
  await sweepAfter(harness, HOUR);
  const tasks = [task];
  for (const after of [12, 15, 18, 21, 24, 27, 30]) {
    await harness.advance(10 * DAY);
    const revive = harness.injectFault({ kind: 'no-answer', after });
    await harness.runOutboxSweep();
    revive();
    await sweepAfter(harness, MINUTE);
    expect([after, harness.recordings(), placesOf(harness, CALLER)]).toEqual([after, [], []]);
    const next = await leaveVoicemail(harness);
    harness.handleTask(next.task.sid);
    await sweepAfter(harness, HOUR);
    tasks.push(next.task);
  }
  expect(tasks).toHaveLength(8);
});

test.each([403, 500])('when Twilio answers %d, the recording is kept as it was, and deleted later', async (status) => {
  const { harness, id, task } = await openWithVoicemail({ recordings: 5, entries: 7, history: 7 });
  harness.handleTask(task.sid);
  const repair = harness.injectFault({ host: 'api.twilio.com', method: 'DELETE', kind: 'status', status });
  await sweepAfter(harness, 9 * DAY);
  expect(await harness.document(id)).toMatchObject({ recording: { state: 'completed' } });
  expect(await readStatus(harness)).toMatchObject({ left: 1, total: { recordings: 0, entries: 0 } });
  repair();
  await sweepAfter(harness, HOUR);
  expect(harness.recordings()).toEqual([]);
  expect(placesOf(harness, CALLER)).toEqual([]);
});

test('retention that is shortened later deletes what is too old by then', async () => {
  const { harness, id, task } = await openWithVoicemail({ recordings: 100, entries: 100, history: 100 });
  harness.handleTask(task.sid);
  await sweepAfter(harness, 40 * DAY);
  expect(await harness.document(id)).toMatchObject({ recording: { state: 'completed' } });
  await harness.setSettings({ retention: { ...KEPT, recordings: 10, entries: 20, history: 100 } });
  expect((await readStatus(harness))?.behindDays).toBeGreaterThan(0);
  await sweepAfter(harness, HOUR);
  expect(harness.recordings()).toEqual([]);
  expect(placesOf(harness, CALLER)).toEqual(['history-2026-11-22']);
  expect(await readStatus(harness)).toMatchObject({ behindDays: 0 });
});

test('settings that cannot be read delete nothing', async () => {
  const { harness, task } = await openWithVoicemail({ recordings: 5, entries: 7, history: 7 });
  harness.handleTask(task.sid);
  await harness.setDocument('email-settings', { version: 1, enabled: 'yes' });
  await sweepAfter(harness, 20 * DAY);
  expect(harness.recordings()).toHaveLength(1);
  expect(historyMaps(harness)).toEqual(['history-2026-11-22']);
});

test('records of the audit go when they are too old', async () => {
  const { harness } = await openWithVoicemail({ audit: 90 });
  const sue = supervisor(harness);
  await harness.postFlex('email-test', sue.token, { Address: 'admin@example.com' });
  await sweepAfter(harness, 80 * DAY);
  expect(await harness.readAudit(supervisor(harness), { Act: 'test-mail', From: '2026-11-01' })).toHaveLength(1);
  await sweepAfter(harness, 12 * DAY);
  expect(await harness.readAudit(supervisor(harness), { Act: 'test-mail', From: '2026-11-01' })).toEqual([]);
  expect((await readStatus(harness))?.total.audit).toBeGreaterThan(0);
});

test('with nothing due, looks once an hour', async () => {
  const { harness } = await openWithVoicemail();
  await sweepAfter(harness, HOUR);
  const isAbout = ({ path }: { path: string }) => /Documents\/retention$|\/Maps$/.test(path);
  const mark = harness.requestCount();
  await harness.runOutboxSweep();
  const first = harness.requestsSince(mark).filter(isAbout).length;
  for (let n = 0; n < 10; n += 1) {
    await harness.advance(5 * MINUTE);
    await harness.runOutboxSweep();
  }
  expect(harness.requestsSince(mark).filter(isAbout)).toHaveLength(first);
});
