import { waitingTime } from '../caller-script';
import type { CancelScope } from '../cancel-scope';
import type { LiveCall } from '../live-call';
import type { Verb } from '../twiml-document';
import { parseSoundUrl, type VoiceContext } from '../voice-context';

/** A shorter text still takes as long as a word. */
const SHORTEST_SPEECH_MS = 1000;
/** One key of `<Play digits>`, and a `w` in it. */
const TONE_MS = 250;
const TONE_PAUSE_MS = 500;
/** No sound is so short that playing it for ever takes no time. */
const SHORTEST_SOUND_MS = 100;

/** Milliseconds a text takes to say, at the pace given. */
function speechDuration(text: string, charactersPerSecond: number): number {
  return Math.max(SHORTEST_SPEECH_MS, Math.round((text.length / charactersPerSecond) * 1000));
}

export async function say(context: VoiceContext, call: LiveCall, scope: CancelScope, verb: Verb): Promise<void> {
  const { language, voice, loop } = verb.attributes;
  if (verb.text === '') {
    context.log(call, '13520 <Say> has no text', { level: 'warning' });
    return;
  }
  await repeat(call, scope, loop, async () => {
    context.emit(call, {
      type: 'say',
      text: verb.text,
      ...(language ? { language } : {}),
      ...(voice ? { voice } : {}),
    });
    context.log(call, `caller hears “${verb.text}”`);
    await scope.sleep(waitingTime(call, speechDuration(verb.text, context.timing.charactersPerSecond)));
  });
}

/** @throws TwimlError when its URL is not absolute, or the file cannot be had */
export async function play(context: VoiceContext, call: LiveCall, scope: CancelScope, verb: Verb): Promise<void> {
  const { digits, loop } = verb.attributes;
  if (digits !== undefined) {
    context.emit(call, { type: 'play', url: `dtmf:${digits}` });
    for (const key of digits) await scope.sleep(waitingTime(call, key === 'w' ? TONE_PAUSE_MS : TONE_MS));
    return;
  }
  if (verb.text === '') {
    context.log(call, '13420 <Play> names no file', { level: 'warning' });
    return;
  }
  const url = parseSoundUrl(verb.text);
  const ms = await scope.race(context.media.duration(url));
  context.log(call, `caller hears ${new URL(url).pathname}`);
  await repeat(call, scope, loop, async () => {
    context.emit(call, { type: 'play', url });
    await scope.sleep(waitingTime(call, Math.max(SHORTEST_SOUND_MS, ms)));
  });
}

export async function pause(context: VoiceContext, call: LiveCall, scope: CancelScope, verb: Verb): Promise<void> {
  const seconds = Number(verb.attributes.length ?? 1);
  context.emit(call, { type: 'pause', seconds });
  await scope.sleep(waitingTime(call, seconds * 1000));
}

/** `loop="0"`: until something stops it. What takes no time is heard once. */
async function repeat(
  call: LiveCall,
  scope: CancelScope,
  loop: string | undefined,
  once: () => Promise<void>,
): Promise<void> {
  const asked = loop === '0' ? Number.POSITIVE_INFINITY : Number(loop ?? 1);
  const times = call.script ? Math.min(1, asked) : asked;
  for (let n = 0; n < times; n += 1) {
    scope.throwIfStopped();
    await once();
  }
}
