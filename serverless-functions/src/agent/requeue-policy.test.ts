import { newCallback } from '../../test/ledger-fixtures';
import { CONFIGURATION_ASSET } from '../caller-experience';
import { checkCallBlock } from '../fulfilment/call-block';
import type { Invocation } from '../invocation';
import { readEnvironment } from '../runtime/environment';

/** Named by the configuration of what callers hear, so it is the business's own. */
const OTHER_LINE = '+12025550104';
/** Only Twilio knows it. */
const OF_THE_ACCOUNT = '+12025550177';
const configuration = JSON.stringify({ everyone: {}, numbers: { [OTHER_LINE]: {} }, queues: {} });
(globalThis as { Runtime?: unknown }).Runtime = {
  getAssets: () => ({ [CONFIGURATION_ASSET]: { path: '/a.json', open: () => configuration } }),
};

test.each([
  ['the number that was dialed', '+12025550101', 'number-ours'],
  ['another line of the business', OTHER_LINE, 'number-ours'],
  ['another number of the account', OF_THE_ACCOUNT, 'number-ours'],
  ['a premium number', '+19005550123', 'number-premium'],
  ['a caller', '+12025550123', undefined],
])('on the card and when requeueing, %s is judged as when it is booked', async (_whose, from, expected) => {
  const invocation = { environment: readEnvironment({}) } as Invocation;
  const isOurs = async (number: string) => number === OF_THE_ACCOUNT;
  expect(await checkCallBlock(invocation, { ...newCallback(), from }, isOurs)).toBe(expected);
});
