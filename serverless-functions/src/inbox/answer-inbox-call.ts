import type { CallerExperience } from '../caller-experience';
import { askForKey, experienceOf, readBusiness, readCallSid } from '../fulfilment/automated-call';
import type { Invocation } from '../invocation';
import { currentTaskSid, type LedgerEntry, numberToCall } from '../ledger/entry';
import { isInboxCall, isOpenForInbox } from '../ledger/inbox-changes';
import type { VersionedEntry } from '../ledger/ledger';
import { speak } from '../prompts/speak';
import { errorCode } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import type { VoiceTwiml } from '../runtime/twiml';
import { isAssigned } from '../twilio/taskrouter';
import { type InboxCallState, inboxCallPath, readInboxCallState } from './inbox-call-url';

const RING_SECONDS = 30;
const TALK_SECONDS = 60 * 60;
const CONNECT_KEY = '1';

/**
 * The TwiML of the call that connects a recipient of the email with the caller. The recipient's telephone is answered
 * first; the caller is called once a key was pressed there, and the ledger has it. A call that is not the newest of its
 * entry, or whose voicemail is handled by now, ends without a word of the caller.
 */
export async function answerInboxCall(
  invocation: Invocation,
  event: Record<string, unknown>,
  twiml: VoiceTwiml,
): Promise<void> {
  const { environment, ledger, log, origin } = invocation;
  const state = readInboxCallState(environment, event);
  const callSid = readCallSid(event);
  if (state.step === 'dialed') return endDialed(invocation, state, callSid, event, twiml);
  const [found, business] = await Promise.all([
    ledger.find(state.entryId),
    state.timesAsked === 0 ? readBusiness(invocation) : '',
  ]);
  if (found === undefined || !isCallOf(found.entry, state.attempt, callSid)) {
    twiml.hangup();
    return;
  }
  const listener = { experience: experienceOf(found.entry), origin };
  if (state.step !== 'key' || textField(event, 'Digits') !== CONNECT_KEY) {
    ask(invocation, twiml, listener.experience, state, business);
    return;
  }
  if (await isHeldByAgent(invocation, found.entry)) {
    speak(twiml, listener, 'agentCalls');
    twiml.hangup();
    return;
  }
  try {
    const after = await ledger.apply(
      found,
      { type: 'inbox-call-connecting', attempt: state.attempt, callSid },
      { as: 'awaited' },
    );
    if (after?.entry.inboxCall?.state === 'connecting') dialCaller(invocation, after, state, twiml);
    else twiml.hangup();
  } catch (error) {
    log.error('answer not recorded', { entry: state.entryId, callSid, code: errorCode(error) });
    speak(twiml, listener, 'troublePleaseHold');
    ask(invocation, twiml, listener.experience, state);
  }
}

/** An agent may have accepted the task while the telephone rang. Where TaskRouter does not say, nobody has. Never throws. */
async function isHeldByAgent({ twilio, log }: Invocation, entry: LedgerEntry): Promise<boolean> {
  const taskSid = currentTaskSid(entry);
  if (taskSid === undefined) return false;
  try {
    const task = await twilio.taskRouter.fetchTask(taskSid);
    return task !== undefined && isAssigned(task);
  } catch (error) {
    log.warn('task not read', { entry: entry.id, taskSid, code: errorCode(error) });
    return false;
  }
}

/** The question, or good-bye. */
function ask(
  { environment, origin }: Invocation,
  twiml: VoiceTwiml,
  experience: CallerExperience,
  state: InboxCallState,
  business = '',
): void {
  const next: InboxCallState = { ...state, timesAsked: state.timesAsked + 1, step: undefined };
  askForKey(
    twiml,
    { experience, origin },
    {
      ...{ prompt: 'connectToCaller', business, timesAsked: state.timesAsked },
      keyUrl: inboxCallPath(environment, 'inbox-call', { ...next, step: 'key' }),
      nextUrl: inboxCallPath(environment, 'inbox-call', next),
    },
  );
}

/** The caller sees the number that they had dialed. https://www.twilio.com/docs/voice/twiml/dial */
function dialCaller(
  { environment }: Invocation,
  { entry }: VersionedEntry,
  state: InboxCallState,
  twiml: VoiceTwiml,
): void {
  const dial = twiml.dial({
    callerId: entry.to,
    timeout: RING_SECONDS,
    timeLimit: TALK_SECONDS,
    answerOnBridge: true,
    action: inboxCallPath(environment, 'inbox-call', { ...state, step: 'dialed' }),
    method: 'POST',
  });
  dial.number(numberToCall(entry));
}

/** The call to the caller is over: notes what came of it. @throws TwilioError when Sync is out of reach */
async function endDialed(
  { ledger, log, origin }: Invocation,
  { entryId, attempt }: InboxCallState,
  callSid: string,
  event: Record<string, unknown>,
  twiml: VoiceTwiml,
): Promise<void> {
  const seconds = Number(textField(event, 'DialCallDuration'));
  const hasSpoken = textField(event, 'DialCallStatus') === 'completed';
  const outcome = hasSpoken ? 'spoke' : 'not-reached';
  const after = await ledger.apply(entryId, {
    ...{ type: 'inbox-call-ended', attempt, callSid, outcome },
    ...(hasSpoken && Number.isSafeInteger(seconds) && seconds >= 0 ? { seconds } : {}),
  });
  log.info('call from the email has ended', { entry: entryId, callSid, outcome });
  if (after !== undefined && !hasSpoken)
    speak(twiml, { experience: experienceOf(after.entry), origin }, 'callerNotReached');
  twiml.hangup();
}

/**
 * The end of the recipient's call, however it ended. That of the caller's call may be reported after it.
 * @throws BadRequest for a URL that is not ours; TwilioError when Sync is out of reach: Twilio repeats the request
 */
export async function endInboxCallRequest(
  { environment, ledger, log }: Invocation,
  event: Record<string, unknown>,
): Promise<void> {
  const { entryId, attempt } = readInboxCallState(environment, event);
  const callSid = readCallSid(event);
  const after = await ledger.apply(entryId, { type: 'inbox-call-ended', attempt, callSid, outcome: 'not-answered' });
  log.info('call to a recipient has ended', { entry: entryId, callSid, outcome: after?.entry.inboxCall?.outcome });
}

const isCallOf = (entry: LedgerEntry, attempt: string, callSid: string) =>
  isOpenForInbox(entry) && isInboxCall(entry.inboxCall, attempt, callSid) && entry.inboxCall.state !== 'ended';
