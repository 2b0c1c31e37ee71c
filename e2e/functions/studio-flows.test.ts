import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { parseFlowDefinition } from '../../sandbox/src/studio/flow-definition';
import { fixedSid } from '../../sandbox/src/world/sids';
import { closeFlowCalls, playFlow } from '../../sandbox/test/studio/play-flow';
import type { Caller } from '../support/caller';
import { closeHarnesses, type FaultOptions, type Harness, type HarnessOptions, openHarness } from '../support/harness';
import { runScheduledSweeps } from '../support/scheduled-sweeps';

afterEach(async () => {
  await closeHarnesses();
  await closeFlowCalls();
});

const root = path.resolve(__dirname, '../..');
const infra = path.join(root, 'infra-as-code');
const FLOWS = ['callback-and-voicemail', 'straight-to-voicemail', 'callback-from-a-flow'] as const;
const read = (file: string) => readFileSync(path.join(infra, file), 'utf8');
const placeholdersOf = (text: string) => [...new Set(text.match(/\$\{\w+\}/g))].sort();

/** What an administrator does with a flow's file: sets its values, then imports it. */
function imported(name: (typeof FLOWS)[number], values: Record<string, string>) {
  const text = Object.entries({ ...VALUES, ...values }).reduce(
    (before, [placeholder, value]) => before.replaceAll(placeholder, value),
    read(`studio/${name}.json`),
  );
  expect(placeholdersOf(text)).toEqual([]);
  return { sid: fixedSid('FW', name), definition: JSON.parse(text) };
}
const VALUES = {
  // The harness serves the Functions without TLS.
  'https://${functions_domain}': 'http://voicemail-1234.localhost',
  '${workflow_sid}': fixedSid('WW', 'Assign to Anyone'),
  '${channel_sid}': fixedSid('TC', 'voice'),
};
const openWithFlow = (
  number: keyof NonNullable<HarnessOptions['studio']>,
  name: (typeof FLOWS)[number],
  values: Record<string, string> = {},
) => openHarness({ studio: { [number]: imported(name, values) } });

describe('the files', () => {
  const schema = (name: string) => JSON.parse(readFileSync(path.join(root, 'sandbox/schemas', name), 'utf8'));
  const validate = (schemaName: string, json: unknown) => {
    const check = new Ajv({ strict: false, allErrors: true }).compile(schema(schemaName));
    check(json);
    return check.errors ?? [];
  };

  test.each(FLOWS)('%s is a flow that Studio would take', (name) => {
    const json = JSON.parse(read(`studio/${name}.json`));
    expect(validate('studio-flow.schema.json', json)).toEqual([]);
    const events: Record<string, string[]> = schema('studio-flow.schema.json')['x-widgets'];
    for (const { type, transitions } of parseFlowDefinition(name, json).widgets.values()) {
      expect([...new Set(transitions.map(({ event }) => event))].sort()).toEqual([...events[type]!].sort());
    }
  });

  test('the workflow is one that TaskRouter would take', () => {
    expect(validate('workflow.schema.json', JSON.parse(read('taskrouter/workflow.json')))).toEqual([]);
  });

  test.each(FLOWS)('the values to set in %s are those its README names', (name) => {
    const row = read('studio/README.md')
      .split('\n')
      .find((line) => line.startsWith(`| \`${name}.json\``));
    expect(placeholdersOf(read(`studio/${name}.json`))).toEqual(placeholdersOf(row ?? ''));
  });

  test('the values to set in the workflow are those its README names', () => {
    expect(placeholdersOf(read('taskrouter/workflow.json'))).toEqual(placeholdersOf(read('taskrouter/README.md')));
  });

  test('every attempt has its delay', () => {
    const { filters, default_filter: byDefault } = JSON.parse(read('taskrouter/workflow.json')).task_routing;
    const waits = filters.map(({ expression, targets }: { expression: string; targets: Record<string, unknown>[] }) => {
      expect(targets.at(-1)).toEqual({ queue: expect.any(String) });
      expect(targets.slice(0, -1).every((target) => target.expression === '1==0')).toBe(true);
      return [expression.replace(/^.* AND /, ''), targets.length > 1 ? targets[0]!.timeout : 0];
    });
    expect(waits).toEqual([
      ['callBackData.attempts >= 2', 3600],
      ['callBackData.attempts == 1', 600],
      ["(taskType == 'callback' OR taskType == 'voicemail')", 0],
      ["direction == 'inbound'", 0],
    ]);
    expect(byDefault).toEqual(filters.at(-1).targets[0]);
  });
});

