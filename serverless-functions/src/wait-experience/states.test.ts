import { readFileSync } from 'node:fs';
import path from 'node:path';
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import {
  type CallerExperience,
  type CallerExperienceConfiguration,
  LANGUAGES,
  type LanguageTag,
  PROMPT_NAMES,
  resolveCallerExperience,
} from '../caller-experience';
import { callerOptions, type Option, optionsInCall } from './options';
import { renderState } from './render';
import {
  allowedItems,
  FIRST_STATE,
  type Guarded,
  nextState,
  parseStateName,
  STATES,
  type State,
  type StateName,
} from './states';
import { parseWaitSession, type WaitSession, waitQuery } from './wait-session';

const names = Object.keys(STATES) as StateName[];
const KEYS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', undefined, '12', '+12025550123', 'x'];
/** Every set of options a caller can have. */
const CALLERS: [string, ReadonlySet<Option>][] = [true, false].flatMap((callbacks) =>
  [true, false].flatMap((typedNumbers) =>
    [true, false].flatMap((voicemail) =>
      [true, false].map((own): [string, ReadonlySet<Option>] => {
        const options = callerOptions({ callbacks, typedNumbers, voicemail }, own);
        return [[...options].join(', ') || 'none', options];
      }),
    ),
  ),
);
const EVERYTHING = callerOptions({ callbacks: true, typedNumbers: true, voicemail: true }, true);
const target = <T extends string>(one: Guarded<T>): T => (typeof one === 'string' ? one : one[1]);
const leadsTo = (name: StateName): string[] => {
  const state: State = STATES[name];
  switch (state.kind) {
    case 'listening':
      return [...Object.values(state.keys).flatMap((list) => list.map(target)), state.otherKey, state.silence];
    case 'typing':
      return [state.typed, state.silence];
    case 'speaking':
      return [state.next];
    case 'effect':
      return Object.values(state.outcomes);
  }
};
const playsMusic = (name: StateName) => {
  const state = STATES[name];
  return state.kind === 'listening' && state.music === true;
};
/** States no key leads to: only the loop's own look at the task, the clock or the statistics does. */
const ENTERED_BY_THE_LOOP: StateName[] = ['line-closed', 'nobody-signed-in', 'long-wait'];

const DEMONSTRATION_ASSET =
  '../../../sandbox/assets/features/callback-and-voicemail-with-email/caller-experience.private.json';
const DEMONSTRATION = JSON.parse(
  readFileSync(path.join(__dirname, DEMONSTRATION_ASSET), 'utf8'),
) as CallerExperienceConfiguration;
const WORLD: [string, CallerExperience][] = [
  ...(Object.keys(LANGUAGES) as LanguageTag[]).map((language): [string, CallerExperience] => [
    language,
    resolveCallerExperience({ everyone: { language }, numbers: {}, queues: {} }, { dialed: '', queueName: '' }),
  ]),
  ...Object.keys(DEMONSTRATION.numbers).map((dialed): [string, CallerExperience] => [
    dialed,
    resolveCallerExperience(DEMONSTRATION, { dialed, queueName: '' }),
  ]),
];
const ORIGIN = 'https://voicemail-1234.twil.io';
/** Every sound that can be configured is an asset of the Functions. */
const RECORDED: CallerExperience = resolveCallerExperience(
  {
    everyone: {
      music: '/sounds/music.mp3',
      prompts: Object.fromEntries(PROMPT_NAMES.map((name) => [name, [{ play: `/sounds/${name}.mp3` }, '{number}']])),
    },
    numbers: {},
    queues: {},
  },
  { dialed: '', queueName: '' },
);
const MEMORY: WaitSession = {
  state: 'greeting',
  hasInput: false,
  repeated: false,
  attempt: 1,
  numberAttempts: 0,
  unknownRetries: 0,
  number: '+12025550123',
  taskSid: `WT${'a'.repeat(32)}`,
};
const render = (state: StateName, options = EVERYTHING, experience = WORLD[0]![1], repeated = false) => {
  const twiml = new VoiceResponse();
  const call = { callSid: `CA${'1'.repeat(32)}`, to: '+12025550101', environment: { values: {}, problems: [] } };
  renderState(twiml, { ...MEMORY, state, repeated }, { experience, origin: ORIGIN, options, ...call });
  return twiml.toString();
};
/** What every caller can hear in a state; most of them hear the same. */
function documentsOf(state: StateName, experience: CallerExperience): ReadonlySet<string> {
  const ofExperience = documents.get(experience) ?? new Map<StateName, ReadonlySet<string>>();
  documents.set(experience, ofExperience);
  const rendered =
    ofExperience.get(state) ??
    new Set(
      CALLERS.flatMap(([, options]) => [false, true].map((repeated) => render(state, options, experience, repeated))),
    );
  ofExperience.set(state, rendered);
  return rendered;
}
/** Several tests read each of them. */
const documents = new Map<CallerExperience, Map<StateName, ReadonlySet<string>>>();

