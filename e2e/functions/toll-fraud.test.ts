import type { Caller } from '../support/caller';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { bookCallback, enterNumber, openMenu, pressKeys, requestCallback } from '../support/menu';
import { roundsInSeries } from '../support/round-trips';
import { runScheduledSweeps } from '../support/scheduled-sweeps';
import { readCard } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** Numbers that charge the caller, typed at the menu by someone who profits. */
const REFUSED =
  /We did not understand that number|We are not able to call that number|We cannot call (?:that number|numbers in)/;
const WIDE_COUNTRIES = { CALLBACK_COUNTRIES: 'US,GB,DE' };

async function reachNumberPrompt(environment: Record<string, string> = {}) {
  const harness = await openHarness({ environment });
  const caller = await requestCallback(harness);
  caller.press('2');
  await caller.waitForPrompt(/Please enter the number/);
  return { harness, caller };
}
async function expectNothingBooked(harness: Harness) {
  await runScheduledSweeps(harness, 2);
  expect(harness.productTasks()).toEqual([]);
  expect(await harness.indexKeys()).toEqual([]);
}

/** On a line that calls back in the United States only. */
const REFUSED_INPUT: Record<string, string> = {
  premium: '9005550123 19005550123 0119005550123 2029760123 12029760123 0111900555012 5005550123',
  'North America, and not the United States':
    '18765550123 8765550123 18095550123 12845550123 14735550123 16495550123 12685550123 12425550123 12465550123 ' +
    '17585550123 17845550123 18685550123 14165550123 0118765550123',
  satellite: '00881651234567 011881651234567 881651234567 00870773111632 011870773111632 01188213123456',
  'of no country': '00979123456789 01180012345678 0088312345678901',
  'emergency and short codes': '911 112 999 411 611 988 000 72345 2029110123 2024110123 2025551212',
  'another country':
    '00442079460958 011442079460958 442079460958 0044900123456 011449098790000 005352345678 01125261234567 ' +
    '0037181234567 00675123456 2526123456789 00393123456789',
  'too long': `999999999999999 011999999999999999 202555018800000 ${'1'.repeat(20)} ${'9'.repeat(60)} ${'2025550188'.repeat(6)}`,
  'nothing much': '0 1 00 011 0000000000 1111111111 12 123456789',
};
/** On one that also calls back in Great Britain and Germany. */
const REFUSED_INPUT_ABROAD =
  '00449098790000 00448451234567 00448712345678 00447012345678 0044999 447640123456 00499001234567 ' +
  '00491801234567 0049137123456 0049110 004930110 4919001234567 0049700123456 0044153412345678 00441534123456 ' +
  '00441624123456 00441481123456 0043123456789 0033123456789 19005550123 18765550123 14165550123 17875550123';

/** Each is typed by a caller of its own. @returns those that were not refused */
async function findAcceptedNumbers(harness: Harness, numbers: string): Promise<string[]> {
  const passed: string[] = [];
  for (const [n, keys] of numbers.split(' ').entries()) {
    const caller = await requestCallback(harness, { from: `+1202555${1000 + n}` });
    caller.press('2');
    await caller.waitForPrompt(/Please enter the number/);
    // Longer ones end by themselves.
    pressKeys(caller, keys.length > 24 ? keys : `${keys}#`);
    await harness.advance(12_000);
    const heard = caller.prompts().join(' ');
    if (!REFUSED.test(heard) || /You entered|We will call you/.test(heard))
      passed.push(`${keys}: ${heard.slice(-120)}`);
    if (harness.waitingTask(caller).assignmentStatus !== 'pending') passed.push(`${keys}: no longer in line`);
    caller.hangUp();
  }
  return passed;
}

test.each(Object.entries(REFUSED_INPUT))('%s: refuses each number and books nothing', async (_what, numbers) => {
  const harness = await openHarness();
  expect(await findAcceptedNumbers(harness, numbers)).toEqual([]);
  await expectNothingBooked(harness);
});

