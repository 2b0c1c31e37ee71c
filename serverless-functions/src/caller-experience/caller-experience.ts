import { FEATURE_PATH } from '@callback-and-voicemail/contract';
import type { LanguageTag } from './languages';
import type { Prompt, PromptName } from './prompts';

/** What one caller hears, may do, and how long things last. */
export interface CallerExperience {
  language: LanguageTag;
  /** Twilio's name of the voice, chosen together with the language. */
  voice: string;
  /** In place of the language's own; a name that is not here keeps it. */
  prompts: Partial<Record<PromptName, Prompt>>;
  /** The hold music: an https URL, or the path of an asset of the Functions. */
  music: string;
  /** How long the hold music plays before the prompt is heard again, as repeats of the music file. */
  musicRepeatsPerPrompt: number;
  /** Seconds to wait for a key in a menu. */
  menuSeconds: number;
  /** Seconds to wait after each digit of a number that is typed. */
  typingSeconds: number;

  /** Offers a callback. */
  callbacks: boolean;
  /** Offers a callback at a number the caller types. */
  typedNumbers: boolean;
  /** How often a number may be entered, at most. */
  numberEntries: number;
  /** Offers a voicemail. */
  voicemail: boolean;

  /** Recording: the longest message in seconds. Twilio transcribes only below 120 s, so 119 keeps transcripts. */
  maxRecordingSeconds: number;
  /** Silence that ends a message, in seconds. */
  recordingSilenceSeconds: number;
  /** How often to ask again for a message after silence. */
  askAgainAfterSilence: number;
  /** Says that the message is recorded before it is. */
  recordingNotice: boolean;
  /** Lets the caller listen to the message, and record it again, before it is sent. */
  reviewMessage: boolean;

  /** Opens the menu by itself. Both cost a look at TaskRouter's statistics or the clock, not at the caller. */
  overflow: {
    /** When no worker of the caller's queue is signed in. */
    whenNobodySignedIn: boolean;
    /** Once the caller has waited that long; 0: never. */
    afterSeconds: number;
  };
}

type ExperienceChanges = Partial<Omit<CallerExperience, 'overflow'>> & {
  overflow?: Partial<CallerExperience['overflow']>;
};

/** What a business configures: for all, by dialed number, and by queue; the later goes before the earlier. */
export interface CallerExperienceConfiguration {
  everyone: ExperienceChanges;
  /** By the number that was dialed, in E.164. */
  numbers: Record<string, ExperienceChanges>;
  /** By the name of the TaskRouter queue the caller waits in. */
  queues: Record<string, ExperienceChanges>;
}

const HOLD_MUSIC_ASSET = `${FEATURE_PATH}/hold-music.mp3`;

/** Without a configured `voice` it is the language's own. */
export const DEFAULT_CALLER_EXPERIENCE: Omit<CallerExperience, 'voice'> = {
  language: 'en-US',
  prompts: {},
  music: HOLD_MUSIC_ASSET,
  musicRepeatsPerPrompt: 2,
  menuSeconds: 5,
  typingSeconds: 5,
  callbacks: true,
  typedNumbers: true,
  numberEntries: 3,
  voicemail: true,
  maxRecordingSeconds: 119,
  recordingSilenceSeconds: 5,
  askAgainAfterSilence: 1,
  recordingNotice: false,
  reviewMessage: false,
  overflow: { whenNobodySignedIn: false, afterSeconds: 0 },
};

/** Twilio's own rule for `<Record transcribe>`: shorter than 120 s, else error 13617. */
export const TRANSCRIPTION_LIMIT_SECONDS = 120;
