import { voiceFunction } from '../../../../http/handler';
import { speak } from '../../../../prompts/speak';
import { inviteToRecord } from '../../../../voicemail/invite-to-record';
import { experienceForRequest } from '../../../../voicemail/voicemail-url';

/** Invites a caller to leave a voicemail: moved here from the line, or straight from a number or a Studio flow. */
export const handler = voiceFunction(
  'studio/voicemail',
  (invocation, { event }, twiml) => inviteToRecord(invocation, event, twiml),
  (twiml, event, origin, environment) => {
    speak(twiml, { experience: experienceForRequest(environment, event), origin }, 'trouble');
    twiml.hangup();
  },
);