test.each(['1900*5550123#', '202555*0188#', '*2025550188#', '2025550188*#', '**#'])(
  'stars inside: %s leads back to the line',
  async (keys) => {
    const { harness, caller } = await reachNumberPrompt();
    pressKeys(caller, keys);
    await caller.waitForPrompt(/You are still in line/);
    await harness.advance(60_000);
    expect(caller.prompts().join(' ')).not.toMatch(/You entered|We will call you/);
    caller.hangUp();
    await expectNothingBooked(harness);
  },
);

test('guessing is limited to three numbers at a time and books nothing', async () => {
  const harness = await openHarness();
  const caller = await openMenu(harness);
  for (let round = 0; round < 3; round += 1) {
    caller.press('1');
    await caller.waitForPrompt(/We can call you back at/);
    caller.press('2');
    for (const [keys, reason] of [
      ['19005550123#', /We cannot call that number, because it is a special or costly one/],
      ['18765550123#', /We cannot call numbers in that country/],
    ] as const) {
      await caller.waitForPrompt(/Please enter the number/);
      pressKeys(caller, keys);
      await caller.waitForPrompt(reason);
    }
    await caller.waitForPrompt(/Please enter the number/);
    pressKeys(caller, '00442079460958#');
    await caller.waitForPrompt(/We could not take a number/);
    await caller.waitForPrompt(/To leave a voicemail, press 2/);
  }
  caller.hangUp();
  await expectNothingBooked(harness);
});

describe('with CALLBACK_COUNTRIES=US,GB,DE', () => {
  const LEGITIMATE: [number: string, spoken: string, spellings: string[]][] = [
    ['+12025550188', '2 0 2, 5 5 5, 0 1 8 8', ['2025550188', '12025550188', '0012025550188', '01112025550188']],
    ['+442079460958', '4 4, 2 0, 7 9 4 6, 0 9 5 8', ['00442079460958', '011442079460958', '442079460958']],
    ['+447400123456', '4 4, 7 4 0 0, 1 2 3, 4 5 6', ['00447400123456', '447400123456']],
    ['+4930901820', '4 9, 3 0, 9 0 1, 8 2 0', ['004930901820', '0114930901820']],
    ['+4915123456789', '4 9, 1 5 1 2, 3 4 5 6, 7 8 9', ['004915123456789', '4915123456789']],
  ];
  test.each(LEGITIMATE.flatMap(([number, spoken, spellings]) => spellings.map((keys) => [keys, number, spoken])))(
    '%s is %s, read back, and booked',
    async (keys, number, spoken) => {
      const harness = await openHarness({ environment: WIDE_COUNTRIES });
      const caller = await enterNumber(harness, `${keys}#`);
      expect(caller.prompts().at(-1)).toContain(`You entered ${spoken}. `);
      caller.press('1');
      await caller.waitForPrompt(/We will call you back/);
      expect(caller.prompts().at(-1)).toContain(`at ${spoken} when`);
      await harness.advance(10_000);
      expect(harness.productTasks()).toMatchObject([{ attributes: { callBackData: { numberToCall: number } } }]);
    },
  );

  test('refuses premium, shared-cost, personal numbers and other countries with the same code', async () => {
    const harness = await openHarness({ environment: WIDE_COUNTRIES });
    expect(await findAcceptedNumbers(harness, REFUSED_INPUT_ABROAD)).toEqual([]);
    await expectNothingBooked(harness);
  });
});

