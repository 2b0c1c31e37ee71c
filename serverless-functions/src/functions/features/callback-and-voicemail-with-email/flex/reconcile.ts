import { serveReconciliation } from '../../../../email-admin/reconciliation';
import { flexFunction } from '../../../../http/flex-function';
import { sendEmail } from '../../../../notification/send-email';
import { SUPERVISORS } from '../../../../twilio/worker-presence';

/** For supervisors: compares the account's recordings with entries, tasks and mails, and takes up what is missing. */
export const handler = flexFunction(
  'flex/reconcile',
  async (invocation, user, event) => ({ json: await serveReconciliation(invocation, user, event) }),
  { roles: SUPERVISORS, sendEmail },
);
