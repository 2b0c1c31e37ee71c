import type { Calls, Sid } from '../world/types';
import type { HttpMethod, SentWebhook, WebhookInterceptor } from './webhook';

export type { HttpMethod };

/** What a caller hears or sees of a call, in the order of happening. `stop`: what was being played is cut off. */
export type CallEvent = { callSid: Sid; at: number } & (
  | { type: 'say'; text: string; language?: string; voice?: string }
  | { type: 'play'; url: string }
  | { type: 'pause'; seconds: number }
  | { type: 'stop' }
  | { type: 'beep' }
  | { type: 'recording'; on: boolean }
  | { type: 'listening'; on: boolean }
  | { type: 'status'; status: string }
  /** The account calls this telephone. */
  | { type: 'rings'; from: string; to: string }
  /** `<Dial>` calls another party, or has connected this call with it. */
  | { type: 'dial'; number: string; connected: boolean }
);
/** A call event before the engine adds which call and when. */
export type CallEventDetails = CallEvent extends infer E
  ? E extends CallEvent
    ? Omit<E, 'callSid' | 'at'>
    : never
  : never;

/** What answers an incoming number, as in the console's "A call comes in". */
export interface NumberConfig {
  voiceUrl: string;
  voiceMethod?: HttpMethod;
  /** "Call status changes": sent once, when the call has ended. */
  statusCallback?: string;
  statusCallbackMethod?: HttpMethod;
  /** What Twilio knows of the number's place; it arrives as CalledCity, ToCity and so on. */
  place?: { city?: string; state?: string; zip?: string };
}

/** Times in milliseconds, but for the pace of speech. */
export interface VoiceTiming {
  charactersPerSecond: number;
  beepMs: number;
  /** From the end of a recording to its `completed` callback. */
  processingMs: number;
  /** From a completed recording to its transcription. */
  transcriptionMs: number;
}

export interface VoiceOptions {
  /** Incoming number -> what answers it. */
  numbers?: Record<string, NumberConfig>;
  timing?: Partial<VoiceTiming>;
  webhooks?: {
    /** Stands between Twilio and the product: a test can drop, delay, repeat or reorder deliveries. */
    intercept?: WebhookInterceptor;
    /** Public origin -> origin that really answers it, so that signed URLs can look as in production. */
    origins?: Record<string, string>;
  };
}

export interface InboundCall {
  from: string;
  to: string;
  /** With caller-name lookup on, webhooks carry `CallerName`. */
  callerName?: string;
  /** A forwarded call carries `ForwardedFrom` and `CalledVia`. */
  forwardedFrom?: string;
  /** What Twilio found in the call's STIR/SHAKEN headers, e.g. `TN-Validation-Passed-A`. */
  stirVerstat?: string;
}

interface ScriptedMessage {
  wav: Buffer;
  transcript?: string;
  keys?: string;
}

export interface Voice extends Calls {
  /** Numbers that can be dialed. */
  readonly numbers: readonly string[];
  /** Adds or replaces an incoming number. */
  configureNumber(number: string, config: NumberConfig): void;
  /** Rings a number. @returns the call's sid. @throws TwilioError 21401 for a number that is not configured. */
  placeCall(call: InboundCall): Sid;
  /**
   * Someone calls, presses the keys as soon as something listens, leaves the message and hangs up, all in no time. The
   * call and its recording began the message's length ago. `subscribe` is silent about it.
   * @param message 8 kHz 16 bit mono WAV; `keys` such as `*2` lead to the recording
   * @returns once the call has ended, whether something recorded the message
   * @throws TwilioError 21401 for a number that is not configured; Error for another kind of file
   */
  leaveMessage(call: InboundCall, message: ScriptedMessage): Promise<{ sid: Sid; recorded: boolean }>;
  /**
   * The account calls a telephone, as when an agent calls back: it rings until someone answers, or for a minute.
   * @returns the call's sid
   */
  startOutboundCall(call: { from: string; to: string }): Sid;
  /** The called party picks up. @throws TwilioError 400 unless the call is ringing */
  pickUp(callSid: Sid): void;
  /** Presses one key, 0-9 * #. @throws TwilioError 20404, 21220 */
  press(callSid: Sid, key: string): void;
  /**
   * The caller says something from now on (or after what is still being said): 8 kHz 16 bit mono WAV, or that many
   * seconds of silence. @throws TwilioError; Error for another kind of file
   */
  speak(callSid: Sid, sound: Buffer | number, options?: { transcript?: string }): void;
  /** The person on the telephone hangs up, or declines a call that rings. @throws TwilioError */
  hangUp(callSid: Sid): void;
  /** What the network says of a call that rings: engaged, no such number. @throws TwilioError unless it rings */
  endRinging(callSid: Sid, status: 'busy' | 'failed'): void;
  /** An agent accepts a waiting call: assigns its task, stops the music. @throws TwilioError when it is in no queue */
  connectAgent(callSid: Sid): void;
  /** The agent hangs up, or stops ringing. @throws TwilioError when no agent is on the call. */
  disconnectAgent(callSid: Sid): void;
  /** All events of a call so far. */
  callEvents(callSid: Sid): readonly CallEvent[];
  subscribe(listener: (event: CallEvent) => void): () => void;
  /** Every webhook ever sent, with its answer, in the order of sending. */
  readonly webhooks: readonly SentWebhook[];
  /** Stops all calls without another webhook, and drops pending work. */
  close(): void;
}
