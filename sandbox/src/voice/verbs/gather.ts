import { listenForKeys } from '../key-queue';
import { Interrupted, type Run } from '../run';
import { methodOf, NEXT, type Next, resolveUrl, type Stage } from '../stage';
import { TwimlError, type Verb } from '../twiml-document';
import { pause, play, say } from './prompts';

const DEFAULT_TIMEOUT_S = 5;

/**
 * Collects keys while and after its prompts are heard. The first key silences the prompts; the timeout runs anew after
 * each key, and only `numDigits`, a finishing key or the timeout end it. Without any digit the next verb follows,
 * unless `actionOnEmptyResult` says otherwise (twilio.com/docs/voice/twiml/gather).
 */
export async function gather(stage: Stage, verb: Verb): Promise<Next> {
  const { board, call, run, document } = stage;
  const { input, action, method, finishOnKey = '#', actionOnEmptyResult } = verb.attributes;
  if (input?.includes('speech')) throw new TwimlError(12200, 'the sandbox does not model <Gather input="speech">');
  const numDigits = Number(verb.attributes.numDigits ?? Number.POSITIVE_INFINITY);
  const timeoutMs = Number(verb.attributes.timeout ?? DEFAULT_TIMEOUT_S) * 1000;

  const { digits, finishedOnKey } = await run.within(async (prompting) => {
    const keys = listenForKeys(board, call, () => prompting.stop('key'));
    try {
      await playPrompts(stage, verb, prompting);
      let digits = '';
      for (;;) {
        const key = await keys.next(run, timeoutMs);
        if (key === null) return { digits, finishedOnKey: '' };
        if (finishOnKey.includes(key)) return { digits, finishedOnKey: key };
        digits += key;
        if (digits.length >= numDigits) return { digits, finishedOnKey: '' };
      }
    } finally {
      keys.close();
    }
  });

  if (digits === '' && actionOnEmptyResult !== 'true') return NEXT;
  return {
    kind: 'document',
    request: {
      kind: 'gather-action',
      url: resolveUrl(document, action),
      method: methodOf(method),
      params: { Digits: digits, FinishedOnKey: finishedOnKey, msg: 'Gather End' },
    },
  };
}

/** Plays what is nested, until it ends or a key is pressed. */
async function playPrompts({ board, call, document }: Stage, verb: Verb, prompting: Run): Promise<void> {
  try {
    for (const prompt of verb.children) {
      prompting.check();
      if (prompt.name === 'Say') await say(board, call, prompting, prompt);
      else if (prompt.name === 'Play') await play(board, call, prompting, document, prompt);
      else await pause(board, call, prompting, prompt);
    }
  } catch (error) {
    if (!(error instanceof Interrupted) || error.reason !== 'key') throw error;
    board.emit(call, { type: 'stop' });
  }
}
