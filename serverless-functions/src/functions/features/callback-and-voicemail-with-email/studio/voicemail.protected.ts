import { voiceFunction } from '../../../../http/handler';
import { PROMPTS } from '../../../../prompts/prompts';
import { inviteToRecord } from '../../../../voicemail/invite';

/** Invites a caller to leave a voicemail: moved here from the line, or straight from a number or a Studio flow. */
export const handler = voiceFunction(
  'studio/voicemail',
  (invocation, { event }, twiml) => inviteToRecord(invocation, event, twiml),
  (twiml) => {
    twiml.say(PROMPTS.trouble);
    twiml.hangup();
  },
);