test('in line: the caller reaches the menu and leaves a voicemail', async () => {
  const harness = await openWithFlow('support', 'callback-and-voicemail');
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  expect(harness.waitingTask(caller)).toMatchObject({
    priority: 0,
    timeoutSeconds: 86_400,
    attributes: { type: 'inbound', name: caller.from, conversations: { hang_up_by: 'Customer' } },
  });
  await harness.chooseVoicemail(caller);
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  expect(harness.waitingTask(caller)).toMatchObject({ assignmentStatus: 'canceled' });
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toHaveLength(1);
  expect(harness.sandboxErrors()).toEqual([]);
});

test('in line: the workflow in the waitUrl saves reading the queue', async () => {
  const harness = await openWithFlow('support', 'callback-and-voicemail');
  const before = harness.requestCount();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  expect(harness.requestsSince(before)).toHaveLength(1);
});

test('a queue that cannot be joined leads to voicemail', async () => {
  const harness = await openWithFlow('support', 'callback-and-voicemail', { '${workflow_sid}': `WW${'f'.repeat(32)}` });
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/leave your message after the tone/);
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toHaveLength(1);
});

test('straight to voicemail: one recording, one task, one mail', async () => {
  const harness = await openWithFlow('voicemail', 'straight-to-voicemail');
  const caller = await harness.dial({ to: harness.numbers.voicemail });
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.press('#');
  await harness.advance(60_000);
  expect(caller.status()).toBe('completed');
  expect(harness.recordings()).toHaveLength(1);
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toHaveLength(1);
  expect(harness.sandboxErrors()).toEqual([]);
});

describe('the example of a callback, against a server that answers as studio/create-callback does', () => {
  const CREATE = '/features/callback-and-voicemail-with-email/studio/create-callback';
  const VOICEMAIL = '/features/callback-and-voicemail-with-email/studio/voicemail';
  const offered = (status: number, body: string) =>
    playFlow(
      (url) => imported('callback-from-a-flow', { 'https://${functions_domain}': url }).definition,
      (product) => {
        product.on(CREATE, { status, type: 'application/json', body });
        product.on(VOICEMAIL, '<Say>The voicemail.</Say>');
      },
    );

  test('promises only what was recorded', async () => {
    const call = await offered(200, '{"ok": true}');
    await call.press('1');
    await call.advance(30_000);
    expect(call.said().slice(1)).toEqual(['We will call you back at 1 5 5 5 0 1 0 0 0 0 1. You can hang up now.']);
    expect(call.product.to(CREATE).map(({ form }) => form)).toEqual([
      {
        numberToCall: '+15550100001',
        numberToCallFrom: '+15550100099',
        callSid: call.callSid,
        idempotencyKey: expect.stringMatching(/^FN[0-9a-f]{32}$/),
      },
    ]);
    expect(call.logged('error')).toEqual([]);
  });

  test.each([
    [400, '{"code": "number-withheld", "message": "This number is not called back"}'],
    [200, '{"ok": false, "message": "Too late."}'],
    [500, 'broken'],
    [200, '{}'],
  ])('promises nothing after %i %s', async (status, body) => {
    const call = await offered(status, body);
    await call.press('1');
    await call.advance(30_000);
    expect(call.said().slice(1)).toEqual([
      'We are not able to call you back. You can leave a voicemail instead.',
      'The voicemail.',
    ]);
  });

  test.each(['2', '5'])('key %s leads to voicemail', async (key) => {
    const call = await offered(200, '{"ok": true}');
    await call.press(key);
    await call.advance(30_000);
    expect(call.said().slice(1)).toEqual(['The voicemail.']);
    expect(call.product.to(CREATE)).toEqual([]);
  });
});

