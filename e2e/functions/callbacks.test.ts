import { booksCallback, isOfferedOwnNumber, opensMenu, types } from '../support/menu';
import { everyFiveMinutes } from '../support/scheduler';
import { closeStages, openStage, type Stage } from '../support/stage';

afterEach(closeStages);

const OTHER = { keys: '2025550188#', number: '+12025550188', spoken: /You entered 2 0 2, 5 5 5, 0 1 8 8/ };
const callbacks = (stage: Stage) =>
  stage.productTasks().filter(({ assignmentStatus }) => assignmentStatus !== 'canceled');

describe('at the number the caller calls from', () => {
  test('confirmed: a task at the same place in line, the waiting task cancelled with its reason, and the number read back', async () => {
    const stage = await openStage();
    const caller = await isOfferedOwnNumber(stage);
    const waiting = stage.waitingTask(caller);
    await stage.pass(3_000);
    caller.press('1');
    await caller.hears(/We will call you back at 2 0 2, 5 5 5, 0 1 2 3 when it is your turn/);
    await stage.pass(30_000);
    expect(caller.status()).toBe('completed');
    expect(stage.task(waiting.sid)).toMatchObject({
      assignmentStatus: 'canceled',
      reason: 'Opted to request a callback',
      attributes: { conversations: { abandoned: 'Follow-Up' } },
    });
    const [task, ...more] = stage.productTasks();
    expect(more).toEqual([]);
    expect(task).toMatchObject({
      workflowSid: waiting.workflowSid,
      priority: 7,
      virtualStartTime: waiting.dateCreated,
      assignmentStatus: 'pending',
      attributes: {
        taskType: 'callback',
        skill: 'support',
        name: '+1 202 555 0123',
        callBackData: { numberToCall: caller.from, numberToCallFrom: stage.numbers.support, attempts: 0 },
        callback_and_voicemail: { voicemail_id: `callback-${caller.sid}`, queue: 'Support' },
      },
    });
    expect(task!.attributes.call_sid).toBeUndefined();
    expect(await stage.document(`callback-${caller.sid}`)).toMatchObject({
      task: { state: 'created', sid: task!.sid },
      dequeued: true,
    });
    expect(await stage.mails()).toEqual([]);
    await everyFiveMinutes(stage, 3);
    expect(stage.productTasks()).toHaveLength(1);
    expect((await stage.openKeys()).length).toBe(1);
  });

  test('not confirmed: any other key, or silence, and the caller is still in line with nothing booked', async () => {
    const stage = await openStage();
    const caller = await isOfferedOwnNumber(stage);
    caller.press('9');
    await caller.hears(/You are still in line/);
    caller.press('*');
    await caller.hears(/press 1/);
    caller.press('1');
    await caller.hears(/We can call you back/);
    await caller.hears(/We can call you back/);
    await caller.hears(/You are still in line/);
    expect(stage.waitingTask(caller).assignmentStatus).toBe('pending');
    expect(stage.productTasks()).toEqual([]);
    expect(await stage.document(`callback-${caller.sid}`)).toBeUndefined();
  });

  test('the key is pressed again and again: one callback', async () => {
    const stage = await openStage();
    stage.duplicateWebhooks(/state=callback-number.*heard=1/, 4);
    const caller = await isOfferedOwnNumber(stage);
    caller.press('1');
    caller.press('1');
    caller.press('1');
    await stage.pass(3 * 60_000);
    await everyFiveMinutes(stage, 3);
    expect(callbacks(stage)).toHaveLength(1);
    expect(stage.waitingTask(caller)).toBeUndefined();
  });

  test('an agent accepts at the same moment: the call goes on, and nobody calls back', async () => {
    const stage = await openStage();
    const caller = await isOfferedOwnNumber(stage);
    stage.onRequest({ host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks$/ }, () =>
      stage.acceptTaskOf(caller),
    );
    caller.press('1');
    await stage.pass(20_000);
    expect(caller.heard().join(' ')).not.toMatch(/We will call you back/);
    expect(stage.waitingTask(caller).assignmentStatus).toBe('assigned');
    expect(callbacks(stage)).toEqual([]);
    await everyFiveMinutes(stage, 3);
    expect(callbacks(stage)).toEqual([]);
  });

  test('hanging up right after the confirmation does not lose the callback', async () => {
    const stage = await openStage();
    const caller = await isOfferedOwnNumber(stage);
    stage.onRequest({ host: 'taskrouter.twilio.com', method: 'GET', path: /Tasks\/WT/ }, () => caller.hangUp());
    caller.press('1');
    await everyFiveMinutes(stage, 3);
    expect(callbacks(stage)).toHaveLength(1);
  });
});

