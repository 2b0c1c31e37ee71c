import { type Click, type Clicked, isOk, type Reply, type Stage } from '../../support/clicks/click';
import { CLICKS } from '../../support/clicks/clicks';
import { NEXT, strikesOn } from '../../support/clicks/strikes';
import { type FaultTarget, faultTargets } from '../../support/fault-modes';
import { closeHarnesses, openHarness } from '../../support/harness';
import { isSoak, sampleCases } from '../../support/sampling';
import { runScheduledSweeps } from '../../support/scheduled-sweeps';

afterEach(closeHarnesses);
// All cases of a click are one test.
if (isSoak) jest.setTimeout(3_600_000);

const isWrite = ({ method, host, path }: { method: string; host: string; path: string }) =>
  method !== 'GET' && !(host === 'iam.twilio.com' || /\/Tokens\/validate/.test(path));

async function openStage(): Promise<Stage> {
  const harness = await openHarness();
  await harness.createIndexMaps();
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const ada = harness.signIn('ada', ['supervisor'], 'Offline');
  return { harness, sue, ada };
}

/** The writes of a click without a fault. */
async function findWrites({ prepare }: Click): Promise<FaultTarget[]> {
  const stage = await openStage();
  const { click } = await prepare(stage, 0);
  const mark = stage.harness.requestCount();
  const reply = await click();
  expect(isOk(reply)).toBe(true);
  const writes = faultTargets(stage.harness.requestsSince(mark).filter(isWrite));
  await closeHarnesses();
  return writes;
}

/** An ordinary run plays so many cases of so many clicks, others each time; a soak run plays all of them. */
const CASES_PER_CLICK = 5;
const CLICKS_PER_RUN = 4;

/**
 * Each write of each click of an agent or supervisor, failing in each way, and what people do next. The writes are not
 * listed: those of a click without a fault fail one after the other. "Mark as handled" and "Call back" are Flex's own
 * actions in the browser: none of the Functions takes part.
 */
test.each(sampleCases(CLICKS, CLICKS_PER_RUN, 'CLICKS'))(
  '$name: each write is done once, or not at all and said so',
  async (tested) => {
    const writes = await findWrites(tested);
    expect(writes.length).toBeGreaterThan(0);
    const cases = writes.flatMap((target) =>
      strikesOn(target).flatMap(([fault, strike]) => NEXT.map(([next, act]) => ({ target, fault, strike, next, act }))),
    );
    const stage = await openStage();
    const { harness } = stage;
    const problems: string[] = [];
    const played: { about: string; clicked: Clicked; answers: Reply[] }[] = [];
    const isAlone = tested.name.startsWith('Save');
    for (const [n, { target, fault, strike, next, act }] of sampleCases(
      cases,
      CASES_PER_CLICK,
      tested.name,
    ).entries()) {
      const about = `${target.name}, ${fault}, ${next}:`;
      const note = (found: readonly string[]) => problems.push(...found.map((problem) => `${about} ${problem}`));
      const clicked = await tested.prepare(stage, n);
      const answers: Reply[] = [];
      const removeFault = strike(harness, target);
      const first = await clicked.click();
      removeFault();
      const isLost = fault.startsWith('dies');
      answers.push(isLost ? { ...first, isLost } : first);
      clicked.react?.(answers[0]!);
      await act(clicked, harness, async () => {
        const again = await clicked.click();
        answers.push(again);
        clicked.react?.(again);
      });
      note((await clicked.problemsAtOnce?.(answers)) ?? []);
      await harness.advance(20_000);
      if (!isAlone) played.push({ about, clicked, answers });
      else note(await clicked.problems(answers));
    }
    // One sweep goes through 50 entries.
    const more = Math.ceil(played.length / 10);
    await runScheduledSweeps(harness, isAlone ? 1 : 5 + more);
    for (const { about, clicked, answers } of played)
      problems.push(...(await clicked.problems(answers)).map((problem) => `${about} ${problem}`));
    for (const { clicked } of played) await clicked.handle?.();
    if (played.some(({ clicked }) => clicked.handle)) await runScheduledSweeps(harness, 2 + more);
    for (const { about, clicked } of played)
      problems.push(...((await clicked.problemsWhenHandled?.()) ?? []).map((problem) => `${about} ${problem}`));
    expect(problems).toEqual([]);
  },
);