test.each(
  names.flatMap((name) =>
    [...WORLD, ['recorded prompts', RECORDED] as const].map(([who, one]) => [name, who, one] as const),
  ),
)('%s, %s: every <Play> has an absolute URL', (name, _who, experience) => {
  for (const document of documentsOf(name, experience)) {
    const sounds = [...document.matchAll(/<Play[^>]*>([^<]*)</g)];
    for (const [, url] of sounds) expect(url).toMatch(/^https:\/\/[\w.-]+\/\S+\.mp3$/);
    if (experience === RECORDED && document.includes('<Say')) expect(sounds).not.toEqual([]);
  }
});

describe('the table of states', () => {
  test('every state is reachable', () => {
    const reached = new Set<string>([FIRST_STATE, ...ENTERED_BY_THE_LOOP]);
    for (let size = 0; size !== reached.size; ) {
      size = reached.size;
      for (const name of reached) if (name !== 'hang-up') for (const to of leadsTo(name as StateName)) reached.add(to);
    }
    expect(names.filter((name) => !reached.has(name))).toEqual([]);
  });

  test('every way leads to a state there is, or hangs up', () => {
    for (const name of names) for (const to of leadsTo(name)) expect([...names, 'hang-up']).toContain(to);
  });

  test('no path leads to a callback or voicemail that is not offered', () => {
    for (const [, options] of CALLERS) {
      const reached = new Set<string>([FIRST_STATE, 'nobody-signed-in']);
      for (const name of reached) {
        if (name === 'hang-up') continue;
        const state = STATES[name as StateName];
        const to =
          state.kind === 'listening' || state.kind === 'typing'
            ? KEYS.map((key) => nextState(name as StateName, key, options, true).state)
            : leadsTo(name as StateName);
        for (const next of to) reached.add(next);
      }
      expect(reached.has('offer-callback')).toBe(options.has('own-number'));
      expect(reached.has('enter-number')).toBe(options.has('typed-number'));
      expect(reached.has('choose-voicemail')).toBe(options.has('voicemail'));
    }
  });

  test.each(CALLERS)('silence soon leads to music or the end: %s', (_what, options) => {
    for (const start of names) {
      // Every outcome of an effect is one of the ways on.
      let paths: { state: string; repeated: boolean }[] = [{ state: start, repeated: false }];
      for (let steps = 0; paths.length > 0; steps += 1) {
        expect(steps).toBeLessThan(14);
        paths = paths
          .filter(({ state }) => state !== 'hang-up' && !playsMusic(state as StateName))
          .flatMap(({ state, repeated }): { state: string; repeated: boolean }[] => {
            const at = STATES[state as StateName];
            if (at.kind === 'listening' || at.kind === 'typing')
              return [nextState(state as StateName, undefined, options, repeated)];
            // `moving` waits for the call to be moved away; that it comes back is the proof that it was not.
            return leadsTo(state as StateName)
              .filter((to) => !(at.kind === 'effect' && at.effect === 'move-again' && to === 'moving'))
              .map((to) => ({ state: to, repeated: false }));
          });
      }
    }
  });

  test.each([
    ['greeting', '*', 'menu'],
    ['holding', '*', 'menu'],
    ['holding', '2', 'holding'],
    ['menu', '1', 'offer-callback'],
    ['menu', '2', 'choose-voicemail'],
    ['menu', '#', 'holding'],
    ['menu', '22', 'holding'],
    ['callback-number', '1', 'book-callback'],
    ['callback-number', '2', 'enter-number'],
    ['callback-number', '9', 'holding'],
    ['enter-number', '2025550123', 'read-number'],
    ['confirm-number', '1', 'book-callback'],
    ['confirm-number', '2', 'enter-number-again'],
    ['already-booked', '1', 'enter-number'],
    ['already-booked', '2', 'holding'],
  ] as const)('%s on %s leads to %s', (state, digits, expected) => {
    expect(nextState(state, digits, EVERYTHING, false)).toEqual({ state: expected, repeated: false });
  });

  test('a menu is said once more, then silence leads to the music', () => {
    expect(nextState('menu', undefined, EVERYTHING, false)).toEqual({ state: 'menu', repeated: true });
    expect(nextState('menu', undefined, EVERYTHING, true)).toEqual({ state: 'holding', repeated: false });
  });

  test('an unknown state is the music; none at all the greeting', () => {
    for (const name of ['no such state', '__proto__', 'constructor', ['menu']])
      expect(parseStateName(name)).toBe('holding');
    expect(parseStateName(undefined)).toBe('greeting');
    expect(parseStateName('')).toBe('greeting');
  });
});

