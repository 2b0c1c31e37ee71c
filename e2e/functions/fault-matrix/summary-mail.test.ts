import { dieAtRequest, type FaultTarget, faultTargets } from '../../support/fault-modes';
import { closeHarnesses, type Harness, openHarness } from '../../support/harness';
import {
  emailOf,
  entryOf,
  leaveMessage,
  limitedTo,
  listedIn,
  speakMessage,
  waitForSummaries,
} from '../../support/held-mails';
import { sampleCases } from '../../support/sampling';
import { runScheduledSweeps } from '../../support/scheduled-sweeps';

afterEach(closeHarnesses);

/**
 * The first voicemail gets a mail of its own. The mail of the second one waits, and lists the third. The process dies at
 * one write after a recording, or at one of the summary. A run without a fault says which writes there are. A mail must
 * tell of each voicemail, and no mail goes twice.
 */
const open = () => openHarness({ environment: limitedTo(1), settings: { include_transcript: false } });

const PHASES = ['the first that is held', 'one that is told of', 'the summary'] as const;
type Phase = (typeof PHASES)[number];

/** @param watch is called before each phase; what it returns, after it */
async function play(harness: Harness, from: string, watch: (phase: Phase) => () => void): Promise<string[]> {
  const ids = [await leaveMessage(harness, { from })];
  for (const phase of PHASES.slice(0, 2)) {
    const { id, hangUp } = await speakMessage(harness, { from });
    ids.push(id);
    const restart = watch(phase);
    hangUp();
    await harness.advance(4_000);
    restart();
    await harness.advance(90_000);
    await harness.runOutboxSweep();
  }
  await harness.advance(61 * 60_000);
  const restart = watch('the summary');
  await harness.runOutboxSweep();
  restart();
  return ids;
}

const isWrite = ({ method, host }: { method: string; host: string }) =>
  method !== 'GET' && /^(sync\.twilio\.com|api\.mailgun\.net)$/.test(host);

async function findWrites(): Promise<{ phase: Phase; target: FaultTarget }[]> {
  const harness = await open();
  await harness.createIndexMaps();
  await leaveMessage(harness, { from: '+12025550177' });
  const found: { phase: Phase; target: FaultTarget }[] = [];
  await play(harness, '+12025552999', (phase) => {
    const mark = harness.requestCount();
    return () => {
      const writes = faultTargets(harness.requestsSince(mark).filter(isWrite));
      found.push(...writes.map((target) => ({ phase, target })));
    };
  });
  await closeHarnesses();
  return found;
}

/** An ordinary run plays so many cases, others each time; a soak run plays all of them. */
const CASES_PER_RUN = 6;
const DELETIONS_PER_RUN = 3;

test('an invocation that dies at any write of a held mail: every voicemail is told, and none mailed twice', async () => {
  const writes = await findWrites();
  expect([...new Set(writes.map(({ phase }) => phase))]).toEqual([...PHASES]);
  expect(writes.filter(({ target }) => /mails-of-caller/.test(target.name)).length).toBeGreaterThan(2);
  const cases = writes.flatMap((write) => [false, true].map((isDone) => ({ ...write, isDone })));
  const harness = await open();
  await harness.createIndexMaps();
  const problems: string[] = [];
  for (const [n, { phase, target, isDone }] of sampleCases(cases, CASES_PER_RUN, 'SUMMARY').entries()) {
    const ids = await play(harness, `+1202555${3_000 + n}`, (now) =>
      now === phase ? dieAtRequest(harness, target, isDone) : () => undefined,
    );
    await runScheduledSweeps(harness, 5);
    await waitForSummaries(harness);
    await runScheduledSweeps(harness, 3);
    for (const problem of await findProblems(harness, ids))
      problems.push(`${phase}, ${target.name}, ${isDone ? 'dies after it' : 'dies before it'}: ${problem}`);
  }
  expect(problems).toEqual([]);
});

/** What is not as it must be with these voicemails of one caller. */
async function findProblems(harness: Harness, ids: string[]): Promise<string[]> {
  const mails = await harness.mails();
  const problems: string[] = [];
  for (const id of ids) {
    const own = mails.filter((mail) => entryOf(mail) === id);
    if (own.length > 1) problems.push(`${id} was mailed ${own.length} times`);
    const email = await emailOf(harness, id);
    if (email.state === 'sent' && own.length === 1) continue;
    const carrier = mails.find((mail) => entryOf(mail) === email.carrier);
    const isTold = email.state === 'summarized' && carrier !== undefined && listedIn(carrier).text.length > 0;
    if (!isTold) problems.push(`${id} is ${email.state}, and told nowhere`);
  }
  return problems;
}

/** A supervisor deletes the voicemail whose mail waits to tell of two others. @param watch as above */
async function playDeletion(harness: Harness, n: number, watch: () => () => void): Promise<string[]> {
  const ids: string[] = [];
  for (let m = 0; m < 4; m += 1) ids.push(await leaveMessage(harness, { from: `+1202555${4_000 + n}` }));
  const { token } = harness.signIn(`sue ${n}`, ['supervisor'], 'Offline');
  const task = harness.productTasks().find(({ attributes }) => JSON.stringify(attributes).includes(ids[1]!));
  const restart = watch();
  // A process that died answers nothing.
  await harness.postFlex('delete-voicemail', token, { TaskSid: task!.sid }).catch(() => undefined);
  restart();
  return ids;
}

test('a deletion of the mail that waits, which dies at any write: the next one tells of the others', async () => {
  const harness = await open();
  await harness.createIndexMaps();
  let writes: FaultTarget[] = [];
  await playDeletion(harness, 99, () => {
    const mark = harness.requestCount();
    const isDeletion = ({ method, host }: { method: string; host: string }) =>
      method !== 'GET' && /^(sync|api|taskrouter)\.twilio\.com$/.test(host);
    return () => {
      writes = faultTargets(harness.requestsSince(mark).filter(isDeletion));
    };
  });
  expect(writes.length).toBeGreaterThan(4);
  const cases = writes.flatMap((target) => [false, true].map((isDone) => ({ target, isDone })));
  const problems: string[] = [];
  for (const [n, { target, isDone }] of sampleCases(cases, DELETIONS_PER_RUN, 'DELETION').entries()) {
    const [, deleted, heir, other] = await playDeletion(harness, n, () => dieAtRequest(harness, target, isDone));
    await runScheduledSweeps(harness, 5);
    await waitForSummaries(harness);
    await runScheduledSweeps(harness, 3);
    const mails = await harness.mails();
    const told = mails.filter((mail) => entryOf(mail) === heir).map((mail) => listedIn(mail).text.length);
    const { recording } = (await harness.document(deleted!)) as { recording: { state: string } };
    const about = `${target.name}, ${isDone ? 'dies after it' : 'dies before it'}`;
    // Where nothing was begun, it is still there, and tells of both itself.
    const isThere = recording.state === 'completed' && mails.some((mail) => entryOf(mail) === deleted);
    if (!isThere && String(told) !== '1') problems.push(`${about}: ${recording.state}, and the next tells of ${told}`);
    if (mails.some((mail) => entryOf(mail) === other)) problems.push(`${about}: mailed singly`);
  }
  expect(problems).toEqual([]);
});
