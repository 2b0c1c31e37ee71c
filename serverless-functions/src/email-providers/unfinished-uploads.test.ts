import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type Identity, type Listener, listen } from '../../test/mail-servers/listen';
import { createIdentity, trust } from '../../test/mail-servers/test-identity';
import type { ProviderConfiguration } from './configuration';
import { createProviders } from './create-providers';
import { EmailSendError, type Message } from './provider';

/**
 * A server may answer before it has read a message, and keep the connection (RFC 9112, section 9.3). What is left of the
 * message must not be read as the next one.
 */
const SOUND = Buffer.from(Uint8Array.from({ length: 2_000_000 }, (_, n) => (n * 31 + (n >> 8)) % 256));
const MESSAGE: Message = {
  messageId: 'voicemail-1@mg.example.com',
  from: 'Clinic <voicemail@mg.example.com>',
  recipients: [{ address: 'ana@example.com' }],
  subject: 'Voicemail',
  text: 'words',
  html: '<p>words</p>',
  attachment: {
    fileName: 'voicemail.mp3',
    contentType: 'audio/mpeg',
    bytes: SOUND.length,
    open: async () => Readable.from(slices(), { objectMode: false }),
  },
};
function* slices(): Generator<Buffer> {
  for (let n = 0; n < SOUND.length; n += 65_536) yield SOUND.subarray(n, n + 65_536);
}

/** The same message, of whose recording no more than half comes while the server may answer. */
const HALF: Message = {
  ...MESSAGE,
  attachment: {
    ...MESSAGE.attachment!,
    open: async () => {
      const half = new Readable({ read: () => undefined });
      half.push(SOUND.subarray(0, SOUND.length / 2));
      return half;
    },
  },
};

interface EarlyServer extends Listener {
  /** The next requests are answered so before their body is read. */
  early: number[];
  /** Bodies of the requests that were read whole. */
  bodies: Buffer[];
}

/** Reads requests off its connections by hand, one behind the other. */
async function startEarlyServer(success: string, identity?: Identity): Promise<EarlyServer> {
  const read = (socket: Socket) => {
    let chunks: Buffer[] = [];
    let size = 0;
    let isAnswered = false;
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      const head = /^(.*?)\r\n\r\n/s.exec(chunks[0]!.toString('latin1'))?.[1];
      if (head === undefined || isAnswered) return;
      if (!head.startsWith('POST /')) {
        socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      const [early] = server.early;
      if (early !== undefined) {
        server.early.shift();
        isAnswered = true;
        socket.write(`HTTP/1.1 ${early} No\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}`);
        return;
      }
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (size < head.length + 4 + length) return;
      server.bodies.push(Buffer.concat(chunks).subarray(head.length + 4));
      chunks = [];
      size = 0;
      socket.write(success);
    });
  };
  const server: EarlyServer = { ...(await listen(read, identity)), early: [], bodies: [] };
  return server;
}

const ok = (status: string, body: string) => `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
type Create = (url: string) => ProviderConfiguration;
const PROVIDERS: [string, string, Create][] = [
  [
    'mailgun',
    ok('200 OK', '{"id":"<1@mg.example.com>"}'),
    (baseUrl) => ({ name: 'mailgun', apiKey: 'key-1', domain: 'mg.example.com', baseUrl }),
  ],
  ['sendgrid', ok('202 Accepted', ''), (baseUrl) => ({ name: 'sendgrid', apiKey: 'SG.1.2', baseUrl })],
  [
    'twilio',
    ok('202 Accepted', '{"operationId":"comms_operation_1"}'),
    (stubUrl) => ({ name: 'twilio', user: 'AC1', password: 'secret', endpoint: { stubUrl } }),
  ],
];
const identity = createIdentity();

describe.each(PROVIDERS.flatMap((one) => [[...one, 'http'] as const, [...one, 'https'] as const]))(
  '%s',
  (_name, success, create, protocol) => {
    let server: EarlyServer;
    beforeEach(async () => {
      if (protocol === 'https') trust(identity);
      server = await startEarlyServer(success, protocol === 'https' ? identity : undefined);
    });
    afterEach(async () => {
      await server.close();
      jest.restoreAllMocks();
    });
    const send = async (message: Message) => {
      const [provider] = createProviders([create(`${protocol}://127.0.0.1:${server.port}`)]);
      return provider?.send(message, { timeoutMs: 60_000 });
    };

    test(`over ${protocol}, mails behind unread ones arrive whole`, async () => {
      server.early = [503, 429, 401, 413];
      for (const status of [503, 429, 401, 413]) {
        const error = await send(HALF).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(EmailSendError);
        expect(error).toMatchObject({ kind: 'retryable', deliveryUncertain: false });
        expect((error as EmailSendError).code).toMatch(new RegExp(`-${status}$`));
      }
      for (let n = 0; n < 3; n += 1) expect(await send(MESSAGE)).toMatchObject({ failed: [] });
      expect(server.bodies).toHaveLength(3);
      const [first] = server.bodies;
      expect(first!.length).toBeGreaterThan(SOUND.length);
      for (const body of server.bodies) expect(body.length).toBe(first!.length);
    });

    test(`over ${protocol}, an early success of a message that was not read is in doubt`, async () => {
      server.early = [202];
      await expect(send(HALF)).rejects.toMatchObject({ kind: 'retryable', deliveryUncertain: true });
    });
  },
);

test('a certificate that nobody vouches for ends it before anything is sent', async () => {
  const server = await startEarlyServer(ok('202 Accepted', ''), identity);
  const [provider] = createProviders([
    { name: 'sendgrid', apiKey: 'SG.1.2', baseUrl: `https://127.0.0.1:${server.port}` },
  ]);
  const error = await provider?.send(MESSAGE, { timeoutMs: 60_000 }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'sendgrid-unreachable', deliveryUncertain: false, isIncomplete: false });
  await server.close();
  expect(server.bodies).toEqual([]);
});
