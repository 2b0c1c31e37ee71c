import type { Caller } from '../../support/caller';
import {
  FAULT_DURATIONS,
  FAULT_MODES,
  FAULT_MODES_BY_KIND,
  type FaultMode,
  type FaultTarget,
  faultTargets,
} from '../../support/fault-modes';
import { closeHarnesses, type Harness, type HeardPrompt, openHarness } from '../../support/harness';
import { bookCallback, enterNumber, openMenu, pressKeys, requestCallback } from '../../support/menu';
import { sampleCases } from '../../support/sampling';
import { runScheduledSweeps } from '../../support/scheduled-sweeps';
import { falseStatements, lastCallerStatus, longestSilence } from '../../support/transcript-assertions';

afterEach(closeHarnesses);

/**
 * Each outside call failing in each way on each path to a callback. The calls are not listed here: a caller goes each
 * path without a fault first, and every call made then fails for one of the callers that follow.
 */
interface Path {
  name: string;
  /** Brings a caller to where the calls are made that fail; what it gives makes them. */
  prepare(harness: Harness, callerOptions: TestCaller): Promise<() => Caller | Promise<Caller>>;
  /** What becomes of it without a fault. */
  expected: ReturnType<typeof lastCallerStatus>['what'];
  /** The calls of the path are those until the next question. */
  endsWithQuestion?: true;
  /** The caller wants a callback, and waits until they have one. */
  waitsForCallback?: true;
  /** Callbacks the caller has already. */
  callbacksBooked?: number;
}
interface TestCaller {
  from: string;
  /** Another number, as they type it. */
  keys: string;
}

/** Prompts, and the keys with which callers answer them. */
const ANSWERS: [RegExp, string][] = [
  [/To be called back and keep your place in line, press 1/, '1'],
  [/We can call you back at/, '1'],
  [/already booked for you/, '8'],
];
const pressOne = (caller: Caller) => () => {
  caller.press('1');
  return caller;
};
const PATHS: Path[] = [
  {
    name: 'no worker is signed in',
    prepare:
      async (harness, { from }) =>
      () =>
        harness.dial({ to: harness.numbers.overflow, from }),
    endsWithQuestion: true,
    waitsForCallback: true,
    expected: 'callback',
  },
  {
    name: 'asking for a callback',
    prepare: async (harness, { from }) => pressOne(await openMenu(harness, { from })),
    endsWithQuestion: true,
    expected: 'callback',
  },
  {
    name: 'booking at their own number',
    prepare: async (harness, { from }) => pressOne(await requestCallback(harness, { from })),
    expected: 'callback',
  },
  {
    name: 'booking at a typed number',
    prepare: async (harness, { from, keys }) => pressOne(await enterNumber(harness, `${keys}#`, { from })),
    expected: 'callback',
  },
  {
    name: 'asking for a callback when one is booked',
    async prepare(harness, { from }) {
      await bookCallback(harness, { from });
      return pressOne(await openMenu(harness, { from }));
    },
    endsWithQuestion: true,
    expected: 'line',
    callbacksBooked: 1,
  },
  {
    name: 'changing the number of a booked one',
    async prepare(harness, { from, keys }) {
      await bookCallback(harness, { from });
      const again = await openMenu(harness, { from });
      again.press('1');
      await again.waitForPrompt(/already booked/);
      again.press('1');
      await again.waitForPrompt(/Please enter the number/);
      pressKeys(again, `${keys}#`);
      await again.waitForPrompt(/You entered/);
      return pressOne(again);
    },
    expected: 'callback',
    callbacksBooked: 1,
  },
];

const testCaller = (n: number): TestCaller => ({ from: `+1202555${1000 + n}`, keys: `202555${3000 + n}` });
const FAULT_MS = 40_000;
/** A Function's whole life and the pause after "please stay on the line". */
const LONGEST_SILENCE_MS = 15_000;
/** A caller who has heard nothing by then counts as lost. */
const LONGEST_WAIT_MS = 4 * 60_000;

interface Case {
  name: string;
  person: TestCaller;
  heardPrompts: HeardPrompt[];
  /** Seen while the caller was there. */
  problems: string[];
  /** A 404 says that there is no such resource, which the product has to believe. */
  taskReportedGone: boolean;
}
type InjectedFault = FaultTarget['match'] & FaultMode;

/**
 * A caller takes the path while a request fails, confirms what they are offered, and hangs up once the fault is over and
 * they have heard the outcome.
 */
