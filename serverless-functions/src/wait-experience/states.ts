import type { PromptName } from '../caller-experience';
import type { Option } from './options';

/**
 * The caller's menu while waiting in line, as one table: what is said, which key leads where, and where silence leads.
 *
 *   greeting ─┐        ┌─ 1 ─> offer-callback ─> callback-number ─┬─ 1 ─────────────────┬─> book-callback ─> callback-booked
 *   holding  ─┼─ * ─> menu                                        └─ 2 ─> enter-number ─┘
 *   overflow ─┘        ├─ 2 ─> choose-voicemail ─> moving (to the recording)
 *                      └─ any other key, or silence twice ─> holding
 *
 * What is in brackets with an option (`['own-number', 'menuCallback']`) is there only for callers who have it.
 */
export type Guarded<T> = T | readonly [Option, T];
export type PromptList = readonly Guarded<PromptName>[];
type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#';

/** Listens for one key, while music plays or for `menuSeconds`. */
interface ListeningState {
  kind: 'listening';
  prompts: PromptList;
  /** Hold music after the words. */
  music?: true;
  /** Said once more before silence leads on. */
  repeats?: true;
  /** The first that the caller has the option for; without any, `otherKey`. */
  keys: Partial<Record<Key, readonly Guarded<StateName>[]>>;
  otherKey: StateName;
  silence: StateName;
}
/** Listens for a whole number, ended by pound or by silence. */
interface TypingState {
  kind: 'typing';
  prompts: PromptList;
  repeats: true;
  typed: StateName;
  silence: StateName;
}
/** Plays and goes on; keys are listened for only where it leads to a menu or to typing. */
interface SpeakingState {
  kind: 'speaking';
  prompts: PromptList;
  /** Seconds of quiet before going on. */
  pause?: number;
  next: StateName | 'hang-up';
}
/** Does something first; its outcome leads on. */
interface EffectState<Outcome extends string = string> {
  kind: 'effect';
  effect: EffectName;
  outcomes: Readonly<Record<Outcome, StateName>>;
}
export type State = ListeningState | TypingState | SpeakingState | EffectState;
export type EffectName =
  | 'offer-callback'
  | 'read-number'
  | 'book-callback'
  | 'choose-voicemail'
  | 'move-again'
  | 'leave-closed-line';

export type OfferOutcome = 'own-number' | 'already-booked' | 'booked-elsewhere' | 'ours' | 'ours-only';
export type NumberOutcome =
  | 'accepted'
  | 'back'
  | 'not-understood'
  | 'ours'
  | 'country-not-allowed'
  | 'premium'
  | 'satellite'
  | 'high-cost'
  | 'not-callable'
  | 'given-up';
export type BookingEffectOutcome =
  | 'booked'
  | 'already-booked'
  | 'another-refused'
  | 'changed'
  | 'not-allowed'
  | 'agent-took-call'
  | 'not-ready'
  | 'failed'
  | 'line-closed'
  | 'undecided'
  | 'unknown';
/** The caller is on the way to the recording. */
export type LeaveOutcome =
  | 'moved'
  | 'agent-took-call'
  | 'not-ready'
  | 'failed'
  | 'unknown'
  | 'line-closed'
  | 'callback-made'
  | 'cannot-record';

const listening = (state: Omit<ListeningState, 'kind'>): ListeningState => ({ kind: 'listening', ...state });
const typing = (prompts: PromptList, typed: StateName, silence: StateName): TypingState => ({
  kind: 'typing',
  prompts,
  repeats: true,
  typed,
  silence,
});
const speaking = (prompts: PromptList, next: SpeakingState['next'], pause?: number): SpeakingState => ({
  kind: 'speaking',
  prompts,
  next,
  pause,
});
const effect = <Outcome extends string>(
  name: EffectName,
  outcomes: Record<Outcome, StateName>,
): EffectState<Outcome> => ({ kind: 'effect', effect: name, outcomes });

const LEAVE_TRANSITIONS: Record<LeaveOutcome, StateName> = {
  moved: 'moving',
  'agent-took-call': 'being-connected',
  'not-ready': 'not-ready',
  failed: 'failed',
  unknown: 'outcome-unknown',
  'line-closed': 'line-closed',
  'callback-made': 'callback-instead',
  'cannot-record': 'cannot-record',
};
/** Out of line there is no line that could be found closed once more. */
const LEAVE_CLOSED_TRANSITIONS: Record<LeaveOutcome, StateName> = {
  ...LEAVE_TRANSITIONS,
  'line-closed': 'cannot-record',
};