describe('numbers of the account that no configuration names', () => {
  test('a typed one is refused with the reason, and another may be typed', async () => {
    const { harness, caller } = await reachNumberPrompt();
    pressKeys(caller, `${harness.numbers.voicemail.slice(2)}#`);
    await caller.waitForPrompt(/That is our own number/);
    pressKeys(caller, '2025550188#');
    await caller.waitForPrompt(/You entered/);
  });

  test('a caller who shows one, behind a switchboard, is asked for another number', async () => {
    const harness = await openHarness();
    const caller = await openMenu(harness, { from: harness.numbers.voicemail });
    caller.press('1');
    await caller.waitForPrompt(/That is our own number/);
    pressKeys(caller, '2025550188#');
    await caller.waitForPrompt(/You entered/);
    caller.press('1');
    await harness.advance(10_000);
    expect(harness.productTasks().map(({ attributes }) => attributes.callBackData)).toMatchObject([
      { numberToCall: '+12025550188' },
    ]);
  });

  test('another program gets a code, and nothing is made', async () => {
    const harness = await openHarness();
    const params = { numberToCall: harness.numbers.voicemail, numberToCallFrom: harness.numbers.support };
    const answer = await harness.post('studio/create-callback', params);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'number-ours']);
    await expectNothingBooked(harness);
  });

  test('a silent voicemail from one is followed by no callback', async () => {
    const harness = await openHarness();
    const caller = await harness.dial({ to: harness.numbers.support, from: harness.numbers.voicemail });
    await caller.waitForPrompt(/For other options, press star/);
    await harness.chooseVoicemail(caller);
    await harness.advance(1_000);
    caller.hangUp();
    await expectNothingBooked(harness);
  });

  test('one that was bought since is refused by the card and by "Try again later", with the reason', async () => {
    const harness = await openHarness();
    const number = '+12025550177';
    await requestCallback(harness, { from: number }).then((caller) => caller.press('1'));
    await harness.advance(10_000);
    const [task] = harness.productTasks();
    const { world } = harness;
    world.phoneNumbers = [...world.phoneNumbers, { ...world.phoneNumbers[0]!, phoneNumber: number }];
    const sam = harness.signIn('sam');
    await harness.advance(1_000);
    harness.accept(sam, task!.sid);
    expect(await readCard(harness, sam, task!.sid)).toMatchObject({ numberToCall: number, callBlock: 'number-ours' });
    const answer = await harness.postFlex('requeue-callback', sam.token, { TaskSid: task!.sid });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([422, 'number-ours']);
    expect(harness.productTasks()).toHaveLength(1);
  });

  test('when Twilio does not list the numbers, the card offers the call, and the callback is put back', async () => {
    const harness = await openHarness();
    await requestCallback(harness).then((caller) => caller.press('1'));
    await harness.advance(10_000);
    const [task] = harness.productTasks();
    harness.injectFault({ host: 'api.twilio.com', path: /IncomingPhoneNumbers/, kind: 'no-answer' });
    const sam = harness.signIn('sam');
    await harness.advance(1_000);
    harness.accept(sam, task!.sid);
    expect(await readCard(harness, sam, task!.sid)).not.toHaveProperty('callBlock');
    expect((await harness.postFlex('requeue-callback', sam.token, { TaskSid: task!.sid })).status).toBe(200);
  });

  test('when Twilio does not say whose a number is, the callback is booked all the same', async () => {
    const { harness, caller } = await reachNumberPrompt();
    harness.injectFault({ host: 'api.twilio.com', path: /IncomingPhoneNumbers/, kind: 'status', status: 503 });
    pressKeys(caller, '2025550188#');
    await caller.waitForPrompt(/You entered/);
  });
});

describe('withheld numbers are never called back', () => {
  const WITHHELD = [
    ...[
      '+266696687',
      '266696687',
      '+1266696687',
      '+7378742833',
      '+17378742833',
      '+86282452253',
      '+2562533',
      '+8656696',
    ],
    ...[
      '+7748283',
      'anonymous',
      'Anonymous',
      'ANONYMOUS',
      'restricted',
      'unavailable',
      'Blocked',
      'unknown',
      'private',
    ],
    ...['No Caller ID', '', '0000000000', 'sip:anonymous@anonymous.invalid', '"Anonymous" <sip:a@anonymous.invalid>'],
  ];
  const PATHS: [string, (harness: Harness, from: string) => Promise<Caller>][] = [
    [
      'a callback requested and confirmed by 1',
      async (harness, from) => {
        const caller = await openMenu(harness, { from });
        caller.press('1');
        await caller.waitForPrompt(/Please enter the number/);
        pressKeys(caller, '1');
        await harness.advance(60_000);
        return caller;
      },
    ],
    [
      'left a voicemail without a word',
      async (harness, from) => {
        const caller = await harness.dialToRecording({ from });
        await caller.waitForPrompt(/We did not hear a message/);
        await harness.advance(10_000);
        return caller;
      },
    ],
    [
      'could not be moved to the recording',
      async (harness, from) => {
        const removeFault = harness.injectFault({
          host: 'api.twilio.com',
          method: 'POST',
          path: /Calls\/CA/,
          kind: 'status',
          status: 500,
        });
        const caller = await harness.dialAndChooseVoicemail({ from });
        await caller.waitForPrompt(/cannot record a voicemail right now/);
        removeFault();
        return caller;
      },
    ],
  ];
  test.each(PATHS)('%s', async (_path, runPath) => {
    const harness = await openHarness();
    const promised: string[] = [];
    for (const from of WITHHELD) {
      const caller = await runPath(harness, from);
      if (/We (?:can|will) call you/.test(caller.prompts().join(' '))) promised.push(from);
      if (caller.status() === 'in-progress') caller.hangUp();
    }
    await runScheduledSweeps(harness, 6);
    expect(promised).toEqual([]);
    expect(harness.productTasks()).toEqual([]);
  });
});

