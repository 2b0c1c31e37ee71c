import type { Prompt } from '../prompts/prompts';

/**
 * The caller's menu while waiting in line, as one table: what is said, which key leads where, and where silence leads.
 *
 *   greeting ─┬─ * ──> menu ─┬─ 2 ──> choose-voicemail ──> (moved to the recording, or back in line)
 *   holding  ─┘              ├─ any other key ──> holding
 *      └── plays music        └─ silence ──> menu-again ── silence ──> holding
 *
 * A state with an `effect` does something first; its outcome is the key that leads on.
 * Callbacks take their place here: key 1 of the menu, and their states after `choose-voicemail`.
 */
export interface ListeningState {
  kind: 'listening';
  says: Prompt[];
  /** Hold music after the words; without it the caller is waited for `menuSeconds`. */
  music: boolean;
  keys: Partial<Record<Key, StateName>>;
  otherKey: StateName;
  silence: StateName;
}
/** Plays and goes on; no key is listened for, since what is said must be heard. */
export interface SpeakingState {
  kind: 'speaking';
  says: Prompt[];
  /** Seconds of quiet before going on. */
  pause?: number;
  next: StateName | 'hang-up';
}
export interface EffectState<Outcome extends string = string> {
  kind: 'effect';
  effect: 'choose-voicemail' | 'move-again' | 'leave-closed-line';
  outcomes: Record<Outcome, StateName>;
}

/** The caller is on the way to the recording. */
export type LeavingOutcome =
  | 'moved'
  | 'agent-took-call'
  | 'not-ready'
  | 'trouble'
  | 'unsure'
  | 'line-closed'
  | 'callback-made'
  | 'cannot-record';

export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#';

const LEAVING: Record<LeavingOutcome, StateName> = {
  moved: 'moving',
  'agent-took-call': 'being-connected',
  'not-ready': 'not-ready',
  trouble: 'trouble',
  unsure: 'unsure',
  'line-closed': 'line-closed',
  'callback-made': 'callback-instead',
  'cannot-record': 'cannot-record',
};

export const STATES = {
  // in line
  greeting: {
    kind: 'listening',
    says: ['greeting', 'musicPrompt'],
    music: true,
    keys: { '*': 'menu' },
    otherKey: 'holding',
    silence: 'holding',
  },
  holding: {
    kind: 'listening',
    says: ['musicPrompt'],
    music: true,
    keys: { '*': 'menu' },
    otherKey: 'holding',
    silence: 'holding',
  },
  menu: {
    kind: 'listening',
    says: ['menu'],
    music: false,
    keys: { '2': 'choose-voicemail' },
    otherKey: 'holding',
    silence: 'menu-again',
  },
  'menu-again': {
    kind: 'listening',
    says: ['menu'],
    music: false,
    keys: { '2': 'choose-voicemail' },
    otherKey: 'holding',
    silence: 'holding',
  },
  // leaving the line for a voicemail
  'choose-voicemail': { kind: 'effect', effect: 'choose-voicemail', outcomes: LEAVING },
  moving: { kind: 'speaking', says: [], pause: 5, next: 'move-again' },
  'move-again': { kind: 'effect', effect: 'move-again', outcomes: LEAVING },
  'line-closed': { kind: 'speaking', says: ['lineClosed'], next: 'leave-closed-line' },
  'leave-closed-line': { kind: 'effect', effect: 'leave-closed-line', outcomes: LEAVING },
  // what came of it
  'not-ready': { kind: 'speaking', says: ['notReadyStillInLine'], next: 'holding' },
  trouble: { kind: 'speaking', says: ['troubleStillInLine'], next: 'holding' },
  // Nobody knows whether the place in line is still held: nothing is said of it until TaskRouter can be read again.
  unsure: { kind: 'speaking', says: ['troublePleaseHold'], pause: 5, next: 'holding-unsure' },
  'holding-unsure': {
    kind: 'listening',
    says: [],
    music: true,
    keys: { '*': 'menu' },
    otherKey: 'holding-unsure',
    silence: 'holding-unsure',
  },
  'being-connected': { kind: 'speaking', says: ['beingConnected'], pause: 10, next: 'holding' },
  'callback-instead': { kind: 'speaking', says: ['callbackInstead'], next: 'hang-up' },
  'cannot-record': { kind: 'speaking', says: ['cannotRecord'], next: 'closed-menu' },
  // out of line, and nothing promised: only the truth and another try
  'closed-menu': {
    kind: 'listening',
    says: ['closedMenu'],
    music: false,
    keys: { '2': 'leave-closed-line' },
    otherKey: 'closed-menu-again',
    silence: 'closed-menu-again',
  },
  'closed-menu-again': {
    kind: 'listening',
    says: ['closedMenu'],
    music: false,
    keys: { '2': 'leave-closed-line' },
    otherKey: 'goodbye',
    silence: 'goodbye',
  },
  goodbye: { kind: 'speaking', says: ['goodbye'], next: 'hang-up' },
} as const satisfies Record<string, ListeningState | SpeakingState | EffectState>;

export type StateName =
  | 'greeting'
  | 'holding'
  | 'menu'
  | 'menu-again'
  | 'choose-voicemail'
  | 'moving'
  | 'move-again'
  | 'line-closed'
  | 'leave-closed-line'
  | 'not-ready'
  | 'trouble'
  | 'unsure'
  | 'holding-unsure'
  | 'being-connected'
  | 'callback-instead'
  | 'cannot-record'
  | 'closed-menu'
  | 'closed-menu-again'
  | 'goodbye';

export const FIRST_STATE: StateName = 'greeting';

/** The state of that name; an unknown one is the music, where nobody is lost. */
export function stateNamed(name: unknown): StateName {
  if (name === undefined || name === '') return FIRST_STATE;
  return typeof name === 'string' && Object.hasOwn(STATES, name) ? (name as StateName) : 'holding';
}

/**
 * Where a key leads, or silence. Only listening states have keys; every other state stays where it is.
 * @param digits what Twilio's Gather sent; undefined or empty for silence
 */
export function nextState(name: StateName, digits: string | undefined): StateName {
  const state: ListeningState | SpeakingState | EffectState = STATES[name];
  if (state.kind !== 'listening') return name;
  if (digits === undefined || digits === '') return state.silence;
  return state.keys[digits as Key] ?? state.otherKey;
}
