import { callDuration } from '../../world/call-duration';
import { callParameters, progressParameters } from '../call-parameters';
import { Interrupted } from '../cancel-scope';
import type { LiveCall } from '../live-call';
import { TwimlError, type Verb } from '../twiml-document';
import { ELEMENTS } from '../twiml-schema';
import {
  CONTINUE,
  type DocumentRequest,
  type Playback,
  parseHttpMethod,
  resolveUrl,
  type VerbResult,
} from '../voice-context';

/** twilio.com/docs/voice/twiml/dial, timeout and timeLimit. */
const DEFAULTS = { timeoutS: 30, timeLimitS: 14_400 };

/**
 * A North American number of another length, and some codes that are no country's, as "+693" on the error's page
 * (twilio.com/docs/api/errors/13224).
 */
const NO_COUNTRY = /^\+(1(?!\d{10}$)|28|69[3-9]|89|999)/;

/** twilio.com/docs/voice/twiml/number, statusCallbackEvent. */
type Progress = 'initiated' | 'ringing' | 'answered' | 'completed';
type Report = (leg: LiveCall, event: Progress) => void;

/**
 * Calls somebody for the party on the line, and lets both talk until either hangs up. The second call is a call of its
 * own. "Call flow will then continue" with the action's answer, or with the next verb (twilio.com/docs/voice/twiml/dial).
 */
export async function dial(playback: Playback, verb: Verb): Promise<VerbResult> {
  const { context, call } = playback;
  const noun = requireModeled(verb);
  const number = (noun ?? verb).text;
  const report = createReport(playback, noun);
  const action = createAction(playback, verb);
  // "The inbound call will ring until the number that was dialed answers" (the same page, answerOnBridge).
  if (verb.attributes.answerOnBridge !== 'true') context.answerCall(call);

  const callerId = verb.attributes.callerId ?? call.from;
  const problem = findProblem(playback, number, callerId);
  if (problem !== null) {
    context.log(call, `${problem.code} ${problem.text}`, { level: problem.level, detail: { code: problem.code } });
    return goOn(action({ DialCallStatus: 'failed', DialBridged: 'false' }));
  }

  context.emit(call, { type: 'dial', number, connected: false });
  const leg = context.dialOut(call, {
    from: callerId,
    to: number,
    ringMs: Number(verb.attributes.timeout ?? DEFAULTS.timeoutS) * 1_000,
    onAnswer(answered) {
      context.answerCall(call);
      context.log(call, `talks with ${number}`);
      context.emit(call, { type: 'dial', number, connected: true });
      const party = call.direction === 'inbound' ? call.from : call.to;
      context.emit(answered, { type: 'dial', number: party, connected: true });
      report(answered, 'answered');
      const limitMs = Number(verb.attributes.timeLimit ?? DEFAULTS.timeLimitS) * 1_000;
      context.schedule(limitMs, () => context.endCall(answered, 'completed'));
    },
  });
  report(leg, 'initiated');
  report(leg, 'ringing');
  try {
    await untilEnded(playback, leg, report);
  } catch (error) {
    // Products are told `canceled` or `completed` of a first party who hung up; nothing plays the answer.
    const request = error instanceof Interrupted && error.reason === 'hangup' ? action(outcome(leg)) : null;
    if (request !== null) {
      const params = { ...callParameters(context.world.account, call), ...request.params };
      void context.webhooks.send({ ...request, callSid: call.sid, params });
    }
    throw error;
  }
  return goOn(action(outcome(leg)));
}

const goOn = (request: DocumentRequest | null): VerbResult =>
  request === null ? CONTINUE : { kind: 'document', request };

