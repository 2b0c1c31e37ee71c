import { handleSendGridEvents } from '../../../../../delivery-events/sendgrid-webhook';
import { jsonFunction } from '../../../../../http/handler';

/** SendGrid's Event Webhook: what became of mails. It repeats what is not answered 2xx. */
export const handler = jsonFunction('email/events/sendgrid', async (invocation, { event, headers }) => {
  await handleSendGridEvents(invocation, event, headers);
  return { status: 200 };
});
