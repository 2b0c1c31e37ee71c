/**
 * Everything a caller can hear, by name. A language has them all; a business replaces single ones.
 * `{number}` in a text is read out digit by digit; `{business}` is the organization of the settings.
 */
export const PROMPT_NAMES = [
  // in line
  'greeting',
  'inLine',
  'otherOptions',
  'notReadyStillInLine',
  'troubleStillInLine',
  'troublePleaseHold',
  'beingConnected',
  // the menu
  'nobodySignedIn',
  'longWait',
  'menuCallback',
  'menuTypedCallback',
  'menuVoicemail',
  'menuStay',
  // a callback
  'callbackAtOwnNumber',
  'callbackAtOtherNumber',
  'enterNumber',
  'enterNumberAgain',
  'numberNotUnderstood',
  'numberNotAllowed',
  'numberIsOurs',
  'numberAbroad',
  'numberSpecial',
  'numberGivenUp',
  'confirmNumber',
  'callbackBooked',
  'callbackAlreadyBooked',
  'callbackBookedElsewhere',
  'changeNumber',
  'anotherCallback',
  'anotherCallbackRefused',
  'callbackChanged',
  'callbackInstead',
  // a call that asks whether a callback is wanted
  'thisIs',
  'confirmCallback',
  'callbackConfirmed',
  'callbackDeclined',
  'confirmationUnanswered',
  'confirmationTrouble',
  // a call that connects a recipient of the email with the caller
  'connectToCaller',
  'callerNotReached',
  'agentCalls',
  // a voicemail
  'lineClosed',
  'cannotRecord',
  'closedMenu',
  'goodbye',
  'recordingNotice',
  'leaveMessage',
  'leaveMessageAgain',
  'heardNothing',
  'heardNothingCallback',
  'heardNothingBooked',
  'earlierMessageKept',
  'review',
  'recordAgain',
  'thanks',
  'trouble',
] as const;

export type PromptName = (typeof PROMPT_NAMES)[number];

/** Spoken text, or a recorded prompt: the https URL of a sound file, or the path of an asset (`/prompts/menu.mp3`). */
type Spoken = string | { play: string };
/** Several parts are heard one after the other: recorded words may stand around a spoken `{number}`. */
export type Prompt = Spoken | readonly Spoken[];

/** A language is complete: one file in `languages/`. */
export interface Language {
  /** Twilio's name of the language for `<Say>`, e.g. `en-US`. */
  language: string;
  /** The voice that speaks it unless another is configured. */
  voice: string;
  prompts: Readonly<Record<PromptName, string>>;
}
