import type { TwilioRest } from '../account/rest';

/** `unknown`: it could not be read, or no API tells it. */
export type Verdict = 'right' | 'wrong' | 'unknown';

/** One line of a diagnosis. */
export interface Finding {
  /** Names the check: stays the same from version to version, for programs. */
  check: string;
  verdict: Verdict;
  /** What is so, in one sentence. Without secrets, numbers and addresses of people. */
  text: string;
  /** For what is wrong or unknown: the exact step. */
  advice?: string;
  /** What `--fix` does. */
  fix?: Fix;
}

export interface Fix {
  /** What is changed, for people. */
  text: string;
  apply(rest: TwilioRest): Promise<void>;
}

export const right = (check: string, text: string): Finding => ({ check, verdict: 'right', text });
export const wrong = (check: string, text: string, advice: string, fix?: Fix): Finding => ({
  check,
  verdict: 'wrong',
  text,
  advice,
  ...(fix === undefined ? {} : { fix }),
});
export const unknown = (check: string, text: string, advice: string): Finding => ({
  check,
  verdict: 'unknown',
  text,
  advice,
});
