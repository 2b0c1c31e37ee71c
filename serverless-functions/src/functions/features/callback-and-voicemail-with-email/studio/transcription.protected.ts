import { leaveMailsToWorker } from '../../../../fulfilment/leave-mails-to-worker';
import { jsonFunction } from '../../../../http/handler';
import { sendEmail } from '../../../../notification/send-email';
import { handleTranscription } from '../../../../voicemail/transcription';

/** Twilio's `transcribeCallback`: the text of a recording, or that there is none. */
export const handler = jsonFunction(
  'studio/transcription',
  async (invocation, { event }) => ({
    status: await handleTranscription(leaveMailsToWorker(invocation), event),
  }),
  sendEmail,
);
