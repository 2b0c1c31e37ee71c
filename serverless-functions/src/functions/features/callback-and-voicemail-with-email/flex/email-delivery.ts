import { readDeliveries } from '../../../../email-admin/deliveries';
import { flexFunction, SUPERVISORS } from '../../../../http/flex-function';

/** For supervisors: which mails reached their recipients, as the provider says. */
export const handler = flexFunction(
  'flex/email-delivery',
  async (invocation, _user, event) => ({ json: await readDeliveries(invocation, event) }),
  { roles: SUPERVISORS },
);
