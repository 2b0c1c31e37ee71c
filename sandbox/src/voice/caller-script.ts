import { addUtterance, hangUpCaller, pressKey } from './caller';
import type { LiveCall } from './live-call';
import { createUtterance, telephoneAudioDuration } from './telephone-audio';
import type { VoiceContext } from './voice-context';

/**
 * A caller who knows what to do and does not wait: presses the keys as soon as something listens, says the message
 * once it is recorded, and hangs up. What is played to them takes no time. The message takes its own time, which has
 * passed already: call and recording began that long ago.
 */
export interface CallerScript {
  /** Those still to press. */
  keys: string[];
  pcm: Buffer;
  transcript: string | undefined;
  hasSpoken: boolean;
  /** Resolves at the end of the call. */
  readonly ended: Promise<void>;
  end(): void;
}

/** @param keys e.g. `*2` */
export function createCallerScript(keys: string, pcm: Buffer, transcript: string | undefined): CallerScript {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { keys: [...keys], pcm, transcript, hasSpoken: false, ended, end };
}

/** How long something takes that the caller or the account waits for: no time in a scripted call. */
export function waitingTime({ script }: LiveCall, ms: number): number {
  return script ? 0 : ms;
}

/** Presses the script's next key, if there is one. */
export function pressNextKey(context: VoiceContext, call: LiveCall): void {
  const key = call.script?.keys.shift();
  if (key !== undefined) pressKey(context, call, key);
}

/** When a recording that begins now began: earlier by the scripted message, as far as it is recorded. */
export function recordingStart({ script }: LiveCall, longestMs: number): number {
  return Date.now() - (script ? Math.min(longestMs, telephoneAudioDuration(script.pcm)) : 0);
}

/** Says the script's message from `at` on, and hangs up. */
export function speakAndHangUp(context: VoiceContext, call: LiveCall, at: number): void {
  if (!call.script) return;
  const { pcm, transcript } = call.script;
  addUtterance(context, call, createUtterance(pcm, at, transcript));
  call.script.hasSpoken = true;
  hangUpCaller(context, call);
}