/** Waits for the end of the dialed call, which ends with the first one. @throws Interrupted when the first one ends */
async function untilEnded({ context, scope }: Playback, leg: LiveCall, report: Report): Promise<void> {
  // At once, not after the next turn: who ends the first call over REST finds the second ended.
  const forget = scope.onStop((reason) => {
    if (reason !== 'closed') context.endCall(leg, leg.answered ? 'completed' : 'canceled');
  });
  try {
    await scope.race(
      new Promise<void>((resolve) => {
        leg.scope.onStop((reason) => {
          if (reason === 'closed') return;
          report(leg, 'completed');
          resolve();
        });
      }),
    );
  } finally {
    forget();
  }
}

/** twilio.com/docs/voice/twiml/dial, "Request parameters". A call that nobody answered has no duration. */
function outcome(leg: LiveCall): Record<string, string> {
  const seconds = callDuration(leg);
  return {
    DialCallStatus: leg.status,
    DialCallSid: leg.sid,
    ...(seconds === null ? {} : { DialCallDuration: String(seconds) }),
    DialBridged: String(leg.answered),
  };
}

/** The request that follows, or null where Dial names no action. @throws TwimlError for an address that is none */
function createAction({ document }: Playback, { attributes }: Verb) {
  if (attributes.action === undefined) return () => null;
  const url = resolveUrl(document, attributes.action);
  const method = parseHttpMethod(attributes.method);
  return (params: Record<string, string>): DocumentRequest => ({ kind: 'dial-action', url, method, params });
}

/** Tells the callback of `<Number>` of those events that it asked for; by default of the end alone. */
function createReport({ context, call, document }: Playback, noun: Verb | undefined): Report {
  const { statusCallback, statusCallbackEvent = 'completed', statusCallbackMethod } = noun?.attributes ?? {};
  if (statusCallback === undefined) return () => undefined;
  const url = resolveUrl(document, statusCallback);
  const events = new Set(statusCallbackEvent.split(/\s+/));
  let sequence = 0;
  return (leg, event) => {
    if (!events.has(event)) return;
    void context.webhooks.send({
      kind: 'dial-status',
      callSid: leg.sid,
      url,
      method: parseHttpMethod(statusCallbackMethod),
      params: {
        ...callParameters(context.world.account, leg),
        ...progressParameters(leg, sequence),
        ...(event === 'initiated' ? { CallStatus: 'initiated' } : {}),
        ParentCallSid: call.sid,
      },
    });
    sequence += 1;
  };
}

/** @returns the `<Number>`, if there is one. @throws TwimlError for what the sandbox does not model */
function requireModeled(verb: Verb): Verb | undefined {
  const refuse = (what: string): never => {
    throw new TwimlError(12200, `the sandbox does not model ${what}`);
  };
  for (const { name, attributes } of [verb, ...verb.children]) {
    const refused = Object.keys(attributes).find((key) => ELEMENTS[name]?.attributes[key]?.kind === 'refused');
    if (refused !== undefined) refuse(`<${name} ${refused}>`);
  }
  const other = verb.children.find(({ name }) => name !== 'Number');
  if (other !== undefined) refuse(`<${other.name}> in <Dial>`);
  if (verb.children.length > 1) refuse('several numbers in <Dial>');
  return verb.children[0];
}

/** Why Twilio would not call, in its debugger's words and level (twilio.com/docs/api/errors/<code>). */
function findProblem(
  { context, call }: Playback,
  number: string,
  callerId: string,
): { code: number; text: string; level: 'warning' | 'error' } | null {
  if (!/^\+[1-9]\d{3,14}$/.test(number))
    return { code: 13223, text: 'Dial: Invalid phone number format', level: 'warning' };
  if (NO_COUNTRY.test(number)) {
    const text = 'Dial: Twilio does not support calling this number or the number is invalid';
    return { code: 13224, text, level: 'error' };
  }
  // 13214: "the calling number, called number, or a validated outgoing number".
  if (callerId !== call.from && callerId !== call.to && !context.ownsNumber(callerId))
    return { code: 13214, text: 'Dial: Invalid callerId value', level: 'warning' };
  return null;
}
