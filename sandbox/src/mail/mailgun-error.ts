/** An answer Mailgun refuses with: a status and `{message}`, or plain text for 401 as Mailgun sends it. */
export class MailgunError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** True when the real Mailgun might accept this: it is the sandbox that does not. */
    readonly notModeled = false,
  ) {
    super(message);
    this.name = 'MailgunError';
  }
}
