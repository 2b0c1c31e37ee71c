import { restoreTask } from '../../../../email-admin/restore-task';
import { flexFunction } from '../../../../http/flex-function';
import { SUPERVISORS } from '../../../../twilio/worker-presence';

/** For supervisors: puts back in line what was lost, or what an agent has had for too long. */
export const handler = flexFunction(
  'flex/restore-task',
  async (invocation, user, event) => ({ json: await restoreTask(invocation, user, event) }),
  { roles: SUPERVISORS },
);
