import type { CallerExperience } from '@callback-and-voicemail/contract';
import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse';

/**
 * The SDK's TwiML builder as the runtime gives it (`new Twilio.twiml.VoiceResponse()`): an instance of a bundled copy
 * would be sent as JSON, since the runtime tests with `instanceof` its own.
 */
export type VoiceTwiml = VoiceResponse;

/** Language and voice for `<Say>`. The SDK types them as closed lists, which a configuration cannot know. */
export function speechOf({ language, voice }: Pick<CallerExperience, 'language' | 'voice'>) {
  return { language, voice } as Parameters<VoiceTwiml['say']>[0];
}
