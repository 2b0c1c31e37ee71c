import type { ApiAnswer, MailApi } from './http-mail-server';
import { mailbox, type ReceivedMail } from './received-mail';

/**
 * Mailgun's messages: https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages, with batch sending:
 * https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/batch-sending
 * @param refused an address that it does not take
 */
export const mailgunApi = (refused: string): MailApi => ({
  accepted: { status: 200, body: JSON.stringify({ id: '<1@mg.example.com>', message: 'Queued. Thank you.' }) },
  async take({ headers, body }) {
    const form = await new Response(body, { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
    const variables = JSON.parse(textOf(form, 'recipient-variables')) as Record<string, Record<string, string>>;
    if (Object.keys(variables).includes(refused)) return refusal(400, "'to' parameter is not a valid address");
    const file = form.get('attachment');
    const attachment = await readFile(file instanceof File ? file : undefined);
    return form.getAll('to').map((to): ReceivedMail => {
      const [, name, address = String(to)] = /^"?(.*?)"? <(.*)>$/.exec(String(to)) ?? [];
      const fill = (text: string) =>
        text.replace(/%recipient\.(\w+)%/g, (whole, variable: string) => variables[address]?.[variable] ?? whole);
      return {
        to: mailbox(address, name?.replace(/\\(.)/g, '$1')),
        from: textOf(form, 'from'),
        ...(form.has('h:Reply-To') ? { replyTo: textOf(form, 'h:Reply-To') } : {}),
        subject: asSeen(fill(textOf(form, 'subject'))),
        text: asSeen(fill(textOf(form, 'text'))),
        html: fill(textOf(form, 'html')).replaceAll('&#37;', '%'),
        headers: Object.fromEntries(
          [...form]
            .filter(([key]) => key.startsWith('h:'))
            .map(([key, value]) => [key.slice(2).toLowerCase(), String(value)]),
        ),
        ...(attachment === undefined ? {} : { attachment }),
      };
    });
  },
});

const textOf = (form: FormData, name: string) => String(form.get(name) ?? '');
/** The word joiner shows as nothing. */
const asSeen = (text: string) => text.replaceAll('\u2060', '');
const refusal = (status: number, message: string): ApiAnswer => ({ status, body: JSON.stringify({ message }) });

const readFile = async (file: File | undefined) =>
  file && { fileName: file.name, contentType: file.type, content: Buffer.from(await file.arrayBuffer()) };
