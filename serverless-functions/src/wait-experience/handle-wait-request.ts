import { isSid } from '@callback-and-voicemail/contract';
import { callerExperienceFor } from '../caller-experience';
import type { Invocation } from '../invocation';
import { speak } from '../prompts/speak';
import type { Environment } from '../runtime/environment';
import type { VoiceTwiml } from '../runtime/twiml';
import {
  chooseCallback,
  type EffectResult,
  isQueueTaskUncertain,
  limitNumberAttempts,
  offerCallback,
  readEnteredNumber,
} from './choose-callback';
import { chooseVoicemail } from './choose-voicemail';
import { optionsInCall } from './options';
import { applyOverflow } from './overflow';
import { fetchQueueTaskStatus, findQueueTask, mayDelaySearch, RECHECK_AFTER_MS } from './queue-task';
import { renderState } from './render';
import { type EffectName, FIRST_STATE, nextState, STATES, type StateName } from './states';
import { readWaitSession, type WaitSession, waitUrlPath } from './wait-session';
import { createWaitingCaller, parameterText, type WaitingCaller } from './waiting-caller';

/** An effect leads to a state that speaks; more than this many in a row would be a fault in the table. */
const MAX_EFFECTS = 3;

/**
 * One request of the waiting loop: where the caller is now, what has to be done, and the TwiML they hear next.
 */
export async function handleWaitRequest(
  invocation: Invocation,
  event: Record<string, unknown>,
  twiml: VoiceTwiml,
): Promise<void> {
  const { log, environment } = invocation;
  let session = readWaitSession(environment, event);
  let caller = createWaitingCaller(invocation, event, session);
  const { callSid } = caller;
  if (!isSid('call', callSid)) {
    log.error('no call sid', { state: session.state });
    return renderState(twiml, { ...session, state: 'holding', hasInput: false }, caller);
  }
  if (session.state === FIRST_STATE && caller.ownNumberProblem !== undefined)
    log.info('own number not offered', { callSid, problem: caller.ownNumberProblem });
  const digits = parameterText(event, 'Digits');
  if (session.hasInput) {
    const next = nextState(session.state, digits, optionsInCall(caller.options, session.another), session.repeated);
    session = { ...session, ...next, another: next.state === 'enter-another' ? 'chosen' : session.another };
    log.info('caller chose', { callSid, state: session.state });
  }
  session = limitNumberAttempts(session, caller.experience.numberEntries);
  session = await refreshQueueTask(invocation, callSid, session);
  // The queue may have a language and settings of its own.
  caller = createWaitingCaller(invocation, event, session);
  for (let effects = 0; effects < MAX_EFFECTS; effects += 1) {
    const at = STATES[session.state];
    if (at.kind !== 'effect') break;
    const { outcome, session: after } = await EFFECT_HANDLERS[at.effect](invocation, caller, session, digits);
    log.info(at.effect, { callSid, outcome });
    session = { ...after, state: at.outcomes[outcome] ?? 'failed', repeated: false };
    if (after.callsFromOurs) caller = createWaitingCaller(invocation, event, session);
  }
  // A refusal is followed at once by the next entry, if there is one.
  session = limitNumberAttempts(session, caller.experience.numberEntries);
  const overflowed = await applyOverflow(invocation, caller, session, session.state);
  const options = optionsInCall(caller.options, session.another);
  renderState(twiml, { ...overflowed.session, state: overflowed.state, hasInput: false }, { ...caller, options });
}

/**
 * When a turn failed completely: says nothing about a queue that was not checked. The next turn checks, and the caller
 * goes on from the music.
 */
export function resumeAfterError(
  twiml: VoiceTwiml,
  event: Record<string, unknown>,
  origin: string,
  environment: Environment,
): void {
  const session = readWaitSession(environment, event);
  const experience = callerExperienceFor({ dialed: parameterText(event, 'To'), queueName: session.queueName ?? '' });
  speak(twiml, { experience, origin }, 'troublePleaseHold');
  const next: WaitSession = { ...session, state: 'holding', hasInput: false, repeated: false, checkedAt: undefined };
  twiml.redirect({ method: 'POST' }, waitUrlPath(environment, parameterText(event, 'CallSid'), next));
}

