/**
 * The part of TwiML that is modeled: which verbs, where they may stand, which attributes they take. Names and nesting
 * are those of the types of the official SDK (`twilio` 6.2.0, lib/twiml/VoiceResponse.d.ts).
 */
export type AttributeRule =
  | { kind: 'text' | 'url' | 'boolean' }
  | { kind: 'number'; min: number; max?: number }
  | { kind: 'words'; of: readonly string[]; list?: boolean }
  | { kind: 'keys' }
  /** Twilio knows it, the sandbox does nothing with it. */
  | { kind: 'not-modeled' }
  /** Twilio knows it, and without it a call would be another: the verb does not play. */
  | { kind: 'refused' };

export interface ElementRule {
  attributes: Record<string, AttributeRule>;
  children: readonly string[];
  text: boolean;
}

const text: AttributeRule = { kind: 'text' };
const url: AttributeRule = { kind: 'url' };
const yesOrNo: AttributeRule = { kind: 'boolean' };
const method: AttributeRule = { kind: 'words', of: ['GET', 'POST'] };
const notModeled: AttributeRule = { kind: 'not-modeled' };
const refused: AttributeRule = { kind: 'refused' };
const atLeast = (min: number, max?: number): AttributeRule => ({ kind: 'number', min, ...(max ? { max } : {}) });
const SSML = ['break', 'emphasis', 'lang', 'p', 'phoneme', 'prosody', 's', 'say-as', 'sub', 'w'];

/** Whom `<Dial>` may call besides a number; those are parsed, and refused when it is played. */
const NOUNS_NOT_MODELED = ['Application', 'Client', 'Conference', 'Queue', 'Sim', 'Sip', 'WhatsApp'];

export const ELEMENTS: Record<string, ElementRule> = {
  Response: {
    attributes: {},
    children: [
      ...['Say', 'Play', 'Pause', 'Gather', 'Redirect', 'Hangup', 'Enqueue', 'Leave', 'Record', 'Reject', 'Dial'],
    ],
    text: false,
  },
  Say: { attributes: { language: text, voice: text, loop: atLeast(0) }, children: SSML, text: true },
  Play: { attributes: { digits: text, loop: atLeast(0) }, children: [], text: true },
  Pause: { attributes: { length: atLeast(0) }, children: [], text: false },
  Gather: {
    attributes: {
      input: { kind: 'words', of: ['dtmf', 'speech'], list: true },
      action: url,
      method,
      actionOnEmptyResult: yesOrNo,
      finishOnKey: { kind: 'keys' },
      numDigits: atLeast(1),
      timeout: atLeast(0),
      bargeIn: notModeled,
      debug: notModeled,
      enhanced: notModeled,
      hints: notModeled,
      language: notModeled,
      maxSpeechTime: notModeled,
      partialResultCallback: notModeled,
      partialResultCallbackMethod: notModeled,
      profanityFilter: notModeled,
      speechModel: notModeled,
      speechTimeout: notModeled,
    },
    children: ['Say', 'Play', 'Pause'],
    text: false,
  },
  Redirect: { attributes: { method }, children: [], text: true },
  Hangup: { attributes: {}, children: [], text: false },
  Leave: { attributes: {}, children: [], text: false },
  Reject: { attributes: { reason: { kind: 'words', of: ['rejected', 'busy'] } }, children: [], text: false },
  Enqueue: {
    attributes: {
      action: url,
      method,
      maxQueueSize: notModeled,
      waitUrl: url,
      waitUrlMethod: method,
      workflowSid: text,
    },
    children: ['Task'],
    text: true,
  },
  Task: { attributes: { priority: atLeast(0), timeout: atLeast(1, 1_209_600) }, children: [], text: true },
  Dial: {
    attributes: {
      action: url,
      answerOnBridge: yesOrNo,
      callerId: text,
      events: refused,
      hangupOnStar: refused,
      method,
      passports: refused,
      record: refused,
      recordingConfigurationId: notModeled,
      recordingStatusCallback: notModeled,
      recordingStatusCallbackEvent: notModeled,
      recordingStatusCallbackMethod: notModeled,
      recordingTrack: notModeled,
      referMethod: notModeled,
      referUrl: notModeled,
      ringTone: notModeled,
      sequential: notModeled,
      timeLimit: atLeast(1, 86_400),
      timeout: atLeast(1, 600),
      trim: notModeled,
    },
    children: ['Number', ...NOUNS_NOT_MODELED],
    text: true,
  },
  Number: {
    attributes: {
      amdStatusCallback: notModeled,
      amdStatusCallbackMethod: notModeled,
      byoc: refused,
      machineDetection: refused,
      machineDetectionSilenceTimeout: notModeled,
      machineDetectionSpeechEndThreshold: notModeled,
      machineDetectionSpeechThreshold: notModeled,
      machineDetectionTimeout: notModeled,
      method: notModeled,
      sendDigits: refused,
      statusCallback: url,
      statusCallbackEvent: { kind: 'words', of: ['initiated', 'ringing', 'answered', 'completed'], list: true },
      statusCallbackMethod: method,
      url: refused,
    },
    children: [],
    text: true,
  },
  Record: {
    attributes: {
      action: url,
      method,
      finishOnKey: { kind: 'keys' },
      maxLength: atLeast(1, 14_400),
      playBeep: yesOrNo,
      recordingConfigurationId: notModeled,
      recordingStatusCallback: url,
      recordingStatusCallbackEvent: { kind: 'words', of: ['in-progress', 'completed', 'absent'], list: true },
      recordingStatusCallbackMethod: method,
      timeout: atLeast(0),
      transcribe: yesOrNo,
      transcribeCallback: url,
      trim: { kind: 'words', of: ['trim-silence', 'do-not-trim'] },
    },
    children: [],
    text: false,
  },
};

/** Speech markup is read for its words only: how it sounds is not modeled. */
export const SPEECH_MARKUP: ReadonlySet<string> = new Set(SSML);

/** Verbs Twilio would play and the sandbox does not. */
export const NOT_MODELED: ReadonlySet<string> = new Set([
  'Connect',
  'Echo',
  'Pay',
  'Prompt',
  'Queue',
  'Refer',
  'Sms',
  'Start',
  'Stop',
]);

/** All that a waitUrl's document may hold (twilio.com/docs/voice/twiml/enqueue). */
export const WAIT_VERBS: ReadonlySet<string> = new Set([
  'Play',
  'Say',
  'Pause',
  'Hangup',
  'Redirect',
  'Leave',
  'Gather',
]);

/** Whether a value fits; what does not is ignored with warning 12200, as Twilio does, and the default applies. */
export function isValidValue(rule: AttributeRule, value: string): boolean {
  switch (rule.kind) {
    case 'boolean':
      return value === 'true' || value === 'false';
    case 'number':
      return (
        /^\d{1,7}$/.test(value) && Number(value) >= rule.min && Number(value) <= (rule.max ?? Number.MAX_SAFE_INTEGER)
      );
    case 'words': {
      const words = rule.list ? value.split(/\s+/) : [value];
      return words.every((word) => rule.of.includes(word));
    }
    case 'keys':
      return /^[0-9*#]*$/.test(value);
    case 'text':
    case 'url':
    case 'not-modeled':
    case 'refused':
      return true;
  }
}
