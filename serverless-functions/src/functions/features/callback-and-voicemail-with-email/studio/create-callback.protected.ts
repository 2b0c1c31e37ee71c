import { createCallback } from '../../../../callback/create-callback';
import { leaveMailsToWorker } from '../../../../fulfilment/leave-mails-to-worker';
import { jsonFunction } from '../../../../http/handler';
import { sendEmail } from '../../../../notification/send-email';

/** For any Studio flow or other program that can sign its request: a callback, or a voicemail it has recorded. */
export const handler = jsonFunction(
  'studio/create-callback',
  async (invocation, { event }) => {
    const body = await createCallback(leaveMailsToWorker(invocation), event);
    return { status: body.taskSid === undefined ? 202 : 200, body };
  },
  sendEmail,
);
