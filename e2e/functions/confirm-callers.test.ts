import {
  ask,
  CONFIRMING,
  holdCallback,
  madeCalls,
  pickUp,
  QUESTION,
  readConfirmation,
  takeTask,
} from '../support/confirmation';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { bookCallback, enterNumber, openMenu, pressKeys } from '../support/menu';
import { askPersonalData, placesOf } from '../support/personal-data';
import { roundsInSeries } from '../support/round-trips';
import { codeOf } from '../support/task-of-sam';

afterEach(closeHarnesses);

const NUMBER = '+12025550123';
const MINUTE = 60_000;
const CALLS = { host: 'api.twilio.com', method: 'POST', path: /Calls\.json$/ } as const;

test.each([
  ['TN-Validation-Passed-B', 'needed'],
  ['TN-Validation-Failed-A', 'needed'],
  [undefined, 'needed'],
  ['TN-Validation-Passed-A', undefined],
])('where callers must confirm, a callback with the verdict %s: %s', async (stirVerstat, state) => {
  const held = await holdCallback({}, { stirVerstat });
  expect((await readConfirmation(held))?.state).toBe(state);
});

test('by default nobody must confirm, and nobody is called', async () => {
  const held = await holdCallback({ environment: {} });
  expect(await readConfirmation(held)).toBeUndefined();
  expect(await ask(held)).toEqual({ status: 200 });
  expect(madeCalls(held.harness)).toEqual([]);
});

test('a verified caller is not asked, whatever a client requests', async () => {
  const held = await holdCallback({}, { stirVerstat: 'TN-Validation-Passed-A' });
  expect(await ask(held)).toEqual({ status: 200 });
  expect(madeCalls(held.harness)).toEqual([]);
});

test.each([
  ['1', 'confirmed', /An agent will call you\. Goodbye/],
  ['2', 'declined', /We will not call you back/],
])('whoever presses %s at the number has %s the callback', async (key, state, words) => {
  const held = await holdCallback();
  const { harness } = held;
  expect(await ask(held)).toMatchObject({ status: 200, confirmation: { state: 'calling', asksLeft: 2 } });
  expect(madeCalls(harness)).toMatchObject([{ from: harness.numbers.support, to: NUMBER, status: 'ringing' }]);
  const called = await pickUp(harness);
  await called.waitForPrompt(QUESTION);
  expect((await readConfirmation(held))?.state).toBe('calling');
  called.press(key);
  await called.waitForPrompt(words);
  await harness.advance(MINUTE);
  expect(called.status()).toBe('completed');
  expect(await readConfirmation(held)).toMatchObject({ state });
  // Nobody is asked again who has answered.
  expect((await ask(held)).confirmation?.state).toBe(state);
  expect(madeCalls(harness)).toHaveLength(1);
});

test('the call says whose it is, if the settings name the organization', async () => {
  const held = await holdCallback({ settings: { organization: 'Smith & Sons' } });
  await ask(held);
  const called = await pickUp(held.harness);
  await called.waitForPrompt(QUESTION);
  expect(called.prompts()[0]).toBe('This is an automated call from Smith & Sons.');
});

test('the question is asked in the language that the caller heard', async () => {
  const harness = await openHarness(CONFIRMING);
  const caller = await harness.dial({ to: harness.numbers.spanish });
  await caller.waitForPrompt(/marque asterisco/);
  caller.press('*');
  await caller.waitForPrompt(/marque 2/);
  caller.press('1');
  await caller.waitForPrompt(/Podemos llamarle/);
  caller.press('1');
  await harness.advance(30_000);
  const held = { harness, ...(await takeTask(harness)) };
  await ask(held);
  const called = await pickUp(harness);
  await called.waitForPrompt(/marque 1 y un agente le llamará/);
  called.press('1');
  await called.waitForPrompt(/Un agente le llamará\. Adiós/);
});

