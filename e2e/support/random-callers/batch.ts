import type { EmailSettings } from '@callback-and-voicemail/contract';
import { openStage, type Stage } from '../stage';
import { type ArmedFaults, armFaults, deliverBadly, startStaff, type Weather } from './going-wrong';
import { type CallRecord, type PlannedCall, planCalls, startCall } from './random-caller';
import { type Dice, diceOfBatch } from './seeded-random';
import { keepTasks, type TaskLog } from './task-log';

/** One batch: many callers at once in a stage of their own, in virtual time. */
export interface Batch {
  seed: number;
  number: number;
  weather: Weather;
  settings: Partial<EmailSettings> | undefined;
  calls: CallRecord[];
  tasks: TaskLog;
  stage: Stage;
  /** What is of no one call: faults, and what staff do with tasks. */
  story: { at: number; text: string; callSid?: string }[];
  startedAt: number;
}

const MINUTE = 60_000;
/** Callers dial within this time; the last hang up seven minutes later. */
const DIALLING_MS = 10 * MINUTE;
const LONGEST_CALL_MS = 15 * MINUTE;
/**
 * A sweep in time while people call. Not protected against (docs/architecture.md): a note of leaving that failed twice,
 * a caller who hangs up before the tone, and no sweep within five minutes. An entry is due after three, so with this
 * pace one sweep fails and the next still comes in time.
 */
const SCHEDULER_MS = 60_000;
const SETTLING_HOURS = 2;

const SETTINGS: readonly (Partial<EmailSettings> | undefined)[] = [
  undefined,
  undefined,
  { send_when: 'transcribed' },
  { recording_format: 'notice' },
  { missed_voicemail: 'cancel' },
  { enabled: false },
];

/** Plays one batch to the end: all calls over, all trouble over, and everything that was left taken up. */
export async function playBatch(seed: number, number: number, callers: number): Promise<Batch> {
  const dice = diceOfBatch(seed, number);
  const weather = dice.weighted<Weather>({ calm: 22, showers: 50, storm: 28 });
  const settings = dice.pick(SETTINGS);
  const plans = planCalls(dice, callers, DIALLING_MS);
  const webhookDice = new Map<string, Dice>();
  const story: Batch['story'] = [];
  const tell = (text: string, callSid?: string) => void story.push({ at: Date.now(), text, callSid });
  let faults: ArmedFaults | undefined;
  const deliver = deliverBadly(
    'http://voicemail-1234.localhost',
    (sid) => (sid === undefined ? undefined : webhookDice.get(sid)),
    () => faults,
    tell,
  );
  const stage = await openStage({ settings, deliver, ...(dice.chance(0.3) ? { waitUrlQuery: 'workflow' } : {}) });
  const tasks = keepTasks(stage);
  const calls: CallRecord[] = [];
  const amidst = actAmidst(stage);
  const startedAt = Date.now();
  faults = armFaults(stage, dice.fork(), weather, DIALLING_MS + 5 * MINUTE, tell);
  const attend = startStaff(stage, dice.fork(), tasks, calls, amidst, tell);
  for (const plan of plans) setTimeout(() => dial(plan), plan.dialsAt);
  const scheduler = setInterval(() => void stage.startsOutbox().then((answer) => answer.text()), SCHEDULER_MS);
  await stage.pass(DIALLING_MS + LONGEST_CALL_MS);
  clearInterval(scheduler);
  faults.end();
  for (let n = 0; n < (SETTLING_HOURS * 60) / 5; n += 1) {
    await stage.pass(5 * MINUTE);
    await stage.runOutbox();
  }
  return { seed, number, weather, settings, calls, tasks, stage, story, startedAt };

  function dial(plan: PlannedCall) {
    const call = startCall(stage, tasks, plan, amidst);
    webhookDice.set(call.sid, plan.dice.fork());
    calls.push(call);
    attend(call);
  }
}

/** Lets something happen just before the n-th request from then on is answered, whoever makes it. */
function actAmidst({ world }: Stage): (requests: number, act: () => void) => void {
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
