import { voiceFunction } from '../../../../http/handler';
import { PROMPTS } from '../../../../prompts/prompts';
import { speechOf } from '../../../../runtime/twiml';

/**
 * Where `<Record>` goes when a message was left: thanks, and goodbye. Nothing is done here, since it is not called for
 * every recording; `recording-status` owns the voicemail.
 */
export const handler = voiceFunction(
  'studio/voicemail-recorded',
  async ({ experience }, _request, twiml) => {
    twiml.say(speechOf(experience), PROMPTS.thanks);
    twiml.hangup();
  },
  (twiml) => {
    twiml.say(PROMPTS.thanks);
    twiml.hangup();
  },
);
