import { sendTestEmail } from '../../../../email-admin/test-email';
import { flexFunction } from '../../../../http/flex-function';
import { SUPERVISORS } from '../../../../twilio/worker-presence';

/** For supervisors: sends a test mail through the real provider, and says what it refuses. */
export const handler = flexFunction(
  'flex/email-test',
  async (invocation, user, event) => ({ json: await sendTestEmail(invocation, user, event) }),
  { roles: SUPERVISORS },
);
