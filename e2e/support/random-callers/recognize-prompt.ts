import { LANGUAGES, type PromptName } from '../../../serverless-functions/src/caller-experience';
/** The name of the prompt a caller heard; `application-error` and `unknown` are not the product's. */
export interface RecognizedPrompt {
  prompt: PromptName | 'application-error' | 'unknown';
  /** The number that was read out, its digits only. */
  digits?: string;
}

const KNOWN_PROMPTS = Object.values(LANGUAGES).flatMap(({ prompts }) =>
  (Object.entries(prompts) as [PromptName, string][]).map(([prompt, text]) => {
    const [before = '', after] = text.split('{number}');
    return { prompt, before, after };
  }),
);

/** Recognises the words of a prompt in any language. */
export function recognizePrompt(words: string): RecognizedPrompt {
  if (/application error/i.test(words)) return { prompt: 'application-error' };
  for (const { prompt, before, after } of KNOWN_PROMPTS) {
    if (after === undefined) {
      if (words === before) return { prompt };
    } else if (words.startsWith(before) && words.endsWith(after)) {
      const number = words.slice(before.length, words.length - after.length);
      if (/^[\d ,]*$/.test(number)) return { prompt, digits: number.replaceAll(/\D/g, '') };
    }
  }
  return { prompt: 'unknown' };
}
