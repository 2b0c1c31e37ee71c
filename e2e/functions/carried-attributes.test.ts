import { namedQueueSid } from '../../sandbox/src/taskrouter/taskrouter';
import type { WorkflowConfiguration } from '../../sandbox/src/taskrouter/types';
import type { Caller } from '../support/caller';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** What Twilio and others put on the task of a call is on the task of its callback or voicemail. */
const OTHERS = {
  customers: { external_id: '17', name: 'Ana' },
  conversations: { conversation_id: 'CH17', campaign: 'spring', conversation_attribute_3: 'gold' },
  language: 'es',
};

async function dialWithAttributes(harness: Harness): Promise<Caller> {
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  const { sid, attributes } = harness.waitingTask(caller);
  harness.setAttributes(sid, { ...attributes, ...OTHERS, conference: { sid: 'CF1' }, worker_call_sid: 'CA2' });
  return caller;
}
async function bookCallback(harness: Harness, caller: Caller): Promise<void> {
  caller.press('*');
  await caller.waitForPrompt(/press 1/);
  caller.press('1');
  await caller.waitForPrompt(/We can call you back/);
  caller.press('1');
  await caller.waitForPrompt(/We will call you back/);
  await harness.advance(20_000);
}
async function leaveVoicemail(harness: Harness, caller: Caller): Promise<void> {
  await harness.chooseVoicemail(caller);
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(20_000);
}

test.each([
  ['callback', bookCallback],
  ['voicemail', leaveVoicemail],
] as const)(
  'a %s’s task has what was on the task of the call, but for what binds it to the call',
  async (type, leave) => {
    const harness = await openHarness();
    const caller = await dialWithAttributes(harness);
    const { attributes: ofCall } = harness.waitingTask(caller);
    await leave(harness, caller);
    const [task] = harness.productTasks();
    expect(task!.attributes).toMatchObject({ taskType: type, skill: 'support', ...OTHERS });
    for (const name of ['called', 'caller', 'caller_country', 'from_country', 'from_state', 'to_country'])
      expect([name, task!.attributes[name]]).toEqual([name, ofCall[name]]);
    for (const name of ['call_sid', 'call_status', 'conference', 'worker_call_sid'])
      expect(task!.attributes).not.toHaveProperty(name);
    expect(harness.functionLogs().join()).not.toContain('attributes not carried');
  },
);

test('a workflow that routes by the caller’s country routes the voicemail, also one without a queue', async () => {
  const queue = namedQueueSid('Support');
  const workflow: WorkflowConfiguration = {
    task_routing: {
      filters: [{ expression: "caller_country == 'US'", targets: [{ queue, priority: 77 }] }],
      default_filter: { queue },
    },
  };
  const harness = await openHarness({ workflow });
  await harness.leaveVoicemail();
  const direct = await harness.dial({ to: harness.numbers.voicemail });
  await direct.waitForBeep();
  await direct.speak(harness.sample);
  direct.hangUp();
  await harness.advance(20_000);
  expect(harness.productTasks().map(({ priority }) => priority)).toEqual([77, 77]);
});

test('attributes up to TaskRouter’s limit make no task fail; what there is no room for is named in the log', async () => {
  const harness = await openHarness();
  const caller = await dialWithAttributes(harness);
  const { sid, attributes } = harness.waitingTask(caller);
  const room = 4_000 - Buffer.byteLength(JSON.stringify(attributes));
  harness.setAttributes(sid, { ...attributes, notes: 'n'.repeat(room) });
  await leaveVoicemail(harness, caller);
  const [task] = harness.productTasks();
  expect(task!.attributes).toMatchObject({ taskType: 'voicemail', skill: 'support', customers: OTHERS.customers });
  expect(Buffer.byteLength(JSON.stringify(task!.attributes))).toBeLessThanOrEqual(4_096);
  expect(harness.functionLogs().join('\n')).toMatch(/"event":"attributes not carried".*"attributes":"[^"]*notes/);
});
