import { Liquid } from 'liquidjs';
import type { MailApi } from './http-mail-server';
import { mailbox, type ReceivedMail } from './received-mail';

interface TwilioEmail {
  from: { address: string; name: string };
  to: { address: string; name?: string; variables?: Record<string, string> }[];
  content: {
    subject: string;
    text: string;
    html: string;
    headers: Record<string, string>;
    attachments?: { filename: string; contentType: string; content: string }[];
  };
  tags: Record<string, string>;
}

/**
 * Twilio's Email API, which renders with LiquidJS: https://www.twilio.com/docs/email/api/personalization
 * @param refused an address that it does not take
 */
export const twilioEmailApi = (refused: string): MailApi => ({
  accepted: {
    status: 202,
    body: JSON.stringify({ operationId: 'comms_operation_01h9krwprkeee8fzqspvwy6nq8', operationLocation: '' }),
  },
  async take({ body }) {
    const { from, to, content, tags } = JSON.parse(body.toString()) as TwilioEmail;
    const n = to.findIndex(({ address }) => address === refused);
    if (n >= 0) return badRequest(`$.to[${n}].address`);
    if (Object.keys(content.headers).some((name) => /^reply-to$/i.test(name))) return badRequest('$.content.headers');
    if (Object.entries(tags).some((tag) => tag.some((text) => !/^[a-zA-Z0-9._~-]+$/.test(text))))
      return badRequest('$.tags');
    const liquid = new Liquid();
    const [file] = content.attachments ?? [];
    return to.map(({ address, name, variables }): ReceivedMail => {
      const render = (template: string): string => liquid.parseAndRenderSync(template, variables);
      return {
        to: mailbox(address, name),
        from: mailbox(from.address, from.name),
        subject: render(content.subject),
        text: render(content.text),
        html: render(content.html),
        headers: Object.fromEntries(
          Object.entries(content.headers).map(([key, value]) => [key.toLowerCase(), render(value)]),
        ),
        ...(file === undefined
          ? {}
          : {
              attachment: {
                fileName: file.filename,
                contentType: file.contentType,
                content: Buffer.from(file.content, 'base64'),
              },
            }),
      };
    });
  },
});

const badRequest = (context: string) => ({
  status: 400,
  body: JSON.stringify({
    errors: [
      { code: 20001, message: 'Invalid request', infoUrl: 'https://www.twilio.com/docs/api/errors/20001', context },
    ],
  }),
});
