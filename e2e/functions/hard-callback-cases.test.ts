import type { Caller } from '../support/caller';
import { closeStages, openStage, type Stage } from '../support/stage';

afterEach(closeStages);
/** Cases of booking found by looking for them: each lost, doubled or misled somebody once. */
const TASKS = 'taskrouter.twilio.com';
const SYNC = 'sync.twilio.com';
const callbacks = (stage: Stage) =>
  stage.productTasks().filter(({ assignmentStatus }) => assignmentStatus !== 'canceled');
async function everyFiveMinutes(stage: Stage, times: number) {
  for (let n = 0; n < times; n += 1) {
    await stage.pass(5 * 60_000);
    await stage.runOutbox();
  }
}
async function offered(stage: Stage, who: { from?: string; to?: string } = {}): Promise<Caller> {
  const caller = await stage.dial({ to: stage.numbers.support, ...who });
  await caller.hears(/For other options, press star/);
  caller.press('*');
  await caller.hears(/press 2/);
  caller.press('1');
  await caller.hears(/We can call you back at/);
  return caller;
}

test('made, in doubt, and the waiting task cannot be read the second time: an agent takes the call, and nobody calls back', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  const { sid } = stage.waitingTask(caller);
  // the cancel never arrives; reads fail after the first
  const mend1 = stage.fault({ host: TASKS, method: 'POST', path: new RegExp(`Tasks/${sid}`), kind: 'reset' });
  const mend2 = stage.fault({
    host: TASKS,
    method: 'GET',
    path: new RegExp(`Tasks/${sid}`),
    kind: 'status',
    status: 503,
    after: 1,
  });
  caller.press('1');
  await stage.pass(70_000); // several tries
  stage.acceptTaskOf(caller);
  stage.completeTaskOf(caller);
  caller.hangUp();
  mend1();
  mend2();
  await everyFiveMinutes(stage, 3);
  expect(callbacks(stage)).toEqual([]);
});
