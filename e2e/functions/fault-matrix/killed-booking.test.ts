import { dieAtRequest, type FaultTarget, faultTargets } from '../../support/fault-modes';
import { closeHarnesses, type Harness, openHarness } from '../../support/harness';
import { openMenu } from '../../support/menu';
import { sampleCases } from '../../support/sampling';
import { runScheduledSweeps } from '../../support/scheduled-sweeps';
import { storedValues } from '../../support/stored-documents';

afterEach(closeHarnesses);

/**
 * The process dies at one write of a booking, and the caller, who heard nothing of a callback, calls again and asks for
 * one. The writes are not listed: they are those of a booking without a fault.
 */
async function confirmCallback(harness: Harness, from: string) {
  const caller = await openMenu(harness, { from });
  caller.press('1');
  await harness.advance(10_000);
  // Where one is booked, this is the key that changes its number.
  if (/already booked|another number/.test(caller.prompts().at(-1) ?? '')) return caller;
  caller.press('1');
  return caller;
}
const isWrite = ({ method, host }: { method: string; host: string }) =>
  method !== 'GET' && host.endsWith('.twilio.com');

async function findWrites(): Promise<FaultTarget[]> {
  const harness = await openHarness();
  await harness.createIndexMaps();
  const caller = await openMenu(harness);
  caller.press('1');
  await harness.advance(10_000);
  const mark = harness.requestCount();
  caller.press('1');
  await harness.advance(30_000);
  const writes = faultTargets(harness.requestsSince(mark).filter(isWrite));
  await closeHarnesses();
  return writes;
}

const AGAIN_AFTER_MS = { 'at once': 2_000, 'after a lease': 20_000, 'after a sweep': 70_000 };
const TASK_IS_MADE: FaultTarget = {
  name: 'POST taskrouter/Tasks',
  match: { host: 'taskrouter.twilio.com', method: 'POST', path: /\/Tasks$/ },
};
type When = keyof typeof AGAIN_AFTER_MS;

/**
 * The first call's process dies, and the caller calls again.
 * @returns what is wrong in the end
 */
async function callTwice(
  harness: Harness,
  from: string,
  { target, isDone, when }: { target: FaultTarget; isDone: boolean; when: When },
  checkRemains: () => void = () => undefined,
): Promise<string[]> {
  const restart = dieAtRequest(harness, target, isDone);
  const first = await confirmCallback(harness, from);
  // Twilio waits 15 s for a process that died; the caller does not.
  await harness.advance(1_000);
  if (first.status() === 'in-progress') first.hangUp();
  checkRemains();
  restart();
  await harness.advance(AGAIN_AFTER_MS[when]);
  if (when === 'after a sweep') await harness.runOutboxSweep();
  const second = await confirmCallback(harness, from);
  await harness.advance(60_000);
  const isPromised = /We will call you back|already booked/.test(second.prompts().join(' '));
  if (second.status() === 'in-progress') second.hangUp();
  await runScheduledSweeps(harness, 5);
  const open = openCallbacks(harness, from);
  const about = `${target.name}, ${isDone ? 'dies after it' : 'dies before it'}, ${when}:`;
  if (open.length > 1) return [`${about} ${open.length} open callbacks`];
  return isPromised && open.length === 0 ? [`${about} promised, and no callback`] : [];
}

const openCallbacks = (harness: Harness, from: string) =>
  harness
    .productTasks()
    .filter(({ attributes, assignmentStatus }) => attributes.from === from && assignmentStatus === 'pending');

/** An ordinary run plays so many cases, others each time; a soak run plays all of them. */
const CASES_PER_RUN = 6;

test('a booking that dies at any write, and a caller who calls again: one open callback', async () => {
  const writes = await findWrites();
  expect(writes.length).toBeGreaterThan(3);
  const cases = writes.flatMap((target) =>
    [false, true].flatMap((isDone) =>
      (Object.keys(AGAIN_AFTER_MS) as When[]).map((when) => ({ target, isDone, when })),
    ),
  );
  const harness = await openHarness();
  await harness.createIndexMaps();
  const problems: string[] = [];
  for (const [n, death] of sampleCases(cases, CASES_PER_RUN, 'KILLED').entries())
    problems.push(...(await callTwice(harness, `+1202555${3_000 + n}`, death)));
  expect(problems).toEqual([]);
});

test('a booking that dies with a task and no active callback, and a second call: one open callback', async () => {
  const harness = await openHarness();
  await harness.createIndexMaps();
  const countActive = () =>
    storedValues(harness.world).filter(({ name }) => name.startsWith('active-callback-')).length;
  const problems: string[] = [];
  for (const [n, when] of (Object.keys(AGAIN_AFTER_MS) as When[]).entries()) {
    const from = `+1202555${3_100 + n}`;
    const before = countActive();
    const checkRemains = () => expect([openCallbacks(harness, from).length, countActive() - before]).toEqual([1, 0]);
    problems.push(...(await callTwice(harness, from, { target: TASK_IS_MADE, isDone: true, when }, checkRemains)));
  }
  expect(problems).toEqual([]);
});