type EffectHandler = (
  invocation: Invocation,
  caller: WaitingCaller,
  session: WaitSession,
  digits: string,
) => Promise<EffectResult<string>>;

const leaveLineEffect: (effect: Parameters<typeof chooseVoicemail>[3]) => EffectHandler =
  (effect) => async (invocation, caller, session) => {
    const { outcome, number } = await chooseVoicemail(invocation, caller, session, effect);
    // An entry that came to nothing is closed, so the next try is an attempt of its own.
    const isAttemptSpent = outcome !== 'moved' && outcome !== 'callback-made' && outcome !== 'unknown';
    return {
      outcome,
      session: {
        ...session,
        number: number ?? session.number,
        attempt: session.attempt + (isAttemptSpent ? 1 : 0),
        checkedAt: outcome === 'unknown' ? undefined : session.checkedAt,
      },
    };
  };

const EFFECT_HANDLERS: Readonly<Record<EffectName, EffectHandler>> = {
  'offer-callback': offerCallback,
  'read-number': readEnteredNumber,
  'book-callback': chooseCallback,
  'choose-voicemail': leaveLineEffect('choose-voicemail'),
  'move-again': leaveLineEffect('move-again'),
  'leave-closed-line': leaveLineEffect('leave-closed-line'),
};

/** States that need the queue task, so that it is looked for while it is not known. */
const STATES_NEEDING_QUEUE_TASK: ReadonlySet<StateName> = new Set([
  'greeting',
  'holding',
  'holding-unverified',
  'choose-voicemail',
  'offer-callback',
  'book-callback',
]);
/** States that say that the caller is in line: looked at again from time to time. */
const STATES_CLAIMING_A_PLACE: ReadonlySet<StateName> = new Set([
  'holding',
  'holding-unverified',
  'menu',
  'number-given-up',
]);

/** Finds the queue task while it is not known, and looks at it again from time to time. */
async function refreshQueueTask(invocation: Invocation, callSid: string, session: WaitSession): Promise<WaitSession> {
  const { state } = session;
  if (session.taskSid === undefined) return searchQueueTask(invocation, callSid, session);
  if (!STATES_CLAIMING_A_PLACE.has(state)) return session;
  const now = Date.now();
  // Never checked since it was last doubted: looked at with every turn, and nothing is said of the line until then.
  const isUncertain = isQueueTaskUncertain(session);
  if (!isUncertain && now - (session.checkedAt ?? 0) < RECHECK_AFTER_MS) return session;
  const status = await fetchQueueTaskStatus(invocation, session.taskSid, isUncertain);
  if (status === 'unknown') return isUncertain ? { ...session, state: 'holding-unverified' } : session;
  // It was booked after all, although the outcome was unknown.
  if (status === 'left-for-callback' && session.number !== undefined)
    return { ...session, checkedAt: now, state: 'book-callback' };
  if (status === 'closed' || status === 'left-for-callback')
    return { ...session, checkedAt: now, state: 'line-closed' };
  return { ...session, checkedAt: now, state: state === 'holding-unverified' ? 'holding' : state };
}

async function searchQueueTask(invocation: Invocation, callSid: string, session: WaitSession): Promise<WaitSession> {
  const { state } = session;
  if (!STATES_NEEDING_QUEUE_TASK.has(state)) return session;
  // A caller who chose something needs it at once.
  if (STATES_CLAIMING_A_PLACE.has(state) && mayDelaySearch(session, Date.now())) return session;
  const { found, status } = await findQueueTask(invocation, session, callSid);
  // A callback can be booked without a place in line; every other option would wait for no agent.
  return status === 'closed' && state !== 'book-callback' ? { ...found, state: 'line-closed' } : found;
}
