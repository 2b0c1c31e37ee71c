import { flexFunction } from '../../../../http/flex-function';
import { servePersonalData } from '../../../../personal-data/serve-personal-data';
import { SUPERVISORS } from '../../../../twilio/worker-presence';

/** For supervisors: what is stored about a number, all of it as data, and its deletion with a certificate. */
export const handler = flexFunction(
  'flex/personal-data',
  async (invocation, user, event) => ({ json: await servePersonalData(invocation, user, event) }),
  { roles: SUPERVISORS },
);
