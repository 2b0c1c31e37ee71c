import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type LoopbackServer, listenOnLoopback } from '../../sandbox/src/transport/loopback-server';
import {
  DEFAULT_CALLER_EXPERIENCE,
  LANGUAGES,
  PROMPT_NAMES,
  type PromptName,
} from '../../serverless-functions/src/caller-experience';
import type { Caller } from '../support/caller';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { pressKeys } from '../support/menu';
import { runScheduledSweeps } from '../support/scheduled-sweeps';

afterEach(closeHarnesses);

/** What callers hear on the lines of `sandbox/assets`, each configured otherwise. */
const spokenPrompts = (harness: Harness, caller: Caller) =>
  harness.callEvents(caller).flatMap((event) => (event.type === 'say' ? [event] : []));
const playedUrls = (harness: Harness, caller: Caller) =>
  harness.callEvents(caller).flatMap((event) => (event.type === 'play' ? [event.url] : []));
const times = (caller: Caller, words: RegExp) => caller.prompts().filter((text) => words.test(text)).length;
/** Lets the caller hear a prompt in Spanish. */
const es = (name: PromptName) => new RegExp(promptPattern(name));
const promptPattern = (name: PromptName) =>
  LANGUAGES['es-US'].prompts[name].replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace('{number}', '[\\d, ]+');

