import { createPhoneNumber } from '../world/phone-numbers';
import { notFound, TwilioError } from '../world/twilio-error';
import type { CallView, Sid, World } from '../world/types';
import { callParameters, progressParameters } from './call-parameters';
import { addUtterance, hangUpCaller, pressKey } from './caller';
import { type CallerScript, createCallerScript } from './caller-script';
import { CancelScope, Interrupted } from './cancel-scope';
import { playApplicationError, playDocuments } from './document-player';
import { isLive, type LiveCall, type QueueMembership } from './live-call';
import { createPlayedMedia } from './played-media';
import { createSilence, createUtterance, readTelephoneWav, telephoneAudioDuration } from './telephone-audio';
import { parseTwiml, type TwimlDocument, TwimlError } from './twiml-document';
import type { CallEvent, InboundCall, NumberConfig, Voice, VoiceOptions, VoiceTiming } from './types';
import { removeFromQueue } from './verbs/enqueue';
import type { DocumentRequest, VoiceContext } from './voice-context';
import { createWebhooks } from './webhook';

const TIMING: VoiceTiming = { charactersPerSecond: 14, beepMs: 500, processingMs: 2000, transcriptionMs: 10_000 };
/** docs/voice/api/participant-resource, Timeout: "The default timeout value is 60 seconds". */
const RING_MS = 60_000;
/** A scripted call needs less than a second, but for a product that does not respond. */
const PATIENCE_MS = 20_000;
/** "TwiML in a REST update" (error 32018). */
const MAX_TWIML = 4000;