describe('callbacks at one number that callers typed', () => {
  const VICTIM = '2025550188#';
  const pretend = (harness: Harness, n: number) => enterNumber(harness, VICTIM, { from: `+1202555014${n}` });
  async function book(harness: Harness, n: number) {
    const caller = await pretend(harness, n);
    caller.press('1');
    await caller.waitForPrompt(/We will call you back/);
    await harness.advance(30_000);
  }

  test('three may be open: the next caller hears so and stays in line, until one was made', async () => {
    const harness = await openHarness();
    for (let n = 0; n < 3; n += 1) await book(harness, n);
    const fourth = await pretend(harness, 3);
    fourth.press('1');
    await fourth.waitForPrompt(/We cannot book another callback for this line right now. You are still in line/);
    expect(harness.waitingTask(fourth).assignmentStatus).toBe('pending');
    await runScheduledSweeps(harness, 2);
    expect(harness.productTasks()).toHaveLength(3);
    harness.handleTask(harness.productTasks()[0]!.sid);
    await book(harness, 4);
    expect(harness.productTasks()).toHaveLength(4);
  });

  test('a callback booked at the caller’s own number cannot be moved to a number with three', async () => {
    const harness = await openHarness();
    for (let n = 0; n < 3; n += 1) await book(harness, n);
    await bookCallback(harness, { from: '+12025550149' });
    const again = await openMenu(harness, { from: '+12025550149' });
    again.press('1');
    await again.waitForPrompt(/already booked/);
    again.press('1');
    await again.waitForPrompt(/Please enter the number/);
    pressKeys(again, VICTIM);
    await again.waitForPrompt(/You entered/);
    again.press('1');
    await again.waitForPrompt(/We cannot book another callback for this line right now/);
  });

  test('when four confirm at the same moment, one is refused', async () => {
    const harness = await openHarness();
    const callers: Caller[] = [];
    for (let n = 0; n < 4; n += 1) callers.push(await pretend(harness, n));
    for (const caller of callers) caller.press('1');
    await harness.advance(2 * 60_000);
    await runScheduledSweeps(harness, 2);
    const open = harness.productTasks().filter(({ assignmentStatus }) => assignmentStatus !== 'canceled');
    expect(open.length).toBeLessThanOrEqual(3);
  });

  test('counting them adds no round of requests in series to the four of a booking', async () => {
    const harness = await openHarness();
    await book(harness, 0);
    const caller = await pretend(harness, 1);
    harness.setLatency(60);
    const mark = harness.requestCount();
    caller.press('1');
    await caller.waitForPrompt(/We will call you back/);
    expect(roundsInSeries(harness.requestsSince(mark))).toBe(4);
  });

  test('when the count cannot be read, books', async () => {
    const harness = await openHarness();
    harness.injectFault({ host: 'sync.twilio.com', path: /callbacks-at-/, kind: 'status', status: 503 });
    await book(harness, 0);
    expect(harness.productTasks()).toHaveLength(1);
  });
});
