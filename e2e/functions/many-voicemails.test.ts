import { closeHarnesses, openHarness } from '../support/harness';
import { failByChance, findMistakes, reportVoicemails, unsent, withHourlyLimit } from '../support/many-voicemails';
import { createRng } from '../support/rng';
import { isSoak, testSeed } from '../support/sampling';

afterEach(closeHarnesses);

// A thousand take longer than a test usually may.
if (isSoak) jest.setTimeout(3_600_000);

const MINUTE = 60_000;
const { count, limit } = isSoak ? { count: 1_000, limit: 100 } : { count: 100, limit: 50 };
const SWEEP_EVERY_MS = (isSoak ? 1 : 4) * MINUTE;
const MAX_HOURS = 24;

test(`${count} voicemails at 30 a second, every fifth request fails, ${limit} an hour: one mail each`, async () => {
  const harness = await openHarness({ environment: withHourlyLimit(limit) });
  failByChance(harness, createRng(testSeed()), 0.2);
  const ids = await reportVoicemails(harness, { count, perSecond: 30 }, harness.advance);
  let left = ids;
  for (let at = 0; left.length > 0 && at < MAX_HOURS * 60 * MINUTE; at += SWEEP_EVERY_MS) {
    await harness.advance(SWEEP_EVERY_MS);
    await harness.runOutboxSweep();
    left = await unsent(harness, left);
  }
  expect(left).toEqual([]);
  expect(await findMistakes(harness, ids, limit)).toEqual([]);
});
