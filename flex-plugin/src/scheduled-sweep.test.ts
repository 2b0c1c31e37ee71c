import { SWEEP_INTERVAL_MS, startScheduledSweep } from './scheduled-sweep';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('sweeps about every five minutes, also after a failure, until stopped', async () => {
  const sweep = jest.fn().mockRejectedValueOnce(new Error('down')).mockResolvedValue(undefined);
  const stop = startScheduledSweep(sweep, () => 0.5);
  await jest.advanceTimersByTimeAsync(SWEEP_INTERVAL_MS / 2);
  expect(sweep).toHaveBeenCalledTimes(1);
  await jest.advanceTimersByTimeAsync(3 * SWEEP_INTERVAL_MS);
  expect(sweep).toHaveBeenCalledTimes(4);
  stop();
  await jest.advanceTimersByTimeAsync(3 * SWEEP_INTERVAL_MS);
  expect(sweep).toHaveBeenCalledTimes(4);
});

test('spreads the sweeps of agents who sign in at the same time', async () => {
  const at = async (random: number) => {
    const sweep = jest.fn().mockResolvedValue(undefined);
    const stop = startScheduledSweep(sweep, () => random);
    let ms = 0;
    while (sweep.mock.calls.length < 2) {
      await jest.advanceTimersByTimeAsync(1_000);
      ms += 1_000;
    }
    stop();
    return ms;
  };
  expect((await at(0.9)) - (await at(0.1))).toBeGreaterThan(SWEEP_INTERVAL_MS / 2);
});

test('waits for a slow sweep before scheduling the next', async () => {
  const sweep = jest.fn(() => new Promise<void>(() => undefined));
  const stop = startScheduledSweep(sweep, () => 0);
  await jest.advanceTimersByTimeAsync(10 * SWEEP_INTERVAL_MS);
  expect(sweep).toHaveBeenCalledTimes(1);
  stop();
});
