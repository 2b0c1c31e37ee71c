import { closeHarnesses, type Harness, openHarnessOverHttp } from '../support/harness';
import { bookCallback, openMenu, pressKeys, requestCallback } from '../support/menu';
import { runScheduledSweeps } from '../support/scheduled-sweeps';

afterEach(closeHarnesses);

const OTHER = { keys: '2025550188#', number: '+12025550188', spoken: /You entered 2 0 2, 5 5 5, 0 1 8 8/ };
const callbacks = (harness: Harness) =>
  harness.productTasks().filter(({ assignmentStatus }) => assignmentStatus !== 'canceled');

describe('at the number the caller calls from', () => {
  test('a confirmed callback keeps the place in line, cancels the queue task, and reads the number back', async () => {
    const harness = await openHarnessOverHttp();
    const caller = await requestCallback(harness);
    const waiting = harness.waitingTask(caller);
    await harness.advance(3_000);
    caller.press('1');
    await caller.waitForPrompt(/We will call you back at 2 0 2, 5 5 5, 0 1 2 3 when it is your turn/);
    await harness.advance(30_000);
    expect(caller.status()).toBe('completed');
    expect(harness.task(waiting.sid)).toMatchObject({
      assignmentStatus: 'canceled',
      reason: 'Opted to request a callback',
      attributes: { conversations: { abandoned: 'Follow-Up' } },
    });
    const [task, ...more] = harness.productTasks();
    expect(more).toEqual([]);
    expect(task).toMatchObject({
      workflowSid: waiting.workflowSid,
      priority: 7,
      virtualStartTime: waiting.dateCreated,
      assignmentStatus: 'pending',
      attributes: {
        taskType: 'callback',
        skill: 'support',
        name: '+1 202-555-0123',
        callBackData: { numberToCall: caller.from, numberToCallFrom: harness.numbers.support, attempts: 0 },
        callback_and_voicemail: { voicemail_id: `callback-${caller.sid}`, queue: 'Support' },
      },
    });
    expect(task!.attributes.call_sid).toBeUndefined();
    expect(await harness.document(`callback-${caller.sid}`)).toMatchObject({
      task: { state: 'created', sid: task!.sid },
      dequeued: true,
    });
    expect(await harness.mails()).toEqual([]);
    await runScheduledSweeps(harness, 3);
    expect(harness.productTasks()).toHaveLength(1);
    expect((await harness.indexKeys()).length).toBe(1);
  });

  test('any other key, or silence, books nothing and keeps the caller in line', async () => {
    const harness = await openHarnessOverHttp();
    const caller = await requestCallback(harness);
    caller.press('9');
    await caller.waitForPrompt(/You are still in line/);
    caller.press('*');
    await caller.waitForPrompt(/press 1/);
    caller.press('1');
    await caller.waitForPrompt(/We can call you back/);
    await caller.waitForPrompt(/We can call you back/);
    await caller.waitForPrompt(/You are still in line/);
    expect(harness.waitingTask(caller).assignmentStatus).toBe('pending');
    expect(harness.productTasks()).toEqual([]);
    expect(await harness.document(`callback-${caller.sid}`)).toBeUndefined();
  });

  test('pressing the key repeatedly books one callback', async () => {
    const harness = await openHarnessOverHttp();
    harness.duplicateWebhooks(/state=callback-number.*heard=1/, 4);
    const caller = await requestCallback(harness);
    caller.press('1');
    caller.press('1');
    caller.press('1');
    await harness.advance(3 * 60_000);
    await runScheduledSweeps(harness, 3);
    expect(callbacks(harness)).toHaveLength(1);
    expect(harness.waitingTask(caller)).toBeUndefined();
  });

  test('when an agent accepts at the same moment, the call goes on and no callback remains', async () => {
    const harness = await openHarnessOverHttp();
    const caller = await requestCallback(harness);
    harness.beforeRequest({ host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks$/ }, () =>
      harness.acceptWaitingTask(caller),
    );
    caller.press('1');
    await harness.advance(20_000);
    expect(caller.prompts().join(' ')).not.toMatch(/We will call you back/);
    expect(harness.waitingTask(caller).assignmentStatus).toBe('assigned');
    expect(callbacks(harness)).toEqual([]);
    await runScheduledSweeps(harness, 3);
    expect(callbacks(harness)).toEqual([]);
  });

  test('hanging up right after the confirmation does not lose the callback', async () => {
    const harness = await openHarnessOverHttp();
    const caller = await requestCallback(harness);
    harness.beforeRequest({ host: 'taskrouter.twilio.com', method: 'GET', path: /Tasks\/WT/ }, () => caller.hangUp());
    caller.press('1');
    await runScheduledSweeps(harness, 3);
    expect(callbacks(harness)).toHaveLength(1);
  });
});

