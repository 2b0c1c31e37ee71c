import { closeHarnesses, type Harness } from '../support/harness';
import { acceptVoicemailAsSam, codeOf, readCard, type Worker } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** As long as one request to Twilio may take, and a moment; a Function has ten seconds. */
const SOUND_WITHIN_MS = 4_000;

/** The sound of a message, and who has listened to it. */
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
  expect((await readCard(harness, sam, task.sid)).listenedBy).toHaveLength(1);
});

test('answers 416 for a range behind the end', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  const answer = await harness.postFlex('voicemail-audio', sam.token, { TaskSid: task.sid, Start: '999999999' });
  expect([answer.status, await codeOf(answer)]).toEqual([416, 'bad-range']);
});

test('lists each listener once', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  const sue = harness.signIn('sue', ['supervisor']);
  for (const worker of [sam, sam, sue]) await (await range(harness, worker, task.sid)).arrayBuffer();
  expect((await readCard(harness, sam, task.sid)).listenedBy.map(({ worker }) => worker)).toEqual(['sam', 'sue']);
});

test('shows listeners by full name, and does not wait for a name that cannot be read', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  const sue = harness.signIn('sue_40example_2Ecom', ['supervisor'], 'Available', { full_name: 'Sue Okafor' });
  await (await range(harness, sue, task.sid)).arrayBuffer();
  harness.injectFault({ host: 'taskrouter.twilio.com', path: /\/Workers\//, kind: 'status', status: 500 });
  expect((await range(harness, sam, task.sid)).status).toBe(206);
  expect((await readCard(harness, sam, task.sid)).listenedBy.map(({ worker }) => worker)).toEqual([
    'Sue Okafor',
    'sam',
  ]);
});

test.each([
  ['before the beginning', { Start: '-1' }, 400],
  ['whose start is not in digits', { Start: '1e3' }, 400],
  ['without a length', { Length: '0' }, 413],
  ['longer than any answer', { Length: '99999999' }, 413],
  ['far behind the end', { Start: '999999999999' }, 416],
])('refuses a range %s', async (_what, params, status) => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  const answer = await range(harness, sam, task.sid, params as Record<string, string>);
  expect(answer.status).toBe(status);
});

test.each(['no-answer', 'done-then-no-answer', 'late', 'reset'] as const)(
  'when noting the listener meets %s, the sound comes whole, and soon',
  async (kind) => {
    const { harness, sam, task } = await acceptVoicemailAsSam();
    // Every write, whatever notes who listens.
    const removeFaults = (['POST', 'DELETE'] as const).map((method) =>
      harness.injectFault({ host: 'sync.twilio.com', method, kind }),
    );
    const began = harness.clock.now();
    const answer = await range(harness, sam, task.sid);
    const tookMs = harness.clock.now() - began;
    for (const remove of removeFaults) remove();
    expect(answer.status).toBe(206);
    const mp3 = await harness.media(harness.recordings()[0]!.sid, 'mp3');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.equals(mp3.subarray(0, bytes.length))).toBe(true);
    expect(bytes.length).toBeGreaterThan(1_000);
    expect(tookMs).toBeLessThanOrEqual(SOUND_WITHIN_MS);
  },
);