async function runCase(
  harness: Harness,
  path: Path,
  name: string,
  n: number,
  fault?: InjectedFault,
  recording?: { begins: () => void; ends: () => void },
): Promise<Case> {
  const person = testCaller(n);
  const act = await path.prepare(harness, person);
  const heardPrompts = harness.recordPrompts(person.from);
  const since = Date.now();
  recording?.begins();
  const removeFault = fault && harness.injectFault(fault);
  const caller = await act();
  const isOver = () =>
    !path.waitsForCallback && Date.now() - since >= FAULT_MS && /line|agent/.test(lastCallerStatus(heardPrompts).what);
  for (let heard = 0; caller.status() === 'in-progress' && Date.now() - since < LONGEST_WAIT_MS && !isOver(); ) {
    await harness.advance(5_000);
    if (Date.now() - since >= FAULT_MS) removeFault?.();
    const [key] = heardPrompts
      .slice(heard)
      .flatMap(({ text }) => ANSWERS.find(([question]) => question.test(text))?.[1] ?? []);
    heard = heardPrompts.length;
    if (key === undefined) continue;
    if (path.endsWithQuestion) recording?.ends();
    caller.press(key);
  }
  removeFault?.();
  if (!path.endsWithQuestion) recording?.ends();
  const isLied = fault?.status === 404 && (fault.method === 'GET' || fault.host === 'taskrouter.twilio.com');
  const problems = falseStatements(heardPrompts, isLied);
  const silence = longestSilence(harness, caller, since);
  if (silence > LONGEST_SILENCE_MS) problems.push(`left in silence for ${silence} ms`);
  const { what } = lastCallerStatus(heardPrompts);
  if (path.waitsForCallback && what !== 'callback') problems.push(`never promised a callback`);
  if (what === 'nothing') problems.push(`heard nothing: ${heardPrompts.map(({ text }) => text).join(' | ')}`);
  if (caller.status() === 'in-progress') {
    if (what === 'callback') problems.push('promised a callback, and left hanging');
    caller.hangUp();
  } else if (what !== 'callback') problems.push(`hung up on after ${heardPrompts.at(-1)?.text}`);
  await harness.advance(5_000);
  return { name, person, heardPrompts, problems, taskReportedGone: isLied };
}

/** What of a case is not as it should be, when everything has had time to be put right. */
function findProblems(
  harness: Harness,
  path: Path,
  { name, person, heardPrompts, problems, taskReportedGone: isLied }: Case,
): string[] {
  const last = lastCallerStatus(heardPrompts);
  const numbers = [person.from, `+1${person.keys}`];
  const open = harness
    .productTasks()
    .filter(({ assignmentStatus }) => assignmentStatus !== 'canceled')
    .map(({ attributes }) => (attributes.callBackData as { numberToCall: string }).numberToCall)
    .filter((number) => numbers.includes(number));
  const all = [...problems];
  const expectedTasks = last.what === 'callback' ? 1 : (path.callbacksBooked ?? 0);
  if (isLied ? open.length < expectedTasks : open.length !== expectedTasks)
    all.push(`heard ${last.what}, and ${open.length} callbacks in the end`);
  if (last.what === 'callback' && !open.includes(`+1${last.number}`))
    all.push(`heard ${last.number}, and a task for ${open}`);
  return all.map((problem) => `${name}: ${problem}`);
}

/** An ordinary run makes so many requests of a path fail, others each time; a soak run makes all of them fail. */
const FAULTS_PER_TEST = 14;

interface MatrixCase {
  name: string;
  fault: InjectedFault;
}

/** Each request failing in each mode, once and for a while. */
function faultCases(calls: readonly FaultTarget[], modes: readonly [string, FaultMode][], path: string): MatrixCase[] {
  const all = calls.flatMap((call) =>
    modes.flatMap(([mode, how]) =>
      FAULT_DURATIONS.map(([duration, times]) => ({
        name: `${call.name}, ${mode} ${duration}`,
        fault: { ...call.match, ...how, ...times(call) },
      })),
    ),
  );
  return [...sampleCases(all, FAULTS_PER_TEST, `${path} ${modes.map(([mode]) => mode).join()}`)];
}

/** The path without a fault, and the calls made on it. */
async function recorded(harness: Harness, path: Path): Promise<{ one: Case; calls: FaultTarget[] }> {
  let [from, to] = [0, 0];
  const one = await runCase(harness, path, 'no fault', 1, undefined, {
    begins: () => {
      from = harness.requestCount();
    },
    ends: () => {
      to = harness.requestCount();
    },
  });
  expect(lastCallerStatus(one.heardPrompts).what).toBe(path.expected);
  return { one, calls: faultTargets(harness.requestsSince(from).slice(0, to - from)) };
}

