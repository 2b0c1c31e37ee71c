import { readTelephoneWav, writeTelephoneWav } from '../../../sandbox/src/voice/telephone-audio';
import type { CallEvent } from '../../../sandbox/src/voice/types';
import type { PromptName } from '../../../serverless-functions/src/caller-experience';
import type { Harness } from '../harness';
import type { Rng } from '../rng';
import { type RecognizedPrompt, recognizePrompt } from './recognize-prompt';
import { findWaitingTask, type TaskLog, type TaskSnapshot } from './task-log';

/**
 * What one caller does: dials, listens, presses keys by what was said last, speaks or stays silent, and hangs up. All of
 * it by chance, leaning towards the paths on which something is promised.
 */
interface Person {
  /** As Twilio gives it. */
  from: string;
  /** Their own number, when it may be called back. */
  ownNumber: string | undefined;
}
type PhoneLine = keyof Harness['numbers'];
export interface PlannedCall {
  n: number;
  person: Person;
  line: PhoneLine;
  /** Milliseconds from the batch's start. */
  dialsAt: number;
  /** Milliseconds from the dialling at which they hang up at the latest. */
  patienceMs: number;
  dice: Rng;
}

export interface HeardPrompt extends RecognizedPrompt {
  at: number;
  words: string;
  /** The task of their place in line as it was at that moment. */
  waiting: TaskSnapshot | undefined;
}
/** What one caller did, and what happened to them. */
export interface CallRecord {
  plan: PlannedCall;
  sid: string;
  heard: HeardPrompt[];
  /** Every line of what can be read of this call, in the order of happening. */
  events: { at: number; text: string }[];
  endedAt: number | undefined;
  /** The longest time without a prompt, a recording or an agent. */
  longestSilenceMs: number;
  /** The tone was heard. */
  reachedRecording: boolean;
}

const VALID_INPUT = ['2025550177#', '12025550188#', '2025550199', '01112025550166#', '5*2025550177#', '202 5550155#'];
/** Numbers that may be dialed besides callers' own: all that the valid ones among what is typed can mean. */
export const ENTERABLE_NUMBERS = ['+12025550177', '+12025550188', '+12025550199', '+12025550166', '+12025550155'];
const REJECTED_INPUT = [
  ...['123#', '911#', '#', '999999999999999#', '18765550123#', '19005550123#', '2025551212#', '442079460123#'],
  ...['7378742833#', '17378742833#', '266696687#', '2562533#', '00000000000#', '123456789012345678901234', '011#'],
];
const WITHHELD_NUMBERS = [
  ...['+266696687', '+7378742833', '+17378742833', '+2562533', '+8656696', '+86282452253', '+7748283'],
  ...['anonymous', 'Anonymous', 'restricted', 'UNAVAILABLE', 'Private', 'unknown', '', '+', '+0', 'nonsense'],
  ...['sip:ana@example.com', 'sip:anonymous@anonymous.invalid', 'client:ana', 'sip:+12025550123@example.com'],
  ...['+442079460123', '+18765550123', '+19005550123', '+16005550199', '+17124320199', '+15551234567'],
];
const LINE_WEIGHTS: Readonly<Partial<Record<PhoneLine, number>>> = {
  support: 50,
  sales: 14,
  spanish: 8,
  voicemail: 10,
  review: 4,
  overflow: 6,
  noCallbacks: 3,
  noTypedNumbers: 5,
};

