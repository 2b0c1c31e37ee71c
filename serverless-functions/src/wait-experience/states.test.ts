import { DEFAULT_CALLER_EXPERIENCE } from '@callback-and-voicemail/contract';
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import { PROMPTS } from '../prompts/prompts';
import { renderState } from './render';
import {
  type EffectState,
  FIRST_STATE,
  type ListeningState,
  nextState,
  type SpeakingState,
  STATES,
  type StateName,
  stateNamed,
} from './states';
import { readWaitMemory, waitPath } from './wait-url';

type AnyState = ListeningState | SpeakingState | EffectState;
const names = Object.keys(STATES) as StateName[];
const leadsTo = (name: StateName): string[] => {
  const state: AnyState = STATES[name];
  if (state.kind === 'listening') return [...Object.values(state.keys), state.otherKey, state.silence];
  return state.kind === 'speaking' ? [state.next] : Object.values(state.outcomes);
};
const playsMusic = (name: StateName) => {
  const state: AnyState = STATES[name];
  return state.kind === 'listening' && state.music;
};
/** States no key leads to: only the loop's own look at the task does. */
const ENTERED_BY_THE_LOOP: StateName[] = ['line-closed'];

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

  test('from every state silence leads to the music or the end in a bounded number of steps', () => {
    for (const start of names) {
      let name: string = start;
      let steps = 0;
      while (name !== 'hang-up' && !playsMusic(name as StateName)) {
        const state: AnyState = STATES[name as StateName];
        name =
          state.kind === 'listening'
            ? state.silence
            : state.kind === 'speaking'
              ? state.next
              : // An effect that fails leads to what is said about it.
                (Object.values(state.outcomes).find(
                  (to) => STATES[to as StateName].kind === 'speaking' && to !== 'moving',
                ) ?? 'hang-up');
        steps += 1;
        expect(steps).toBeLessThan(10);
      }
    }
  });

  test.each([
    ['greeting', '*', 'menu'],
    ['holding', '*', 'menu'],
    ['holding', '2', 'holding'],
    ['menu', '2', 'choose-voicemail'],
    ['menu', '1', 'holding'],
    ['menu', '#', 'holding'],
    ['menu', undefined, 'menu-again'],
    ['menu-again', undefined, 'holding'],
    ['menu-again', '2', 'choose-voicemail'],
    ['menu', '22', 'holding'],
  ] as const)('%s on %s leads to %s', (state, digits, expected) => {
    expect(nextState(state, digits)).toBe(expected);
  });

  test('an unknown state is the music; none at all the greeting', () => {
    expect(stateNamed('no such state')).toBe('holding');
    expect(stateNamed('__proto__')).toBe('holding');
    expect(stateNamed('constructor')).toBe('holding');
    expect(stateNamed(['menu'])).toBe('holding');
    expect(stateNamed(undefined)).toBe('greeting');
    expect(stateNamed('')).toBe('greeting');
  });
});

describe('the TwiML of a state', () => {
  const WAIT_URL_VERBS = ['Play', 'Say', 'Pause', 'Hangup', 'Redirect', 'Leave', 'Gather'];
  const render = (state: StateName) => {
    const twiml = new VoiceResponse();
    renderState(twiml, { state, heard: false, attempt: 1 }, DEFAULT_CALLER_EXPERIENCE);
    return twiml.toString();
  };

  test.each(names)('%s holds only verbs a waitUrl may hold, and leads on', (name) => {
    const xml = render(name);
    const verbs = [...xml.matchAll(/<([A-Z][A-Za-z]+)/g)]
      .map((match) => match[1])
      .filter((verb) => verb !== 'Response');
    expect(verbs.length).toBeGreaterThan(0);
    for (const verb of verbs) expect(WAIT_URL_VERBS).toContain(verb);
    expect(xml).toMatch(/<Redirect[^>]*>[^<]+<\/Redirect><\/Response>$|<Hangup\/><\/Response>$/);
    expect(xml).not.toMatch(/undefined|null|NaN/);
  });

  test('the menu says the key last and can be interrupted', () => {
    const xml = render('menu');
    expect(xml).toMatch(/<Gather[^>]*numDigits="1"[^>]*>.*To leave a voicemail, press 2\..*<\/Gather>/);
    expect(xml).toContain('finishOnKey=""');
  });

  test('no prompt holds a phrase nobody would hear', () => {
    for (const text of Object.values(PROMPTS)) expect(text).toMatch(/^[A-Z].*[.]$/);
  });
});

describe('the memory in the URL', () => {
  test('survives the way there and back', () => {
    const memory = {
      state: 'menu' as const,
      heard: true,
      workflowSid: `WW${'a'.repeat(32)}`,
      taskSid: `WT${'b'.repeat(32)}`,
      checkedAt: 1_700_000_000_000,
      attempt: 3,
    };
    const query = Object.fromEntries(new URL(waitPath(memory), 'https://example.com').searchParams);
    expect(readWaitMemory(query)).toEqual(memory);
  });

  test('what is missing or malformed counts as not there, and never travels as text', () => {
    const memory = readWaitMemory({
      state: 'x',
      workflowSid: 'undefined',
      taskSid: 'WT../..',
      checkedAt: 'NaN',
      attempt: '-1',
    });
    expect(memory).toEqual({ state: 'holding', heard: false, attempt: 1 });
    expect(waitPath(memory)).not.toMatch(/undefined|NaN/);
  });
});
