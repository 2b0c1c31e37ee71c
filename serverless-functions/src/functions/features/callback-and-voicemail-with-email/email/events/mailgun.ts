import { handleMailgunEvent } from '../../../../../delivery-events/mailgun-webhook';
import { jsonFunction } from '../../../../../http/handler';

/** Mailgun's webhook: what became of a mail. It repeats what is not answered 200 or 406. */
export const handler = jsonFunction('email/events/mailgun', async (invocation, { event }) => {
  await handleMailgunEvent(invocation, event);
  return { status: 200 };
});
