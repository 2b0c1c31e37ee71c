import type { Caller } from '../support/caller';
import { type CallToFail, callsOf, DURATIONS, WAYS_BY_KIND, type Way } from '../support/failing-calls';
import { booksCallback, hasTyped, isOfferedOwnNumber, opensMenu } from '../support/menu';
import { everyFiveMinutes } from '../support/scheduler';
import { closeStages, openStage, type Stage, type Told } from '../support/stage';
import { lastTold, longestSilence, untruths } from '../support/what-was-told';

afterEach(closeStages);

/**
 * Each outside call failing in each way on each path to a callback. The calls are not listed here: a caller goes each
 * path without a fault first, and every call made then fails for one of the callers that follow.
 */
interface Path {
  name: string;
  /** Brings a caller to where the calls are made that fail. */
  arrive(stage: Stage, who: Who): Promise<Caller>;
  /** Makes the calls. */
  act(caller: Caller): void;
  /** What becomes of it without a fault. */
  expected: ReturnType<typeof lastTold>['what'];
  /** The calls of the path are those until the next question. */
  endsWithQuestion?: true;
  /** Callbacks the caller has already. */
  booked?: number;
}
interface Who {
  from: string;
  /** Another number, as they type it. */
  keys: string;
}

const QUESTION = /We can call you back at|already booked for you/;
const ALREADY_BOOKED = /already booked for you/;
const pressOne = (caller: Caller) => caller.press('1');
const PATHS: Path[] = [
  {
    name: 'asking for a callback',
    arrive: (stage, { from }) => opensMenu(stage, { from }),
    act: pressOne,
    endsWithQuestion: true,
    expected: 'callback',
  },
  {
    name: 'booking at their own number',
    arrive: (stage, { from }) => isOfferedOwnNumber(stage, { from }),
    act: pressOne,
    expected: 'callback',
  },
  {
    name: 'booking at a typed number',
    arrive: (stage, { from, keys }) => hasTyped(stage, `${keys}#`, { from }),
    act: pressOne,
    expected: 'callback',
  },
  {
    name: 'asking for a callback when one is booked',
    async arrive(stage, { from }) {
      await booksCallback(stage, { from });
      return opensMenu(stage, { from });
    },
    act: pressOne,
    expected: 'line',
    booked: 1,
  },
  {
    name: 'changing the number of a booked one',
    async arrive(stage, { from, keys }) {
      await booksCallback(stage, { from });
      const again = await opensMenu(stage, { from });
      again.press('1');
      await again.hears(/already booked/);
      again.press('1');
      await again.hears(/Please enter the number/);
      for (const key of `${keys}#`) again.press(key);
      await again.hears(/You entered/);
      return again;
    },
    act: pressOne,
    expected: 'callback',
    booked: 1,
  },
];

const who = (n: number): Who => ({ from: `+1202555${1000 + n}`, keys: `202555${3000 + n}` });
const FAULT_MS = 40_000;
/** A Function's whole life and the pause after "please stay on the line". */
const LONGEST_SILENCE_MS = 15_000;
/** A caller who has heard nothing by then has been forgotten. */
const LONGEST_WAIT_MS = 4 * 60_000;

interface Case {
  name: string;
  person: Who;
  told: Told[];
  /** Seen while the caller was there. */
  problems: string[];
  /** A 404 says that there is no such thing, which is no failure of the product's to be told: it has to believe it. */
  isLied: boolean;
}
type Struck = CallToFail['where'] & Way;

/**
 * A caller goes the path while a call fails, confirms what they are offered, and hangs up once the fault is over and they
 * know where they stand.
 */
