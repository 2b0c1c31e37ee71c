import { leaveMailsToWorker } from '../../../../fulfilment/leave-mails-to-worker';
import { jsonFunction } from '../../../../http/handler';
import { sendEmail } from '../../../../notification/send-email';
import { listDueEntries } from '../../../../sweep/due-entries';
import { AFTER_VOICEMAIL_BOUNDS, sweep } from '../../../../sweep/sweep';
import { handleRecordingStatus } from '../../../../voicemail/recording-status';

/** Twilio's `recordingStatusCallback`: a recording is complete, or there is none. */
export const handler = jsonFunction(
  'studio/recording-status',
  async (given, { event }) => {
    const invocation = leaveMailsToWorker(given);
    // Read in parallel with the voicemail's requests, processed after them.
    const due = listDueEntries(invocation, AFTER_VOICEMAIL_BOUNDS);
    const status = await handleRecordingStatus(invocation, event);
    if (status < 400) await sweep(invocation, AFTER_VOICEMAIL_BOUNDS, due);
    else await due;
    return { status };
  },
  sendEmail,
);
