import type { Socket } from 'node:net';
import type { SMTPServerSession } from 'smtp-server';
import type { Fault, RequestRecord } from '../world/types';
import type { SandboxWorld } from '../world/world';

export const SMTP_HOST = 'mail.example.net';

export type SmtpCommand = 'CONNECT' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA';
/** Replies to a command: with an error, which carries the code, or with what smtp-server takes for its success. */
type Reply<Success> = (error?: Error | null, success?: Success) => void;

/** Longer than a client waits for anything. */
const LATE_MS = 12_000;

interface Connections {
  socketOf(session: SMTPServerSession): Pick<Socket, 'write' | 'resetAndDestroy' | 'destroy' | 'end'>;
  defaultReply(code: number): Error;
}

/**
 * Records the commands that a mail server is given as requests, and lets the world's faults strike them, as
 * `injectFaults` does with those of HTTP.
 * @returns carries out a command. `skip` is called instead of `act` when a fault keeps it from being done
 */
export function createCommands(world: SandboxWorld, { socketOf, defaultReply }: Connections) {
  return <Success>(
    session: SMTPServerSession,
    method: SmtpCommand,
    done: Reply<Success>,
    act: (reply: Reply<Success>) => unknown,
    skip: () => void = () => undefined,
  ): void => {
    // A virtual clock waits while anything happens in a session, and not for its client to go on.
    world.activity.begin('work', 'SMTP')();
    const record: RequestRecord = {
      ...{ at: Date.now(), arrived: world.requests.length, host: SMTP_HOST, method, path: '/', query: '' },
    };
    world.requests.push(record);
    const fault = world.faults.consume({ host: SMTP_HOST, method, path: '/' });
    const reply: Reply<Success> = (error, success) => {
      record.answered = world.requests.length;
      record.status = error ? ((error as { responseCode?: number }).responseCode ?? 451) : 250;
      done(error, success);
    };
    if (fault === undefined) {
      act(reply);
      return;
    }
    world.eventLog.append({ source: 'sandbox', level: 'warning', text: `fault ${fault.kind}: SMTP ${method}` });
    const socket = socketOf(session);
    const refuse = () => {
      const code = fault.status ?? 451;
      reply(fault.body === undefined ? defaultReply(code) : replyOf(fault));
      // After 421 a server hangs up.
      if (code === 421) socket.end();
    };
    const notDone = ['status', 'garbage', 'no-answer', 'reset'];
    if (notDone.includes(fault.kind)) skip();
    switch (fault.kind) {
      case 'status':
        refuse();
        break;
      case 'garbage':
        socket.write(GARBAGE);
        break;
      case 'no-answer':
        break;
      case 'reset':
        socket.resetAndDestroy();
        break;
      case 'delay':
        setTimeout(() => act(reply), fault.delayMs ?? 0);
        break;
      case 'done-then-reset':
        act(() => socket.resetAndDestroy());
        break;
      case 'done-then-no-answer':
        act(() => undefined);
        break;
      case 'done-then-status':
        act(refuse);
        break;
      case 'cut-short':
        act(() => socket.write('25', () => socket.destroy()));
        break;
      case 'late':
        setTimeout(() => act(() => socket.destroy()), fault.delayMs ?? LATE_MS);
        break;
    }
  };
}

/** Nothing that a mail server says. */
const GARBAGE = 'HTTP/1.1 502 Bad Gateway\r\n\r\n<html>\r\n';

const replyOf = ({ status, body = '' }: Fault) => Object.assign(new Error(body), { responseCode: status ?? 451 });