async function goes(
  stage: Stage,
  path: Path,
  name: string,
  n: number,
  fault?: Struck,
  recording?: { begins: () => void; ends: () => void },
): Promise<Case> {
  const person = who(n);
  const caller = await path.arrive(stage, person);
  const told = stage.listenIn(caller);
  const since = Date.now();
  recording?.begins();
  const mend = fault && stage.fault(fault);
  path.act(caller);
  let answered = 0;
  const over = () => Date.now() - since >= FAULT_MS && /line|agent/.test(lastTold(told).what);
  while (caller.status() === 'in-progress' && Date.now() - since < LONGEST_WAIT_MS && !over()) {
    await stage.pass(5_000);
    if (Date.now() - since === FAULT_MS) mend?.();
    const asked = told.slice(answered).findIndex(({ text }) => QUESTION.test(text));
    if (asked < 0) continue;
    if (path.endsWithQuestion) recording?.ends();
    answered += asked + 1;
    caller.press(ALREADY_BOOKED.test(told[answered - 1]!.text) ? '3' : '1');
  }
  mend?.();
  if (!path.endsWithQuestion) recording?.ends();
  const isLied = fault?.status === 404 && (fault.method === 'GET' || fault.host === 'taskrouter.twilio.com');
  const problems = untruths(told, isLied);
  const silence = longestSilence(stage, caller, since);
  if (silence > LONGEST_SILENCE_MS) problems.push(`left in silence for ${silence} ms`);
  const { what } = lastTold(told);
  if (what === 'nothing') problems.push(`told nothing: ${told.map(({ text }) => text).join(' | ')}`);
  if (caller.status() === 'in-progress') {
    if (what === 'callback') problems.push('promised a callback, and left hanging');
    caller.hangUp();
  } else if (what !== 'callback') problems.push(`hung up on after ${told.at(-1)?.text}`);
  await stage.pass(5_000);
  return { name, person, told, problems, isLied };
}

/** What of a case is not as it should be, when everything has had time to be put right. */
function problemsOf(stage: Stage, path: Path, { name, person, told, problems, isLied }: Case): string[] {
  const last = lastTold(told);
  const numbers = [person.from, `+1${person.keys}`];
  const open = stage
    .productTasks()
    .filter(({ assignmentStatus }) => assignmentStatus !== 'canceled')
    .map(({ attributes }) => (attributes.callBackData as { numberToCall: string }).numberToCall)
    .filter((number) => numbers.includes(number));
  const all = [...problems];
  const wanted = last.what === 'callback' ? 1 : (path.booked ?? 0);
  if (isLied ? open.length < wanted : open.length !== wanted)
    all.push(`told ${last.what}, and ${open.length} callbacks in the end`);
  if (last.what === 'callback' && !open.includes(`+1${last.number}`))
    all.push(`told ${last.number}, and a task for ${open}`);
  return all.map((problem) => `${name}: ${problem}`);
}

/** The path without a fault, and the calls made on it. */
async function recorded(stage: Stage, path: Path): Promise<{ one: Case; calls: CallToFail[] }> {
  let [from, to] = [0, 0];
  const one = await goes(stage, path, 'no fault', 1, undefined, {
    begins: () => {
      from = stage.requestCount();
    },
    ends: () => {
      to = stage.requestCount();
    },
  });
  expect(lastTold(one.told).what).toBe(path.expected);
  return { one, calls: callsOf(stage.requestsSince(from).slice(0, to - from)) };
}

describe.each(PATHS)('$name', (path) => {
  test.each(WAYS_BY_KIND)('each call failing: %s', async (_kind, ways) => {
    const stage = await openStage();
    await stage.makeIndexMaps();
    const { one, calls } = await recorded(stage, path);
    expect(calls.length).toBeGreaterThan(0);
    const cases: Case[] = [one];
    let sweptAt = Date.now();
    for (const call of calls)
      for (const [way, how] of ways)
        for (const [duration, times] of DURATIONS) {
          const fault = { ...call.where, ...how, ...times(call) };
          cases.push(await goes(stage, path, `${call.name}, ${way} ${duration}`, cases.length + 1, fault));
          if (Date.now() - sweptAt < 5 * 60_000) continue;
          sweptAt = Date.now();
          await stage.runOutbox();
        }
    await everyFiveMinutes(stage, 12);
    expect(cases.flatMap((each) => problemsOf(stage, path, each))).toEqual([]);
    expect(stage.errors()).toEqual([]);
  });
});
