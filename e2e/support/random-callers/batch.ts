import type { EmailSettings } from '@callback-and-voicemail/contract';
import { type Harness, openHarness } from '../harness';
import { type Rng, rngForBatch } from '../rng';
import {
  createUnreliableDelivery,
  type FaultProfile,
  type ScheduledFaults,
  scheduleFaults,
  simulateStaff,
} from './fault-injection';
import { type CallRecord, type PlannedCall, planCalls, startCall } from './random-caller';
import { recordTasks, type TaskLog } from './task-log';

/** One batch: many callers at once in one harness, in virtual time. */
export interface Batch {
  seed: number;
  number: number;
  faultProfile: FaultProfile;
  settings: Partial<EmailSettings> | undefined;
  calls: CallRecord[];
  tasks: TaskLog;
  harness: Harness;
  /** What is of no one call: faults, and what staff do with tasks. */
  events: { at: number; text: string; callSid?: string }[];
  startedAt: number;
}

const MINUTE = 60_000;
/** Callers dial within this time; the last hang up seven minutes later. */
const DIALLING_MS = 10 * MINUTE;
const LONGEST_CALL_MS = 15 * MINUTE;
/**
 * A sweep in time while people call. Not protected against (docs/known-limits.md): a note of leaving that failed twice,
 * a caller who hangs up before the tone, and no sweep within five minutes. An entry is due after three, so with this
 * pace one sweep fails and the next still comes in time.
 */
const SWEEP_INTERVAL_MS = 60_000;
const SETTLING_HOURS = 2;

const SETTINGS: readonly (Partial<EmailSettings> | undefined)[] = [
  undefined,
  undefined,
  { send_when: 'transcribed' },
  { recording_format: 'notice' },
  { missed_voicemail: 'cancel' },
  { enabled: false },
];

/** Plays one batch to the end: all calls and faults are over, and the sweep has processed what was left. */
export async function playBatch(seed: number, number: number, callers: number): Promise<Batch> {
  const rng = rngForBatch(seed, number);
  const faultProfile = rng.weighted<FaultProfile>({ none: 22, moderate: 50, heavy: 28 });
  const settings = rng.pick(SETTINGS);
  const plans = planCalls(rng, callers, DIALLING_MS);
  const webhookDice = new Map<string, Rng>();
  const events: Batch['events'] = [];
  const logEvent = (text: string, callSid?: string) => void events.push({ at: Date.now(), text, callSid });
  let faults: ScheduledFaults | undefined;
  const deliver = createUnreliableDelivery(
    'http://voicemail-1234.localhost',
    (sid) => (sid === undefined ? undefined : webhookDice.get(sid)),
    () => faults,
    logEvent,
  );
  const harness = await openHarness({
    settings,
    deliver,
    ...(rng.chance(0.3) ? { waitUrlQuery: 'workflow' } : {}),
  });
  const tasks = recordTasks(harness);
  const calls: CallRecord[] = [];
  const interruptAfter = createRequestInterrupter(harness);
  const startedAt = Date.now();
  faults = scheduleFaults(harness, rng.fork(), faultProfile, DIALLING_MS + 5 * MINUTE, logEvent);
  const attend = simulateStaff(harness, rng.fork(), tasks, calls, interruptAfter, logEvent);
  for (const plan of plans) setTimeout(() => dial(plan), plan.dialsAt);
  const scheduler = setInterval(
    () => void harness.startOutboxSweep().then((answer) => answer.text()),
    SWEEP_INTERVAL_MS,
  );
  await harness.advance(DIALLING_MS + LONGEST_CALL_MS);
  clearInterval(scheduler);
  faults.end();
  for (let n = 0; n < (SETTLING_HOURS * 60) / 5; n += 1) {
    await harness.advance(5 * MINUTE);
    await harness.runOutboxSweep();
  }
  return {
    seed,
    number,
    faultProfile: faultProfile,
    settings,
    calls,
    tasks,
    harness,
    events: events,
    startedAt,
  };

  function dial(plan: PlannedCall) {
    const call = startCall(harness, tasks, plan, interruptAfter);
    webhookDice.set(call.sid, plan.dice.fork());
    calls.push(call);
    attend(call);
  }
}

/** Lets something happen just before the n-th request from then on is answered, from any client. */
function createRequestInterrupter({ world }: Harness): (requests: number, act: () => void) => void {
  let due: { left: number; act: () => void }[] = [];
  const push = world.requests.push.bind(world.requests);
  world.requests.push = (...records) => {
    for (const one of due) one.left -= records.length;
    const now = due.filter(({ left }) => left <= 0);
    due = due.filter(({ left }) => left > 0);
    for (const { act } of now) act();
    return push(...records);
  };
  return (requests, act) => void due.push({ left: requests, act });
}
