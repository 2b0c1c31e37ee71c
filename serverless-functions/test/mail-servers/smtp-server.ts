import type { Socket } from 'node:net';
import tls from 'node:tls';
import PostalMime from 'postal-mime';
import { type Identity, listen } from './listen';
import { type Fault, type MailServer, mailbox, type ReceivedMail } from './received-mail';

export interface SmtpMailServer extends MailServer {
  /** All that clients said, without messages. */
  commands: string[];
  /** Replies to commands that begin so, instead of the usual ones. `.` is the end of a message. */
  replies: Record<string, string>;
  /** What the next messages meet, one after the other; `nextFault` comes before. */
  faults: (Fault | undefined)[];
  /** After so many messages it ends a session. */
  messagesPerSession: number;
  /** The size of each message that it took, as it was declared or could have been. */
  messageBytes: number[];
  onMail?: () => void;
}

export interface SmtpOptions {
  /** What it says of itself after EHLO. */
  extensions?: string[];
  /** TLS from the beginning. */
  isTlsAtOnce?: boolean;
  /** For TLS, with STARTTLS where it does not begin with it. */
  identity?: Identity;
}

/** Enough to be in the middle of a message with a recording. */
const MIDDLE_BYTES = 100_000;

const END_OF_MESSAGE = '\r\n.\r\n';

/** A mail server (RFC 5321) that takes all mail, until it is told otherwise. */
export async function startSmtpServer({ extensions = [], isTlsAtOnce = false, identity }: SmtpOptions = {}) {
  const listener = await listen(
    (socket) => {
      if (server.nextFault === 'reset when connected') {
        server.nextFault = undefined;
        socket.resetAndDestroy();
      } else new Session(server, socket, extensions, isTlsAtOnce ? undefined : identity).greet();
    },
    isTlsAtOnce ? identity : undefined,
  );
  const server: SmtpMailServer = {
    port: listener.port,
    mails: [],
    commands: [],
    replies: {},
    faults: [],
    messagesPerSession: Number.POSITIVE_INFINITY,
    messageBytes: [],
    connections: listener.connections,
    close: listener.close,
  };
  return server;
}

class Session {
  private input: Buffer = Buffer.alloc(0);
  private recipients: string[] = [];
  private isInMessage = false;
  private sender = false;
  private taken = 0;

  constructor(
    private readonly server: SmtpMailServer,
    private socket: Socket,
    private readonly extensions: readonly string[],
    private readonly identity: Identity | undefined,
  ) {
    this.hear(socket);
  }

  greet(): void {
    this.say(this.server.replies.CONNECT ?? '220 mail.example.com ESMTP');
  }