describe('the TwiML of a state', () => {
  const WAIT_URL_VERBS = ['Play', 'Say', 'Pause', 'Hangup', 'Redirect', 'Leave', 'Gather'];

  describe.each(WORLD)('spoken to as %s', (_name, experience) => {
    test.each(names)('%s holds only verbs a waitUrl may hold, and leads on, for every caller', (name) => {
      for (const xml of documentsOf(name, experience)) {
        const verbs = [...xml.matchAll(/<([A-Z][A-Za-z]+)/g)]
          .map((match) => match[1])
          .filter((verb) => verb !== 'Response');
        expect(verbs.length).toBeGreaterThan(0);
        for (const verb of verbs) expect(WAIT_URL_VERBS).toContain(verb);
        expect(xml).toMatch(/<Redirect[^>]*>[^<]+<\/Redirect><\/Response>$|<Hangup\/><\/Response>$/);
        expect(xml).not.toMatch(/undefined|null|NaN|\{number\}/);
        for (const [, language] of xml.matchAll(/<Say language="([^"]+)"/g)) expect(language).toBe(experience.language);
      }
    });
  });

  test('the menu prompts the key last, can be interrupted, and never offers more than three ways', () => {
    const xml = render('menu');
    expect(xml).toMatch(/<Gather[^>]*numDigits="1"[^>]*>.*press 1\..*To leave a voicemail, press 2\..*<\/Gather>/);
    expect(xml).toContain('finishOnKey=""');
    for (const name of names)
      for (const [, options] of CALLERS) expect(render(name, options).match(/, press/g)?.length ?? 0).toBeLessThan(4);
  });

  test('only what a caller may choose is offered, and only that', () => {
    const withheld = render('menu', callerOptions({ callbacks: true, typedNumbers: true, voicemail: true }, false));
    expect(withheld).not.toContain('keep your place in line, press 1');
    expect(withheld).toContain('at a number you enter, press 1');
    expect(withheld).toContain('To leave a voicemail, press 2');
    expect(render('holding', new Set())).not.toContain('star');
    for (const [, options] of CALLERS) {
      const state = STATES.menu as Extract<State, { kind: 'listening' }>;
      const said = render('menu', options);
      for (const [key, list] of Object.entries(state.keys))
        expect(said.includes(`press ${key}.`)).toBe(allowedItems(list, options).length > 0);
    }
  });

  test.each([
    ['number-not-understood', 'enter-number-again', 'We did not understand that number.'],
    ['number-ours', 'enter-number-again', 'That is our own number.'],
    ['number-given-up', 'menu', 'We could not take a number.'],
    ['nobody-signed-in', 'menu', 'Nobody is here'],
    ['cannot-record', 'closed-menu', 'We are sorry. We cannot record'],
  ] as const)('%s can be interrupted by keys, which count for %s', (state, next, words) => {
    const xml = render(state);
    expect(xml).toMatch(new RegExp(`<Gather[^>]*action="[^"]*state=${next}&amp;heard=1[^>]*><Say[^>]*>${words}`));
    expect(xml).not.toMatch(/<\/Say><Redirect/);
  });

  test('words before the music are followed by a request that checks the place in line', () => {
    expect(render('not-ready')).toMatch(/<\/Say><Redirect[^>]*>[^<]*state=holding/);
  });

  test.each(WORLD.slice(0, 2))('%s: the greeting claims nothing about the agents', (_name, experience) => {
    expect(render('greeting', EVERYTHING, experience)).not.toMatch(/busy|other callers|atendiendo/);
  });

  test.each(WORLD.slice(0, 2))('%s: whose callback is booked may hang up', (_name, experience) => {
    for (const state of ['already-booked', 'booked-elsewhere'] as const)
      expect(render(state, EVERYTHING, experience)).toMatch(/You may hang up\.|Puede colgar\./);
  });

  test('a second callback is offered to who may type a number and has none yet', () => {
    const may = optionsInCall(EVERYTHING, undefined);
    expect(render('already-booked', may)).toContain('To book another callback');
    expect(nextState('already-booked', '3', may, false).state).toBe('enter-another');
    for (const options of [
      optionsInCall(EVERYTHING, 'taken'),
      optionsInCall(callerOptions({ callbacks: true, typedNumbers: false, voicemail: true }, true), undefined),
    ]) {
      expect(render('already-booked', options)).not.toContain('To book another callback');
      expect(nextState('already-booked', '3', options, false).state).toBe('holding');
    }
  });

  test('a number is read out digit by digit', () => {
    expect(render('callback-number')).toContain('2 0 2, 5 5 5, 0 1 2 3');
    expect(render('callback-booked')).toContain('2 0 2, 5 5 5, 0 1 2 3');
  });

  test('recorded prompts are played, with the number spoken between them', () => {
    const experience = WORLD.find(([name]) => name === '+12025550107')![1];
    expect(render('greeting', EVERYTHING, experience)).toContain(
      '<Play>https://example.com/prompts/greeting.mp3</Play>',
    );
    expect(render('greeting', EVERYTHING, experience)).toMatch(/<Play loop="2">https:\/\/example.com\/music.mp3/);
    expect(render('callback-booked', EVERYTHING, experience)).toMatch(
      /booked.mp3<\/Play><Say[^>]*>2 0 2, 5 5 5, 0 1 2 3\./,
    );
  });
});