describe('the line in Spanish', () => {
  const heardPromptNames = (harness: Harness, callers: Caller[]) => {
    const names = new Set<PromptName>();
    for (const caller of callers)
      for (const { text, language, voice } of spokenPrompts(harness, caller)) {
        const name = PROMPT_NAMES.find((one) => new RegExp(`^${promptPattern(one)}$`).test(text));
        expect({ text, name, language, voice }).toEqual({
          text,
          name: expect.any(String),
          language: 'es-US',
          voice: LANGUAGES['es-US'].voice,
        });
        names.add(name!);
      }
    return names;
  };
  async function opensMenu(harness: Harness, from?: string) {
    const caller = await harness.dial({ to: harness.numbers.spanish, from });
    await caller.waitForPrompt(es('otherOptions'));
    caller.press('*');
    await caller.waitForPrompt(es('menuStay'));
    return caller;
  }
  async function enterOtherNumber(caller: Caller, keys: string, then: PromptName) {
    pressKeys(caller, keys);
    await caller.waitForPrompt(es(then));
  }

  test('in Spanish, menu and callback have every prompt and the configured voice', async () => {
    const harness = await openHarness();
    const first = await opensMenu(harness);
    first.press('1');
    await first.waitForPrompt(es('callbackAtOwnNumber'));
    first.press('9');
    await first.waitForPrompt(es('inLine'));
    first.press('*');
    await first.waitForPrompt(es('menuCallback'));
    first.press('1');
    await first.waitForPrompt(es('callbackAtOtherNumber'));
    first.press('2');
    await first.waitForPrompt(es('enterNumber'));
    await enterOtherNumber(first, '123#', 'numberNotUnderstood');
    await first.waitForPrompt(es('enterNumberAgain'));
    await enterOtherNumber(first, '18765550123#', 'numberAbroad');
    await first.waitForPrompt(es('enterNumberAgain'));
    await enterOtherNumber(first, '911#', 'numberGivenUp');
    await first.waitForPrompt(es('menuVoicemail'));
    first.press('1');
    await first.waitForPrompt(es('callbackAtOwnNumber'));
    first.press('2');
    await first.waitForPrompt(es('enterNumber'));
    await enterOtherNumber(first, '2025550188#', 'confirmNumber');
    first.press('1');
    await first.waitForPrompt(es('callbackBooked'));
    expect(first.prompts().at(-1)).toContain('2 0 2, 5 5 5, 0 1 8 8');
    await harness.advance(30_000);
    expect(await harness.document(`callback-${first.sid}`)).toMatchObject({ language: 'es-US' });

    const again = await opensMenu(harness);
    again.press('1');
    await again.waitForPrompt(es('callbackBookedElsewhere'));
    await again.waitForPrompt(es('changeNumber'));
    again.press('1');
    await again.waitForPrompt(es('enterNumber'));
    await enterOtherNumber(again, '2025550199#', 'confirmNumber');
    again.press('1');
    await again.waitForPrompt(es('callbackChanged'));
    await harness.advance(30_000);

    const own = await opensMenu(harness, '+12025550124');
    own.press('1');
    await own.waitForPrompt(es('callbackAtOwnNumber'));
    own.press('1');
    await own.waitForPrompt(es('callbackBooked'));
    await harness.advance(30_000);
    const ownAgain = await opensMenu(harness, '+12025550124');
    ownAgain.press('1');
    await ownAgain.waitForPrompt(es('callbackAlreadyBooked'));

    const withheld = await opensMenu(harness, 'anonymous');
    withheld.press('3');
    await withheld.waitForPrompt(es('inLine'));
    expect(heardPromptNames(harness, [first, again, own, ownAgain, withheld])).toEqual(
      new Set<PromptName>([
        'anotherCallback',
        ...(['greeting', 'inLine', 'otherOptions', 'menuCallback', 'menuTypedCallback', 'menuVoicemail'] as const),
        ...(['menuStay', 'callbackAtOwnNumber', 'callbackAtOtherNumber', 'enterNumber', 'enterNumberAgain'] as const),
        ...(['numberNotUnderstood', 'numberAbroad', 'numberGivenUp', 'confirmNumber', 'callbackBooked'] as const),
        ...(['callbackAlreadyBooked', 'callbackBookedElsewhere', 'changeNumber', 'callbackChanged'] as const),
      ]),
    );
  });

  test('in Spanish, voicemail has every prompt and the configured voice', async () => {
    const harness = await openHarness();
    const chooses = async (from?: string) => {
      const caller = await opensMenu(harness, from);
      caller.press('2');
      await caller.waitForPrompt(es('leaveMessage'));
      await caller.waitForBeep();
      return caller;
    };
    const silent = await chooses();
    await silent.waitForPrompt(es('leaveMessageAgain'));
    await silent.waitForPrompt(es('heardNothingCallback'));
    const spoken = await chooses('+12025550124');
    await spoken.speak(harness.sample);
    spoken.press('#');
    await spoken.waitForPrompt(es('thanks'));
    await runScheduledSweeps(harness, 2);
    const heard = heardPromptNames(harness, [silent, spoken]);
    for (const name of ['leaveMessage', 'leaveMessageAgain', 'heardNothingCallback', 'thanks'] as const)
      expect(heard).toContain(name);
    expect(
      harness
        .productTasks()
        .map(({ attributes }) => attributes.taskType)
        .sort(),
    ).toEqual(['callback', 'voicemail']);
    expect(await harness.document(`voicemail-${spoken.sid}-1`)).toMatchObject({ language: 'es-US' });
  });

  test('in Spanish, failures have every prompt and the configured voice', async () => {
    const harness = await openHarness();
    const books = async (from: string, then: PromptName) => {
      const caller = await opensMenu(harness, from);
      caller.press('1');
      await caller.waitForPrompt(es('callbackAtOwnNumber'));
      const removeFault = harness.injectFault({ host: 'sync.twilio.com', method: 'POST', kind: 'status', status: 503 });
      caller.press('1');
      await caller.waitForPrompt(es(then));
      removeFault();
      return caller;
    };
    const inLine = await books('+12025550131', 'troubleStillInLine');
    const moves = harness.injectFault({
      host: 'api.twilio.com',
      method: 'POST',
      path: /Calls\/CA/,
      kind: 'status',
      status: 500,
    });
    const notMoved = await opensMenu(harness, '+12025550132');
    notMoved.press('2');
    await notMoved.waitForPrompt(es('callbackInstead'));
    const withheld = await opensMenu(harness, 'anonymous');
    withheld.press('2');
    await withheld.waitForPrompt(es('cannotRecord'));
    await withheld.waitForPrompt(es('closedMenu'));
    await withheld.waitForPrompt(es('goodbye'));
    moves();
    const closed = await opensMenu(harness, '+12025550133');
    closed.press('9');
    await closed.waitForPrompt(es('inLine'));
    harness.cancelWaitingTask(closed, 'Closed');
    await closed.waitForPrompt(es('lineClosed'));
    const taken = await opensMenu(harness, '+12025550134');
    harness.acceptWaitingTask(taken);
    taken.press('2');
    await taken.waitForPrompt(es('beingConnected'));
    const heard = heardPromptNames(harness, [inLine, notMoved, withheld, closed, taken]);
    for (const name of [
      'troubleStillInLine',
      'callbackInstead',
      'cannotRecord',
      'lineClosed',
      'beingConnected',
    ] as const)
      expect(heard).toContain(name);
  });

  test('another line speaks English right after a Spanish one', async () => {
    const harness = await openHarness();
    await opensMenu(harness);
    const english = await harness.dial({ to: harness.numbers.support, from: '+12025550124' });
    await english.waitForPrompt(/press star/);
    for (const { language, voice } of spokenPrompts(harness, english))
      expect({ language, voice }).toEqual({ language: 'en-US', voice: LANGUAGES['en-US'].voice });
  });
});

