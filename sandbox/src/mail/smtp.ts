import type { AddressInfo } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import PostalMime from 'postal-mime';
import {
  SMTPServer,
  type SMTPServerAddress,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server';
import { acceptInProcess } from '../transport/in-process-sockets';
import type { Transport } from '../transport/transport';
import type { MailFault } from '../world/types';
import type { SandboxWorld } from '../world/world';
import { bounces, createConditions, isRefused, type MailConditions } from './conditions';
import { describeFault } from './inject-mail-faults';
import type { Mailbox, MailSummary } from './mailbox';
import { composeBounce } from './smtp-bounce';
import { createCommands, SMTP_HOST as HOST } from './smtp-commands';

export interface SmtpOptions {
  world: SandboxWorld;
  mailbox: Mailbox;
  /** User -> password. Default: nobody has to say who they are. */
  users?: Readonly<Record<string, string>>;
  /**
   * `none` (default): passwords are taken in the clear, as on a loopback address alone. `starttls`: no password is taken
   * before STARTTLS. `implicit`: TLS from the first byte. The certificate is smtp-server's own, which nobody trusts.
   */
  tls?: 'none' | 'starttls' | 'implicit';
  /** Bytes of the largest message, as SIZE announces them. Default 25 MB. */
  maxMessageBytes?: number;
  /** Domains that may be sent for. Default: any. */
  senderDomains?: readonly string[];
  conditions?: MailConditions;
  /** Default: a free one. */
  port?: number;
  /** Default HTTP, which here means sockets of the system. */
  transport?: Transport;
}

/** What was done with one mail. */
interface SmtpRecord {
  at: number;
  /** Bytes of the message. */
  bytes: number;
  /** The reply to the data. */
  status: number;
  recipients: string[];
}

export interface Smtp {
  /** `smtp://` or `smtps://`, the first user, and the port: the product's SMTP_URL. */
  url: string;
  port: number;
  readonly requests: readonly SmtpRecord[];
  close(): Promise<void>;
}

const DEFAULT_MAX_BYTES = 25_000_000;
/** Greylisting takes a mail that comes again after a while; its servers ask for some minutes, here it is one. */
const GREYLISTED_MS = 60_000;

/** A mail server on a loopback port, for senders that submit their mail. */
export async function startSmtp(options: SmtpOptions): Promise<Smtp> {
  const { world, mailbox, users, tls = 'none', senderDomains, conditions = createConditions() } = options;
  const requests: SmtpRecord[] = [];
  const endings = new Map<string, () => void>();
  /** Of the transaction that a session is in. */
  const faults = new Map<string, MailFault>();
  const greylisted = new Map<string, number>();
  const command = createCommands(world, {
    socketOf: (session) => [...server.connections].find(({ id }) => id === session.id)!._socket,
    defaultReply: (code) => reply(code, DEFAULT_REPLIES[code] ?? 'Error'),
  });

  const server = new SMTPServer({
    ...TLS_OPTIONS[tls],
    name: HOST,
    banner: 'the sandbox',
    logger: false,
    size: options.maxMessageBytes ?? DEFAULT_MAX_BYTES,
    rejectOversized: true,
    // Looking a name up would need the network.
    disableReverseLookup: true,
    disabledCommands: users === undefined ? ['AUTH'] : [],
    authOptional: users === undefined,
    authMethods: ['PLAIN', 'LOGIN'],
    onConnect(session, done) {
      endings.set(session.id, world.activity.begin('request', `SMTP session ${session.id}`));
      command(session, 'CONNECT', done, (answer) =>
        answer(conditions.isDown ? reply(421, '4.3.2 Service not available') : null),
      );
    },
    onAuth({ username = '', password }, session, done) {
      command(session, 'AUTH', done, (answer) => {
        const isRight = users !== undefined && Object.hasOwn(users, username) && users[username] === password;
        if (isRight && !conditions.keysAreRefused) return answer(null, { user: username });
        refuse('AUTH', reply(535, '5.7.8 Authentication credentials invalid'), answer);
      });
    },
    onMailFrom({ address }, session, done) {
      command(session, 'MAIL', done, (answer) => mailFrom(address, session, answer));
    },
    onRcptTo({ address }, session, done) {
      command(session, 'RCPT', done, (answer) => {
        if (isRefused(address))
          return refuse('RCPT TO', reply(550, `5.1.1 <${address}>: Recipient address rejected: User unknown`), answer);
        if (isGreylisted(address))
          return refuse('RCPT TO', reply(451, `4.7.1 <${address}>: Greylisted, please try again later`), answer);
        answer();
      });
    },
    onData(stream, session, done) {
      command(
        session,
        'DATA',
        done,
        (answer) => receive(stream, session).then((text) => answer(null, text), answer),
        () => stream.resume(),
      );
    },
    onClose(session) {
      endings.get(session.id)?.();
      endings.delete(session.id);
      faults.delete(session.id);
    },
  });
  // A client that breaks off is no failure of the server; what it meant for the mail is told by the stream.
  server.on('error', () => undefined);
  const inProcess =
    options.transport === 'in-process'
      ? acceptInProcess((socket) => void server.server.emit('connection', socket))
      : undefined;
  if (inProcess === undefined)
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
    });
  const { port } = inProcess ?? (server.server.address() as AddressInfo);
  const [user, password] = Object.entries(users ?? {})[0] ?? [];
  const login = user === undefined ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password!)}@`;
  return {
    url: `smtp${tls === 'implicit' ? 's' : ''}://${login}127.0.0.1:${port}`,
    port,
    requests,
    close: () =>
      new Promise((resolve) => {
        for (const { _socket } of server.connections) _socket.destroy();
        inProcess?.close();
        if (inProcess === undefined) server.close(resolve);
        else resolve();
      }),
  };

  /** A virtual clock waits while anything happens in a session, and not for its client to go on. */
  function showProgress(): void {
    world.activity.begin('work', 'SMTP')();
  }

  function mailFrom(address: string, session: SMTPServerSession, done: (error?: Error) => void): void {
    const fault = world.faults.consumeMail('smtp');
    if (fault) {
      world.eventLog.append({ source: 'sandbox', level: 'warning', text: describeFault('smtp', fault) });
      faults.set(session.id, fault);
      if (fault.when === 'before-body') {
        strike(session, fault, done);
        return;
      }
    } else faults.delete(session.id);
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
    if (senderDomains === undefined || senderDomains.includes(domain)) done();
    else refuse('MAIL FROM', reply(550, '5.7.1 Sender address rejected: not owned by user'), done);
  }

  function isGreylisted(address: string): boolean {
    if (!/^greylisted@/i.test(address)) return false;
    const since = greylisted.get(address) ?? Date.now();
    greylisted.set(address, since);
    return Date.now() < since + GREYLISTED_MS;
  }

  function refuse(command: string, error: Error, done: (error: Error) => void): void {
    world.eventLog.append({ source: 'mail', level: 'warning', text: `SMTP refused ${command}: ${error.message}` });
    done(error);
  }

  /** Answers as the fault says: with its reply, or by resetting the connection. After 421 a server hangs up. */
  function strike(session: SMTPServerSession, fault: MailFault, done: (error: Error) => void): void {
    const { _socket: socket } = [...server.connections].find(({ id }) => id === session.id)!;
    if (fault.status === undefined) return void socket.resetAndDestroy();
    done(reply(fault.status, fault.body ?? DEFAULT_REPLIES[fault.status] ?? 'Error'));
    if (fault.status === 421) socket.end();
  }

  /** @returns the reply @throws the refusal, a reply with its code */
  async function receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    const fault = faults.get(session.id);
    const record: SmtpRecord = { at: Date.now(), bytes: 0, status: 0, recipients: [] };
    requests.push(record);
    try {
      const body = await collect(paced(stream, fault?.bytesPerSecond), showProgress);
      record.bytes = body.length;
      if (stream.sizeExceeded) throw reply(552, '5.3.4 Message size exceeds fixed maximum message size');
      if (fault?.when === 'after-body') await struck(session, fault);
      record.recipients = session.envelope.rcptTo.map(({ address }) => address);
      const mail = await mailbox.append(body, { recipients: record.recipients });
      record.status = 250;
      const text = `mail accepted by SMTP for ${record.recipients.join(', ')}, ${Date.now() - record.at} ms`;
      world.eventLog.append({ source: 'mail', text, detail: { bytes: body.length, status: 250 } });
      await returnBounces(session.envelope.mailFrom, body, record.recipients);
      if (fault?.when === 'after-delivery') await struck(session, fault);
      return `2.0.0 Ok: queued as ${mail.id}`;
    } catch (error) {
      const code = (error as { responseCode?: number }).responseCode;
      record.status = code ?? 451;
      const text = `SMTP refused the data: ${(error as Error).message}`;
      world.eventLog.append({ source: 'mail', level: 'warning', text });
      throw code === undefined ? reply(451, '4.3.0 Error in processing') : error;
    }
  }

  /** @throws the fault's reply; the promise of a reset connection stays open, since nobody is left to answer */
  function struck(session: SMTPServerSession, fault: MailFault): Promise<never> {
    return new Promise((_resolve, reject) => strike(session, fault, reject));
  }

  async function returnBounces(
    sender: SMTPServerAddress | false,
    body: Buffer,
    recipients: readonly string[],
  ): Promise<MailSummary[]> {
    const full = recipients.filter((address) => bounces(address, conditions));
    if (full.length === 0 || !sender || sender.address === '') return [];
    const { messageId = '' } = await PostalMime.parse(body);
    return Promise.all(
      full.map((recipient) => {
        const about = { sender: sender.address, recipient, messageId, host: HOST };
        return mailbox.append(composeBounce({ ...about, at: Date.now(), newId: world.newSid('BN') }));
      }),
    );
  }
}

