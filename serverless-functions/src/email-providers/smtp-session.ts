import type { Readable } from 'node:stream';
import type { SmtpFailure } from './smtp-errors';
import type { SmtpServer } from './smtp-server';

/** The client is loaded at its first use: a save of the settings rarely sends a mail (ADR 0040). */
export const loadSmtpClient = () => import('./smtp-client');
type SMTPConnection = InstanceType<Awaited<ReturnType<typeof loadSmtpClient>>['SMTPConnection']>;

/** A connection to a mail server, after its greeting and login. */
export interface SmtpSession {
  /** False once the server or anything between has ended it. */
  isOpen(): boolean;
  /**
   * One transaction, with one recipient.
   * @param bytes of the whole message; undefined when they are not known
   * @returns the server's id of the message, if it gives one
   * @throws SmtpError
   */
  send(from: string, to: string, message: Readable, bytes: number | undefined): Promise<string | undefined>;
}

/** A failed transaction or session. */
export class SmtpError extends Error {
  constructor(
    readonly failure: SmtpFailure,
    /** The server was given the end of the message. */
    readonly wasSent: boolean,
  ) {
    super('The mail server did not take the message', { cause: failure });
  }
}

/**
 * Connects to a mail server, with TLS and login.
 * @param name of the client, for its greeting: a domain
 * @param signal closes the connection at once, whatever goes on in it; it must abort in the end
 * @throws SmtpError
 */
export async function openSession(server: SmtpServer, name: string, signal: AbortSignal): Promise<SmtpSession> {
  const { SMTPConnection } = await loadSmtpClient();
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.isTlsAtOnce,
    requireTLS: !server.isTlsAtOnce && !server.isLoopback,
    name,
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
    // What closes a connection waits for nobody: nothing runs after a Function's answer.
    socketCloseTimeout: 0,
  });
  const ended = new Promise<never>((_resolve, reject) => {
    const fail = (failure: SmtpFailure) => reject(failure);
    connection.on('error', fail);
    // A reply that ended it is told right after this event.
    connection.on('end', () => queueMicrotask(() => fail({ code: 'ECONNECTION' })));
    const close = () => {
      connection.close();
      fail({ code: 'ETIMEDOUT' });
    };
    if (signal.aborted) close();
    else signal.addEventListener('abort', close, { once: true });
  });
  // The session may end when nobody waits for it.
  ended.catch(() => undefined);
  const step = (work: (done: (error?: Error | null) => void) => void) =>
    Promise.race([
      new Promise<void>((resolve, reject) => work((error) => (error ? reject(error) : resolve()))),
      ended,
    ]).catch((failure: SmtpFailure) => {
      throw new SmtpError(failure, false);
    });
  await step((done) => connection.connect(done));
  const { user, password } = server;
  if (user !== undefined) await step((done) => connection.login({ user, pass: password }, done));
  let isOpen = true;
  let isReset = true;
  ended.catch(() => {
    isOpen = false;
  });
  return {
    isOpen: () => isOpen,
    async send(from, to, message, bytes) {
      // Ends what a refusal left of the last transaction (RFC 5321, section 4.1.1.5).
      if (!isReset) await step((done) => connection.reset(done));
      isReset = false;
      const transaction = new Transaction(message);
      try {
        const id = await transaction.run(connection, ended, from, to, bytes);
        isReset = true;
        return id;
      } catch (error) {
        // The server waits for the rest of the message, and would take any command for it.
        if (transaction.isUnfinished) {
          connection.close();
          isOpen = false;
        }
        throw error;
      }
    },
  };
}

/** One message to one recipient. */
class Transaction {
  private wasBegun = false;
  private wasEnded = false;

  constructor(private readonly message: Readable) {
    message.once('data', () => {
      this.wasBegun = true;
    });
    message.once('end', () => {
      this.wasEnded = true;
    });
    // Nothing flows before the server wants it.
    message.pause();
  }

  get isUnfinished(): boolean {
    return this.wasBegun && !this.wasEnded;
  }

  /** @returns the server's id of the message, if it gives one @throws SmtpError */
  async run(
    connection: SMTPConnection,
    ended: Promise<never>,
    from: string,
    to: string,
    size: number | undefined,
  ): Promise<string | undefined> {
    const { message } = this;
    const sent = new Promise<string | undefined>((resolve, reject) => {
      connection.send({ from, to: [to], size }, message, (error, info) => {
        if (error) reject(error);
        else resolve(info?.serverMessageId);
      });
    });
    sent.catch(() => undefined);
    try {
      const id = await Promise.race([sent, ended]);
      if (this.wasEnded) return id;
    } catch (failure) {
      throw new SmtpError(failure as SmtpFailure, this.wasEnded);
    } finally {
      message.on('error', () => undefined).destroy();
    }
    // Whatever it has taken, it was not the whole message.
    throw new SmtpError({ code: 'EPROTOCOL' }, true);
  }
}
