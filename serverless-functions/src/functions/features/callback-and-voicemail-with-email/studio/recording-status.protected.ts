import { sendMail } from '../../../../notification/send-mail';
import { jsonFunction } from '../../../../runtime/handler';
import { handleRecordingStatus } from '../../../../voicemail/recording-status';
import { SWEEP_AFTER_VOICEMAIL, sweep } from '../../../../voicemail/sweep';

/** Twilio's `recordingStatusCallback`: a recording is complete, or there is none. */
export const handler = jsonFunction(
  'studio/recording-status',
  async (invocation, { event }) => {
    const status = await handleRecordingStatus(invocation, event);
    if (status < 400) await sweep(invocation, SWEEP_AFTER_VOICEMAIL);
    return { status };
  },
  sendMail,
);