describe('a call that nobody answers with a key', () => {
  test('another key is asked for again, and then given up', async () => {
    const held = await holdCallback();
    await ask(held);
    const called = await pickUp(held.harness);
    await called.waitForPrompt(QUESTION);
    called.press('5');
    await called.waitForPrompt(QUESTION);
    called.press('#');
    await called.waitForPrompt(/We received no answer/);
    await held.harness.advance(10_000);
    expect(await readConfirmation(held)).toMatchObject({ state: 'unanswered', asksLeft: 2 });
  });

  test('a voicemail box that talks on hears the question twice, and confirms nothing', async () => {
    const held = await holdCallback();
    const { harness } = held;
    await ask(held);
    const called = await pickUp(harness);
    while (called.status() === 'in-progress') await called.speak(harness.sample);
    await harness.advance(2 * MINUTE);
    expect(called.status()).toBe('completed');
    expect(called.prompts().filter((text) => QUESTION.test(text))).toHaveLength(2);
    expect((await readConfirmation(held))?.state).toBe('unanswered');
  });

  test.each([
    ['nobody picks up', () => undefined],
    ['the telephone is declined', (harness: Harness) => harness.voice.hangUp(madeCalls(harness)[0]!.sid)],
    ['whoever picks up hangs up', async (harness: Harness) => (await pickUp(harness)).hangUp()],
  ])('when %s, another call may ask, three times in all', async (_what, act) => {
    const held = await holdCallback();
    const { harness } = held;
    await ask(held);
    await act(harness);
    await harness.advance(40_000);
    expect(await readConfirmation(held)).toMatchObject({ state: 'unanswered', asksLeft: 2 });
    for (const asksLeft of [1, 0]) {
      expect((await ask(held)).confirmation).toMatchObject({ state: 'calling', asksLeft });
      await harness.advance(40_000);
    }
    expect(await ask(held)).toMatchObject({ status: 200, confirmation: { state: 'unanswered', asksLeft: 0 } });
    expect(madeCalls(harness)).toHaveLength(3);
  });

  test('when the end of the call is never reported, it is looked up', async () => {
    const held = await holdCallback();
    const { harness } = held;
    harness.dropWebhooks(/confirmation-status/);
    await ask(held);
    await harness.advance(40_000);
    expect((await readConfirmation(held))?.state).toBe('calling');
    await harness.advance(MINUTE);
    expect((await readConfirmation(held))?.state).toBe('unanswered');
  });
});

describe('one call at a time', () => {
  test('a double click, and a click during the call, make no second call', async () => {
    const held = await holdCallback();
    const answers = await Promise.all([ask(held), ask(held)]);
    expect(answers.map(({ status, confirmation }) => [status, confirmation?.state])).toEqual([
      [200, 'calling'],
      [200, 'calling'],
    ]);
    await pickUp(held.harness);
    expect((await ask(held)).confirmation?.state).toBe('calling');
    expect(madeCalls(held.harness)).toHaveLength(1);
  });

  test.each([
    ['done, and its answer lost', { kind: 'done-then-reset', times: 1 }],
    ['done, and never answered', { kind: 'done-then-no-answer', times: 1 }],
    ['carried out late', { kind: 'late', delayMs: 20_000, times: 1 }],
  ] as const)('when the request for the call is %s, its key counts and it stays alone', async (_what, fault) => {
    const held = await holdCallback();
    const { harness } = held;
    harness.injectFault({ ...CALLS, ...fault });
    expect((await ask(held)).confirmation?.state).toBe('calling');
    expect((await ask(held)).confirmation?.state).toBe('calling');
    await harness.clock.runUntil(() => madeCalls(harness).length > 0, 30_000);
    const called = await pickUp(harness);
    await called.waitForPrompt(QUESTION);
    called.press('1');
    await harness.advance(30_000);
    expect((await readConfirmation(held))?.state).toBe('confirmed');
    expect(madeCalls(harness)).toHaveLength(1);
  });

  test.each([
    ['never arrives', { kind: 'reset', times: 1 }],
    ['is answered with a 503', { kind: 'status', status: 503, times: 1 }],
  ] as const)('when the request for the call %s, another is made after a minute only', async (_what, fault) => {
    const held = await holdCallback();
    const { harness } = held;
    harness.injectFault({ ...CALLS, ...fault });
    await ask(held);
    await harness.advance(50_000);
    expect((await ask(held)).confirmation?.state).toBe('calling');
    expect(madeCalls(harness)).toEqual([]);
    await harness.advance(15_000);
    expect(await readConfirmation(held)).toMatchObject({ state: 'unanswered' });
    await ask(held);
    expect(madeCalls(harness)).toHaveLength(1);
  });

  test.each([
    ['refuses the call', { kind: 'status', status: 400 }, 422, 'call-refused'],
    ['throttles calls', { kind: 'status', status: 429 }, 429, 'rate-limited'],
  ] as const)('when Twilio %s, the agent hears it and nobody counts as asked', async (_what, fault, status, code) => {
    const held = await holdCallback();
    const removeFault = held.harness.injectFault({ ...CALLS, ...fault });
    expect(await ask(held)).toMatchObject({ status, code });
    removeFault();
    expect(await readConfirmation(held)).toEqual({ state: 'needed', asksLeft: 3 });
    expect((await ask(held)).confirmation?.state).toBe('calling');
  });
});