const TLS_OPTIONS: Record<NonNullable<SmtpOptions['tls']>, SMTPServerOptions> = {
  none: { hideSTARTTLS: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
  starttls: { allowInsecureAuth: false },
  implicit: { secure: true },
};

/** Enhanced codes of RFC 3463 (https://www.rfc-editor.org/rfc/rfc3463) and usual words. */
const DEFAULT_REPLIES: Readonly<Record<number, string>> = {
  421: '4.3.2 Service not available, closing transmission channel',
  451: '4.3.0 Requested action aborted: local error in processing',
  452: '4.3.1 Insufficient system storage',
  530: '5.7.0 Authentication required',
  535: '5.7.8 Authentication credentials invalid',
  550: '5.7.1 Message rejected',
  552: '5.3.4 Message size exceeds fixed maximum message size',
  554: '5.6.0 Transaction failed',
};

const reply = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });

/** Passes on no faster than that; the client meanwhile waits for the line. */
function paced(stream: Readable, bytesPerSecond: number | undefined): Readable {
  if (bytesPerSecond === undefined) return stream;
  const begun = Date.now();
  let bytes = 0;
  const slow = new PassThrough({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      setTimeout(() => done(null, chunk), begun + (bytes / bytesPerSecond) * 1000 - Date.now());
    },
  });
  stream.on('error', (error) => slow.destroy(error));
  return stream.pipe(slow);
}

async function collect(stream: Readable, onChunk: () => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    onChunk();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
