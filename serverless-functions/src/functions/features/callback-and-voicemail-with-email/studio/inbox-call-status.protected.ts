import { jsonFunction } from '../../../../http/handler';
import { endInboxCallRequest } from '../../../../inbox/answer-inbox-call';

/** The `StatusCallback` of the call that rings a recipient of the email. */
export const handler = jsonFunction('studio/inbox-call-status', async (invocation, { event }) => {
  await endInboxCallRequest(invocation, event);
  return { status: 204 };
});
