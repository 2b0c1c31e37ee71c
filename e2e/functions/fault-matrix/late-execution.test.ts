import type { Caller } from '../../support/caller';
import { type FaultTarget, faultTargets, LATE } from '../../support/fault-modes';
import { closeHarnesses, type Harness, openHarness } from '../../support/harness';
import { openMenu } from '../../support/menu';
import { sampleCases } from '../../support/sampling';
import { runScheduledSweeps } from '../../support/scheduled-sweeps';
import { falseStatements } from '../../support/transcript-assertions';

afterEach(closeHarnesses);

/**
 * Every write is carried out after the Function has given up on it, and something else happens before or after that:
 * Twilio delivers its webhooks again, a sweep runs, the caller waits or hangs up. Nothing comes of it twice, and nothing
 * untrue is said. The writes are not listed: those of a run without a fault are made late one after the other.
 */
interface Path {
  name: string;
  /** Everything the caller does. */
  walk(harness: Harness, from: string): Promise<Caller | undefined>;
  taskType: 'voicemail' | 'callback';
}

/** Whoever hears no tone says nothing, and waits. */
const leaveMessage = async (harness: Harness, caller: Caller) => {
  const heardTone = await caller.waitForBeep().then(
    () => true,
    () => false,
  );
  if (!heardTone || caller.status() !== 'in-progress') return caller;
  await caller.speak(harness.sample);
  hangUp(caller);
  return caller;
};
const hangUp = (caller: Caller | undefined) => {
  if (caller?.status() === 'in-progress') caller.hangUp();
};

const PATHS: Path[] = [
  {
    name: 'straight to voicemail',
    walk: async (harness, from) => leaveMessage(harness, await harness.dial({ to: harness.numbers.voicemail, from })),
    taskType: 'voicemail',
  },
  {
    name: 'a voicemail out of the line',
    async walk(harness, from) {
      const caller = await openMenu(harness, { from });
      caller.press('2');
      return leaveMessage(harness, caller);
    },
    taskType: 'voicemail',
  },
  {
    name: 'a callback',
    async walk(harness, from) {
      const caller = await openMenu(harness, { from });
      caller.press('1');
      await harness.advance(10_000);
      caller.press('1');
      await harness.advance(3 * 60_000);
      return caller;
    },
    taskType: 'callback',
  },
  {
    name: 'a callback of another program',
    async walk(harness, from) {
      const params = { numberToCall: from, numberToCallFrom: harness.numbers.support, idempotencyKey: from };
      // As long as there is no success, the program sends it again.
      for (let n = 0; n < 5 && (await harness.post('studio/create-callback', params)).status >= 500; n += 1)
        await harness.advance(5_000);
      return undefined;
    },
    taskType: 'callback',
  },
];

/** What happens between the loss of the answer and the late execution, or after it. */
const EVENTS: [string, (harness: Harness) => Promise<unknown>][] = [
  ['a second webhook at once', (harness) => redeliver(harness)],
  [
    'a second webhook after a lease',
    async (harness) => {
      await harness.advance(16_000);
      await redeliver(harness);
    },
  ],
  ['a sweep at once', (harness) => harness.runOutboxSweep()],
  [
    'a sweep after a lease',
    async (harness) => {
      await harness.advance(16_000);
      await harness.runOutboxSweep();
    },
  ],
];

async function redeliver(harness: Harness) {
  const webhooks = harness.recordedWebhooks();
  const callSid = webhooks.at(-1)?.params.CallSid;
  for (const webhook of webhooks.filter(({ params }) => params.CallSid === callSid)) await harness.redeliver(webhook);
}

const isWrite = ({ method, host }: { method: string; host: string }) =>
  method !== 'GET' && host.endsWith('.twilio.com');

/** The writes of a run without faults. */
async function findWrites(path: Path): Promise<FaultTarget[]> {
  const harness = await openHarness();
  const mark = harness.requestCount();
  const caller = await path.walk(harness, '+12025551000');
  await harness.advance(30_000);
  hangUp(caller);
  const writes = faultTargets(harness.requestsSince(mark).filter(isWrite));
  await closeHarnesses();
  return writes;
}

const CASES_PER_PATH = 5;

test.each(PATHS)('$name: a write carried out late makes nothing twice and nothing untrue', async (path) => {
  const writes = await findWrites(path);
  const cases = writes.flatMap((target) => EVENTS.map(([name, act]) => ({ target, name, act })));
  const harness = await openHarness();
  harness.recordWebhooks(/recording-status|transcription/);
  const problems: string[] = [];
  for (const [n, { target, name, act }] of sampleCases(cases, CASES_PER_PATH, `LATE ${path.name}`).entries()) {
    const from = `+1202555${1000 + n}`;
    const heard = harness.recordPrompts(from);
    const removeFault = harness.injectFault({ ...target.match, ...LATE, times: 1 });
    const caller = await path.walk(harness, from);
    await act(harness);
    removeFault();
    await harness.advance(60_000);
    const isInLine = caller?.status() === 'in-progress' && harness.waitingTask(caller).assignmentStatus === 'pending';
    hangUp(caller);
    await runScheduledSweeps(harness, 5);
    const about = `${target.name}, ${name}:`;
    const tasks = harness.productTasks().filter(({ attributes }) => attributes.from === from);
    const open = tasks.filter(({ assignmentStatus }) => assignmentStatus === 'pending');
    const types = open.map(({ attributes }) => attributes.taskType).join(' and ');
    if (open.length !== (isInLine ? 0 : 1))
      problems.push(`${about} ${open.length} tasks (${types}), in line: ${isInLine}`);
    for (const task of open) {
      const { voicemail_id: id } = task.attributes.callback_and_voicemail as { voicemail_id: string };
      const entry = (await harness.document(id)) as { task: { sid?: string } } | undefined;
      if (entry?.task.sid !== task.sid) problems.push(`${about} the entry has the task ${entry?.task.sid}`);
    }
    problems.push(...falseStatements(heard).map((statement) => `${about} ${statement}`));
    for (const task of open) harness.handleTask(task.sid);
  }
  expect(problems).toEqual([]);
});
