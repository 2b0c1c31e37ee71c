import { exportAudit, readAudit } from '../../../../email-admin/audit-page';
import { flexFunction } from '../../../../http/flex-function';
import { textField } from '../../../../runtime/form-fields';
import { SUPERVISORS } from '../../../../twilio/worker-presence';

/** For supervisors: who did what, a page at a time; `Format` exports it. */
export const handler = flexFunction(
  'flex/audit',
  async (invocation, user, event) => ({
    json: await (textField(event, 'Format') === ''
      ? readAudit(invocation, user, event)
      : exportAudit(invocation, user, event)),
  }),
  { roles: SUPERVISORS },
);