describe('the line with overflow', () => {
  const NOBODY = /Nobody is here to take your call/;
  const LONG = /The wait is longer than usual/;
  const MENU = /To leave a voicemail, press 2/;
  const dials = (harness: Harness) => harness.dial({ to: harness.numbers.overflow });

  test('when no worker is signed in, says so at once and opens the menu once', async () => {
    const harness = await openHarness();
    const caller = await dials(harness);
    await caller.waitForPrompt(NOBODY, 30_000);
    await caller.waitForPrompt(MENU, 10_000);
    caller.press('9');
    await caller.waitForPrompt(/You are still in line/);
    await harness.advance(10 * 60_000);
    expect(times(caller, NOBODY)).toBe(1);
    expect(harness.waitingTask(caller).assignmentStatus).toBe('pending');
  });

  test('the menu that opened by itself works', async () => {
    const harness = await openHarness();
    const caller = await dials(harness);
    await caller.waitForPrompt(NOBODY);
    await caller.waitForPrompt(/To be called back and keep your place in line, press 1/);
    caller.press('1');
    await caller.waitForPrompt(/We can call you back at/);
    caller.press('1');
    await caller.waitForPrompt(/We will call you back/);
    await runScheduledSweeps(harness, 2);
    expect(harness.productTasks()).toHaveLength(1);
  });

  test.each(['Available', 'Unavailable', 'Break'])(
    'when a worker is signed in (%s), opens no menu before the wait is long',
    async (activity) => {
      const harness = await openHarness();
      harness.signIn('Ana', ['agent'], activity);
      const caller = await dials(harness);
      await harness.advance(170_000);
      expect(caller.prompts().join(' ')).not.toMatch(/Nobody is here|longer than usual|press 2/);
      expect(harness.waitingTask(caller).assignmentStatus).toBe('pending');
    },
  );

  test('a worker who is Offline is not signed in', async () => {
    const harness = await openHarness();
    harness.signIn('Ana', ['agent'], 'Offline');
    await (await dials(harness)).waitForPrompt(NOBODY, 30_000);
  });

  test('after 180 s of waiting, opens the menu once', async () => {
    const harness = await openHarness();
    harness.signIn('Ana', ['agent'], 'Break');
    const caller = await dials(harness);
    const since = Date.now();
    await caller.waitForPrompt(LONG);
    // Between two pieces of music.
    expect(Date.now() - since).toBeGreaterThanOrEqual(180_000);
    expect(Date.now() - since).toBeLessThan(300_000);
    await caller.waitForPrompt(MENU, 10_000);
    await caller.waitForPrompt(MENU, 30_000);
    await caller.waitForPrompt(/You are still in line/);
    await harness.advance(20 * 60_000);
    expect(times(caller, LONG)).toBe(1);
    expect(times(caller, MENU)).toBe(2);
  });

  test('when no worker is signed in and the wait is long, says each once', async () => {
    const harness = await openHarness();
    const caller = await dials(harness);
    await caller.waitForPrompt(NOBODY);
    await caller.waitForPrompt(LONG);
    await harness.advance(20 * 60_000);
    expect([times(caller, NOBODY), times(caller, LONG)]).toEqual([1, 1]);
  });

  test('without overflow, does not ask TaskRouter who is signed in', async () => {
    const harness = await openHarness();
    const mark = harness.requestCount();
    const caller = await harness.dial({ to: harness.numbers.support });
    await harness.advance(10 * 60_000);
    expect(caller.prompts().join(' ')).not.toMatch(/Nobody is here|longer than usual|press 2/);
    for (const { path: asked } of harness.requestsSince(mark)) expect(asked).not.toMatch(/Statistics/);
  });
});