describe('keys', () => {
  test('a key counts that is reported after the end of its call', async () => {
    const held = await holdCallback();
    const { harness } = held;
    harness.holdWebhooks(/step=key/);
    await ask(held);
    const called = await pickUp(harness);
    await called.waitForPrompt(QUESTION);
    called.press('1');
    await harness.advance(MINUTE);
    expect((await readConfirmation(held))?.state).toBe('unanswered');
    await harness.redeliver(harness.heldWebhooks()[0]!);
    expect((await readConfirmation(held))?.state).toBe('confirmed');
  });

  test('a key that is reported twice, and one of an earlier call, change nothing', async () => {
    const held = await holdCallback();
    const { harness } = held;
    harness.recordWebhooks(/step=key/);
    await ask(held);
    const first = await pickUp(harness);
    await first.waitForPrompt(QUESTION);
    first.press('7');
    await first.waitForPrompt(QUESTION);
    first.hangUp();
    await harness.advance(10_000);
    await ask(held);
    const [{ url, params }] = harness.recordedWebhooks() as [{ url: string; params: Record<string, string> }];
    const late = await harness.redeliver({ url, params: { ...params, Digits: '1' } });
    expect(await late.text()).not.toMatch(/Say|Gather/);
    expect((await readConfirmation(held))?.state).toBe('calling');
    const second = await pickUp(harness);
    await second.waitForPrompt(QUESTION);
    second.press('2');
    await harness.advance(30_000);
    const key = harness.recordedWebhooks().at(-1)!;
    await harness.redeliver({ url: key.url, params: { ...key.params, Digits: '1' } });
    expect((await readConfirmation(held))?.state).toBe('declined');
  });

  test('when Sync is down as a key is pressed, nothing is promised and the question is repeated', async () => {
    const held = await holdCallback();
    const { harness, caller } = held;
    await ask(held);
    const called = await pickUp(harness);
    await called.waitForPrompt(QUESTION);
    const removeFault = harness.injectFault({
      ...{ host: 'sync.twilio.com', method: 'POST', path: new RegExp(`callback-${caller.sid}`) },
      ...{ kind: 'status', status: 500 },
    });
    called.press('1');
    await called.waitForPrompt(/Something went wrong on our side/);
    removeFault();
    await called.waitForPrompt(QUESTION);
    called.press('1');
    await called.waitForPrompt(/An agent will call you\. Goodbye/);
    expect((await readConfirmation(held))?.state).toBe('confirmed');
  });
});

describe('what is not ours', () => {
  /** A call that asks, and the requests for it. */
  async function asking() {
    const held = await holdCallback();
    held.harness.recordWebhooks(/studio\/confirmation/);
    await ask(held);
    const called = await pickUp(held.harness);
    await called.waitForPrompt(QUESTION);
    called.press('8');
    await called.waitForPrompt(QUESTION);
    return { ...held, called, webhooks: held.harness.recordedWebhooks() };
  }

  test('a signed request without our state changes nothing', async () => {
    const { webhooks, ...held } = await asking();
    const { harness } = held;
    for (const { url, params } of webhooks) {
      const query = new URL(url).searchParams;
      for (const change of [(q: URLSearchParams) => q.delete('sig'), (q: URLSearchParams) => q.set('step', 'key')]) {
        const forged = new URLSearchParams(query);
        forged.set('said', '0');
        change(forged);
        const answer = await harness.post(`studio/confirmation?${forged}`, { ...params, Digits: '1' });
        expect(await answer.text()).not.toMatch(/Gather|An agent will call/);
        const status = await harness.post(`studio/confirmation-status?${forged}`, { ...params });
        expect([status.status, await codeOf(status)]).toEqual([403, 'bad-state']);
      }
    }
    expect((await readConfirmation(held))?.state).toBe('calling');
  });

  test('our own URL from another call changes nothing', async () => {
    const { webhooks, ...held } = await asking();
    const { harness } = held;
    const CallSid = `CA${'f'.repeat(32)}`;
    for (const { url, params } of webhooks) {
      const answer = await harness.redeliver({ url, params: { ...params, CallSid, Digits: '1' } });
      expect(await answer.text()).not.toMatch(/Say|Gather/);
      const { search } = new URL(url);
      await harness.post(`studio/confirmation-status${search}`, { ...params, CallSid, CallStatus: 'completed' });
    }
    expect((await readConfirmation(held))?.state).toBe('calling');
  });

  test('an agent who does not hold the task, and a supervisor who does not, have nobody called', async () => {
    const held = await holdCallback();
    const { harness, taskSid } = held;
    const others = [harness.signIn('eve', ['agent'], 'Offline'), harness.signIn('sue', ['supervisor'], 'Offline')];
    for (const sam of others)
      expect(await ask({ harness, sam, taskSid })).toMatchObject({ status: 403, code: 'not-yours' });
    expect(madeCalls(harness)).toEqual([]);
    const audit = await harness.readAudit(others[1]!, { Act: 'confirm-caller' });
    expect(audit.map(({ identity, result }) => `${identity} ${result}`).sort()).toEqual(['eve refused', 'sue refused']);
  });
});