describe('at another number', () => {
  test('typed, read back, confirmed', async () => {
    const harness = await openHarnessOverHttp();
    const caller = await requestCallback(harness);
    caller.press('2');
    await caller.waitForPrompt(/Please enter the number/);
    pressKeys(caller, OTHER.keys);
    await caller.waitForPrompt(OTHER.spoken);
    caller.press('1');
    await caller.waitForPrompt(/We will call you back at 2 0 2, 5 5 5, 0 1 8 8/);
    await harness.advance(10_000);
    expect(harness.productTasks()[0]!.attributes).toMatchObject({
      name: '+1 202-555-0188',
      from: caller.from,
      callBackData: { numberToCall: OTHER.number },
    });
    expect(await harness.document(`callback-${caller.sid}`)).toMatchObject({ numberToCall: OTHER.number });
  });

  test('entered again, then confirmed', async () => {
    const harness = await openHarnessOverHttp();
    const caller = await requestCallback(harness);
    caller.press('2');
    await caller.waitForPrompt(/Please enter the number/);
    pressKeys(caller, '2025550177#');
    await caller.waitForPrompt(/You entered/);
    caller.press('2');
    await caller.waitForPrompt(/Please enter the number again/);
    pressKeys(caller, OTHER.keys);
    await caller.waitForPrompt(OTHER.spoken);
    caller.press('1');
    await caller.waitForPrompt(/We will call you back/);
    expect(harness.productTasks()[0]!.attributes).toMatchObject({ callBackData: { numberToCall: OTHER.number } });
  });

  test('without pound the number is taken after a pause, and star leads back to the line', async () => {
    const harness = await openHarnessOverHttp();
    const caller = await requestCallback(harness);
    caller.press('2');
    await caller.waitForPrompt(/Please enter the number/);
    pressKeys(caller, '202*');
    await caller.waitForPrompt(/You are still in line/);
    caller.press('*');
    await caller.waitForPrompt(/press 1/);
    caller.press('1');
    await caller.waitForPrompt(/We can call you back/);
    caller.press('2');
    await caller.waitForPrompt(/Please enter the number/);
    pressKeys(caller, '2025550188');
    await caller.waitForPrompt(OTHER.spoken);
  });

  test('after three refused numbers, the caller is back in the menu and still in line', async () => {
    const harness = await openHarnessOverHttp();
    const caller = await requestCallback(harness);
    caller.press('2');
    await caller.waitForPrompt(/Please enter the number/);
    pressKeys(caller, '123#');
    await caller.waitForPrompt(/We did not understand that number/);
    await caller.waitForPrompt(/enter the number again/);
    pressKeys(caller, '18765550123#');
    await caller.waitForPrompt(/We cannot call numbers in that country/);
    await caller.waitForPrompt(/enter the number again/);
    pressKeys(caller, '911#');
    await caller.waitForPrompt(/We could not take a number. You are still in line/);
    await caller.waitForPrompt(/To leave a voicemail, press 2/);
    expect(harness.waitingTask(caller).assignmentStatus).toBe('pending');
    expect(harness.productTasks()).toEqual([]);
  });
});