describe.each(PATHS)('$name', (path) => {
  test.each(FAULT_MODES_BY_KIND)('every request fails once with %s', async (_kind, modes) => {
    const harness = await openHarness();
    await harness.createIndexMaps();
    const { one, calls } = await recorded(harness, path);
    expect(calls.length).toBeGreaterThan(0);
    const cases: Case[] = [one];
    let sweptAt = Date.now();
    for (const { name, fault } of faultCases(calls, modes, path.name)) {
      cases.push(await runCase(harness, path, name, cases.length + 1, fault));
      if (Date.now() - sweptAt < 5 * 60_000) continue;
      sweptAt = Date.now();
      await harness.runOutboxSweep();
    }
    await runScheduledSweeps(harness, 12);
    expect(cases.flatMap((each) => findProblems(harness, path, each))).toEqual([]);
    expect(harness.sandboxErrors()).toEqual([]);
  });
});

test.each(FAULT_MODES)(
  'books the first callback of an account when the index cannot be created: %s',
  async (_mode, how) => {
    const [path] = PATHS.filter(({ name }) => name === 'booking at their own number');
    const problems: string[] = [];
    for (const [duration, times] of FAULT_DURATIONS) {
      const harness = await openHarness();
      const fault = { host: 'sync.twilio.com', method: 'POST', path: /\/Maps$/ };
      const one = await runCase(harness, path!, duration, 1, {
        ...fault,
        ...how,
        ...times({ name: '', match: fault }),
      });
      await runScheduledSweeps(harness, 3);
      problems.push(...findProblems(harness, path!, one));
      await closeHarnesses();
    }
    expect(problems).toEqual([]);
  },
);

describe('studio/create-callback', () => {
  const asks = async (harness: Harness, n: number) => {
    const answer = await harness.post('studio/create-callback', {
      numberToCall: testCaller(n).from,
      numberToCallFrom: harness.numbers.support,
      idempotencyKey: `key ${n}`,
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const made = (harness: Harness, n: number) =>
    harness
      .productTasks()
      .filter(
        ({ attributes }) => (attributes.callBackData as { numberToCall: string }).numberToCall === testCaller(n).from,
      );

  test.each(FAULT_MODES_BY_KIND)('every request fails once with %s', async (_kind, modes) => {
    const harness = await openHarness();
    await harness.createIndexMaps();
    const mark = harness.requestCount();
    expect(await asks(harness, 0)).toMatchObject({ status: 200, body: { ok: true, created: true } });
    const calls = faultTargets(harness.requestsSince(mark));
    expect(calls.length).toBeGreaterThan(4);
    const cases: { name: string; n: number; isPromised: boolean }[] = [];
    const problems: string[] = [];
    for (const { name, fault } of faultCases(calls, modes, 'create-callback')) {
      const n = cases.length + 1;
      const removeFault = harness.injectFault(fault);
      const first = await asks(harness, n);
      const isPromised = first.body.ok === true;
      if (isPromised !== first.status < 300) problems.push(`${name}: ${first.status} ${JSON.stringify(first.body)}`);
      const { code, message, advice } = first.body;
      if (!isPromised && ![code, message, advice].every((text) => typeof text === 'string'))
        problems.push(`${name}: ${JSON.stringify(first.body)}`);
      await harness.advance(FAULT_MS);
      removeFault();
      cases.push({ name, n, isPromised });
    }
    await runScheduledSweeps(harness, 12);
    for (const { name, n, isPromised } of cases)
      if (made(harness, n).length !== (isPromised ? 1 : 0))
        problems.push(`${name}: ${isPromised ? 'promised' : 'refused'}, and ${made(harness, n).length} tasks`);
    // The same idempotency key again creates what was refused, and does not create anything twice.
    for (const { name, n } of cases) {
      const again = await asks(harness, n);
      if (again.body.ok !== true) problems.push(`${name}, repeated: ${JSON.stringify(again)}`);
    }
    await runScheduledSweeps(harness, 2);
    for (const { name, n } of cases)
      if (made(harness, n).length !== 1) problems.push(`${name}, repeated: ${made(harness, n).length} tasks`);
    expect(problems).toEqual([]);
  });
});
