import { readHistory, startReadingHistory } from '../../../../email-admin/history';
import { flexFunction } from '../../../../http/flex-function';
import { SUPERVISORS } from '../../../../twilio/worker-presence';

/** For supervisors: voicemails, callbacks and their mails, a page at a time, and what needs a person now. */
export const handler = flexFunction(
  'flex/email-history',
  async (invocation, user, event, reading) => ({ json: await readHistory(invocation, user, event, reading) }),
  { roles: SUPERVISORS, presence: 'beside', read: startReadingHistory },
);
