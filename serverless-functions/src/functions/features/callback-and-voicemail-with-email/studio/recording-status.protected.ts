import { jsonFunction } from '../../../../http/handler';
import { sendEmail } from '../../../../notification/send-email';
import { readDue, SWEEP_AFTER_VOICEMAIL, sweep } from '../../../../sweep/sweep';
import { handleRecordingStatus } from '../../../../voicemail/recording-status';

/** Twilio's `recordingStatusCallback`: a recording is complete, or there is none. */
export const handler = jsonFunction(
  'studio/recording-status',
  async (invocation, { event }) => {
    // Read beside the voicemail's own calls, worked off after them.
    const due = readDue(invocation, SWEEP_AFTER_VOICEMAIL);
    const status = await handleRecordingStatus(invocation, event);
    if (status < 400) await sweep(invocation, SWEEP_AFTER_VOICEMAIL, due);
    else await due;
    return { status };
  },
  sendEmail,
);