test('each request to ask is in the audit', async () => {
  const held = await holdCallback();
  const { harness, caller, taskSid } = held;
  await ask(held);
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  expect(await harness.readAudit(sue, { Act: 'confirm-caller' })).toMatchObject([
    { identity: 'sam', result: 'allowed', entries: [`callback-${caller.sid}`], queues: ['Support'], taskSid },
  ]);
});

test('a request to ask takes six rounds of requests to Twilio', async () => {
  const held = await holdCallback();
  const { harness, sam, taskSid } = held;
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  // The map of the audit is made at its first use.
  await harness.postFlex('email-settings', sue.token, { Action: 'read' });
  await readConfirmation(held);
  harness.setLatency(60);
  const mark = harness.requestCount();
  const Voicemail = `callback-${held.caller.sid}`;
  await harness.postFlex('confirm-caller', sam.token, { TaskSid: taskSid, Voicemail });
  expect(roundsInSeries(harness.requestsSince(mark))).toBe(6);
});

test('a number that may not be called back any more is not called to be asked', async () => {
  const held = await holdCallback();
  await held.harness.redeploy({ CALLBACK_COUNTRIES: 'DE' });
  expect(await ask(held)).toMatchObject({ status: 422, code: 'number-country-not-allowed' });
  expect(madeCalls(held.harness)).toEqual([]);
});

test('a number is called three times an hour at most, whoever asked for callbacks to it', async () => {
  const harness = await openHarness(CONFIRMING);
  const callers = ['+12025550131', '+12025550132'];
  for (const from of callers) {
    const caller = await enterNumber(harness, '2025550188#', { from });
    caller.press('1');
    await caller.waitForPrompt(/We will call you back/);
    await harness.advance(30_000);
  }
  const first = { harness, ...(await takeTask(harness)) };
  const second = { harness, ...(await takeTask(harness, 'ana')) };
  for (let n = 0; n < 3; n += 1) {
    await ask(first);
    await harness.advance(40_000);
  }
  expect(await ask(second)).toMatchObject({ status: 429, code: 'too-many-requests' });
  expect(madeCalls(harness).map(({ to }) => to)).toEqual(Array(3).fill('+12025550188'));
  await harness.advance(60 * MINUTE);
  // Flex has issued another token by then.
  const { token } = harness.world.flexTokens.issue({ identity: 'ana', roles: ['agent'], workerSid: second.sam.sid });
  expect((await ask({ ...second, sam: { ...second.sam, token } })).confirmation?.state).toBe('calling');
});

test('marked as handled during the call, nobody is promised that an agent calls', async () => {
  const held = await holdCallback();
  const { harness, taskSid } = held;
  await ask(held);
  const called = await pickUp(harness);
  await called.waitForPrompt(QUESTION);
  harness.world.tasks.update(taskSid, { assignmentStatus: 'completed' });
  called.press('1');
  await called.waitForPrompt(/something went wrong on our side\. Goodbye/);
  await harness.advance(10_000);
  expect(called.prompts().join()).not.toMatch(/An agent will call you\. Goodbye/);
  expect(called.status()).toBe('completed');
});

