import { Readable } from 'node:stream';
import { describeError, noTimeLeft, recordingInterrupted } from './answer';
import { openAttachment } from './attachment-stream';
import type { SmtpConfiguration } from './configuration';
import { domainOfSender, parseSender } from './mailbox';
import {
  type EmailProvider,
  EmailSendError,
  type Message,
  NO_RECORDS,
  type Recipient,
  type SendResult,
} from './provider';
import { errorOfSmtp } from './smtp-errors';
import { measureMessage, writeMessage } from './smtp-message';
import { parseSmtpUrl } from './smtp-server';
import { loadSmtpClient, openSession, SmtpError, type SmtpSession } from './smtp-session';
import { startTimeLimit } from './time-limit';

/** With less time than this, no further message is begun: its end, and so its outcome, could be lost. */
const MIN_MESSAGE_MS = 1_000;

/**
 * Any mail server (RFC 5321, RFC 6409). Each recipient gets a message of their own, all of them over one connection, which
 * is closed in the end.
 */
export function createSmtpProvider({ url }: SmtpConfiguration): EmailProvider {
  const server = parseSmtpUrl(url);
  return {
    ...NO_RECORDS,
    name: 'smtp',
    // Every server has its own limit, and says it only when it is asked.
    maxMessageBytes: Number.POSITIVE_INFINITY,
    async send(message, time) {
      const endsAt = Date.now() + time.timeoutMs;
      const limit = startTimeLimit(time);
      const closing = new AbortController();
      const close = () => closing.abort(limit.signal.reason);
      limit.signal.addEventListener('abort', close, { once: true });
      if (limit.signal.aborted) close();
      try {
        return await new Delivery(message, closing.signal, endsAt, (signal) =>
          openSession(server, domainOfSender(message.from), signal),
        ).run();
      } finally {
        limit.end();
        closing.abort(new Error('done'));
      }
    },
    diagnose: async (error) => describeError(error),
  };
}

/** One message on its way to its recipients, one after the other. */
class Delivery {
  private opening: Promise<SmtpSession> | undefined;
  private session: SmtpSession | undefined;
  /** What this session has delivered. */
  private delivered = 0;
  private providerId: string | undefined;
  private readonly failed: { address: string; error: EmailSendError }[] = [];

  constructor(
    private readonly message: Message,
    /** Aborts in the end in any case, and closes every connection. */
    private readonly signal: AbortSignal,
    private readonly endsAt: number,
    private readonly open: (signal: AbortSignal) => Promise<SmtpSession>,
  ) {}

  /** @throws EmailSendError when nobody got it, for one reason; what opening the attachment throws */
  async run(): Promise<SendResult> {
    const { recipients } = this.message;
    this.opening = this.open(this.signal);
    this.opening.catch(() => undefined);
    const content = await this.readAttachment();
    for (const [n, recipient] of recipients.entries()) {
      if (n > 0 && (this.signal.aborted || this.endsAt - Date.now() < MIN_MESSAGE_MS)) {
        this.fail(recipients.slice(n), noTimeLeft());
        break;
      }
      const error = await this.deliver(recipient, content);
      if (error === undefined) continue;
      this.fail([recipient], error);
      if (!meetsEverybody(error)) continue;
      this.fail(recipients.slice(n + 1), withoutDoubt(error));
      break;
    }
    return this.result();
  }

  /** @returns why the recipient did not get it */
  private async deliver(recipient: Recipient, content: AttachmentContent): Promise<EmailSendError | undefined> {
    for (;;) {
      try {
        const { MailComposer } = await loadSmtpClient();
        if (this.session?.isOpen() !== true) this.session = await this.connect();
        const bytes = await measureMessage(MailComposer, this.message, recipient);
        const copy = writeMessage(MailComposer, this.message, recipient, content.read());
        const id = await this.session.send(parseSender(this.message.from).address, recipient.address, copy, bytes);
        this.providerId ??= id;
        this.delivered += 1;
        return undefined;
      } catch (cause) {
        if (!(cause instanceof SmtpError)) throw cause;
        if (this.mayReconnect(cause)) continue;
        return errorOfSmtp(cause.failure, cause);
      }
    }
  }

  /** Begins while the attachment is opened. */
  private connect(): Promise<SmtpSession> {
    const opening = this.opening ?? this.open(this.signal);
    this.opening = undefined;
    return opening;
  }

  /** A server may end a session after some messages; the next one gets a session of its own. */
  private mayReconnect({ wasSent, failure: { code, responseCode } }: SmtpError): boolean {
    const isUsed = this.delivered > 0;
    const isEndOfSession = this.session?.isOpen() !== true && (responseCode === undefined || responseCode === 421);
    if (isEndOfSession) this.delivered = 0;
    return isUsed && isEndOfSession && !wasSent && code !== 'ESTREAM' && !this.signal.aborted;
  }

  private fail(recipients: readonly Recipient[], error: EmailSendError): void {
    this.failed.push(...recipients.map(({ address }) => ({ address, error })));
  }

  private result(): SendResult {
    const { failed, providerId } = this;
    const [first] = failed;
    const isSame = ({ error }: { error: EmailSendError }) =>
      error.code === first?.error.code && error.deliveryUncertain === first.error.deliveryUncertain;
    if (first !== undefined && failed.length === this.message.recipients.length) {
      // For several, `recipient` would say that it is not known who was refused.
      const isOneReason = failed.length === 1 || (failed.every(isSame) && first.error.kind !== 'recipient');
      if (isOneReason) throw first.error;
    }
    return { ...(providerId === undefined ? {} : { providerId }), failed };
  }

  /** For one recipient it is passed on as it comes; for several it is kept, since it can be read only once. */
  private async readAttachment(): Promise<AttachmentContent> {
    const { attachment, recipients } = this.message;
    if (attachment === undefined) return { read: () => undefined };
    const stream = await openAttachment(attachment, this.signal);
    this.signal.addEventListener('abort', () => stream.destroy(), { once: true });
    if (recipients.length === 1) return { read: () => stream };
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch (cause) {
      throw recordingInterrupted(cause);
    }
    return { read: () => Readable.from(chunks, { objectMode: false }) };
  }
}

interface AttachmentContent {
  read(): Readable | undefined;
}

/** A failure that would meet every other recipient as well. */
const meetsEverybody = ({ kind, code }: EmailSendError) =>
  kind === 'misconfigured' || kind === 'too-large' || code === 'smtp-unreachable' || code === 'recording-interrupted';

/** For recipients to whom nothing was sent, because it failed for the one before them. */
const withoutDoubt = (error: EmailSendError) =>
  error.deliveryUncertain
    ? new EmailSendError(error.code, { ...error, detail: error.detail, deliveryUncertain: false })
    : error;