describe('at another number', () => {
  test('typed, read back, confirmed', async () => {
    const stage = await openStage();
    const caller = await isOfferedOwnNumber(stage);
    caller.press('2');
    await caller.hears(/Please enter the number/);
    types(caller, OTHER.keys);
    await caller.hears(OTHER.spoken);
    caller.press('1');
    await caller.hears(/We will call you back at 2 0 2, 5 5 5, 0 1 8 8/);
    await stage.pass(10_000);
    expect(stage.productTasks()[0]!.attributes).toMatchObject({
      name: '+1 202 555 0188',
      from: caller.from,
      callBackData: { numberToCall: OTHER.number },
    });
    expect(await stage.document(`callback-${caller.sid}`)).toMatchObject({ numberToCall: OTHER.number });
  });

  test('entered again, then confirmed', async () => {
    const stage = await openStage();
    const caller = await isOfferedOwnNumber(stage);
    caller.press('2');
    await caller.hears(/Please enter the number/);
    types(caller, '2025550177#');
    await caller.hears(/You entered/);
    caller.press('2');
    await caller.hears(/Please enter the number again/);
    types(caller, OTHER.keys);
    await caller.hears(OTHER.spoken);
    caller.press('1');
    await caller.hears(/We will call you back/);
    expect(stage.productTasks()[0]!.attributes).toMatchObject({ callBackData: { numberToCall: OTHER.number } });
  });

  test('without pound the number is taken after a pause, and star leads back to the line', async () => {
    const stage = await openStage();
    const caller = await isOfferedOwnNumber(stage);
    caller.press('2');
    await caller.hears(/Please enter the number/);
    types(caller, '202*');
    await caller.hears(/You are still in line/);
    caller.press('*');
    await caller.hears(/press 1/);
    caller.press('1');
    await caller.hears(/We can call you back/);
    caller.press('2');
    await caller.hears(/Please enter the number/);
    types(caller, '2025550188');
    await caller.hears(OTHER.spoken);
  });

  test('three numbers that are none, or must not be called: told so each time, then back in the menu, still in line', async () => {
    const stage = await openStage();
    const caller = await isOfferedOwnNumber(stage);
    caller.press('2');
    await caller.hears(/Please enter the number/);
    types(caller, '123#');
    await caller.hears(/We did not understand that number/);
    await caller.hears(/enter the number again/);
    types(caller, '18765550123#');
    await caller.hears(/We are not able to call that number/);
    await caller.hears(/enter the number again/);
    types(caller, '911#');
    await caller.hears(/We could not take a number. You are still in line/);
    await caller.hears(/To leave a voicemail, press 2/);
    expect(stage.waitingTask(caller).assignmentStatus).toBe('pending');
    expect(stage.productTasks()).toEqual([]);
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
  test.each(WITHHELD)('%p: never offered a callback to it, a voicemail instead', async (from) => {
    const stage = await openStage();
    const caller = await opensMenu(stage, { from });
    const menu = caller.heard().join(' ');
    expect(menu).not.toMatch(/keep your place in line, press 1/);
    expect(menu).toMatch(/To leave a voicemail, press 2/);
    caller.press('1');
    await caller.hears(/Please enter the number/);
    types(caller, OTHER.keys);
    await caller.hears(OTHER.spoken);
    caller.press('1');
    await caller.hears(/We will call you back at 2 0 2, 5 5 5, 0 1 8 8/);
    await everyFiveMinutes(stage, 2);
    expect(callbacks(stage).map(({ attributes }) => attributes.callBackData)).toMatchObject([
      { numberToCall: OTHER.number },
    ]);
  });

  test('a line without typed numbers offers them the voicemail only', async () => {
    const stage = await openStage();
    const caller = await stage.dial({ to: stage.numbers.noTypedNumbers, from: 'anonymous' });
    await caller.hears(/press star/);
    caller.press('*');
    await caller.hears(/To leave a voicemail, press 2/);
    expect(caller.heard().join(' ')).not.toMatch(/press 1/);
    caller.press('1');
    await caller.hears(/You are still in line/);
  });
});

describe('one open callback per caller and queue', () => {
  test('a second call hears that one is booked, and is still in line', async () => {
    const stage = await openStage();
    await booksCallback(stage);
    const again = await opensMenu(stage);
    again.press('1');
    await again.hears(/A callback to 2 0 2, 5 5 5, 0 1 2 3 is already booked for you/);
    again.press('3');
    await again.hears(/You are still in line/);
    expect(callbacks(stage)).toHaveLength(1);
    expect(stage.waitingTask(again).assignmentStatus).toBe('pending');
  });

  test('it may change the number: ledger and task, at the first place in line', async () => {
    const stage = await openStage();
    const first = await booksCallback(stage);
    const [before] = callbacks(stage);
    const again = await opensMenu(stage);
    again.press('1');
    await again.hears(/already booked/);
    again.press('1');
    await again.hears(/Please enter the number/);
    types(again, OTHER.keys);
    await again.hears(OTHER.spoken);
    again.press('1');
    await again.hears(/We will now call you at 2 0 2, 5 5 5, 0 1 8 8 instead/);
    await stage.pass(30_000);
    expect(again.status()).toBe('completed');
    expect(callbacks(stage)).toHaveLength(1);
    expect(callbacks(stage)[0]).toMatchObject({
      sid: before!.sid,
      virtualStartTime: before!.virtualStartTime,
      attributes: { name: '+1 202 555 0188', callBackData: { numberToCall: OTHER.number } },
    });
    expect(await stage.document(`callback-${first.sid}`)).toMatchObject({ numberToCall: OTHER.number });
    await everyFiveMinutes(stage, 2);
    expect(callbacks(stage)).toHaveLength(1);
  });

  test('two calls of one caller confirm at the same moment: one callback', async () => {
    const stage = await openStage();
    const one = await isOfferedOwnNumber(stage);
    const two = await isOfferedOwnNumber(stage);
    one.press('1');
    two.press('1');
    await stage.pass(5 * 60_000);
    await everyFiveMinutes(stage, 2);
    expect(callbacks(stage)).toHaveLength(1);
    const heard = [one, two].map((caller) => caller.heard().join(' '));
    expect(heard.filter((words) => /We will call you back/.test(words))).toHaveLength(1);
    expect(heard.filter((words) => /already booked/.test(words))).toHaveLength(1);
  });

  test('once an agent has called back, another can be booked', async () => {
    const stage = await openStage();
    await booksCallback(stage);
    stage.handleTask(callbacks(stage)[0]!.sid);
    await booksCallback(stage);
    expect(stage.productTasks()).toHaveLength(2);
  });

  test('other callers, and other queues, have their own', async () => {
    const stage = await openStage();
    await booksCallback(stage);
    await booksCallback(stage, { from: '+12025550199' });
    const sales = await stage.dial({ to: stage.numbers.sales });
    await sales.hears(/press star/);
    sales.press('*');
    await sales.hears(/press 1/);
    sales.press('1');
    await sales.hears(/We can call you back/);
    sales.press('1');
    await sales.hears(/We will call you back/);
    expect(callbacks(stage)).toHaveLength(3);
  });

  test('a caller who has a callback and leaves a silent voicemail gets no second one', async () => {
    const stage = await openStage();
    await booksCallback(stage);
    const again = await stage.reachesRecording();
    await again.hears(/We did not hear a message/);
    await everyFiveMinutes(stage, 3);
    expect(callbacks(stage)).toHaveLength(1);
  });
});
