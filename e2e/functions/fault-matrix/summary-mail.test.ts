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
