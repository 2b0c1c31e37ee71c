import {
  ask,
  type HeldCallback,
  holdCallback,
  madeCalls,
  pickUp,
  QUESTION,
  readConfirmation,
} from '../../support/confirmation';
import { dieAtRequest, type FaultTarget, faultTargets } from '../../support/fault-modes';
import { closeHarnesses } from '../../support/harness';

afterEach(closeHarnesses);

/**
 * The process dies at one write of a request to ask, before or after it is carried out, and the agent clicks again at
 * once and later. The writes are not listed: they are those of a request without a fault.
 */
async function findWrites(): Promise<FaultTarget[]> {
  const held = await holdCallback();
  await held.harness.createIndexMaps();
  const mark = held.harness.requestCount();
  await ask(held);
  const requests = held.harness
    .requestsSince(mark)
    .filter(({ method, path }) => method !== 'GET' && !/validate/.test(path));
  await closeHarnesses();
  return faultTargets(requests);
}

const live = ({ harness }: HeldCallback) => madeCalls(harness).filter(({ endTime }) => endTime === null);

test('a request to ask that dies at any write never leads to two calls at once, nor to none for ever', async () => {
  const writes = await findWrites();
  expect(writes.map(({ name }) => name)).toEqual(expect.arrayContaining(['POST api/Calls.json']));
  const problems: string[] = [];
  for (const target of writes)
    for (const isDone of [false, true]) {
      const held = await holdCallback();
      const { harness } = held;
      await harness.createIndexMaps();
      const restart = dieAtRequest(harness, target, isDone);
      await ask(held).catch(() => undefined);
      restart();
      const name = `${target.name}, ${isDone ? 'done' : 'not done'}`;
      for (const afterMs of [0, 5_000, 60_000]) {
        await harness.advance(afterMs);
        await ask(held);
        if (live(held).length > 1) problems.push(`${name}: ${live(held).length} calls at once`);
      }
      await harness.clock.runUntil(() => live(held).length > 0, 1_000).catch(() => undefined);
      if (live(held).length === 0) await ask(held);
      const called = await pickUp(harness);
      await called.waitForPrompt(QUESTION);
      called.press('1');
      await harness.advance(10_000);
      const state = (await readConfirmation(held))?.state;
      if (state !== 'confirmed') problems.push(`${name}: ${state} in the end`);
      if (madeCalls(harness).length > 3) problems.push(`${name}: ${madeCalls(harness).length} calls`);
      await closeHarnesses();
    }
  expect(problems).toEqual([]);
});