describe('the example of a callback, with the Function itself', () => {
  const NUMBER = '+12025550123';
  async function requestCallbackThroughFlow(environment: Record<string, string> = {}, from = NUMBER, values = {}) {
    const harness = await openHarness({ studio: { support: imported('callback-from-a-flow', values) }, environment });
    const caller = await harness.dial({ to: harness.numbers.support, from });
    await caller.waitForPrompt(/To be called back, press 1/);
    return { harness, caller };
  }
  async function leaveVoicemailInstead(harness: Harness, caller: Caller) {
    await caller.waitForBeep();
    await caller.speak(harness.sample);
    caller.hangUp();
    await runScheduledSweeps(harness, 3);
    expect(harness.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['voicemail']);
    expect(await harness.mails()).toHaveLength(1);
  }

  test('confirms a booking and makes a task', async () => {
    const { harness, caller } = await requestCallbackThroughFlow();
    caller.press('1');
    await caller.waitForPrompt(/We will call you back at 1 2 0 2 5 5 5 0 1 2 3. You can hang up now/);
    await harness.advance(10_000);
    expect(caller.status()).toBe('completed');
    await runScheduledSweeps(harness, 2);
    expect(harness.productTasks()).toMatchObject([
      {
        attributes: {
          taskType: 'callback',
          callBackData: { numberToCall: NUMBER, numberToCallFrom: harness.numbers.support },
          conversations: { conversation_id: caller.sid },
        },
      },
    ]);
    expect(harness.sandboxErrors()).toEqual([]);
  });

  const NOT_CALLED_BACK = /^We are not able to call you back\. You can leave a voicemail instead\.$/;

  test.each(['+266696687', 'anonymous', '', 'sip:ana@example.com', '+442079460958', '+18765550123', '+19005550123'])(
    'a caller from %p hears that no callback is possible and gets the voicemail',
    async (from) => {
      const { harness, caller } = await requestCallbackThroughFlow({}, from);
      caller.press('1');
      await caller.waitForPrompt(NOT_CALLED_BACK);
      await leaveVoicemailInstead(harness, caller);
    },
  );

  test.each<[string, FaultOptions]>([
    ['Sync is down', { host: 'sync.twilio.com', kind: 'status', status: 503 }],
    ['Sync does not answer', { host: 'sync.twilio.com', kind: 'no-answer' }],
  ])('%s: no promise, and a voicemail', async (_what, fault) => {
    const { harness, caller } = await requestCallbackThroughFlow();
    const removeFault = harness.injectFault(fault);
    caller.press('1');
    await caller.waitForPrompt(NOT_CALLED_BACK);
    removeFault();
    await leaveVoicemailInstead(harness, caller);
  });

  test('when the Function is missing, makes no promise and plays no error', async () => {
    const { harness, caller } = await requestCallbackThroughFlow({}, NUMBER, {
      'studio/create-callback': 'studio/not-deployed',
    });
    caller.press('1');
    await caller.waitForPrompt(NOT_CALLED_BACK);
    await leaveVoicemailInstead(harness, caller);
  });

  test('when TaskRouter is down, promises what is recorded and makes the task later', async () => {
    const { harness, caller } = await requestCallbackThroughFlow();
    const removeFault = harness.injectFault({ host: 'taskrouter.twilio.com', kind: 'status', status: 503 });
    caller.press('1');
    await caller.waitForPrompt(/We will call you back/);
    removeFault();
    await runScheduledSweeps(harness, 2);
    expect(harness.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['callback']);
  });

  test('without a workflow, says nothing that a caller would not understand', async () => {
    const { caller } = await requestCallbackThroughFlow({ TWILIO_FLEX_CALLBACK_WORKFLOW_SID: '' });
    caller.press('1');
    await caller.waitForPrompt(NOT_CALLED_BACK);
  });
});
