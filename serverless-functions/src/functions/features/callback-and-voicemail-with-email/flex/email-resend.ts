import { resendEmails } from '../../../../email-admin/resend';
import { flexFunction } from '../../../../http/flex-function';
import { sendEmail } from '../../../../notification/send-email';
import { SUPERVISORS } from '../../../../twilio/worker-presence';

/** For supervisors: sends a mail again, or all that failed. */
export const handler = flexFunction(
  'flex/email-resend',
  async (invocation, user, event) => ({ json: await resendEmails(invocation, user, event) }),
  { roles: SUPERVISORS, sendEmail },
);
