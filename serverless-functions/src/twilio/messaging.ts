import type { Twilio } from 'twilio';

/** Text messages of the account. */
export interface MessagingClient {
  /**
   * Sends an SMS. Not to be repeated: without an answer it may be sent all the same.
   * @param from a number of the account, or the SID of a messaging service
   * @throws TwilioError
   */
  sendMessage(from: string, to: string, body: string): Promise<void>;
}

export function createMessagingClient(client: Twilio): MessagingClient {
  return {
    async sendMessage(from, to, body) {
      // OpenAPI api v2010, CreateMessage
      const sender = from.startsWith('MG') ? { messagingServiceSid: from } : { from };
      await client.api.v2010.account.messages.create({ ...sender, to, body });
    },
  };
}
