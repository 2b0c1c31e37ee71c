import { describeError, errorOfAnswer } from './answer';
import type { SendGridConfiguration } from './configuration';
import { uploadJson } from './json-upload';
import { mailHeaders, subjectLine } from './mail-headers';
import { parseSender } from './mailbox';
import { valueNames, valuesOf } from './personal-values';
import { type EmailProvider, type Message, NO_RECORDS, placeholder } from './provider';
import { readSendGridError } from './sendgrid-errors';

/**
 * "The total size of your email, including attachments, must be less than 30MB", and so is the request, in which the
 * attachment is base64: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/limitations
 */
const MAX_MESSAGE_BYTES = 29_999_999;

/**
 * SendGrid by its HTTP API: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send. Its client would hold the
 * whole request in memory. It has no lookup by Message-ID: `custom_args` bring it back with each event of its webhook.
 */
export function createSendGridProvider({ apiKey, baseUrl }: SendGridConfiguration): EmailProvider {
  const identity = { name: 'sendgrid', maxMessageBytes: MAX_MESSAGE_BYTES } as const;
  const endpoint = { url: `${baseUrl.replace(/\/$/, '')}/v3/mail/send`, authorization: `Bearer ${apiKey}` };
  return {
    ...NO_RECORDS,
    ...identity,
    async send(message, time) {
      const answer = await uploadJson(identity, endpoint, message, (content) => toSendGridMail(message, content), time);
      if (answer.status !== 202 || !answer.isBodySent)
        throw errorOfAnswer('sendgrid', answer, readSendGridError(answer));
      const id = answer.headers['x-message-id'];
      return { ...(typeof id === 'string' && id !== '' ? { providerId: id } : {}), failed: [] };
    },
    diagnose: async (error) => describeError(error),
  };
}

function toSendGridMail(message: Message, content: string): object {
  const { recipients, replyTo, attachment, messageId } = message;
  const names = valueNames(message);
  return {
    // One each: a recipient sees the others of their own personalization only.
    personalizations: recipients.map((recipient) => ({
      to: [mailbox(recipient.address, recipient.name?.replace(NOT_IN_NAMES, ' '))],
      custom_args: { message_id: messageId, ...(message.proof === undefined ? {} : { proof: message.proof }) },
      ...(names.length === 0 ? {} : { substitutions: byPlaceholder(valuesOf(recipient, names)) }),
    })),
    from: mailbox(parseSender(message.from).address, parseSender(message.from).name),
    ...(replyTo === undefined ? {} : { reply_to_list: replyTo.split(/,\s*/).map((email) => ({ email })) }),
    subject: subjectLine(message),
    content: [
      { type: 'text/plain', value: message.text },
      { type: 'text/html', value: message.html },
    ],
    ...(attachment === undefined
      ? {}
      : {
          attachments: [
            { content, filename: attachment.fileName, type: attachment.contentType, disposition: 'attachment' },
          ],
        }),
    headers: mailHeaders(message),
    categories: ['voicemail'],
    // Rewritten links would leak who listens, and break signatures; the other two would write into the mail.
    tracking_settings: {
      click_tracking: { enable: false, enable_text: false },
      open_tracking: { enable: false },
      subscription_tracking: { enable: false },
      ganalytics: { enable: false },
    },
  };
}

/** "The to.name … personalizations cannot include either the ; or , characters": see `MAX_MESSAGE_BYTES`. */
const NOT_IN_NAMES = /[;,]+\s*/g;

const mailbox = (email: string, name: string | undefined) => ({ email, ...(name ? { name } : {}) });

/** SendGrid replaces any text that is a key: https://www.twilio.com/docs/sendgrid/for-developers/sending-email/substitution-tags */
const byPlaceholder = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [placeholder(name), value]));
