import type { MailApi } from './http-mail-server';
import { mailbox, type ReceivedMail } from './received-mail';

interface Mailbox {
  email: string;
  name?: string;
}
interface SendGridMail {
  personalizations: { to: Mailbox[]; substitutions?: Record<string, string> }[];
  from: Mailbox;
  reply_to_list?: Mailbox[];
  subject: string;
  content: { type: string; value: string }[];
  attachments?: { content: string; type: string; filename: string }[];
  headers: Record<string, string>;
}

/**
 * SendGrid's mail send: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
 * @param refused an address that it does not take
 */
export const sendGridApi = (refused: string): MailApi => ({
  accepted: { status: 202, headers: { 'x-message-id': 'sg-1' }, body: '' },
  async take({ body }) {
    const mail = JSON.parse(body.toString()) as SendGridMail;
    const n = mail.personalizations.findIndex(({ to }) => to.some(({ email }) => email === refused));
    if (n >= 0) {
      const message = 'Does not contain a valid address.';
      const errors = [{ message, field: `personalizations.${n}.to.0.email`, help: null }];
      return { status: 400, body: JSON.stringify({ errors }) };
    }
    return mail.personalizations.map(({ to, substitutions = {} }): ReceivedMail => {
      const fill = (text: string) =>
        Object.entries(substitutions).reduce((result, [key, value]) => result.split(key).join(value), text);
      const [file] = mail.attachments ?? [];
      return {
        to: to.map(({ email, name }) => mailbox(email, name)).join(', '),
        from: mailbox(mail.from.email, mail.from.name),
        ...(mail.reply_to_list === undefined
          ? {}
          : { replyTo: mail.reply_to_list.map(({ email }) => email).join(', ') }),
        subject: fill(mail.subject),
        text: fill(mail.content[0]?.value ?? ''),
        html: fill(mail.content[1]?.value ?? ''),
        headers: Object.fromEntries(Object.entries(mail.headers).map(([name, value]) => [name.toLowerCase(), value])),
        ...(file === undefined
          ? {}
          : {
              attachment: {
                fileName: file.filename,
                contentType: file.type,
                content: Buffer.from(file.content, 'base64'),
              },
            }),
      };
    });
  },
});
