import type { Caller } from '../support/caller';
import { pickUp } from '../support/confirmation';
import { dialedCalls, hangUp, leaveUnanswered, pickUpDialed, talk } from '../support/dialed-calls';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';

/** A party whom the account calls, and another whom `<Dial>` connects with them, as tests of the product use them. */
afterEach(closeHarnesses);

const EMPLOYEE = '+12025550160';
const CALLER = '+12025550123';

/** The employee has picked up, and `<Dial>` rings the caller. */
async function dial(): Promise<{ harness: Harness; employee: Caller }> {
  const harness = await openHarness();
  harness.voice.startOutboundCall({ from: harness.numbers.support, to: EMPLOYEE });
  const employee = await pickUp(harness);
  harness.world.calls.update(employee.sid, {
    twiml: `<Response><Dial timeLimit="600"><Number>${CALLER}</Number></Dial><Say>Goodbye.</Say></Response>`,
  });
  await harness.clock.settle();
  return { harness, employee };
}
const duration = ({ answeredAt, endTime }: { answeredAt?: number; endTime: number | null }) => endTime! - answeredAt!;

test('two parties talk until the second hangs up, and the call of the first goes on', async () => {
  const { harness, employee } = await dial();
  const caller = await pickUpDialed(harness, employee);
  expect(caller).toMatchObject({ from: CALLER });
  await talk(harness, 95);
  await hangUp(harness, caller);
  await employee.waitForPrompt(/Goodbye/);
  const legs = dialedCalls(harness, employee);
  expect(legs).toMatchObject([{ from: harness.numbers.support, to: CALLER, status: 'completed' }]);
  expect(duration(legs[0]!)).toBe(95_000);
});

test('the second party’s call ends when the first hangs up', async () => {
  const { harness, employee } = await dial();
  const caller = await pickUpDialed(harness);
  await talk(harness, 5);
  await hangUp(harness, employee);
  expect([employee.status(), caller.status()]).toEqual(['completed', 'completed']);
  expect(employee.prompts()).toEqual([]);
});

test('a talk that reaches its limit ends by itself', async () => {
  const { harness, employee } = await dial();
  const caller = await pickUpDialed(harness);
  await talk(harness, 700);
  expect(caller.status()).toBe('completed');
  expect(employee.prompts()).toEqual(['Goodbye.']);
});

test.each([
  ['declined', 'busy'],
  ['busy', 'busy'],
  ['failed', 'failed'],
  ['no-answer', 'no-answer'],
] as const)('a dialed call that ends %s has the status %s, and the first call goes on', async (how, status) => {
  const { harness, employee } = await dial();
  await leaveUnanswered(harness, how);
  expect(dialedCalls(harness)).toMatchObject([{ status }]);
  await employee.waitForPrompt(/Goodbye/);
});

test('nobody can pick up where Dial rings nobody', async () => {
  const { harness } = await dial();
  await leaveUnanswered(harness, 'busy');
  await expect(pickUpDialed(harness)).rejects.toThrow('Dial rings nobody');
});
