import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_CALLER_EXPERIENCE, LANGUAGES, PROMPT_NAMES, type PromptName } from '@callback-and-voicemail/contract';
import { type LoopbackServer, listenOnLoopback } from '../../sandbox/src/transport/loopback-server';
import type { Caller } from '../support/caller';
import { types } from '../support/menu';
import { everyFiveMinutes } from '../support/scheduler';
import { closeStages, openStage, type Stage } from '../support/stage';

afterEach(closeStages);

/** What callers hear on the lines of `contract/src/caller-experience/demonstration.ts`, each configured otherwise. */
const said = (stage: Stage, caller: Caller) =>
  stage.soundsOf(caller).flatMap((event) => (event.type === 'say' ? [event] : []));
const played = (stage: Stage, caller: Caller) =>
  stage.soundsOf(caller).flatMap((event) => (event.type === 'play' ? [event.url] : []));
const times = (caller: Caller, words: RegExp) => caller.heard().filter((text) => words.test(text)).length;
/** Lets the caller hear a prompt in Spanish. */
const es = (name: PromptName) => new RegExp(patternOf(name));
const patternOf = (name: PromptName) =>
  LANGUAGES['es-US'].prompts[name].replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace('{number}', '[\\d, ]+');

describe('the line in Spanish', () => {
  const heardNames = (stage: Stage, callers: Caller[]) => {
    const names = new Set<PromptName>();
    for (const caller of callers)
      for (const { text, language, voice } of said(stage, caller)) {
        const name = PROMPT_NAMES.find((one) => new RegExp(`^${patternOf(one)}$`).test(text));
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
  async function opensMenu(stage: Stage, from?: string) {
    const caller = await stage.dial({ to: stage.numbers.spanish, from });
    await caller.hears(es('otherOptions'));
    caller.press('*');
    await caller.hears(es('menuStay'));
    return caller;
  }
  async function typesNumber(caller: Caller, keys: string, then: PromptName) {
    types(caller, keys);
    await caller.hears(es(then));
  }

  test('menu and callback: every prompt, with its voice', async () => {
    const stage = await openStage();
    const first = await opensMenu(stage);
    first.press('1');
    await first.hears(es('callbackAtOwnNumber'));
    first.press('9');
    await first.hears(es('inLine'));
    first.press('*');
    await first.hears(es('menuCallback'));
    first.press('1');
    await first.hears(es('callbackAtOtherNumber'));
    first.press('2');
    await first.hears(es('enterNumber'));
    await typesNumber(first, '123#', 'numberNotUnderstood');
    await first.hears(es('enterNumberAgain'));
    await typesNumber(first, '18765550123#', 'numberNotAllowed');
    await first.hears(es('enterNumberAgain'));
    await typesNumber(first, '911#', 'numberGivenUp');
    await first.hears(es('menuVoicemail'));
    first.press('1');
    await first.hears(es('callbackAtOwnNumber'));
    first.press('2');
    await first.hears(es('enterNumber'));
    await typesNumber(first, '2025550188#', 'confirmNumber');
    first.press('1');
    await first.hears(es('callbackBooked'));
    expect(first.heard().at(-1)).toContain('2 0 2, 5 5 5, 0 1 8 8');
    await stage.pass(30_000);
    expect(await stage.document(`callback-${first.sid}`)).toMatchObject({ language: 'es-US' });

    const again = await opensMenu(stage);
    again.press('1');
    await again.hears(es('callbackBookedElsewhere'));
    await again.hears(es('changeNumber'));
    again.press('1');
    await again.hears(es('enterNumber'));
    await typesNumber(again, '2025550199#', 'confirmNumber');
    again.press('1');
    await again.hears(es('callbackChanged'));
    await stage.pass(30_000);

    const own = await opensMenu(stage, '+12025550124');
    own.press('1');
    await own.hears(es('callbackAtOwnNumber'));
    own.press('1');
    await own.hears(es('callbackBooked'));
    await stage.pass(30_000);
    const ownAgain = await opensMenu(stage, '+12025550124');
    ownAgain.press('1');
    await ownAgain.hears(es('callbackAlreadyBooked'));

    const withheld = await opensMenu(stage, 'anonymous');
    withheld.press('3');
    await withheld.hears(es('inLine'));
    expect(heardNames(stage, [first, again, own, ownAgain, withheld])).toEqual(
      new Set<PromptName>([
        ...(['greeting', 'inLine', 'otherOptions', 'menuCallback', 'menuTypedCallback', 'menuVoicemail'] as const),
        ...(['menuStay', 'callbackAtOwnNumber', 'callbackAtOtherNumber', 'enterNumber', 'enterNumberAgain'] as const),
        ...(['numberNotUnderstood', 'numberNotAllowed', 'numberGivenUp', 'confirmNumber', 'callbackBooked'] as const),
        ...(['callbackAlreadyBooked', 'callbackBookedElsewhere', 'changeNumber', 'callbackChanged'] as const),
      ]),
    );
  });

  test('voicemail: every prompt, with its voice', async () => {
    const stage = await openStage();
    const chooses = async (from?: string) => {
      const caller = await opensMenu(stage, from);
      caller.press('2');
      await caller.hears(es('leaveMessage'));
      await caller.hearsBeep();
      return caller;
    };
    const silent = await chooses();
    await silent.hears(es('leaveMessageAgain'));
    await silent.hears(es('heardNothing'));
    const spoken = await chooses('+12025550124');
    await spoken.speaks(stage.sample);
    spoken.press('#');
    await spoken.hears(es('thanks'));
    await everyFiveMinutes(stage, 2);
    const heard = heardNames(stage, [silent, spoken]);
    for (const name of ['leaveMessage', 'leaveMessageAgain', 'heardNothing', 'thanks'] as const)
      expect(heard).toContain(name);
    expect(
      stage
        .productTasks()
        .map(({ attributes }) => attributes.taskType)
        .sort(),
    ).toEqual(['callback', 'voicemail']);
    expect(await stage.document(`voicemail-${spoken.sid}-1`)).toMatchObject({ language: 'es-US' });
  });

  test('trouble: every prompt, with its voice', async () => {
    const stage = await openStage();
    const books = async (from: string, then: PromptName) => {
      const caller = await opensMenu(stage, from);
      caller.press('1');
      await caller.hears(es('callbackAtOwnNumber'));
      const mend = stage.fault({ host: 'sync.twilio.com', method: 'POST', kind: 'status', status: 503 });
      caller.press('1');
      await caller.hears(es(then));
      mend();
      return caller;
    };
    const inLine = await books('+12025550131', 'troubleStillInLine');
    const moves = stage.fault({
      host: 'api.twilio.com',
      method: 'POST',
      path: /Calls\/CA/,
      kind: 'status',
      status: 500,
    });
    const notMoved = await opensMenu(stage, '+12025550132');
    notMoved.press('2');
    await notMoved.hears(es('callbackInstead'));
    const withheld = await opensMenu(stage, 'anonymous');
    withheld.press('2');
    await withheld.hears(es('cannotRecord'));
    await withheld.hears(es('closedMenu'));
    await withheld.hears(es('goodbye'));
    moves();
    const closed = await opensMenu(stage, '+12025550133');
    closed.press('9');
    await closed.hears(es('inLine'));
    stage.cancelTaskOf(closed, 'Closed');
    await closed.hears(es('lineClosed'));
    const taken = await opensMenu(stage, '+12025550134');
    stage.acceptTaskOf(taken);
    taken.press('2');
    await taken.hears(es('beingConnected'));
    const heard = heardNames(stage, [inLine, notMoved, withheld, closed, taken]);
    for (const name of [
      'troubleStillInLine',
      'callbackInstead',
      'cannotRecord',
      'lineClosed',
      'beingConnected',
    ] as const)
      expect(heard).toContain(name);
  });

  test('straight after it, another line speaks English', async () => {
    const stage = await openStage();
    await opensMenu(stage);
    const english = await stage.dial({ to: stage.numbers.support, from: '+12025550124' });
    await english.hears(/press star/);
    for (const { language, voice } of said(stage, english))
      expect({ language, voice }).toEqual({ language: 'en-US', voice: LANGUAGES['en-US'].voice });
  });
});

describe('the line with overflow', () => {
  const NOBODY = /Nobody is here to take your call/;
  const LONG = /The wait is longer than usual/;
  const MENU = /To leave a voicemail, press 2/;
  const dials = (stage: Stage) => stage.dial({ to: stage.numbers.overflow });

  test('nobody is signed in: said at once, and the menu opens by itself, once', async () => {
    const stage = await openStage();
    const caller = await dials(stage);
    await caller.hears(NOBODY, 30_000);
    await caller.hears(MENU, 10_000);
    caller.press('9');
    await caller.hears(/You are still in line/);
    await stage.pass(10 * 60_000);
    expect(times(caller, NOBODY)).toBe(1);
    expect(stage.waitingTask(caller).assignmentStatus).toBe('pending');
  });

  test('the menu that opened by itself does what it says', async () => {
    const stage = await openStage();
    const caller = await dials(stage);
    await caller.hears(NOBODY);
    await caller.hears(/To be called back and keep your place in line, press 1/);
    caller.press('1');
    await caller.hears(/We can call you back at/);
    caller.press('1');
    await caller.hears(/We will call you back/);
    await everyFiveMinutes(stage, 2);
    expect(stage.productTasks()).toHaveLength(1);
  });

  test.each(['Available', 'Unavailable', 'Break'])(
    'somebody is signed in (%s): no menu before the wait is long',
    async (activity) => {
      const stage = await openStage();
      stage.signIn('Ana', ['agent'], activity);
      const caller = await dials(stage);
      await stage.pass(170_000);
      expect(caller.heard().join(' ')).not.toMatch(/Nobody is here|longer than usual|press 2/);
      expect(stage.waitingTask(caller).assignmentStatus).toBe('pending');
    },
  );

  test('a worker who is Offline is not signed in', async () => {
    const stage = await openStage();
    stage.signIn('Ana', ['agent'], 'Offline');
    await (await dials(stage)).hears(NOBODY, 30_000);
  });

  test('after 180 s of waiting the menu opens by itself, once', async () => {
    const stage = await openStage();
    stage.signIn('Ana', ['agent'], 'Break');
    const caller = await dials(stage);
    const since = Date.now();
    await caller.hears(LONG);
    // Between two pieces of music.
    expect(Date.now() - since).toBeGreaterThanOrEqual(180_000);
    expect(Date.now() - since).toBeLessThan(300_000);
    await caller.hears(MENU, 10_000);
    await caller.hears(MENU, 30_000);
    await caller.hears(/You are still in line/);
    await stage.pass(20 * 60_000);
    expect(times(caller, LONG)).toBe(1);
    expect(times(caller, MENU)).toBe(2);
  });

  test('nobody is signed in, and then the wait is long: each is said once', async () => {
    const stage = await openStage();
    const caller = await dials(stage);
    await caller.hears(NOBODY);
    await caller.hears(LONG);
    await stage.pass(20 * 60_000);
    expect([times(caller, NOBODY), times(caller, LONG)]).toEqual([1, 1]);
  });

  test('a line without overflow asks nobody who is signed in', async () => {
    const stage = await openStage();
    const mark = stage.requestCount();
    const caller = await stage.dial({ to: stage.numbers.support });
    await stage.pass(10 * 60_000);
    expect(caller.heard().join(' ')).not.toMatch(/Nobody is here|longer than usual|press 2/);
    for (const { path: asked } of stage.requestsSince(mark)) expect(asked).not.toMatch(/Statistics/);
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

  test('plays them in place of the words, speaks the number, and says the rest', async () => {
    const stage = await openStage({ origins: { 'https://example.com': files.url } });
    const caller = await stage.dial({ to: stage.numbers.recordedPrompts });
    await caller.hears(/You are still in line/);
    expect(played(stage, caller)[0]).toBe('https://example.com/prompts/greeting.mp3');
    expect(caller.heard().join(' ')).not.toMatch(/Thank you for calling/);
    await caller.hears(/press star/);
    await stage.pass(5_000);
    expect(played(stage, caller)).toContain('https://example.com/music.mp3');
    caller.press('*');
    await caller.hears(/press 1/);
    caller.press('1');
    await caller.hears(/We can call you back at 2 0 2, 5 5 5, 0 1 2 3/);
    caller.press('1');
    await caller.hears(/^2 0 2, 5 5 5, 0 1 2 3\.$/);
    expect(played(stage, caller).at(-1)).toBe('https://example.com/prompts/booked.mp3');
    await stage.pass(10_000);
    expect(caller.status()).toBe('completed');
    expect(caller.heard().join(' ')).not.toMatch(/We will call you back/);
    expect(stage.productTasks()).toHaveLength(1);
    expect(new Set(asked)).toEqual(new Set(['/prompts/greeting.mp3', '/music.mp3', '/prompts/booked.mp3']));
    expect(stage.errors()).toEqual([]);
  });

  test('other lines have the words and the music that come with the product', async () => {
    const stage = await openStage({ origins: { 'https://example.com': files.url } });
    const caller = await stage.dial({ to: stage.numbers.support });
    await caller.hears(/Thank you for calling/);
    await caller.hears(/press star/);
    await stage.pass(5_000);
    expect(new Set(played(stage, caller))).toEqual(new Set([`${stage.publicUrl}${DEFAULT_CALLER_EXPERIENCE.music}`]));
    expect(asked).toEqual([]);
  });
});

describe('lines that offer less', () => {
  async function hearsMenu(to: 'noCallbacks' | 'noTypedNumbers', from?: string) {
    const stage = await openStage();
    const caller = await stage.dial({ to: stage.numbers[to], from });
    await caller.hears(/press star/);
    caller.press('*');
    await caller.hears(/To keep waiting in line/);
    return { stage, caller };
  }
  const isStillInLine = async (stage: Stage, caller: Caller) => {
    await caller.hears(/You are still in line/);
    expect(stage.waitingTask(caller).assignmentStatus).toBe('pending');
    expect(stage.productTasks()).toEqual([]);
  };

  test('no callbacks: the voicemail alone, and 1 is any other key', async () => {
    const { stage, caller } = await hearsMenu('noCallbacks');
    expect(caller.heard().join(' ')).not.toMatch(/called back|press 1/);
    caller.press('1');
    await isStillInLine(stage, caller);
    await stage.choosesVoicemailAs(caller);
    await caller.hearsBeep();
  });

  test('no callbacks, and a voicemail that cannot be recorded: what is said of it is kept', async () => {
    const { stage, caller } = await hearsMenu('noCallbacks');
    stage.fault({ host: 'api.twilio.com', method: 'POST', path: /Calls\/CA/, kind: 'status', status: 500 });
    caller.press('2');
    await caller.hears(/We will call you back instead|cannot record a voicemail right now/);
    await everyFiveMinutes(stage, 3);
    const promised = /call you back/.test(caller.heard().join(' '));
    expect(stage.productTasks()).toHaveLength(promised ? 1 : 0);
  });

  test('no typed numbers: their own alone, and 2 is any other key', async () => {
    const { stage, caller } = await hearsMenu('noTypedNumbers');
    caller.press('1');
    await caller.hears(/We can call you back at/);
    await caller.hears(/To keep waiting in line/);
    expect(caller.heard().join(' ')).not.toMatch(/another number|enter the number/);
    caller.press('2');
    await isStillInLine(stage, caller);
  });

  test('no typed numbers: a booked callback cannot be changed', async () => {
    const { stage, caller } = await hearsMenu('noTypedNumbers');
    caller.press('1');
    await caller.hears(/We can call you back at/);
    caller.press('1');
    await caller.hears(/We will call you back/);
    await stage.pass(30_000);
    const again = await stage.dial({ to: stage.numbers.noTypedNumbers });
    await again.hears(/press star/);
    again.press('*');
    await again.hears(/press 1/);
    again.press('1');
    await again.hears(/already booked for you/);
    await again.hears(/To keep waiting in line/);
    expect(again.heard().join(' ')).not.toMatch(/change the number/);
    again.press('1');
    await again.hears(/You are still in line/);
    expect(stage.productTasks()).toHaveLength(1);
  });

  test('no typed numbers, and none of their own: the voicemail alone', async () => {
    const { stage, caller } = await hearsMenu('noTypedNumbers', '+266696687');
    expect(caller.heard().join(' ')).not.toMatch(/called back|press 1/);
    caller.press('1');
    await isStillInLine(stage, caller);
  });
});
