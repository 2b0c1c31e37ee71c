import { type CallerExperience, callerExperienceFor } from '../caller-experience';
import { askForKey, experienceOf, readBusiness, readCallSid } from '../fulfilment/automated-call';
import type { Invocation } from '../invocation';
import { isOfCall } from '../ledger/confirmation-changes';
import { currentTaskSid, isPromised, type LedgerEntry } from '../ledger/entry';
import { speak } from '../prompts/speak';
import { errorCode } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import type { VoiceTwiml } from '../runtime/twiml';
import { isAssigned, isWaiting } from '../twilio/taskrouter';
import { type AskState, confirmationPath, readAskState } from './confirmation-url';

const ANSWERS: Readonly<Record<string, 'confirmed' | 'declined'>> = { 1: 'confirmed', 2: 'declined' };

/**
 * The TwiML of the call that asks whether a callback is wanted, and the meaning of the key. It confirms a key only once
 * the ledger has it. When the entry was erased, or its number has changed, the call ends without a word.
 */
export async function answerConfirmationCall(
  invocation: Invocation,
  event: Record<string, unknown>,
  twiml: VoiceTwiml,
): Promise<void> {
  const { environment, ledger, log } = invocation;
  const state = readAskState(environment, event);
  const callSid = readCallSid(event);
  const [found, business] = await Promise.all([
    ledger.find(state.entryId),
    state.timesAsked === 0 ? readBusiness(invocation) : undefined,
  ]);
  if (found === undefined || !isAskedBy(found.entry, state.ask, callSid)) {
    twiml.hangup();
    return;
  }
  const listener = { experience: experienceOf(found.entry), origin: invocation.origin };
  const answer = state.hasKey ? ANSWERS[textField(event, 'Digits')] : undefined;
  if (answer === undefined) return ask(invocation, twiml, listener.experience, state, business);
  if (answer === 'confirmed' && !(await isTaskOpen(invocation, found.entry))) {
    log.warn('confirmed callback has no task', { entry: state.entryId, callSid });
    speak(twiml, listener, 'confirmationTrouble');
    twiml.hangup();
    return;
  }
  try {
    const after = await ledger.apply(found, { type: 'confirmation-answered', ask: state.ask, callSid, answer });
    const noted = after?.entry.confirmation;
    log.info('caller answered', { entry: state.entryId, callSid, outcome: noted?.state });
    if (noted?.ask === state.ask && noted.state === answer)
      speak(twiml, listener, answer === 'confirmed' ? 'callbackConfirmed' : 'callbackDeclined');
    twiml.hangup();
  } catch (error) {
    log.error('answer not recorded', { entry: state.entryId, callSid, code: errorCode(error) });
    speak(twiml, listener, 'troublePleaseHold');
    ask(invocation, twiml, listener.experience, state);
  }
}

/** Somebody may have marked it as handled meanwhile: then no agent calls. Without an answer it counts as open. */
async function isTaskOpen({ twilio, log }: Invocation, entry: LedgerEntry): Promise<boolean> {
  const taskSid = currentTaskSid(entry);
  if (taskSid === undefined) return isPromised(entry);
  try {
    const task = await twilio.taskRouter.fetchTask(taskSid);
    return task !== undefined && (isWaiting(task) || isAssigned(task));
  } catch (error) {
    log.warn('task not read', { entry: entry.id, taskSid, code: errorCode(error) });
    return true;
  }
}

/** The question, or good-bye. */
function ask(
  { environment, origin }: Invocation,
  twiml: VoiceTwiml,
  experience: CallerExperience,
  state: AskState,
  business = '',
): void {
  const next: AskState = { ...state, timesAsked: state.timesAsked + 1, hasKey: undefined };
  askForKey(
    twiml,
    { experience, origin },
    {
      ...{ prompt: 'confirmCallback', business, timesAsked: state.timesAsked },
      keyUrl: confirmationPath(environment, 'confirmation', { ...next, hasKey: true }),
      nextUrl: confirmationPath(environment, 'confirmation', next),
    },
  );
}

/** Without an entry that could be read: in the language of the number that calls. */
export function apologizeAndHangUp(twiml: VoiceTwiml, event: Record<string, unknown>, origin: string): void {
  const experience = callerExperienceFor({ dialed: textField(event, 'From'), queueName: '' });
  speak(twiml, { experience, origin }, 'confirmationTrouble');
  twiml.hangup();
}

/**
 * The end of a call that asks, however it ended: a key may still be reported after it.
 * @throws BadRequest for a URL that is not ours; TwilioError when Sync is out of reach: Twilio repeats the request
 */
export async function endConfirmationCall(
  { environment, ledger, log }: Invocation,
  event: Record<string, unknown>,
): Promise<void> {
  const { entryId, ask } = readAskState(environment, event);
  const callSid = readCallSid(event);
  const after = await ledger.apply(entryId, { type: 'confirmation-ended', ask, callSid });
  log.info('call that asked has ended', { entry: entryId, callSid, outcome: after?.entry.confirmation?.state });
}

/** The question is still open, or was answered in this call a moment ago: the same key may be reported twice. */
function isAskedBy({ confirmation, erasure }: LedgerEntry, ask: string, callSid: string): boolean {
  return erasure === undefined && confirmation?.ask === ask && isOfCall(confirmation, callSid);
}