export const STATES: Readonly<Record<StateName, State>> = {
  // in line
  greeting: listening({
    prompts: ['greeting', 'inLine', ['any', 'otherOptions']],
    music: true,
    keys: { '*': [['any', 'menu']] },
    otherKey: 'holding',
    silence: 'holding',
  }),
  holding: listening({
    prompts: ['inLine', ['any', 'otherOptions']],
    music: true,
    keys: { '*': [['any', 'menu']] },
    otherKey: 'holding',
    silence: 'holding',
  }),
  // It is unknown whether the place in line is still held, so no prompt mentions it until TaskRouter can be read again.
  'holding-unverified': listening({
    prompts: [],
    music: true,
    keys: { '*': [['any', 'menu']] },
    otherKey: 'holding-unverified',
    silence: 'holding-unverified',
  }),
  'nobody-signed-in': speaking(['nobodySignedIn'], 'menu'),
  'long-wait': speaking(['longWait'], 'menu'),
  menu: listening({
    prompts: [
      ['own-number', 'menuCallback'],
      ['typed-number-only', 'menuTypedCallback'],
      ['voicemail', 'menuVoicemail'],
      'menuStay',
    ],
    repeats: true,
    keys: {
      1: [
        ['own-number', 'offer-callback'],
        ['typed-number-only', 'enter-number'],
      ],
      2: [['voicemail', 'choose-voicemail']],
    },
    otherKey: 'holding',
    silence: 'holding',
  }),

  // a callback
  'offer-callback': effect<OfferOutcome>('offer-callback', {
    'own-number': 'callback-number',
    'already-booked': 'already-booked',
    'booked-elsewhere': 'booked-elsewhere',
    ours: 'number-ours',
    // No other number may be typed; from now on the menu does not offer a callback.
    'ours-only': 'menu',
  }),
  'callback-number': listening({
    prompts: ['callbackAtOwnNumber', ['typed-number', 'callbackAtOtherNumber'], 'menuStay'],
    repeats: true,
    keys: { 1: ['book-callback'], 2: [['typed-number', 'enter-number']] },
    otherKey: 'holding',
    silence: 'holding',
  }),
  'enter-number': typing(['enterNumber'], 'read-number', 'holding'),
  // A callback of its own, e.g. for another person behind the same switchboard.
  'enter-another': typing(['enterNumber'], 'read-number', 'holding'),
  'enter-number-again': typing(['enterNumberAgain'], 'read-number', 'holding'),
  'read-number': effect<NumberOutcome>('read-number', {
    accepted: 'confirm-number',
    back: 'holding',
    'not-understood': 'number-not-understood',
    ours: 'number-ours',
    'country-not-allowed': 'number-abroad',
    premium: 'number-special',
    satellite: 'number-special',
    'high-cost': 'number-special',
    'not-callable': 'number-special',
    'given-up': 'number-given-up',
  }),
  'number-not-understood': speaking(['numberNotUnderstood'], 'enter-number-again'),
  'number-not-allowed': speaking(['numberNotAllowed'], 'enter-number-again'),
  'number-ours': speaking(['numberIsOurs'], 'enter-number-again'),
  'number-abroad': speaking(['numberAbroad'], 'enter-number-again'),
  'number-special': speaking(['numberSpecial'], 'enter-number-again'),
  'number-given-up': speaking(['numberGivenUp'], 'menu'),
  'confirm-number': listening({
    prompts: ['confirmNumber', 'menuStay'],
    repeats: true,
    keys: { 1: ['book-callback'], 2: ['enter-number-again'] },
    otherKey: 'holding',
    silence: 'holding',
  }),
  'book-callback': effect<BookingEffectOutcome>('book-callback', {
    booked: 'callback-booked',
    'already-booked': 'already-booked',
    'another-refused': 'another-refused',
    changed: 'callback-changed',
    'not-allowed': 'number-not-allowed',
    'agent-took-call': 'being-connected',
    'not-ready': 'not-ready',
    failed: 'failed',
    'line-closed': 'line-closed',
    unknown: 'booking-unverified',
    undecided: 'outcome-unknown',
  }),
  'already-booked': listening({
    prompts: [
      'callbackAlreadyBooked',
      ['typed-number', 'changeNumber'],
      ['another-callback', 'anotherCallback'],
      'menuStay',
    ],
    repeats: true,
    // Not 2: who knows the menu presses it ahead, to type a number.
    keys: { 1: [['typed-number', 'enter-number']], 3: [['another-callback', 'enter-another']] },
    otherKey: 'holding',
    silence: 'holding',
  }),
  // A caller with a forged caller id must not hear another number.
  'booked-elsewhere': listening({
    prompts: [
      'callbackBookedElsewhere',
      ['typed-number', 'changeNumber'],
      ['another-callback', 'anotherCallback'],
      'menuStay',
    ],
    repeats: true,
    // Not 2: who knows the menu presses it ahead, to type a number.
    keys: { 1: [['typed-number', 'enter-number']], 3: [['another-callback', 'enter-another']] },
    otherKey: 'holding',
    silence: 'holding',
  }),
  'another-refused': speaking(['anotherCallbackRefused'], 'holding'),
  'callback-booked': speaking(['callbackBooked'], 'hang-up'),
  'callback-changed': speaking(['callbackChanged'], 'hang-up'),
  // The outcome is unknown: music plays and the same request is repeated, a bounded number of times.
  'booking-unverified': speaking(['troublePleaseHold'], 'booking-waits', 5),
  'booking-waits': listening({
    prompts: [],
    music: true,
    keys: {},
    otherKey: 'book-callback',
    silence: 'book-callback',
  }),

  // leaving the line for a voicemail
  'choose-voicemail': effect('choose-voicemail', LEAVE_TRANSITIONS),
  moving: speaking([], 'move-again', 5),
  'move-again': effect('move-again', LEAVE_CLOSED_TRANSITIONS),
  'line-closed': speaking(['lineClosed'], 'leave-closed-line'),
  'leave-closed-line': effect('leave-closed-line', LEAVE_CLOSED_TRANSITIONS),

  // what came of it
  'not-ready': speaking(['notReadyStillInLine'], 'holding'),
  failed: speaking(['troubleStillInLine'], 'holding'),
  // Whether the place in line is still held is looked at with the next turn, and not spoken of before.
  'outcome-unknown': speaking(['troublePleaseHold'], 'holding-unverified', 5),
  'being-connected': speaking(['beingConnected'], 'holding', 10),
  'callback-instead': speaking(['callbackInstead'], 'hang-up'),
  'cannot-record': speaking(['cannotRecord'], 'closed-menu'),

  // out of line, and nothing promised: only the truth and another try
  'closed-menu': listening({
    prompts: ['closedMenu'],
    repeats: true,
    keys: { 2: ['leave-closed-line'] },
    otherKey: 'goodbye',
    silence: 'goodbye',
  }),
  goodbye: speaking(['goodbye'], 'hang-up'),
};

