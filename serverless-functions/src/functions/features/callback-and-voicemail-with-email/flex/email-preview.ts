import { previewEmail } from '../../../../email-admin/preview-email';
import { flexFunction } from '../../../../http/flex-function';
import { SUPERVISORS } from '../../../../twilio/worker-presence';

/** For supervisors: a mail as it will be with these settings. Nothing is sent. */
export const handler = flexFunction(
  'flex/email-preview',
  async (invocation, _user, event) => ({ json: previewEmail(invocation, event) }),
  { roles: SUPERVISORS },
);