describe('callers without a number of their own', () => {
  const WITHHELD = [
    '+266696687',
    '+7378742833',
    '+2562533',
    '+8656696',
    '+86282452253',
    '+17378742833',
    'anonymous',
    'restricted',
    'sip:ana@example.com',
    'client:ana',
    '',
    'nonsense',
    '+18765550123',
    '+19005550123',
  ];
  test.each(WITHHELD)('%p: offers voicemail and never a callback to it', async (from) => {
    const harness = await openHarnessOverHttp();
    const caller = await openMenu(harness, { from });
    const menu = caller.prompts().join(' ');
    expect(menu).not.toMatch(/keep your place in line, press 1/);
    expect(menu).toMatch(/To leave a voicemail, press 2/);
    caller.press('1');
    await caller.waitForPrompt(/Please enter the number/);
    pressKeys(caller, OTHER.keys);
    await caller.waitForPrompt(OTHER.spoken);
    caller.press('1');
    await caller.waitForPrompt(/We will call you back at 2 0 2, 5 5 5, 0 1 8 8/);
    await runScheduledSweeps(harness, 2);
    expect(callbacks(harness).map(({ attributes }) => attributes.callBackData)).toMatchObject([
      { numberToCall: OTHER.number },
    ]);
  });

  test('without typed numbers, offers voicemail only', async () => {
    const harness = await openHarnessOverHttp();
    const caller = await harness.dial({ to: harness.numbers.noTypedNumbers, from: 'anonymous' });
    await caller.waitForPrompt(/press star/);
    caller.press('*');
    await caller.waitForPrompt(/To leave a voicemail, press 2/);
    expect(caller.prompts().join(' ')).not.toMatch(/press 1/);
    caller.press('1');
    await caller.waitForPrompt(/You are still in line/);
  });
});

