import { pressNextKey, waitingTime } from '../caller-script';
import { type CancelScope, Interrupted } from '../cancel-scope';
import { listenForKeys } from '../key-queue';
import { TwimlError, type Verb } from '../twiml-document';
import { CONTINUE, type Playback, parseHttpMethod, resolveUrl, type VerbResult } from '../voice-context';
import { pause, play, say } from './prompts';

const DEFAULT_TIMEOUT_S = 5;

/**
 * Collects keys while and after its prompts are heard. The first key silences the prompts; the timeout restarts after
 * each key, and only `numDigits`, a finishing key or the timeout end it. Without any digit the next verb follows,
 * unless `actionOnEmptyResult` says otherwise (twilio.com/docs/voice/twiml/gather).
 */
export async function gather(playback: Playback, verb: Verb): Promise<VerbResult> {
  const { context, call, scope, document } = playback;
  const { input, action, method, finishOnKey = '#', actionOnEmptyResult } = verb.attributes;
  if (input?.includes('speech')) throw new TwimlError(12200, 'the sandbox does not model <Gather input="speech">');
  const numDigits = Number(verb.attributes.numDigits ?? Number.POSITIVE_INFINITY);
  const timeoutMs = Number(verb.attributes.timeout ?? DEFAULT_TIMEOUT_S) * 1000;

  const { digits, finishedOnKey } = await scope.withChild(async (prompting) => {
    const keys = listenForKeys(context, call, () => prompting.stop('key'));
    try {
      pressNextKey(context, call);
      await playPrompts(playback, verb, prompting);
      let digits = '';
      for (;;) {
        const key = await keys.next(scope, waitingTime(call, timeoutMs));
        if (key === null) return { digits, finishedOnKey: '' };
        if (finishOnKey.includes(key)) return { digits, finishedOnKey: key };
        digits += key;
        if (digits.length >= numDigits) return { digits, finishedOnKey: '' };
      }
    } finally {
      keys.close();
    }
  });

  if (digits === '' && actionOnEmptyResult !== 'true') return CONTINUE;
  return {
    kind: 'document',
    request: {
      kind: 'gather-action',
      url: resolveUrl(document, action),
      method: parseHttpMethod(method),
      params: { Digits: digits, FinishedOnKey: finishedOnKey, msg: 'Gather End' },
    },
  };
}

/** Plays the nested verbs until they end or a key is pressed. */
async function playPrompts({ context, call }: Playback, verb: Verb, prompting: CancelScope): Promise<void> {
  try {
    for (const prompt of verb.children) {
      prompting.throwIfStopped();
      if (prompt.name === 'Say') await say(context, call, prompting, prompt);
      else if (prompt.name === 'Play') await play(context, call, prompting, prompt);
      else await pause(context, call, prompting, prompt);
    }
  } catch (error) {
    if (!(error instanceof Interrupted) || error.reason !== 'key') throw error;
    context.emit(call, { type: 'stop' });
  }
}
