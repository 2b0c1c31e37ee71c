import { readFileSync } from 'node:fs';
import path from 'node:path';
import { namedQueueSid } from '../../sandbox/src/taskrouter/taskrouter';
import type { WorkflowConfiguration } from '../../sandbox/src/taskrouter/types';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** The workflow to import, with its queues set, and agents who take what it gives them. */
const file = path.resolve(__dirname, '../../infra-as-code/taskrouter/workflow.json');
const workflow = JSON.parse(
  readFileSync(file, 'utf8').replaceAll(/\$\{\w+_queue_sid\}/g, namedQueueSid('Support')),
) as WorkflowConfiguration;

const MINUTE = 60_000;
const createCallback = async (harness: Harness, parameters: Record<string, string>): Promise<string> => {
  const answer = await harness.post('studio/create-callback', {
    numberToCall: '+12025550123',
    numberToCallFrom: harness.numbers.support,
    ...parameters,
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { taskSid: string }).taskSid;
};
/** Minutes until an agent who is free all the time is offered the task. */
async function minutesUntilOffered(harness: Harness, taskSid: string): Promise<number> {
  for (let minutes = 0; minutes <= 120; minutes += 1) {
    if (harness.taskReservations(taskSid).length > 0) return minutes;
    await harness.advance(MINUTE);
  }
  return Number.POSITIVE_INFINITY;
}

test.each([
  [0, 0],
  [1, 10],
  [2, 60],
  [5, 60],
])('a callback tried %i times is offered after %i minutes', async (attempts, minutes) => {
  const harness = await openHarness({ workflow });
  harness.signIn('sam');
  const taskSid = await createCallback(harness, { attempts: String(attempts) });
  expect(await minutesUntilOffered(harness, taskSid)).toBe(minutes);
});

test('a call is offered at once, a callback at its place in line, and a voicemail like a callback', async () => {
  const harness = await openHarness({ workflow });
  const first = await harness.dial({ to: harness.numbers.support, from: '+12025550171' });
  await first.waitForPrompt(/press star/);
  await harness.advance(MINUTE);
  const second = await harness.dial({ to: harness.numbers.support, from: '+12025550172' });
  await second.waitForPrompt(/press star/);
  first.press('*');
  await first.waitForPrompt(/press 1/);
  first.press('1');
  await first.waitForPrompt(/We can call you back/);
  first.press('1');
  await first.waitForPrompt(/We will call you back/);
  const [callback] = harness.productTasks();
  harness.signIn('sam');
  await harness.advance(1_000);
  // The caller who came first is still first, although the task is the younger one.
  expect(harness.taskReservations(callback!.sid)).toHaveLength(1);
  expect(harness.taskReservations(harness.waitingTask(second).sid)).toEqual([]);
  harness.signIn('ana');
  await harness.advance(1_000);
  expect(harness.taskReservations(harness.waitingTask(second).sid)).toHaveLength(1);
});
