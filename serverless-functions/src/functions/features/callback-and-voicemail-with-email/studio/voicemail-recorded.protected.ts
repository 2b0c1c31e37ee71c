import { leaveMailsToWorker } from '../../../../fulfilment/leave-mails-to-worker';
import { voiceFunction } from '../../../../http/handler';
import { sendEmail } from '../../../../notification/send-email';
import { speak } from '../../../../prompts/speak';
import { afterRecording } from '../../../../voicemail/review';
import { experienceForRequest } from '../../../../voicemail/voicemail-url';

/**
 * Where `<Record>` goes when a message was left. It is not called for every recording, so nothing depends on it:
 * `recording-status` owns the voicemail.
 */
export const handler = voiceFunction(
  'studio/voicemail-recorded',
  (invocation, { event }, twiml) => afterRecording(leaveMailsToWorker(invocation), event, twiml),
  (twiml, event, origin, environment) => {
    speak(twiml, { experience: experienceForRequest(environment, event), origin }, 'thanks');
    twiml.hangup();
  },
  sendEmail,
);
