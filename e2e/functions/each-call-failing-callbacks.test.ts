import type { Caller } from '../support/caller';
import { type CallToFail, callsOf, DURATIONS, WAYS, WAYS_BY_KIND, type Way } from '../support/failing-calls';
import { booksCallback, hasTyped, isOfferedOwnNumber, opensMenu, types } from '../support/menu';
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
  /** Brings a caller to where the calls are made that fail; what it gives makes them. */
  arrive(stage: Stage, who: Who): Promise<() => Caller | Promise<Caller>>;
  /** What becomes of it without a fault. */
  expected: ReturnType<typeof lastTold>['what'];
  /** The calls of the path are those until the next question. */
  endsWithQuestion?: true;
  /** The caller wants a callback, and waits until they have one. */
  insists?: true;
  /** Callbacks the caller has already. */
  booked?: number;
  /** Each call fails in each way, but only for one of the durations: the calls are those of another path, or many. */
  alternates?: true;
}
interface Who {
  from: string;
  /** Another number, as they type it. */
  keys: string;
}

/** What a caller is asked, and what they answer. */
const ANSWERS: [RegExp, string][] = [
  [/To be called back and keep your place in line, press 1/, '1'],
  [/We can call you back at/, '1'],
  [/already booked for you/, '3'],
];
const pressesOne = (caller: Caller) => () => {
  caller.press('1');
  return caller;
};
const PATHS: Path[] = [
  {
    name: 'nobody is signed in',
    arrive:
      async (stage, { from }) =>
      () =>
        stage.dial({ to: stage.numbers.overflow, from }),
    endsWithQuestion: true,
    insists: true,
    expected: 'callback',
    alternates: true,
  },
  {
    name: 'asking for a callback',
    arrive: async (stage, { from }) => pressesOne(await opensMenu(stage, { from })),
    endsWithQuestion: true,
    expected: 'callback',
  },
  {
    name: 'booking at their own number',
    arrive: async (stage, { from }) => pressesOne(await isOfferedOwnNumber(stage, { from })),
    expected: 'callback',
  },
  {
    name: 'booking at a typed number',
    arrive: async (stage, { from, keys }) => pressesOne(await hasTyped(stage, `${keys}#`, { from })),
    expected: 'callback',
    alternates: true,
  },
  {
    name: 'asking for a callback when one is booked',
    async arrive(stage, { from }) {
      await booksCallback(stage, { from });
      return pressesOne(await opensMenu(stage, { from }));
    },
    endsWithQuestion: true,
    expected: 'line',
    booked: 1,
    alternates: true,
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
      types(again, `${keys}#`);
      await again.hears(/You entered/);
      return pressesOne(again);
    },
    expected: 'callback',
    booked: 1,
    alternates: true,
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
  const act = await path.arrive(stage, person);
  const told = stage.listenIn(person.from);
  const since = Date.now();
  recording?.begins();
  const mend = fault && stage.fault(fault);
  const caller = await act();
  const isOver = () => !path.insists && Date.now() - since >= FAULT_MS && /line|agent/.test(lastTold(told).what);
  for (let heard = 0; caller.status() === 'in-progress' && Date.now() - since < LONGEST_WAIT_MS && !isOver(); ) {
    await stage.pass(5_000);
    if (Date.now() - since >= FAULT_MS) mend?.();
    const [key] = told.slice(heard).flatMap(({ text }) => ANSWERS.find(([question]) => question.test(text))?.[1] ?? []);
    heard = told.length;
    if (key === undefined) continue;
    if (path.endsWithQuestion) recording?.ends();
    caller.press(key);
  }
  mend?.();
  if (!path.endsWithQuestion) recording?.ends();
  const isLied = fault?.status === 404 && (fault.method === 'GET' || fault.host === 'taskrouter.twilio.com');
  const problems = untruths(told, isLied);
  const silence = longestSilence(stage, caller, since);
  if (silence > LONGEST_SILENCE_MS) problems.push(`left in silence for ${silence} ms`);
  const { what } = lastTold(told);
  if (path.insists && what !== 'callback') problems.push(`never promised a callback`);
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

/** `ALL_FAULTS=1` runs the whole matrix. */
const durationsFor = ({ alternates }: Path, n: number) =>
  alternates && !process.env.ALL_FAULTS ? [DURATIONS[n % DURATIONS.length]!] : DURATIONS;

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
    for (const [n, call] of calls.entries())
      for (const [m, [way, how]] of ways.entries())
        for (const [duration, times] of durationsFor(path, n + m)) {
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

test.each(WAYS)('the first callback of an account, whose index cannot be made: %s', async (_way, how) => {
  const [path] = PATHS.filter(({ name }) => name === 'booking at their own number');
  const problems: string[] = [];
  for (const [duration, times] of DURATIONS) {
    const stage = await openStage();
    const fault = { host: 'sync.twilio.com', method: 'POST', path: /\/Maps$/ };
    const one = await goes(stage, path!, duration, 1, { ...fault, ...how, ...times({ name: '', where: fault }) });
    await everyFiveMinutes(stage, 3);
    problems.push(...problemsOf(stage, path!, one));
    await closeStages();
  }
  expect(problems).toEqual([]);
});

describe('studio/create-callback', () => {
  const asks = async (stage: Stage, n: number) => {
    const answer = await stage.post('studio/create-callback', {
      numberToCall: who(n).from,
      numberToCallFrom: stage.numbers.support,
      idempotencyKey: `key ${n}`,
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const made = (stage: Stage, n: number) =>
    stage
      .productTasks()
      .filter(({ attributes }) => (attributes.callBackData as { numberToCall: string }).numberToCall === who(n).from);

  test.each(WAYS_BY_KIND)('each call failing: %s', async (_kind, ways) => {
    const stage = await openStage();
    await stage.makeIndexMaps();
    const mark = stage.requestCount();
    expect(await asks(stage, 0)).toMatchObject({ status: 200, body: { ok: true, created: true } });
    const calls = callsOf(stage.requestsSince(mark));
    expect(calls.length).toBeGreaterThan(4);
    const cases: { name: string; n: number; isPromised: boolean }[] = [];
    const problems: string[] = [];
    for (const call of calls)
      for (const [way, how] of ways)
        for (const [duration, times] of DURATIONS) {
          const n = cases.length + 1;
          const mend = stage.fault({ ...call.where, ...how, ...times(call) });
          const name = `${call.name}, ${way} ${duration}`;
          const first = await asks(stage, n);
          const isPromised = first.body.ok === true;
          if (isPromised !== first.status < 300)
            problems.push(`${name}: ${first.status} ${JSON.stringify(first.body)}`);
          const { code, message, advice } = first.body;
          if (!isPromised && ![code, message, advice].every((text) => typeof text === 'string'))
            problems.push(`${name}: ${JSON.stringify(first.body)}`);
          await stage.pass(FAULT_MS);
          mend();
          cases.push({ name, n, isPromised });
        }
    await everyFiveMinutes(stage, 12);
    for (const { name, n, isPromised } of cases)
      if (made(stage, n).length !== (isPromised ? 1 : 0))
        problems.push(`${name}: ${isPromised ? 'promised' : 'refused'}, and ${made(stage, n).length} tasks`);
    // Asked again with the same key, what was refused is made, and what was made is not made twice.
    for (const { name, n } of cases) {
      const again = await asks(stage, n);
      if (again.body.ok !== true) problems.push(`${name}, asked again: ${JSON.stringify(again)}`);
    }
    await everyFiveMinutes(stage, 2);
    for (const { name, n } of cases)
      if (made(stage, n).length !== 1) problems.push(`${name}, asked again: ${made(stage, n).length} tasks`);
    expect(problems).toEqual([]);
  });
});
