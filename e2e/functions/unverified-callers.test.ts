import { closeHarnesses, type HarnessOptions, openHarness } from '../support/harness';
import { bookCallback } from '../support/menu';
import { readCard } from '../support/task-of-sam';

afterEach(closeHarnesses);

const WITH_VERDICT: HarnessOptions = { waitUrlQuery: 'verdict' };
const REFUSING: HarnessOptions = { ...WITH_VERDICT, environment: { UNVERIFIED_CALLERS: 'refuse' } };

/** What the one task's card says of the caller's number. */
async function readVerdict(harness: Awaited<ReturnType<typeof openHarness>>) {
  const sam = harness.signIn('sam');
  await harness.advance(1_000);
  const task = harness.productTasks()[0]!;
  harness.accept(sam, task.sid);
  return (await readCard(harness, sam, task.sid)).callerVerdict;
}

test.each([
  ['TN-Validation-Passed-A', 'verified'],
  ['TN-Validation-Failed-B', 'failed'],
  [undefined, undefined],
])('the card of a callback shows what %s means', async (stirVerstat, verdict) => {
  const harness = await openHarness(WITH_VERDICT);
  await bookCallback(harness, { stirVerstat });
  expect(await readVerdict(harness)).toBe(verdict);
});

test('the card of a voicemail from the line shows the verdict of the call', async () => {
  const harness = await openHarness(WITH_VERDICT);
  await harness.leaveVoicemail({ stirVerstat: 'TN-Validation-Passed-B' });
  await harness.advance(60_000);
  expect(await readVerdict(harness)).toBe('partly');
});

test('a verified caller may have a callback where others are refused', async () => {
  const harness = await openHarness(REFUSING);
  await bookCallback(harness, { stirVerstat: 'TN-Validation-Passed-A' });
  expect(harness.productTasks()).toHaveLength(1);
});

test.each(['TN-Validation-Passed-B', 'TN-Validation-Failed-A', 'No-TN-Validation', undefined])(
  'where unverified callers are refused, %s is offered voicemail alone',
  async (stirVerstat) => {
    const harness = await openHarness(REFUSING);
    const caller = await harness.dial({ to: harness.numbers.support, stirVerstat });
    await caller.waitForPrompt(/For other options, press star/);
    caller.press('*');
    await caller.waitForPrompt(/To leave a voicemail, press 2/);
    // Not even the hidden key leads to a callback.
    caller.press('1');
    await harness.advance(30_000);
    expect(caller.prompts().join(' ')).not.toMatch(/call you back|enter the number/i);
    expect(harness.productTasks()).toEqual([]);
    expect(harness.waitingTask(caller).assignmentStatus).toBe('pending');
  },
);

test('where unverified callers are refused, saying nothing as a voicemail makes no callback', async () => {
  const harness = await openHarness(REFUSING);
  const caller = await harness.dialToRecording({ stirVerstat: 'TN-Validation-Failed-A' });
  caller.hangUp();
  await harness.advance(10 * 60_000);
  expect(caller.prompts().join(' ')).not.toMatch(/call you back/i);
  expect(harness.productTasks()).toEqual([]);
});

test('where unverified callers are refused, their voicemail still becomes a task', async () => {
  const harness = await openHarness(REFUSING);
  await harness.leaveVoicemail({ stirVerstat: 'TN-Validation-Failed-A' });
  await harness.advance(60_000);
  expect(harness.productTasks()).toHaveLength(1);
  expect(await readVerdict(harness)).toBe('failed');
});

test('a wait URL that does not pass the verdict on leaves its callers unverified', async () => {
  const harness = await openHarness({ environment: { UNVERIFIED_CALLERS: 'refuse' } });
  const caller = await harness.dial({ to: harness.numbers.support, stirVerstat: 'TN-Validation-Passed-A' });
  await caller.waitForPrompt(/For other options, press star/);
  caller.press('*');
  await caller.waitForPrompt(/To leave a voicemail, press 2/);
  expect(caller.prompts().join(' ')).not.toMatch(/call you back/i);
});
