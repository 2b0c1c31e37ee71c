/**
 * What callers hear and how long things last. One object, so that a business changes it in one place; per number and
 * per queue variants come with the menu's further choices.
 */
export interface CallerExperience {
  language: string;
  /** Twilio's name of the voice, chosen together with the language. */
  voice: string;
  /** Recording: the longest message in seconds. Twilio transcribes only below 120 s, so 119 keeps transcripts. */
  maxRecordingSeconds: number;
  /** Silence that ends a message, in seconds. */
  recordingSilenceSeconds: number;
  /** How often a caller who said nothing is asked again. */
  askAgainAfterSilence: number;
  /** How long the hold music plays before the prompt is heard again, as repeats of the music file. */
  musicRepeatsPerPrompt: number;
  /** Seconds to wait for a key in the menu. */
  menuSeconds: number;
}

export const DEFAULT_CALLER_EXPERIENCE: CallerExperience = {
  language: 'en-US',
  voice: 'Polly.Joanna-Neural',
  maxRecordingSeconds: 119,
  recordingSilenceSeconds: 5,
  askAgainAfterSilence: 1,
  musicRepeatsPerPrompt: 2,
  menuSeconds: 5,
};

/** Twilio's own rule for `<Record transcribe>`: shorter than 120 s, else error 13617. */
export const TRANSCRIPTION_LIMIT_SECONDS = 120;
