import type { Caller } from '../../support/caller';
import { LATE } from '../../support/fault-modes';
import { closeHarnesses, type Harness, openHarness } from '../../support/harness';
import { openMenu, requestCallback } from '../../support/menu';
import { runScheduledSweeps } from '../../support/scheduled-sweeps';
import { falseStatements, lastCallerStatus } from '../../support/transcript-assertions';

afterEach(closeHarnesses);

const FROM = '+12025551000';
const CANCELLATION = { host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks\/WT/ } as const;
/** Carried out while the Function still runs, after it, and when the caller has chosen again. */
const DELAYS_MS = [4_000, 12_000, 60_000];
/** What is asked once more is refused as well: nobody knows whether the first is still on its way. */
const REFUSED = { kind: 'status', status: 429 } as const;

const CHOICES = [
  ['a voicemail', '2', openMenu, 'voicemail'],
  ['a callback', '1', requestCallback, 'callback'],
] as const;

test.each(CHOICES.flatMap(([what, ...how]) => DELAYS_MS.map((delayMs) => [what, delayMs, ...how] as const)))(
  'a caller who chooses %s, and whose place goes %i ms later, hears nothing untrue',
  async (_what, delayMs, key, open, type) => {
    const harness = await openHarness();
    const heard = harness.recordPrompts(FROM);
    const caller = await open(harness, { from: FROM });
    const { sid } = harness.waitingTask(caller);
    harness.injectFault({ ...CANCELLATION, ...LATE, delayMs, times: 1 });
    const accept = harness.injectFault({ ...CANCELLATION, ...REFUSED });
    caller.press(key);
    await harness.advance(10_000);
    accept();
    if (type === 'voicemail') await leaveMessage(harness, caller);
    await harness.advance(delayMs + 3 * 60_000);
    expect(falseStatements(heard)).toEqual([]);
    // Where the late request was made void in time, the place is still theirs.
    const isInLine = harness.waitingTask(caller)?.assignmentStatus === 'pending';
    expect(caller.status()).toBe(isInLine ? 'in-progress' : 'completed');
    const { what } = lastCallerStatus(heard);
    if (isInLine) expect([what, harness.waitingTask(caller).sid]).toEqual(['line', sid]);
    else if (type === 'callback') expect(what).toBe('callback');
    if (caller.status() === 'in-progress') caller.hangUp();
    await runScheduledSweeps(harness, 3);
    const promised = harness.productTasks().filter(({ assignmentStatus }) => assignmentStatus === 'pending');
    expect(promised.map(({ attributes }) => attributes.taskType)).toEqual(isInLine ? [] : [type]);
  },
);

/** Whoever hears no tone says nothing, and waits. */
async function leaveMessage(harness: Harness, caller: Caller) {
  const heardTone = await caller.waitForBeep().then(
    () => true,
    () => false,
  );
  if (!heardTone) return;
  await caller.speak(harness.sample);
  caller.hangUp();
}
