import type { VirtualClock } from '../../sandbox/src/testing/virtual-clock';
import type { CallEvent, Voice } from '../../sandbox/src/voice/types';

/** A person on the telephone, in virtual time. */
export interface Caller {
  sid: string;
  from: string;
  /** Lets time pass until a prompt not heard before is heard. @throws Error when it never comes */
  waitForPrompt(words: RegExp, withinMs?: number): Promise<void>;
  waitForBeep(): Promise<void>;
  press(key: string): void;
  /** Speaks, to the end of the message. */
  speak(wav: Buffer, options?: { transcript?: string }): Promise<void>;
  hangUp(): void;
  status(): string;
  /** Everything said so far. */
  prompts(): string[];
}

const DEFAULT_WAIT_MS = 5 * 60_000;
/** 8 kHz, 16 bit, one channel. */
const BYTES_PER_MS = 16;
const TRANSCRIPT = 'Hello, this is a test message.';

export function createCaller(voice: Voice, clock: VirtualClock, sid: string, from: string): Caller {
  let cursor = 0;
  const waitFor = async (matches: (event: CallEvent) => boolean, what: string, withinMs: number) => {
    const found = () => voice.callEvents(sid).findIndex((event, index) => index >= cursor && matches(event));
    try {
      await clock.runUntil(() => found() >= 0, withinMs);
    } catch (cause) {
      const heard = voice.callEvents(sid).map((event) => (event.type === 'say' ? event.text : event.type));
      throw new Error(`The caller never heard ${what}; heard: ${JSON.stringify(heard.slice(-25))}`, { cause });
    }
    cursor = found() + 1;
  };
  return {
    sid,
    from,
    waitForPrompt: (words, withinMs = DEFAULT_WAIT_MS) =>
      waitFor((event) => event.type === 'say' && words.test(event.text), String(words), withinMs),
    waitForBeep: () => waitFor((event) => event.type === 'recording' && event.on, 'the beep', DEFAULT_WAIT_MS),
    press: (key) => voice.press(sid, key),
    async speak(wav, options = {}) {
      voice.speak(sid, wav, { transcript: TRANSCRIPT, ...options });
      await clock.advance(Math.ceil(wav.length / BYTES_PER_MS) + 100);
    },
    hangUp: () => voice.hangUp(sid),
    status: () => voice.get(sid)?.status ?? 'unknown',
    prompts: () => voice.callEvents(sid).flatMap((event) => (event.type === 'say' ? [event.text] : [])),
  };
}
