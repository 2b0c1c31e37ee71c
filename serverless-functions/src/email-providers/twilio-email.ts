import { parseJsonObject } from '../runtime/json';
import { resolveUrl } from '../twilio/hosts';
import { describeError, errorOfAnswer } from './answer';
import type { TwilioEmailConfiguration } from './configuration';
import { uploadJson } from './json-upload';
import { asLiquid, liquidVariable } from './liquid';
import { mailHeaders, subjectLine } from './mail-headers';
import { parseSender } from './mailbox';
import { replacePlaceholders, valueNames, valuesOf } from './personal-values';
import type { EmailProvider, Message, Recipient } from './provider';
import { readTwilioEmailError } from './twilio-email-errors';
import { authorizationOf, createTwilioEmailRecords, EMAILS_URL, tagsOf } from './twilio-email-records';

/** "The full request size must not exceed 5 MB": https://www.twilio.com/docs/email/api/reference/mail-send-resource */
const MAX_MESSAGE_BYTES = 5_000_000;

/**
 * Twilio's Email API: https://www.twilio.com/docs/email/api/reference/mail-send-resource. It makes an email of its own for
 * each recipient. The header Reply-To may not be set, and there is no field for it (`EmailHeadersContent` in
 * https://github.com/twilio/comms-oai/blob/main/spec/yaml/twilio_comms_v1.yaml), so replies go to the sender.
 */
export function createTwilioEmailProvider(configuration: TwilioEmailConfiguration): EmailProvider {
  const identity = { name: 'twilio', maxMessageBytes: MAX_MESSAGE_BYTES } as const;
  const endpoint = {
    url: resolveUrl(new URL(EMAILS_URL), configuration.endpoint),
    authorization: authorizationOf(configuration),
  };
  return {
    ...createTwilioEmailRecords(configuration),
    ...identity,
    async send(message, time) {
      const answer = await uploadJson(identity, endpoint, message, (content) => toTwilioEmail(message, content), time);
      const operationId = answer.status === 202 ? parseJsonObject(answer.text)?.operationId : undefined;
      if (typeof operationId === 'string' && answer.isBodySent) return { providerId: operationId, failed: [] };
      throw errorOfAnswer('twilio', answer, readTwilioEmailError(answer));
    },
    diagnose: async (error) => describeError(error),
  };
}

/** Subject, text, html, headers and tags are Liquid templates, in which others may have written. */
function toTwilioEmail(message: Message, content: string): object {
  const { recipients, attachment, messageId } = message;
  const names = valueNames(message);
  const asTemplate = (text: string) => replacePlaceholders(asLiquid(text), names, liquidVariable);
  const sender = parseSender(message.from);
  return {
    from: { address: sender.address, name: sender.name ?? sender.address },
    to: recipients.map((recipient) => toRecipient(recipient, names)),
    content: {
      subject: asLiquid(subjectLine(message)),
      text: asTemplate(message.text),
      html: asTemplate(message.html),
      headers: Object.fromEntries(Object.entries(mailHeaders(message)).map(([name, value]) => [name, asLiquid(value)])),
      ...(attachment === undefined
        ? {}
        : { attachments: [{ filename: attachment.fileName, contentType: attachment.contentType, content }] }),
    },
    tags: tagsOf(messageId),
  };
}

const toRecipient = (recipient: Recipient, names: readonly string[]) => ({
  address: recipient.address,
  ...(recipient.name ? { name: recipient.name } : {}),
  ...(names.length === 0 ? {} : { variables: valuesOf(recipient, names) }),
});