describe('one open callback per caller and queue', () => {
  test('a second call hears that a callback is booked, and stays in line', async () => {
    const harness = await openHarnessOverHttp();
    await bookCallback(harness);
    const again = await openMenu(harness);
    again.press('1');
    await again.waitForPrompt(/A callback to 2 0 2, 5 5 5, 0 1 2 3 is already booked for you/);
    again.press('8');
    await again.waitForPrompt(/You are still in line/);
    expect(callbacks(harness)).toHaveLength(1);
    expect(harness.waitingTask(again).assignmentStatus).toBe('pending');
  });

  test('two people behind one number have a callback each, and a third changes neither', async () => {
    const harness = await openHarnessOverHttp();
    await bookCallback(harness);
    const second = await openMenu(harness);
    second.press('1');
    await second.waitForPrompt(/To book another callback/);
    second.press('3');
    await second.waitForPrompt(/Please enter the number/);
    pressKeys(second, OTHER.keys);
    await second.waitForPrompt(OTHER.spoken);
    second.press('1');
    await second.waitForPrompt(/We will call you back at 2 0 2, 5 5 5, 0 1 8 8 when it is your turn/);
    await harness.advance(30_000);
    const numbers = () =>
      callbacks(harness).map(({ attributes }) => (attributes.callBackData as { numberToCall: string }).numberToCall);
    expect(numbers().sort()).toEqual(['+12025550123', OTHER.number]);

    const third = await openMenu(harness);
    third.press('1');
    await third.waitForPrompt(/already booked for you. You may hang up/);
    await third.waitForPrompt(/To keep waiting/);
    expect(third.prompts().join(' ')).not.toMatch(/To book another callback/);
    third.press('3');
    await third.waitForPrompt(/You are still in line/);
    await runScheduledSweeps(harness, 2);
    expect(numbers().sort()).toEqual(['+12025550123', OTHER.number]);
  });

  test('when two ask for the second callback at once, one of them is refused and stays in line', async () => {
    const harness = await openHarnessOverHttp();
    await bookCallback(harness);
    const asks = async () => {
      const caller = await openMenu(harness);
      caller.press('1');
      await caller.waitForPrompt(/To book another callback/);
      caller.press('3');
      await caller.waitForPrompt(/Please enter the number/);
      pressKeys(caller, OTHER.keys);
      await caller.waitForPrompt(OTHER.spoken);
      return caller;
    };
    const [one, two] = [await asks(), await asks()];
    one.press('1');
    await one.waitForPrompt(/We will call you back/);
    two.press('1');
    await two.waitForPrompt(/We cannot book another callback for this line right now/);
    expect(callbacks(harness)).toHaveLength(2);
    expect(harness.waitingTask(two).assignmentStatus).toBe('pending');
  });

  test('a second call may change the number, in entry and task, at the first place in line', async () => {
    const harness = await openHarnessOverHttp();
    const first = await bookCallback(harness);
    const [before] = callbacks(harness);
    const again = await openMenu(harness);
    again.press('1');
    await again.waitForPrompt(/already booked/);
    again.press('1');
    await again.waitForPrompt(/Please enter the number/);
    pressKeys(again, OTHER.keys);
    await again.waitForPrompt(OTHER.spoken);
    again.press('1');
    await again.waitForPrompt(/We will now call you at 2 0 2, 5 5 5, 0 1 8 8 instead/);
    await harness.advance(30_000);
    expect(again.status()).toBe('completed');
    expect(callbacks(harness)).toHaveLength(1);
    expect(callbacks(harness)[0]).toMatchObject({
      sid: before!.sid,
      virtualStartTime: before!.virtualStartTime,
      attributes: { name: '+1 202-555-0188', callBackData: { numberToCall: OTHER.number } },
    });
    expect(await harness.document(`callback-${first.sid}`)).toMatchObject({
      numberToCall: OTHER.number,
      numberChangedAt: expect.any(Number),
    });
    await runScheduledSweeps(harness, 2);
    expect(callbacks(harness)).toHaveLength(1);
    // Its caller showed the same number, which can be faked: the agent is told.
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    const card = await harness.postFlex('voicemail', sue.token, { TaskSid: before!.sid });
    expect(await card.json()).toMatchObject({ numberChangedAt: expect.any(String) });
  });

  test('when two calls of one caller confirm at the same moment, books one callback', async () => {
    const harness = await openHarnessOverHttp();
    const one = await requestCallback(harness);
    const two = await requestCallback(harness);
    one.press('1');
    two.press('1');
    await harness.advance(5 * 60_000);
    await runScheduledSweeps(harness, 2);
    expect(callbacks(harness)).toHaveLength(1);
    const heard = [one, two].map((caller) => caller.prompts().join(' '));
    expect(heard.filter((words) => /We will call you back/.test(words))).toHaveLength(1);
    expect(heard.filter((words) => /already booked/.test(words))).toHaveLength(1);
  });

  test('after an agent has called back, another callback can be booked', async () => {
    const harness = await openHarnessOverHttp();
    await bookCallback(harness);
    harness.handleTask(callbacks(harness)[0]!.sid);
    await bookCallback(harness);
    expect(harness.productTasks()).toHaveLength(2);
  });

  test('other callers and other queues have their own callback', async () => {
    const harness = await openHarnessOverHttp();
    await bookCallback(harness);
    await bookCallback(harness, { from: '+12025550199' });
    const sales = await harness.dial({ to: harness.numbers.sales });
    await sales.waitForPrompt(/press star/);
    sales.press('*');
    await sales.waitForPrompt(/press 1/);
    sales.press('1');
    await sales.waitForPrompt(/We can call you back/);
    sales.press('1');
    await sales.waitForPrompt(/We will call you back/);
    expect(callbacks(harness)).toHaveLength(3);
  });

  test('a caller with a callback who leaves a silent voicemail gets no second callback', async () => {
    const harness = await openHarnessOverHttp();
    await bookCallback(harness);
    const again = await harness.dialToRecording();
    await again.waitForPrompt(/We did not hear a message/);
    await runScheduledSweeps(harness, 3);
    expect(callbacks(harness)).toHaveLength(1);
  });
});
