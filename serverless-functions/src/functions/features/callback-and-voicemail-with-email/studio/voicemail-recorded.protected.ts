import { voiceFunction } from '../../../../http/handler';
import { speak } from '../../../../prompts/speak';
import { experienceOfVoicemail } from '../../../../voicemail/voicemail-url';

/**
 * Where `<Record>` goes when a message was left: thanks, and goodbye. Nothing is done here, since it is not called for
 * every recording; `recording-status` owns the voicemail.
 */
export const handler = voiceFunction(
  'studio/voicemail-recorded',
  async (_invocation, { event }, twiml) => {
    speak(twiml, experienceOfVoicemail(event), 'thanks');
    twiml.hangup();
  },
  (twiml, event) => {
    speak(twiml, experienceOfVoicemail(event), 'thanks');
    twiml.hangup();
  },
);
