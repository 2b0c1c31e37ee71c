import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse';

/**
 * The SDK's TwiML builder as the runtime gives it (`new Twilio.twiml.VoiceResponse()`): an instance of a bundled copy
 * would be sent as JSON, since the runtime tests with `instanceof` its own.
 */
export type VoiceTwiml = VoiceResponse;