const STATE_NAMES = [
  'greeting',
  'holding',
  'holding-unverified',
  'nobody-signed-in',
  'long-wait',
  'menu',
  'offer-callback',
  'callback-number',
  'enter-number',
  'enter-another',
  'enter-number-again',
  'read-number',
  'number-not-understood',
  'number-not-allowed',
  'number-ours',
  'number-abroad',
  'number-special',
  'number-given-up',
  'confirm-number',
  'book-callback',
  'already-booked',
  'booked-elsewhere',
  'another-refused',
  'callback-booked',
  'callback-changed',
  'booking-unverified',
  'booking-waits',
  'choose-voicemail',
  'moving',
  'move-again',
  'line-closed',
  'leave-closed-line',
  'not-ready',
  'failed',
  'outcome-unknown',
  'being-connected',
  'callback-instead',
  'cannot-record',
  'closed-menu',
  'goodbye',
] as const;
export type StateName = (typeof STATE_NAMES)[number];

export const FIRST_STATE: StateName = 'greeting';

/** The state of that name; an unknown name falls back to the music. */
export function parseStateName(name: unknown): StateName {
  if (name === undefined || name === '') return FIRST_STATE;
  return typeof name === 'string' && Object.hasOwn(STATES, name) ? (name as StateName) : 'holding';
}

/** What of a guarded list a caller with these options has. */
export function allowedItems<T extends string>(list: readonly Guarded<T>[], options: ReadonlySet<Option>): T[] {
  return list.flatMap((one) => {
    if (typeof one === 'string') return [one];
    return options.has(one[0]) ? [one[1]] : [];
  });
}

/**
 * Where a key leads, or silence. Only states that listen have keys; every other state stays where it is.
 * @param digits what Twilio's Gather sent; undefined or empty for silence
 * @param repeated it was said a second time already
 */
export function nextState(
  name: StateName,
  digits: string | undefined,
  options: ReadonlySet<Option>,
  repeated: boolean,
): { state: StateName; repeated: boolean } {
  const state = STATES[name];
  const to = (next: StateName) => ({ state: next, repeated: false });
  if (state.kind !== 'listening' && state.kind !== 'typing') return { state: name, repeated };
  if (digits === undefined || digits === '')
    return state.repeats && !repeated ? { state: name, repeated: true } : to(state.silence);
  if (state.kind === 'typing') return to(state.typed);
  const [next] = Object.hasOwn(state.keys, digits) ? allowedItems(state.keys[digits as Key] ?? [], options) : [];
  return to(next ?? state.otherKey);
}