describe('the line with recorded prompts', () => {
  const music = readFileSync(path.resolve(__dirname, '../../sandbox/assets/voicemail-sample.wav'));
  let asked: string[];
  let files: LoopbackServer;
  beforeEach(async () => {
    asked = [];
    files = await listenOnLoopback((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(200, { 'content-type': 'audio/wav' }).end(music);
    });
  });
  afterEach(() => files.close());

  test('plays recorded prompts, and speaks the number and all other prompts', async () => {
    const harness = await openHarness({ origins: { 'https://example.com': files.url } });
    const caller = await harness.dial({ to: harness.numbers.recordedPrompts });
    await caller.waitForPrompt(/You are still in line/);
    expect(playedUrls(harness, caller)[0]).toBe('https://example.com/prompts/greeting.mp3');
    expect(caller.prompts().join(' ')).not.toMatch(/Thank you for calling/);
    await caller.waitForPrompt(/press star/);
    await harness.advance(5_000);
    expect(playedUrls(harness, caller)).toContain('https://example.com/music.mp3');
    caller.press('*');
    await caller.waitForPrompt(/press 1/);
    caller.press('1');
    await caller.waitForPrompt(/We can call you back at 2 0 2, 5 5 5, 0 1 2 3/);
    caller.press('1');
    await caller.waitForPrompt(/^2 0 2, 5 5 5, 0 1 2 3\.$/);
    expect(playedUrls(harness, caller).at(-1)).toBe('https://example.com/prompts/booked.mp3');
    await harness.advance(10_000);
    expect(caller.status()).toBe('completed');
    expect(caller.prompts().join(' ')).not.toMatch(/We will call you back/);
    expect(harness.productTasks()).toHaveLength(1);
    expect(new Set(asked)).toEqual(new Set(['/prompts/greeting.mp3', '/music.mp3', '/prompts/booked.mp3']));
    expect(harness.sandboxErrors()).toEqual([]);
  });

  test("other lines use the product's own prompts and music", async () => {
    const harness = await openHarness({ origins: { 'https://example.com': files.url } });
    const caller = await harness.dial({ to: harness.numbers.support });
    await caller.waitForPrompt(/Thank you for calling/);
    await caller.waitForPrompt(/press star/);
    await harness.advance(5_000);
    expect(new Set(playedUrls(harness, caller))).toEqual(
      new Set([`${harness.publicUrl}${DEFAULT_CALLER_EXPERIENCE.music}`]),
    );
    expect(asked).toEqual([]);
  });
});

describe('lines that offer less', () => {
  async function waitForMenu(to: 'noCallbacks' | 'noTypedNumbers', from?: string) {
    const harness = await openHarness();
    const caller = await harness.dial({ to: harness.numbers[to], from });
    await caller.waitForPrompt(/press star/);
    caller.press('*');
    await caller.waitForPrompt(/To keep waiting in line/);
    return { harness, caller };
  }
  const expectStillInLine = async (harness: Harness, caller: Caller) => {
    await caller.waitForPrompt(/You are still in line/);
    expect(harness.waitingTask(caller).assignmentStatus).toBe('pending');
    expect(harness.productTasks()).toEqual([]);
  };

  test('without callbacks, offers voicemail only, and 1 does nothing', async () => {
    const { harness, caller } = await waitForMenu('noCallbacks');
    expect(caller.prompts().join(' ')).not.toMatch(/called back|press 1/);
    caller.press('1');
    await expectStillInLine(harness, caller);
    await harness.chooseVoicemail(caller);
    await caller.waitForBeep();
  });

  test('without callbacks, a voicemail that cannot be recorded still keeps its promise', async () => {
    const { harness, caller } = await waitForMenu('noCallbacks');
    harness.injectFault({ host: 'api.twilio.com', method: 'POST', path: /Calls\/CA/, kind: 'status', status: 500 });
    caller.press('2');
    await caller.waitForPrompt(/We will call you back instead|cannot record a voicemail right now/);
    await runScheduledSweeps(harness, 3);
    const promised = /call you back/.test(caller.prompts().join(' '));
    expect(harness.productTasks()).toHaveLength(promised ? 1 : 0);
  });

  test("without typed numbers, offers the caller's own number only, and 2 does nothing", async () => {
    const { harness, caller } = await waitForMenu('noTypedNumbers');
    caller.press('1');
    await caller.waitForPrompt(/We can call you back at/);
    await caller.waitForPrompt(/To keep waiting in line/);
    expect(caller.prompts().join(' ')).not.toMatch(/another number|enter the number/);
    caller.press('2');
    await expectStillInLine(harness, caller);
  });

  test('without typed numbers, a booked callback cannot be changed', async () => {
    const { harness, caller } = await waitForMenu('noTypedNumbers');
    caller.press('1');
    await caller.waitForPrompt(/We can call you back at/);
    caller.press('1');
    await caller.waitForPrompt(/We will call you back/);
    await harness.advance(30_000);
    const again = await harness.dial({ to: harness.numbers.noTypedNumbers });
    await again.waitForPrompt(/press star/);
    again.press('*');
    await again.waitForPrompt(/press 1/);
    again.press('1');
    await again.waitForPrompt(/already booked for you/);
    await again.waitForPrompt(/To keep waiting in line/);
    expect(again.prompts().join(' ')).not.toMatch(/change the number/);
    again.press('1');
    await again.waitForPrompt(/You are still in line/);
    expect(harness.productTasks()).toHaveLength(1);
  });

  test('without typed numbers and with a withheld number, offers voicemail only', async () => {
    const { harness, caller } = await waitForMenu('noTypedNumbers', '+266696687');
    expect(caller.prompts().join(' ')).not.toMatch(/called back|press 1/);
    caller.press('1');
    await expectStillInLine(harness, caller);
  });
});
