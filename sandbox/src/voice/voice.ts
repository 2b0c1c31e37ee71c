import { createHash } from 'node:crypto';
import { notFound, TwilioError } from '../world/twilio-error';
import type { Sid, World } from '../world/types';
import { callParameters } from './call-parameters';
import { playDocuments, sayApplicationError } from './document-player';
import { isLive, type LiveCall, type QueueStay } from './live-call';
import { createPlayedMedia } from './played-media';
import { Interrupted, Run } from './run';
import type { Board, DocumentRequest } from './stage';
import { readTelephoneWav, silence, utter } from './telephone-audio';
import { parseTwiml, type TwimlDocument, TwimlError } from './twiml-document';
import type { CallEvent, NumberConfig, Voice, VoiceOptions, VoiceTiming } from './types';
import { removeFromQueue } from './verbs/enqueue';
import { createWebhooks } from './webhook';

const TIMING: VoiceTiming = { charactersPerSecond: 14, beepMs: 500, processingMs: 2000, transcriptionMs: 10_000 };
/** docs/voice/api/participant-resource, Timeout: "The default timeout value is 60 seconds". */
const RING_MS = 60_000;
/** "TwiML in a REST update" (error 32018). */
const MAX_TWIML = 4000;

/** Made of the number, so that the sids of everything else stay as they are, however many numbers there are. */
const phoneNumberSid = (number: string) => `PN${createHash('md5').update(number).digest('hex')}`;

