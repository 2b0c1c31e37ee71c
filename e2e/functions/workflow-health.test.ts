import type { EmailSettingsResponse } from '@callback-and-voicemail/contract';
import { namedQueueSid } from '../../sandbox/src/taskrouter/taskrouter';
import type { WorkflowConfiguration } from '../../sandbox/src/taskrouter/types';
import { closeHarnesses, openHarness } from '../support/harness';

afterEach(closeHarnesses);

const queue = namedQueueSid('Support');
const SHORT: WorkflowConfiguration = {
  task_routing: {
    filters: [{ filter_friendly_name: 'Everyone', expression: '1==1', targets: [{ queue, timeout: 120 }] }],
  },
};

async function findings(options: Parameters<typeof openHarness>[0]) {
  const harness = await openHarness(options);
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const answer = (await (await harness.postFlex('email-settings', sue.token)).json()) as EmailSettingsResponse;
  return answer.health.workflows;
}

test('the connection strip names a workflow whose last step would end callbacks', async () => {
  expect(await findings({ workflow: SHORT })).toEqual([
    { workflow: 'Assign to Anyone', problem: 'last-step-timeout', filter: 'Everyone' },
  ]);
});

test('the connection strip names nothing where callbacks are kept', async () => {
  expect(await findings({})).toEqual([]);
});

test('the connection strip names a callback workflow that does not exist', async () => {
  const missing = `WW${'0'.repeat(32)}`;
  expect(await findings({ environment: { TWILIO_FLEX_CALLBACK_WORKFLOW_SID: missing } })).toEqual([
    { workflow: missing, problem: 'missing' },
  ]);
});
