import { endConfirmationCall } from '../../../../confirmation/answer-call';
import { jsonFunction } from '../../../../http/handler';

/** The `StatusCallback` of the call that asks somebody whether they want a callback. */
export const handler = jsonFunction('studio/confirmation-status', async (invocation, { event }) => {
  await endConfirmationCall(invocation, event);
  return { status: 204 };
});
