import { isSid } from '@callback-and-voicemail/contract';
import { callerExperienceFor, type Invocation } from '../invocation';
import { speak } from '../prompts/speak';
import type { VoiceTwiml } from '../runtime/twiml';
import { boundEntries, chooseCallback, type Effect, isDoubted, offerCallback, readNumber } from './choose-callback';
import { chooseVoicemail } from './choose-voicemail';
import { overflow } from './overflow';
import { renderState } from './render';
import { type EffectName, nextState, STATES, type StateName } from './states';
import { readWaitMemory, type WaitMemory, waitPath } from './wait-url';
import { textOf, type WaitingCaller, waitingCaller } from './waiting-caller';
import { checkWaitingTask, findWaitingTask, RECHECK_AFTER_MS } from './waiting-task';

/** An effect leads to a state that speaks; more than this many in a row would be a fault in the table. */
const MAX_EFFECTS = 3;

/**
 * One request of the waiting loop: where the caller is now, what has to be done, and the TwiML they hear next.
 * @param origin `https://host` of this deployment
 */
export async function takeTurn(
  invocation: Invocation,
  event: Record<string, unknown>,
  twiml: VoiceTwiml,
  origin: string,
): Promise<void> {
  const { log } = invocation;
  let memory = readWaitMemory(event);
  let caller = waitingCaller(invocation, event, origin, memory.queueName);
  const { callSid } = caller;
  if (!isSid('call', callSid)) {
    log.error('no call sid', { state: memory.state });
    return renderState(twiml, { ...memory, state: 'holding', heard: false }, caller);
  }
  const digits = textOf(event.Digits);
  if (memory.heard) {
    const next = nextState(memory.state, digits, caller.options, memory.repeated);
    memory = { ...memory, ...next };
    log.info('caller chose', { callSid, state: memory.state });
  }
  memory = boundEntries(memory, caller.experience.numberEntries);
  memory = await mindTheTask(invocation, callSid, memory);
  // The queue may have a language and settings of its own.
  caller = waitingCaller(invocation, event, origin, memory.queueName);
  for (let effects = 0; effects < MAX_EFFECTS; effects += 1) {
    const at = STATES[memory.state];
    if (at.kind !== 'effect') break;
    const { outcome, memory: after } = await EFFECTS[at.effect](invocation, caller, memory, digits);
    log.info(at.effect, { callSid, outcome });
    memory = { ...after, state: at.outcomes[outcome] ?? 'trouble', repeated: false };
  }
  const flow = await overflow(invocation, caller, memory, memory.state);
  renderState(twiml, { ...flow.memory, state: flow.state, heard: false }, caller);
}

/**
 * When a turn failed altogether: nobody is told of a line that was not looked at. The next turn looks, and the caller
 * goes on from the music.
 */
export function resumeAfterTrouble(twiml: VoiceTwiml, event: Record<string, unknown>): void {
  const memory = readWaitMemory(event);
  speak(
    twiml,
    callerExperienceFor({ dialled: textOf(event.To), queueName: memory.queueName ?? '' }),
    'troublePleaseHold',
  );
  const next: WaitMemory = { ...memory, state: 'holding', heard: false, repeated: false, checkedAt: undefined };
  twiml.redirect({ method: 'POST' }, waitPath(next));
}

type Run = (
  invocation: Invocation,
  caller: WaitingCaller,
  memory: WaitMemory,
  digits: string,
) => Promise<Effect<string>>;

const leaving: (effect: Parameters<typeof chooseVoicemail>[3]) => Run =
  (effect) => async (invocation, caller, memory) => {
    const { outcome, number } = await chooseVoicemail(invocation, caller, memory, effect);
    // An entry that came to nothing is closed, so the next try is an attempt of its own.
    const isSpent = outcome !== 'moved' && outcome !== 'callback-made' && outcome !== 'unknown';
    return {
      outcome,
      memory: {
        ...memory,
        number: number ?? memory.number,
        attempt: memory.attempt + (isSpent ? 1 : 0),
        checkedAt: outcome === 'unknown' ? undefined : memory.checkedAt,
      },
    };
  };

const EFFECTS: Readonly<Record<EffectName, Run>> = {
  'offer-callback': offerCallback,
  'read-number': async (_invocation, caller, memory, digits) => readNumber(caller, memory, digits),
  'book-callback': chooseCallback,
  'choose-voicemail': leaving('choose-voicemail'),
  'move-again': leaving('move-again'),
  'leave-closed-line': leaving('leave-closed-line'),
};

/** States that need the waiting task, so that it is looked for while it is not known. */
const NEEDS_TASK: ReadonlySet<StateName> = new Set([
  'greeting',
  'holding',
  'holding-unsure',
  'choose-voicemail',
  'offer-callback',
  'book-callback',
]);
/** States that say that the caller is in line: looked at again from time to time. */
const SPEAKS_OF_LINE: ReadonlySet<StateName> = new Set(['holding', 'holding-unsure', 'menu', 'number-given-up']);

/** Finds the waiting task while it is not known, and looks at it again from time to time. */
async function mindTheTask(invocation: Invocation, callSid: string, memory: WaitMemory): Promise<WaitMemory> {
  const { state } = memory;
  if (memory.taskSid === undefined) {
    if (!NEEDS_TASK.has(state)) return memory;
    const { found, standing } = await findWaitingTask(invocation, memory, callSid);
    // A callback can be booked without a place in line; everything else would wait for nobody.
    return standing === 'closed' && state !== 'book-callback' ? { ...found, state: 'line-closed' } : found;
  }
  if (!SPEAKS_OF_LINE.has(state)) return memory;
  const now = Date.now();
  // Never checked since it was last doubted: looked at with every turn, and nothing is said of the line until then.
  const doubted = isDoubted(memory);
  if (!doubted && now - (memory.checkedAt ?? 0) < RECHECK_AFTER_MS) return memory;
  const standing = await checkWaitingTask(invocation, memory.taskSid);
  if (standing === 'unknown') return doubted ? { ...memory, state: 'holding-unsure' } : memory;
  // It was booked after all, when nobody could say so.
  if (standing === 'left-for-callback' && memory.number !== undefined)
    return { ...memory, checkedAt: now, state: 'book-callback' };
  if (standing === 'closed' || standing === 'left-for-callback')
    return { ...memory, checkedAt: now, state: 'line-closed' };
  return { ...memory, checkedAt: now, state: state === 'holding-unsure' ? 'holding' : state };
}
