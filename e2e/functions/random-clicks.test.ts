import { playRandomClicks } from '../support/clicks/random-clicks';
import { closeHarnesses } from '../support/harness';
import { rngForBatch } from '../support/rng';
import { isSoak, testSeed } from '../support/sampling';

afterEach(closeHarnesses);
if (isSoak) jest.setTimeout(3_600_000);

/** An ordinary run plays a short batch, another each time; a soak run many long ones. */
const [BATCHES, MOMENTS] = isSoak ? [40, 150] : [1, 25];

/**
 * Sending again, test mails, putting back, deleting, saving and having callers asked by several people at once: no mail
 * twice, no call too many, nothing lost, every act in the audit, no error of the server's.
 */
test.each(Array.from({ length: BATCHES }, (_, batch) => batch))(
  'what several people click in random order is done once and noted, batch %i',
  async (batch) => {
    expect(await playRandomClicks(rngForBatch(testSeed(), batch), MOMENTS)).toEqual([]);
  },
);