test('while TaskRouter does not say whether the task is open, a key counts', async () => {
  const held = await holdCallback();
  const { harness } = held;
  await ask(held);
  const called = await pickUp(harness);
  await called.waitForPrompt(QUESTION);
  harness.injectFault({ host: 'taskrouter.twilio.com', kind: 'status', status: 500, times: 5 });
  called.press('1');
  await called.waitForPrompt(/An agent will call you\. Goodbye/);
});

test('put back during the call, the callback is confirmed for the next agent', async () => {
  const held = await holdCallback();
  const { harness, sam, taskSid } = held;
  await ask(held);
  const called = await pickUp(harness);
  await called.waitForPrompt(QUESTION);
  expect((await harness.postFlex('requeue-callback', sam.token, { TaskSid: taskSid })).status).toBe(200);
  called.press('1');
  await harness.advance(30_000);
  const [, again] = harness.productTasks();
  harness.accept(sam, again!.sid);
  expect((await readConfirmation({ harness, sam, taskSid: again!.sid }))?.state).toBe('confirmed');
});

test('erased during the call, nothing is noted, and the call ends', async () => {
  const held = await holdCallback();
  const { harness, caller } = held;
  await ask(held);
  const called = await pickUp(harness);
  await called.waitForPrompt(QUESTION);
  await askPersonalData(harness, harness.signIn('sue', ['supervisor'], 'Offline'), 'erase', NUMBER);
  const heard = called.prompts().length;
  called.press('1');
  await harness.advance(10_000);
  expect([called.status(), called.prompts().length]).toEqual(['completed', heard]);
  expect(await harness.document(`callback-${caller.sid}`)).not.toHaveProperty('confirmation');
  expect(placesOf(harness, NUMBER).filter((place) => !place.startsWith('WT'))).toEqual([]);
});

/** Somebody who shows the caller's number has the open callback go to another one. */
async function changeNumber(harness: Harness): Promise<void> {
  const caller = await openMenu(harness);
  caller.press('1');
  await caller.waitForPrompt(/already booked/);
  caller.press('1');
  await caller.waitForPrompt(/Please enter the number/);
  pressKeys(caller, '2025550188#');
  await caller.waitForPrompt(/You entered/);
  caller.press('1');
  await caller.waitForPrompt(/We will now call you at/);
}

test('a number that is changed during the call must be confirmed itself', async () => {
  const held = await holdCallback({}, { stirVerstat: 'TN-Validation-Failed-A' });
  const { harness } = held;
  harness.holdWebhooks(/step=key/);
  await ask(held);
  const called = await pickUp(harness);
  await called.waitForPrompt(QUESTION);
  called.press('1');
  await changeNumber(harness);
  // The key of the number before is reported late.
  await harness.redeliver(harness.heldWebhooks()[0]!);
  expect(await readConfirmation(held)).toEqual({ state: 'needed', asksLeft: 3 });
});

test('a number that another call has changed must be confirmed, also of a verified caller', async () => {
  const harness = await openHarness(CONFIRMING);
  await bookCallback(harness, { stirVerstat: 'TN-Validation-Passed-A' });
  await changeNumber(harness);
  const held = { harness, ...(await takeTask(harness)) };
  expect((await readConfirmation(held))?.state).toBe('needed');
  await ask(held);
  expect(madeCalls(harness)).toMatchObject([{ to: '+12025550188' }]);
});

test('the caller of a voicemail is asked in the same way', async () => {
  const harness = await openHarness(CONFIRMING);
  await harness.leaveVoicemail({ stirVerstat: 'TN-Validation-Failed-A' });
  await harness.advance(MINUTE);
  const held = { harness, ...(await takeTask(harness)) };
  expect((await readConfirmation(held))?.state).toBe('needed');
  await ask(held);
  const called = await pickUp(harness);
  await called.waitForPrompt(QUESTION);
  called.press('1');
  await harness.advance(10_000);
  expect((await readConfirmation(held))?.state).toBe('confirmed');
});

test('another caller of the same queue is booked meanwhile, and asked apart', async () => {
  const held = await holdCallback();
  const { harness } = held;
  await ask(held);
  await bookCallback(harness, { from: '+12025550177', stirVerstat: 'TN-Validation-Passed-A' });
  const other = { harness, ...(await takeTask(harness, 'ana')) };
  expect(await readConfirmation(other)).toBeUndefined();
  expect((await readConfirmation(held))?.state).toMatch(/calling|unanswered/);
});
