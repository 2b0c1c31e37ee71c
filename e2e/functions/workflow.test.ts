import { readFileSync } from 'node:fs';
import path from 'node:path';
import { namedQueueSid } from '../../sandbox/src/taskrouter/taskrouter';
import type { WorkflowConfiguration } from '../../sandbox/src/taskrouter/types';
import { closeStages, openStage, type Stage } from '../support/stage';

afterEach(closeStages);

/** The workflow to import, with its queues set, and agents who take what it gives them. */
const file = path.resolve(__dirname, '../../infra-as-code/taskrouter/workflow.json');
const workflow = JSON.parse(
  readFileSync(file, 'utf8').replaceAll(/\$\{\w+_queue_sid\}/g, namedQueueSid('Support')),
) as WorkflowConfiguration;

const MINUTE = 60_000;
const asks = async (stage: Stage, parameters: Record<string, string>): Promise<string> => {
  const answer = await stage.post('studio/create-callback', {
    numberToCall: '+12025550123',
    numberToCallFrom: stage.numbers.support,
    ...parameters,
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { taskSid: string }).taskSid;
};
/** Minutes until an agent who is free all the time is offered the task. */
async function minutesUntilOffered(stage: Stage, taskSid: string): Promise<number> {
  for (let minutes = 0; minutes <= 120; minutes += 1) {
    if (stage.reservationsOf(taskSid).length > 0) return minutes;
    await stage.pass(MINUTE);
  }
  return Number.POSITIVE_INFINITY;
}

test.each([
  [0, 0],
  [1, 10],
  [2, 60],
  [5, 60],
])('a callback tried %i times is offered after %i minutes', async (attempts, minutes) => {
  const stage = await openStage({ workflow });
  stage.signIn('sam');
  const taskSid = await asks(stage, { attempts: String(attempts) });
  expect(await minutesUntilOffered(stage, taskSid)).toBe(minutes);
});

test('a call is offered at once, a callback at its place in line, and a voicemail like a callback', async () => {
  const stage = await openStage({ workflow });
  const first = await stage.dial({ to: stage.numbers.support, from: '+12025550171' });
  await first.hears(/press star/);
  await stage.pass(MINUTE);
  const second = await stage.dial({ to: stage.numbers.support, from: '+12025550172' });
  await second.hears(/press star/);
  first.press('*');
  await first.hears(/press 1/);
  first.press('1');
  await first.hears(/We can call you back/);
  first.press('1');
  await first.hears(/We will call you back/);
  const [callback] = stage.productTasks();
  stage.signIn('sam');
  await stage.pass(1_000);
  // The caller who came first is still first, although the task is the younger one.
  expect(stage.reservationsOf(callback!.sid)).toHaveLength(1);
  expect(stage.reservationsOf(stage.waitingTask(second).sid)).toEqual([]);
  stage.signIn('ana');
  await stage.pass(1_000);
  expect(stage.reservationsOf(stage.waitingTask(second).sid)).toHaveLength(1);
});
