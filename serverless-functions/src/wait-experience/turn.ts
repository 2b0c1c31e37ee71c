import { isSid } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import type { VoiceTwiml } from '../runtime/twiml';
import { chooseVoicemail, type WaitingCall } from './choose-voicemail';
import { renderState } from './render';
import { type EffectState, type LeavingOutcome, nextState, STATES, type StateName } from './states';
import { readWaitMemory, type WaitMemory } from './wait-url';
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
  const { experience, log } = invocation;
  let memory = readWaitMemory(event);
  const { CallSid: callSid } = event;
  if (!isSid('call', callSid)) {
    log.error('no call sid', { state: memory.state });
    return renderState(twiml, { ...memory, state: 'holding', heard: false }, experience);
  }
  const call: WaitingCall = { callSid, from: textOf(event.From), to: textOf(event.To), origin };
  const digits = textOf(event.Digits);
  let state: StateName = memory.heard ? nextState(memory.state, digits) : memory.state;
  if (memory.heard) log.info('caller chose', { callSid, state });
  [memory, state] = await mindTheTask(invocation, callSid, memory, state);
  for (let effects = 0; STATES[state].kind === 'effect' && effects < MAX_EFFECTS; effects += 1) {
    const at: EffectState<LeavingOutcome> = STATES[state] as EffectState<LeavingOutcome>;
    const outcome = await chooseVoicemail(invocation, call, memory, at.effect);
    log.info('voicemail chosen', { callSid, outcome });
    // An entry that came to nothing is closed, so the next try is an attempt of its own.
    if (outcome !== 'moved' && outcome !== 'callback-made' && outcome !== 'unsure')
      memory = { ...memory, attempt: memory.attempt + 1 };
    if (outcome === 'unsure') memory = { ...memory, checkedAt: undefined };
    state = at.outcomes[outcome];
  }
  renderState(twiml, { ...memory, state, heard: false }, experience);
}

/** States in which the caller believes to hold a place in line. */
const IN_LINE: ReadonlySet<StateName> = new Set(['greeting', 'holding', 'holding-unsure', 'choose-voicemail']);

/** Finds the waiting task while it is not known, and looks at it again from time to time. */
async function mindTheTask(
  invocation: Invocation,
  callSid: string,
  memory: WaitMemory,
  state: StateName,
): Promise<[WaitMemory, StateName]> {
  if (!IN_LINE.has(state)) return [memory, state];
  if (memory.taskSid === undefined) {
    const { found, standing } = await findWaitingTask(invocation, memory, callSid);
    return [found, standing === 'closed' ? 'line-closed' : state];
  }
  if (state !== 'holding' && state !== 'holding-unsure') return [memory, state];
  const now = Date.now();
  // Never checked since it was last doubted: looked at with every turn, and nothing is said of the line until then.
  const isDoubted = memory.checkedAt === undefined;
  if (!isDoubted && now - (memory.checkedAt ?? 0) < RECHECK_AFTER_MS) return [memory, state];
  const standing = await checkWaitingTask(invocation, memory.taskSid);
  if (standing === 'unknown') return [memory, isDoubted ? 'holding-unsure' : state];
  return [{ ...memory, checkedAt: now }, standing === 'closed' ? 'line-closed' : 'holding'];
}

function textOf(value: unknown): string {
  return typeof value === 'string' && value !== 'undefined' ? value.slice(0, 256) : '';
}