  private hear(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.input = Buffer.concat([this.input, chunk]);
      this.read();
    });
  }

  private say(line: string): void {
    if (!this.socket.destroyed) this.socket.write(`${line}\r\n`);
    if (line.startsWith('421')) this.socket.end();
  }

  private read(): void {
    while (this.isInMessage ? this.readMessage() : this.readCommand());
  }

  private readCommand(): boolean {
    const end = this.input.indexOf('\r\n');
    if (end < 0) return false;
    const line = this.input.subarray(0, end).toString();
    this.input = this.input.subarray(end + 2);
    this.obey(line);
    return true;
  }

  private obey(line: string): void {
    this.server.commands.push(line);
    const told = Object.entries(this.server.replies).find(([beginning]) => line.startsWith(beginning));
    if (told !== undefined) {
      this.say(told[1]);
      return;
    }
    const [verb = ''] = line.toUpperCase().split(' ');
    if (verb === 'EHLO') this.say(this.capabilities());
    else if (verb === 'STARTTLS' && this.identity !== undefined) this.upgrade();
    else if (verb === 'AUTH') this.say('235 2.7.0 welcome');
    else if (verb === 'MAIL') {
      this.say(this.sender ? '503 5.5.1 nested MAIL' : '250 2.1.0 ok');
      this.sender = true;
    } else if (verb === 'RCPT') {
      this.recipients.push(/<(.*)>/.exec(line)?.[1] ?? '');
      this.say('250 2.1.5 ok');
    } else if (verb === 'DATA') {
      this.isInMessage = this.recipients.length > 0;
      this.say(this.isInMessage ? '354 go ahead' : '554 5.5.1 no valid recipients');
    } else if (verb === 'RSET') {
      this.endTransaction();
      this.say('250 2.0.0 ok');
    } else this.say('502 5.5.2 not known');
  }

  private capabilities(): string {
    const starttls = this.identity === undefined ? [] : ['STARTTLS'];
    const lines = ['mail.example.com', ...starttls, 'AUTH PLAIN LOGIN', ...this.extensions];
    return lines.map((line, n) => `250${n < lines.length - 1 ? '-' : ' '}${line}`).join('\r\n');
  }

  private upgrade(): void {
    this.say('220 2.0.0 ready');
    this.socket.removeAllListeners('data');
    this.socket = new tls.TLSSocket(this.socket, {
      isServer: true,
      secureContext: tls.createSecureContext(this.identity),
    });
    this.socket.on('error', () => undefined);
    this.hear(this.socket);
  }

  private readMessage(): boolean {
    const { server } = this;
    const fault = server.nextFault ?? server.faults[0];
    if (fault === 'reset within the message' && this.input.length > MIDDLE_BYTES) {
      this.takeFault();
      this.socket.resetAndDestroy();
      return false;
    }
    const end = this.input.indexOf(END_OF_MESSAGE);
    if (end < 0) return false;
    const message = this.input
      .subarray(0, end + 2)
      .toString('latin1')
      .replace(/^\.\./gm, '.');
    this.input = this.input.subarray(end + END_OF_MESSAGE.length);
    this.isInMessage = false;
    this.takeFault();
    const refusal = server.replies['.'];
    if (fault === 'reset after the message') this.socket.resetAndDestroy();
    else if (fault === 'closed after the message') this.socket.end();
    else if (fault === 'garbage as answer') this.socket.end('\u0000\u0001 good morning\r\n\r\n');
    else if (refusal !== undefined) this.say(refusal);
    else if (fault === undefined) void this.accept(Buffer.from(message, 'latin1'));
    return fault === undefined;
  }

  private takeFault(): void {
    if (this.server.nextFault === undefined) this.server.faults.shift();
    this.server.nextFault = undefined;
  }

  private async accept(message: Buffer): Promise<void> {
    const { server } = this;
    server.mails.push(await asReceived(message));
    server.messageBytes.push(message.length);
    server.onMail?.();
    this.endTransaction();
    this.taken += 1;
    this.say('250 2.0.0 ok: queued as 4F1');
    if (this.taken >= server.messagesPerSession) this.socket.end();
  }

  private endTransaction(): void {
    this.recipients = [];
    this.sender = false;
  }
}

async function asReceived(message: Buffer): Promise<ReceivedMail> {
  const mail = await PostalMime.parse(message, { attachmentEncoding: 'arraybuffer' });
  const [attachment] = mail.attachments;
  const box = (one: { address?: string; name?: string } | undefined) => mailbox(one?.address ?? '', one?.name);
  return {
    to: (mail.to ?? []).map(box).join(', '),
    from: box(mail.from),
    ...(mail.replyTo === undefined ? {} : { replyTo: mail.replyTo.map(box).join(', ') }),
    subject: mail.subject ?? '',
    text: withoutLastBreak(mail.text ?? ''),
    html: withoutLastBreak(mail.html ?? ''),
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
    ...(attachment === undefined
      ? {}
      : {
          attachment: {
            fileName: attachment.filename ?? '',
            contentType: attachment.mimeType,
            content: Buffer.from(attachment.content as ArrayBuffer),
          },
        }),
  };
}

/** Every part of a message ends with a line break. */
const withoutLastBreak = (text: string) => text.replace(/\r?\n$/, '').replaceAll('\r\n', '\n');
