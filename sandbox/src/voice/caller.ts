import type { LiveCall } from './live-call';
import type { Utterance } from './telephone-audio';
import type { VoiceContext } from './voice-context';

/** What a person does at a telephone, whether at the page's or by a script. */

/** Presses one key, which counts if something listens. */
export function pressKey(context: VoiceContext, call: LiveCall, key: string): void {
  context.log(call, `caller pressed ${key}${call.keys ? '' : ' (nothing listens)'}`, { source: 'caller' });
  call.keys?.pressed(key);
}

/** Speech, or silence for some time. */
export function addUtterance(context: VoiceContext, call: LiveCall, said: Utterance): void {
  call.utterances.push(said);
  const seconds = Math.round(said.durationMs / 100) / 10;
  const text = said.voiced.length > 0 ? `caller speaks for ${seconds} s` : `caller is silent for ${seconds} s`;
  context.log(call, text, { source: 'caller' });
}

/** The caller of an inbound call hangs up. */
export function hangUpCaller(context: VoiceContext, call: LiveCall): void {
  context.log(call, 'caller hung up', { source: 'caller' });
  context.endCall(call, call.answered ? 'completed' : 'no-answer');
}