/** The voice engine of a world; it becomes `world.calls`. */
export function createVoice(world: World, options: VoiceOptions = {}): Voice {
  const numbers = new Map<string, NumberConfig>();
  const calls = new Map<Sid, LiveCall>();
  const listeners = new Set<(event: CallEvent) => void>();
  const timers = new Set<NodeJS.Timeout>();
  const webhooks = createWebhooks(world, options.webhooks);
  let closed = false;

  const context: VoiceContext = {
    world,
    timing: { ...TIMING, ...options.timing },
    webhooks,
    media: createPlayedMedia(world, webhooks),
    emit(call, heard) {
      const event = { ...heard, callSid: call.sid, at: Date.now() } as CallEvent;
      call.events.push(event);
      // No telephone page belongs to a scripted call.
      if (!call.script) for (const listener of [...listeners]) listener(event);
    },
    log(call, text, { level = 'info', source = 'twilio', detail } = {}) {
      world.eventLog.append({ source, callSid: call.sid, text, level, ...(detail === undefined ? {} : { detail }) });
    },
    schedule(ms, what) {
      if (closed) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        what();
      }, ms);
      timers.add(timer);
    },
    answerCall(call) {
      if (call.answered || !isLive(call)) return;
      call.answered = true;
      call.answeredAt = Date.now();
      call.status = 'in-progress';
      context.emit(call, { type: 'status', status: call.status });
      context.log(call, `${call.to} answers`);
    },
    endCall(call, status) {
      if (!isLive(call)) return;
      call.status = status;
      call.endTime = Date.now();
      call.scope.stop('hangup');
      context.emit(call, { type: 'status', status });
      context.log(call, `the call has ended (${status})`);
      sendCallStatus(context, call);
      call.script?.end();
    },
    dialOut: (parent, { from, to, ...more }) =>
      ring({ from, to, direction: 'outbound-dial', parentCallSid: parent.sid }, { voiceUrl: '' }, more),
    ownsNumber: (number) => numbers.has(number),
    playDocuments: (call, run, place, start) => playDocuments(context, call, run, place, start),
  };

  /** Plays a call from here on, instead of what it played before. */
  const run = async (call: LiveCall, start: DocumentRequest | TwimlDocument): Promise<void> => {
    const current = call.scope;
    try {
      await playDocuments(context, call, current, 'call', start);
      current.throwIfStopped();
      context.endCall(call, 'completed');
    } catch (error) {
      if (error instanceof Interrupted) return;
      const fault = error instanceof TwimlError ? error : new TwimlError(11200, `the sandbox failed: ${String(error)}`);
      try {
        await playApplicationError(context, call, current, fault);
      } catch (interrupted) {
        if (interrupted instanceof Interrupted) return;
        throw interrupted;
      }
      context.endCall(call, 'completed');
    }
  };

  const requireLiveCall = (sid: Sid): LiveCall => {
    const call = calls.get(sid);
    if (!call) throw notFound(`/Calls/${sid}.json`);
    if (!isLive(call)) throw new TwilioError(400, 21220, 'Call is not in-progress. Cannot redirect.');
    return call;
  };

  /** A call of the account's that nobody has answered. */
  const requireRinging = (sid: Sid): LiveCall => {
    const call = requireLiveCall(sid);
    if (call.direction !== 'inbound' && !call.answered) return call;
    throw new TwilioError(400, 20001, `Call ${sid} does not ring`);
  };

  /** The music stops, caller and agent talk; once. */
  const connectCall = (call: LiveCall, membership: QueueMembership) => {
    if (membership.waitScope.reason) return;
    removeFromQueue(call, membership);
    context.emit(call, { type: 'stop' });
    context.log(call, `an agent answers${membership.taskSid === null ? '' : `: task ${membership.taskSid} assigned`}`);
    membership.waitScope.stop('answered');
  };
  // A worker who accepts gets the caller, as with the conference that Flex asks for.
  const unsubscribe = world.taskRouter.subscribe(({ type, task }) => {
    if (type !== 'reservation.accepted') return;
    for (const call of calls.values()) {
      if (call.membership && call.membership.taskSid === task!.sid && isLive(call)) connectCall(call, call.membership);
    }
  });

  /** What REST changes of the number, calls have at once: the account's number is the engine's own. */
  const configureNumber = (phoneNumber: string, config: NumberConfig) => {
    const number = { ...createPhoneNumber(phoneNumber), ...config };
    numbers.set(phoneNumber, number);
    world.phoneNumbers = [...world.phoneNumbers.filter((one) => one.phoneNumber !== phoneNumber), number];
  };

  const place = (
    { from, to, callerName, forwardedFrom, stirVerstat }: InboundCall,
    script: CallerScript | null,
  ): LiveCall => {
    const number = numbers.get(to);
    if (!number) throw new TwilioError(400, 21401, `Invalid Phone Number: ${to} is not configured in the sandbox`);
    const startTime = Date.now() - (script ? telephoneAudioDuration(script.pcm) : 0);
    const call: LiveCall = {
      sid: world.newSid('CA'),
      from,
      to,
      status: 'ringing',
      direction: 'inbound',
      startTime,
      endTime: null,
      dateCreated: startTime,
      callerName,
      forwardedFrom,
      number,
      scope: new CancelScope(),
      membership: null,
      keys: null,
      utterances: [],
      script,
      events: [],
      recentDocumentTimes: [],
      answered: false,
    };
    calls.set(call.sid, call);
    context.emit(call, { type: 'status', status: call.status });
    context.log(call, `${from === '' ? 'a withheld number' : from} calls ${to}`, { source: 'caller' });
    const method = number.voiceMethod ?? 'POST';
    // Documented for "the incoming call webhook" alone (twilio.com/docs/voice/trusted-calling-with-shakenstir).
    const params: Record<string, string> = stirVerstat === undefined ? {} : { StirVerstat: stirVerstat };
    void run(call, { kind: 'voice', url: number.voiceUrl, method, params });
    return call;
  };

  /** A call of the account's: it rings until somebody answers, or for `ringMs`. */
  const ring = (
    {
      direction = 'outbound-api',
      ...parties
    }: Pick<CallView, 'from' | 'to' | 'parentCallSid'> & { direction?: CallView['direction'] },
    number: NumberConfig,
    { ringMs = RING_MS, onAnswer }: { ringMs?: number; onAnswer?: LiveCall['onAnswer'] } = {},
  ): LiveCall => {
    const call: LiveCall = {
      ...{ sid: world.newSid('CA'), ...parties, status: 'ringing', direction },
      ...{ startTime: Date.now(), endTime: null, dateCreated: Date.now() },
      ...{ callerName: undefined, forwardedFrom: undefined, number },
      ...{
        scope: new CancelScope(),
        membership: null,
        keys: null,
        utterances: [],
        script: null,
        events: [],
        recentDocumentTimes: [],
        answered: false,
      },
      onAnswer,
    };
    calls.set(call.sid, call);
    context.emit(call, { type: 'rings', from: call.from, to: call.to });
    context.emit(call, { type: 'status', status: call.status });
    context.log(call, `${call.from} calls ${call.to}`);
    context.schedule(ringMs, () => {
      if (!call.answered) context.endCall(call, 'no-answer');
    });
    return call;
  };

  const voice: Voice = {
    get numbers() {
      return [...numbers.keys()];
    },
    configureNumber,
    get: (sid) => calls.get(sid),
    list: () => [...calls.values()],
    create({ from, to, url, method, timeoutSeconds, timeLimitSeconds, statusCallback, statusCallbackMethod }) {
      // twilio.com/docs/api/errors/21210: the account's own numbers, or those that it has verified.
      if (!numbers.has(from))
        throw new TwilioError(400, 21210, `The source phone number provided, ${from}, is not yet verified`);
      const onAnswer = (call: LiveCall) => {
        if (timeLimitSeconds !== undefined)
          context.schedule(timeLimitSeconds * 1_000, () => context.endCall(call, 'completed'));
        void run(call, { kind: 'voice', url, method, params: {} });
      };
      const ringMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1_000;
      return ring({ from, to }, { voiceUrl: url, statusCallback, statusCallbackMethod }, { ringMs, onAnswer });
    },
    placeCall: (inbound) => place(inbound, null).sid,
    async leaveMessage(inbound, { wav, transcript, keys = '' }) {
      const script = createCallerScript(keys, readTelephoneWav(wav), transcript);
      const call = place(inbound, script);
      // A line that never records would play to no one for ever.
      context.schedule(PATIENCE_MS, () => {
        if (isLive(call)) hangUpCaller(context, call);
      });
      await script.ended;
      return { sid: call.sid, recorded: script.hasSpoken };
    },
    startOutboundCall({ from, to }) {
      return ring({ from, to }, { voiceUrl: '' }).sid;
    },
    pickUp(sid) {
      const call = requireRinging(sid);
      context.answerCall(call);
      call.onAnswer?.(call);
    },
    endRinging: (sid, status) => context.endCall(requireRinging(sid), status),
    press(sid, key) {
      const call = requireLiveCall(sid);
      if (!/^[0-9*#]$/.test(key)) throw new RangeError(`${JSON.stringify(key)} is no key of a telephone`);
      pressKey(context, call, key);
    },
    speak(sid, sound, { transcript } = {}) {
      const call = requireLiveCall(sid);
      const now = Date.now();
      const last = call.utterances.at(-1);
      const at = last ? Math.max(now, last.at + last.durationMs) : now;
      const said =
        typeof sound === 'number' ? createSilence(sound, at) : createUtterance(readTelephoneWav(sound), at, transcript);
      addUtterance(context, call, said);
    },
    hangUp(sid) {
      const call = requireLiveCall(sid);
      if (call.direction !== 'inbound') {
        context.log(call, call.answered ? `${call.to} hung up` : `${call.to} declines`, { source: 'caller' });
        context.endCall(call, call.answered ? 'completed' : 'busy');
        return;
      }
      hangUpCaller(context, call);
    },
    connectAgent(sid) {
      const call = requireLiveCall(sid);
      const { membership } = call;
      if (!membership || membership.bridgeScope || membership.waitScope.reason)
        throw new TwilioError(400, 20001, `Call ${sid} is in no queue`);
      const task = membership.taskSid === null ? undefined : world.tasks.get(membership.taskSid);
      if (task) world.tasks.update(task.sid, { assignmentStatus: 'assigned' });
      connectCall(call, membership);
    },
    disconnectAgent(sid) {
      const call = requireLiveCall(sid);
      const { membership } = call;
      if (call.direction === 'outbound-api') {
        context.log(call, 'the agent hung up');
        context.endCall(call, call.answered ? 'completed' : 'canceled');
        return;
      }
      if (!membership?.bridgeScope) throw new TwilioError(400, 20001, `No agent is on call ${sid}`);
      membership.bridgeScope.stop('released');
    },
    update(sid, { url, method, twiml, status }) {
      const call = requireLiveCall(sid);
      if (status !== undefined) {
        context.log(call, 'the product ends the call', { source: 'product' });
        // call-resource, Status: "canceled" hangs up calls that ring.
        const isRinging = call.direction !== 'inbound' && !call.answered;
        context.endCall(call, status === 'canceled' && isRinging ? 'canceled' : 'completed');
        return call;
      }
      if (call.direction === 'outbound-dial')
        throw new TwilioError(400, 20001, 'The sandbox does not model new TwiML for a dialed call');
      const start = parseCallUpdate(url, method, twiml);
      const old = call.scope;
      call.scope = new CancelScope();
      context.log(
        call,
        `the product gives the call new TwiML${url === undefined ? '' : ` from ${new URL(url).pathname}`}`,
        {
          source: 'product',
        },
      );
      old.stop('redirected');
      context.emit(call, { type: 'stop' });
      void run(call, start);
      return call;
    },
    callEvents: (sid) => calls.get(sid)?.events ?? [],
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    webhooks: webhooks.sent,
    close() {
      closed = true;
      unsubscribe();
      for (const call of calls.values()) {
        call.scope.stop('closed');
        call.script?.end();
      }
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      webhooks.close();
    },
  };
  world.calls = voice;
  for (const number of world.phoneNumbers) numbers.set(number.phoneNumber, number);
  for (const [number, config] of Object.entries(options.numbers ?? {})) configureNumber(number, config);
  return voice;
}

function parseCallUpdate(
  url: string | undefined,
  method: string | undefined,
  twiml: string | undefined,
): DocumentRequest | TwimlDocument {
  if (twiml !== undefined) {
    if (twiml.length > MAX_TWIML) throw new TwilioError(400, 32018, `Twiml is longer than ${MAX_TWIML} characters`);
    try {
      return { ...parseTwiml(twiml, 'call'), url: null, method: 'POST' };
    } catch (error) {
      // Twilio takes it and only then finds it wrong: the caller hears the application error.
      if (error instanceof TwimlError)
        return { verbs: [], warnings: [], url: null, method: 'POST', deferredError: error };
      throw error;
    }
  }
  if (url === undefined || !/^https?:\/\//.test(url)) {
    throw new TwilioError(400, 21205, `Url is not a valid URL: ${url ?? ''}`);
  }
  return { kind: 'update', url, method: method === 'GET' ? 'GET' : 'POST', params: {} };
}

function sendCallStatus(context: VoiceContext, call: LiveCall): void {
  const { statusCallback, statusCallbackMethod = 'POST' } = call.number;
  if (!statusCallback) return;
  void context.webhooks.send({
    kind: 'call-status',
    callSid: call.sid,
    url: statusCallback,
    method: statusCallbackMethod,
    params: { ...callParameters(context.world.account, call), ...progressParameters(call, 0) },
  });
}
