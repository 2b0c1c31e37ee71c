import { resend } from '../../../../email-admin/resend';
import { flexFunction, SUPERVISORS } from '../../../../http/flex-function';
import { sendMail } from '../../../../notification/send-mail';

/** For supervisors: sends a mail again, or all that failed. */
export const handler = flexFunction(
  'flex/email-resend',
  async (invocation, _user, event) => ({ json: await resend(invocation, event) }),
  { roles: SUPERVISORS, sendMail },
);
