import { readDeliveries } from '../../../../email-admin/deliveries';
import { flexFunction } from '../../../../http/flex-function';
import { SUPERVISORS } from '../../../../twilio/worker-presence';

/** For supervisors: which mails reached their recipients, as the provider says. */
export const handler = flexFunction(
  'flex/email-delivery',
  async (invocation, user, event) => ({ json: await readDeliveries(invocation, user, event) }),
  { roles: SUPERVISORS, presence: 'beside' },
);
