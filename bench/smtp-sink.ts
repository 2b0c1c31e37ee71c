import net, { type AddressInfo, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/**
 * A mail server as far as a sender can tell (RFC 5321): reads each message at the line's speed and says it has it. Nothing is
 * kept.
 */
export async function smtpSink(line: { latencyMs: number; bytesPerSecond?: number }) {
  const taken: { bytes: number; at: number }[] = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    say(socket, '220 sink', line.latencyMs);
    let messageBytes: number | undefined;
    let end = '';
    let dueAt = 0;
    socket.on('data', (chunk: Buffer) => {
      if (messageBytes === undefined) {
        const [verb = ''] = chunk.toString('latin1').toUpperCase().split(/[ \r]/);
        if (verb === 'DATA') messageBytes = 0;
        say(socket, verb === 'DATA' ? '354 go ahead' : '250 ok', line.latencyMs);
        return;
      }
      messageBytes += chunk.length;
      end = `${end}${chunk.subarray(-5).toString('latin1')}`.slice(-5);
      if (end === '\r\n.\r\n') {
        taken.push({ bytes: messageBytes, at: performance.now() });
        messageBytes = undefined;
        say(socket, '250 ok', line.latencyMs);
      } else if (line.bytesPerSecond !== undefined) {
        // By the clock, so that late timers do not add up.
        dueAt = Math.max(dueAt, performance.now() - 20) + (chunk.length / line.bytesPerSecond) * 1_000;
        socket.pause();
        setTimeout(() => socket.resume(), dueAt - performance.now());
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: taken as readonly { bytes: number; at: number }[],
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const say = (socket: Socket, words: string, afterMs: number) =>
  setTimeout(() => socket.destroyed || socket.write(`${words}\r\n`), afterMs);