/** Who calls in one batch: most once, some again later or from two telephones at the same moment. */
export function planCalls(rng: Rng, count: number, spreadMs: number): PlannedCall[] {
  const calls: PlannedCall[] = [];
  while (calls.length < count) {
    const own = `+1202555${2_000 + calls.length}`;
    const isWithheld = rng.chance(0.25);
    const person: Person = isWithheld
      ? { from: rng.pick(WITHHELD_NUMBERS), ownNumber: undefined }
      : { from: own, ownNumber: own };
    const line = rng.weighted(LINE_WEIGHTS as Record<PhoneLine, number>);
    const dialsAt = rng.between(0, spreadMs);
    const again = rng.weighted({ never: 70, 'at once': 8, soon: 11, twice: 11 });
    const later = { never: [], 'at once': [0], soon: [rng.between(5_000, 400_000)], twice: [1_000, 150_000] }[again];
    for (const after of [0, ...later]) {
      if (calls.length >= count) break;
      const own = rng.fork();
      const patienceMs = own.chance(0.25) ? own.between(500, 60_000) : own.between(60_000, 420_000);
      const sameLine = after === 0 || own.chance(0.8) ? line : own.weighted(LINE_WEIGHTS as Record<PhoneLine, number>);
      calls.push({
        n: calls.length,
        person,
        line: sameLine,
        dialsAt: dialsAt + after + own.between(0, 900),
        patienceMs,
        dice: own,
      });
    }
  }
  return calls;
}

/** What they may do when something listens, by what was said since. */
type Choice = Readonly<Record<string, number>>;
const CHOICES: readonly (readonly [PromptName, Choice])[] = [
  ['closedMenu', { '2': 70, '5': 15, silent: 15 }],
  ['confirmNumber', { '1': 74, '2': 12, '7': 5, silent: 9 }],
  ['callbackAlreadyBooked', { '1': 34, '3': 44, '8': 8, silent: 14 }],
  ['callbackBookedElsewhere', { '1': 34, '3': 44, '8': 8, silent: 14 }],
  ['callbackAtOwnNumber', { '1': 66, '2': 20, '*': 3, '8': 4, silent: 7 }],
  ['enterNumber', { types: 88, silent: 12 }],
  ['enterNumberAgain', { types: 88, silent: 12 }],
  ['menuCallback', { '1': 56, '2': 30, '4': 5, silent: 9 }],
  ['menuTypedCallback', { '1': 50, '2': 36, '4': 5, silent: 9 }],
  ['menuVoicemail', { '2': 80, '1': 8, '#': 4, silent: 8 }],
  ['otherOptions', { '*': 86, '1': 2, silent: 12 }],
];
/** Nothing was said, or nothing that asks for a key. */
const DEFAULT_CHOICE: Choice = { '*': 25, '1': 8, '2': 8, '#': 2, silent: 57 };