describe('the session in the URL', () => {
  test('survives the way there and back', () => {
    const session: WaitSession = {
      state: 'menu',
      hasInput: true,
      repeated: true,
      workflowSid: `WW${'a'.repeat(32)}`,
      taskSid: `WT${'b'.repeat(32)}`,
      taskQueueSid: `WQ${'c'.repeat(32)}`,
      queueName: 'Soporte & más +1',
      since: 1_700_000_000_000,
      checkedAt: 1_700_000_000_000,
      attempt: 3,
      number: '+12025550123',
      another: 'chosen',
      numberAttempts: 2,
      unknownRetries: 3,
      staffingChecked: true,
      longWaitAnnounced: true,
    };
    expect(parseWaitSession(Object.fromEntries(waitQuery(session)))).toEqual(session);
  });

  test('what is missing or malformed counts as not there, and never travels as text', () => {
    const session = parseWaitSession({
      state: 'x',
      workflowSid: 'undefined',
      taskSid: 'WT../..',
      checkedAt: 'NaN',
      attempt: '-1',
      number: '2025550123',
      numberAttempts: '1e9',
    });
    expect(session).toEqual({
      state: 'holding',
      hasInput: false,
      repeated: false,
      attempt: 1,
      unknownRetries: 0,
      numberAttempts: 0,
    });
    expect(String(waitQuery(session))).not.toMatch(/undefined|NaN/);
  });
});