/** The voice engine of a world; it becomes `world.calls`. */
export function createVoice(world: World, options: VoiceOptions = {}): Voice {
  const numbers = new Map<string, NumberConfig>(Object.entries(options.numbers ?? {}));
  const calls = new Map<Sid, LiveCall>();
  const listeners = new Set<(event: CallEvent) => void>();
  const timers = new Set<NodeJS.Timeout>();
  const webhooks = createWebhooks(world, options.webhooks);
  let closed = false;

  const board: Board = {
    world,
    timing: { ...TIMING, ...options.timing },
    webhooks,
    media: createPlayedMedia(world, webhooks),
    emit(call, heard) {
      const event = { ...heard, callSid: call.sid, at: Date.now() } as CallEvent;
      call.heard.push(event);
      for (const listener of [...listeners]) listener(event);
    },
    tell(call, text, { level = 'info', who = 'twilio', detail } = {}) {
      world.eventLog.append({
        source: who,
        callSid: call.sid,
        text,
        level,
        ...(detail === undefined ? {} : { detail }),
      });
    },
    later(ms, what) {
      if (closed) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        what();
      }, ms);
      timers.add(timer);
    },
    pickUp(call) {
      if (call.answered || !isLive(call)) return;
      call.answered = true;
      call.status = 'in-progress';
      board.emit(call, { type: 'status', status: call.status });
      board.tell(call, `${call.to} answers`);
    },
    end(call, status) {
      if (!isLive(call)) return;
      call.status = status;
      call.endTime = Date.now();
      call.run.stop('hangup');
      board.emit(call, { type: 'status', status });
      board.tell(call, `the call has ended (${status})`);
      tellStatusCallback(board, call);
    },
    play: (call, run, place, start) => playDocuments(board, call, run, place, start),
  };

  /** Plays a call from here on, in the place of whatever it played before. */
  const run = async (call: LiveCall, start: DocumentRequest | TwimlDocument): Promise<void> => {
    const current = call.run;
    try {
      await playDocuments(board, call, current, 'call', start);
      current.check();
      board.end(call, 'completed');
    } catch (error) {
      if (error instanceof Interrupted) return;
      const fault = error instanceof TwimlError ? error : new TwimlError(11200, `the sandbox failed: ${String(error)}`);
      try {
        await sayApplicationError(board, call, current, fault);
      } catch (interrupted) {
        if (interrupted instanceof Interrupted) return;
        throw interrupted;
      }
      board.end(call, 'completed');
    }
  };

  const live = (sid: Sid): LiveCall => {
    const call = calls.get(sid);
    if (!call) throw notFound(`/Calls/${sid}.json`);
    if (!isLive(call)) throw new TwilioError(400, 21220, 'Call is not in-progress. Cannot redirect.');
    return call;
  };

  /** The music stops, caller and agent talk; once. */
  const connect = (call: LiveCall, stay: QueueStay) => {
    if (stay.waiting.reason) return;
    removeFromQueue(call, stay);
    board.emit(call, { type: 'stop' });
    board.tell(call, `an agent answers${stay.taskSid === null ? '' : `: task ${stay.taskSid} assigned`}`);
    stay.waiting.stop('answered');
  };
  // A worker who accepts gets the caller, as with the conference that Flex asks for.
  const stopFollowing = world.taskRouter.subscribe(({ type, task }) => {
    if (type !== 'reservation.accepted') return;
    for (const call of calls.values()) {
      if (call.stay && call.stay.taskSid === task!.sid && isLive(call)) connect(call, call.stay);
    }
  });

  const voice: Voice = {
    get numbers() {
      return [...numbers.keys()];
    },
    configure: (number, config) => void numbers.set(number, config),
    get: (sid) => calls.get(sid),
    list: () => [...calls.values()],
    placeCall({ from, to, callerName, forwardedFrom }) {
      const number = numbers.get(to);
      if (!number) throw new TwilioError(400, 21401, `Invalid Phone Number: ${to} is not configured in the sandbox`);
      const call: LiveCall = {
        sid: world.newSid('CA'),
        from,
        to,
        status: 'ringing',
        direction: 'inbound',
        startTime: Date.now(),
        endTime: null,
        dateCreated: Date.now(),
        callerName,
        forwardedFrom,
        number,
        run: new Run(),
        stay: null,
        keys: null,
        said: [],
        heard: [],
        documentTimes: [],
        answered: false,
      };
      calls.set(call.sid, call);
      board.emit(call, { type: 'status', status: call.status });
      board.tell(call, `${from === '' ? 'a withheld number' : from} calls ${to}`, { who: 'caller' });
      const method = number.voiceMethod ?? 'POST';
      void run(call, { kind: 'voice', url: number.voiceUrl, method, params: {} });
      return call.sid;
    },
    ring({ from, to }) {
      const call: LiveCall = {
        ...{ sid: world.newSid('CA'), from, to, status: 'ringing', direction: 'outbound-api' },
        ...{ startTime: Date.now(), endTime: null, dateCreated: Date.now() },
        ...{ callerName: undefined, forwardedFrom: undefined, number: { voiceUrl: '' } },
        ...{ run: new Run(), stay: null, keys: null, said: [], heard: [], documentTimes: [], answered: false },
      };
      calls.set(call.sid, call);
      board.emit(call, { type: 'rings', from, to });
      board.emit(call, { type: 'status', status: call.status });
      board.tell(call, `${from} calls ${to}`);
      board.later(RING_MS, () => {
        if (!call.answered) board.end(call, 'no-answer');
      });
      return call.sid;
    },
    pickUp(sid) {
      const call = live(sid);
      if (call.direction !== 'outbound-api' || call.answered) {
        throw new TwilioError(400, 20001, `Call ${sid} does not ring`);
      }
      board.pickUp(call);
    },
    press(sid, key) {
      const call = live(sid);
      if (!/^[0-9*#]$/.test(key)) throw new RangeError(`${JSON.stringify(key)} is no key of a telephone`);
      board.tell(call, `caller pressed ${key}${call.keys ? '' : ' (nothing listens)'}`, { who: 'caller' });
      call.keys?.pressed(key);
    },
    speak(sid, sound, { transcript } = {}) {
      const call = live(sid);
      const now = Date.now();
      const last = call.said.at(-1);
      const at = last ? Math.max(now, last.at + last.durationMs) : now;
      const said = typeof sound === 'number' ? silence(sound, at) : utter(readTelephoneWav(sound), at, transcript);
      call.said.push(said);
      const seconds = Math.round(said.durationMs / 100) / 10;
      board.tell(
        call,
        said.voiced.length > 0 ? `caller speaks for ${seconds} s` : `caller is silent for ${seconds} s`,
        {
          who: 'caller',
        },
      );
    },
    hangUp(sid) {
      const call = live(sid);
      if (call.direction === 'outbound-api') {
        board.tell(call, call.answered ? `${call.to} hung up` : `${call.to} declines`, { who: 'caller' });
        board.end(call, call.answered ? 'completed' : 'busy');
        return;
      }
      board.tell(call, 'caller hung up', { who: 'caller' });
      board.end(call, call.answered ? 'completed' : 'no-answer');
    },
    answer(sid) {
      const call = live(sid);
      const { stay } = call;
      if (!stay || stay.bridge || stay.waiting.reason) throw new TwilioError(400, 20001, `Call ${sid} is in no queue`);
      const task = stay.taskSid === null ? undefined : world.tasks.get(stay.taskSid);
      if (task) world.tasks.update(task.sid, { assignmentStatus: 'assigned' });
      connect(call, stay);
    },
    release(sid) {
      const call = live(sid);
      const { stay } = call;
      if (call.direction === 'outbound-api') {
        board.tell(call, 'the agent hung up');
        board.end(call, call.answered ? 'completed' : 'canceled');
        return;
      }
      if (!stay?.bridge) throw new TwilioError(400, 20001, `No agent is on call ${sid}`);
      stay.bridge.stop('released');
    },
    update(sid, { url, method, twiml, status }) {
      const call = live(sid);
      if (status !== undefined) {
        board.tell(call, 'the product ends the call', { who: 'product' });
        board.end(call, 'completed');
        return call;
      }
      const start = startOfUpdate(url, method, twiml);
      const old = call.run;
      call.run = new Run();
      board.tell(
        call,
        `the product gives the call new TwiML${url === undefined ? '' : ` from ${new URL(url).pathname}`}`,
        {
          who: 'product',
        },
      );
      old.stop('redirected');
      board.emit(call, { type: 'stop' });
      void run(call, start);
      return call;
    },
    heard: (sid) => calls.get(sid)?.heard ?? [],
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    webhooks: webhooks.sent,
    close() {
      closed = true;
      stopFollowing();
      for (const call of calls.values()) call.run.stop('closed');
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      webhooks.close();
    },
  };
  world.calls = voice;
  world.phoneNumbers = [...numbers].map(([phoneNumber, { voiceUrl }]) => ({
    sid: phoneNumberSid(phoneNumber),
    phoneNumber,
    voiceUrl,
    dateCreated: Date.now(),
  }));
  return voice;
}

function startOfUpdate(
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
      if (error instanceof TwimlError) return { verbs: [], warnings: [], url: null, method: 'POST', fault: error };
      throw error;
    }
  }
  if (url === undefined || !/^https?:\/\//.test(url)) {
    throw new TwilioError(400, 21205, `Url is not a valid URL: ${url ?? ''}`);
  }
  return { kind: 'update', url, method: method === 'GET' ? 'GET' : 'POST', params: {} };
}

function tellStatusCallback(board: Board, call: LiveCall): void {
  const { statusCallback, statusCallbackMethod = 'POST' } = call.number;
  if (statusCallback === undefined) return;
  const seconds = Math.round(((call.endTime ?? Date.now()) - call.startTime) / 1000);
  void board.webhooks.send({
    kind: 'call-status',
    callSid: call.sid,
    url: statusCallback,
    method: statusCallbackMethod,
    params: {
      ...callParameters(board.world.account, call),
      CallDuration: String(seconds),
      CallbackSource: 'call-progress-events',
      Duration: String(Math.ceil(seconds / 60)),
      SequenceNumber: '0',
      Timestamp: new Date().toUTCString().replace('GMT', '+0000'),
    },
  });
}