/** Plays a caller until they hang up. @returns the call's record, filled in as it happens */
export function startCall(
  harness: Harness,
  tasks: TaskLog,
  plan: PlannedCall,
  interruptAfter: (requests: number, act: () => void) => void,
): CallRecord {
  const { voice } = harness;
  const { dice: rng, person, line } = plan;
  const sid = voice.placeCall({ from: person.from, to: harness.numbers[line] });
  const record: CallRecord = {
    plan,
    sid,
    heard: [],
    events: [],
    endedAt: undefined,
    longestSilenceMs: 0,
    reachedRecording: false,
  };
  const logEvent = (text: string) => record.events.push({ at: Date.now(), text });
  const isLive = () => record.endedAt === undefined && voice.get(sid)?.endTime === null;
  const hangUp = () => {
    if (isLive()) voice.hangUp(sid);
  };
  const press = (keys: string) => {
    for (const key of keys) if (isLive() && /[0-9*#]/.test(key)) voice.press(sid, key);
    logEvent(`presses ${keys}`);
    // In the midst of what the key has set off.
    if (rng.chance(0.07)) interruptAfter(rng.between(1, 14), hangUp);
    else if (rng.chance(0.04)) setTimeout(hangUp, rng.between(0, 4_000));
  };
  logEvent(`dials ${line} as ${JSON.stringify(person.from)}`);
  setTimeout(hangUp, plan.patienceMs);

  let listenings = 0;
  let saidSince = 0;
  const choose = () => {
    const since = record.heard.slice(saidSince).map(({ prompt }) => prompt);
    const [, choice] = CHOICES.find(([prompt]) => since.includes(prompt)) ?? [undefined, DEFAULT_CHOICE];
    const key = rng.weighted(choice);
    if (key === 'silent') return;
    press(key === 'types' ? rng.pick(rng.chance(0.65) ? VALID_INPUT : REJECTED_INPUT) : key);
    if (rng.chance(0.06)) setTimeout(() => isLive() && press(rng.pick(['1', '1', '2', '*'])), rng.between(0, 1_500));
  };
  const listen = () => {
    listenings += 1;
    const listeningId = listenings;
    saidSince = record.heard.length;
    const after = rng.weighted({ 'at once': 8, 'when it was said': 77, 'much later': 15 });
    const [least, most] = {
      'at once': [0, 1_500],
      'when it was said': [2_500, 16_000],
      'much later': [16_000, 60_000],
    }[after] as [number, number];
    setTimeout(() => isLive() && (listeningId === listenings || rng.chance(0.1)) && choose(), rng.between(least, most));
  };
  const recordMessage = () => {
    const what = rng.weighted({ speaks: 52, 'speaks in two parts': 8, coughs: 6, silent: 24, 'hangs up': 10 });
    logEvent(`at the tone: ${what}`);
    const say = (ms: number) =>
      isLive() && voice.speak(sid, messageAudio(harness.sample, ms), { transcript: 'Please call me.' });
    if (what === 'hangs up') setTimeout(hangUp, rng.between(0, 3_000));
    if (what === 'coughs') setTimeout(() => say(500), rng.between(0, 3_000));
    if (what !== 'speaks' && what !== 'speaks in two parts') return;
    const begins = rng.between(100, 3_500);
    setTimeout(() => say(3_200), begins);
    if (what === 'speaks in two parts') setTimeout(() => say(3_200), begins + 6_000);
    const ends = rng.weighted({ 'hangs up': 45, pound: 20, waits: 25, 'cuts it off': 10 });
    if (ends === 'hangs up') setTimeout(hangUp, begins + rng.between(3_300, 8_000));
    if (ends === 'cuts it off') setTimeout(hangUp, begins + rng.between(100, 3_000));
    if (ends === 'pound') setTimeout(() => isLive() && press('#'), begins + 3_300);
  };

  let silentSince: number | undefined = Date.now();
  const noteSound = (at: number) => {
    if (silentSince !== undefined) record.longestSilenceMs = Math.max(record.longestSilenceMs, at - silentSince);
    silentSince = at;
  };
  const onCallEvent = (event: CallEvent) => {
    if (event.callSid !== sid) return;
    if (event.type === 'say') {
      noteSound(event.at);
      const waiting = findWaitingTask(tasks, sid);
      record.heard.push({
        ...recognizePrompt(event.text),
        at: event.at,
        words: event.text,
        waiting: waiting && { ...waiting },
      });
      record.events.push({ at: event.at, text: `hears “${event.text}”` });
    } else if (event.type === 'play' || event.type === 'pause' || event.type === 'beep') noteSound(event.at);
    else if (event.type === 'recording') {
      noteSound(event.at);
      if (!event.on) return;
      silentSince = undefined;
      record.reachedRecording = true;
      recordMessage();
    } else if (event.type === 'listening' && event.on) {
      if (voice.get(sid) !== undefined) listen();
    } else if (event.type === 'status' && event.status !== 'ringing' && event.status !== 'in-progress') {
      if (findWaitingTask(tasks, sid)?.takenAt === undefined) noteSound(event.at);
      record.endedAt = event.at;
      logEvent(`the call has ended (${event.status})`);
      unsubscribe();
    }
  };
  const unsubscribe = voice.subscribe(onCallEvent);
  return record;
}

const AUDIO_CACHE = new Map<number, Buffer>();
function messageAudio(sample: Buffer, ms: number): Buffer {
  const known = AUDIO_CACHE.get(ms) ?? writeTelephoneWav(readTelephoneWav(sample).subarray(0, ms * 16));
  AUDIO_CACHE.set(ms, known);
  return known;
}
