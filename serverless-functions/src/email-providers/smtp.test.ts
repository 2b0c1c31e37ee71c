import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type SmtpMailServer, type SmtpOptions, startSmtpServer } from '../../test/mail-servers/smtp-server';
import { createIdentity, trust } from '../../test/mail-servers/test-identity';
import { EmailSendError, type Message } from './provider';
import { createSmtpProvider } from './smtp';

/** What is particular to SMTP; the rest is in providers.contract.test.ts. */
const identity = createIdentity();
const MESSAGE: Message = {
  messageId: 'voicemail-1@example.com',
  from: 'Clinic <voicemail@example.com>',
  recipients: ['ana', 'bob', 'cem'].map((name) => ({ address: `${name}@example.net` })),
  subject: 'Voicemail',
  text: 'words',
  html: '<p>words</p>',
};
const ALONE: Message = { ...MESSAGE, recipients: MESSAGE.recipients.slice(0, 1) };
const withSound = (message: Message, bytes: number): Message => ({
  ...message,
  attachment: {
    fileName: 'voicemail.wav',
    contentType: 'audio/wav',
    bytes,
    open: async () => Readable.from(slices(Buffer.alloc(bytes, 'sound')), { objectMode: false }),
  },
});

function* slices(content: Buffer): Generator<Buffer> {
  for (let n = 0; n < content.length; n += 65_536) yield content.subarray(n, n + 65_536);
}

let server: SmtpMailServer;
const start = async (options?: SmtpOptions) => {
  server = await startSmtpServer(options);
};
afterEach(async () => {
  await server.close();
  jest.restoreAllMocks();
});
const send = (message: Message, url = `smtp://127.0.0.1:${server.port}`, timeoutMs = 60_000) =>
  createSmtpProvider({ url }).send(message, { timeoutMs });
const failure = async (...parameters: Parameters<typeof send>): Promise<EmailSendError> => {
  const error = await send(...parameters).catch((caught: unknown) => caught);
  if (error instanceof EmailSendError) return error;
  throw new Error('not refused');
};
const spoken = (verb: string) => server.commands.filter((line) => line.startsWith(verb));

test('one connection carries a message for each recipient, and says goodbye by closing', async () => {
  await start();
  expect(await send(MESSAGE)).toEqual({ failed: [] });
  expect(spoken('RCPT')).toEqual(MESSAGE.recipients.map(({ address }) => `RCPT TO:<${address}>`));
  expect(spoken('MAIL')).toHaveLength(3);
  expect(server.connections.opened).toBe(1);
  while (server.connections.open > 0) await setImmediate();
});

test('it introduces itself by the sender’s domain, and logs in with what the URL encodes', async () => {
  await start();
  await send(ALONE, `smtp://us%40er:p%3A%2F%40ss%25@127.0.0.1:${server.port}`);
  expect(spoken('EHLO')).toEqual(['EHLO example.com']);
  const [, , secret = ''] = (spoken('AUTH')[0] ?? '').split(' ');
  expect(Buffer.from(secret, 'base64').toString()).toBe('\0us@er\0p:/@ss%');
});

test.each([false, true])('PIPELINING: %s; whoever is refused is named, and the next one gets the mail', async (on) => {
  await start({ extensions: on ? ['PIPELINING'] : [] });
  server.replies = { 'RCPT TO:<bob@example.net>': '550 5.1.1 bob@example.net unknown' };
  const { failed } = await send(withSound(MESSAGE, 200_000));
  expect(failed).toHaveLength(1);
  expect(failed[0]).toMatchObject({
    address: 'bob@example.net',
    error: { kind: 'recipient', code: 'smtp-550', detail: '550 5.1.1 … unknown' },
  });
  expect(server.mails.map(({ to }) => to)).toEqual(['ana@example.net', 'cem@example.net']);
});

test('recipients who are refused for different reasons are told apart', async () => {
  await start();
  server.replies = {
    'RCPT TO:<ana@': '550 5.1.1 unknown',
    'RCPT TO:<bob@': '450 4.2.0 greylisted',
    'RCPT TO:<cem@': '554 5.7.1 blocked',
  };
  const { failed } = await send(MESSAGE);
  expect(failed.map(({ error }) => error.kind)).toEqual(['recipient', 'retryable', 'permanent']);
});

test('a wrong login is one error for all, and nobody is tried', async () => {
  await start();
  server.replies = { AUTH: '535 5.7.8 wrong' };
  expect(await failure(MESSAGE, `smtp://user:wrong@127.0.0.1:${server.port}`)).toMatchObject({
    kind: 'misconfigured',
    problem: 'key-refused',
  });
  expect(spoken('MAIL')).toEqual([]);
});

describe('TLS', () => {
  test('smtps is TLS from the beginning', async () => {
    trust(identity);
    await start({ isTlsAtOnce: true, identity });
    await send(withSound(MESSAGE, 100_000), `smtps://user:secret@localhost:${server.port}`);
    expect(server.mails).toHaveLength(3);
    expect(spoken('STARTTLS')).toEqual([]);
  });

  test('smtp begins TLS before it logs in', async () => {
    trust(identity);
    await start({ identity });
    await send(ALONE, `smtp://user:secret@localhost:${server.port}`);
    expect(server.commands.map((line) => line.split(' ')[0])).toEqual([
      'EHLO',
      'STARTTLS',
      'EHLO',
      'AUTH',
      'MAIL',
      'RCPT',
      'DATA',
    ]);
  });

  test.each(['smtps', 'smtp'])('%s ends before the login when nobody vouches for the certificate', async (protocol) => {
    await start({ isTlsAtOnce: protocol === 'smtps', identity });
    const error = await failure(MESSAGE, `${protocol}://user:secret@localhost:${server.port}`);
    expect(error).toMatchObject({ code: 'smtp-tls', kind: 'misconfigured', deliveryUncertain: false });
    expect(spoken('AUTH')).toEqual([]);
  });

  test('a certificate for another name is refused', async () => {
    trust(identity);
    await start({ isTlsAtOnce: true, identity });
    const error = await failure(MESSAGE, `smtps://user:secret@127.0.0.2:${server.port}`);
    expect(error).toMatchObject({ kind: expect.stringMatching(/misconfigured|retryable/), deliveryUncertain: false });
    expect(server.mails).toEqual([]);
  });
});

test('a server elsewhere without STARTTLS hears neither login nor mail', async () => {
  await start();
  // Leads to this machine, and is not among its names.
  const elsewhere = `smtp://user:secret@0.0.0.0:${server.port}`;
  expect(await failure(MESSAGE, elsewhere)).toMatchObject({
    code: 'smtp-502',
    kind: 'misconfigured',
    problem: 'unreachable',
  });
  expect(server.commands.map((line) => line.split(' ')[0])).toEqual(['EHLO', 'STARTTLS']);
});

test('what a server says of its SIZE is respected, without sending', async () => {
  await start({ extensions: ['SIZE 1000000'] });
  expect(await failure(withSound(MESSAGE, 800_000))).toMatchObject({ kind: 'too-large', problem: 'too-large' });
  expect(spoken('MAIL')).toEqual([]);
  await send(withSound(ALONE, 700_000));
  const [, size] = /SIZE=(\d+)/.exec(spoken('MAIL')[0] ?? '') ?? [];
  expect(Number(size)).toBeGreaterThan(933_000);
  expect(server.mails).toHaveLength(1);
});

test('the size it declares is that of the message', async () => {
  await start({ extensions: ['SIZE 9000000'] });
  for (const bytes of [0, 1, 56, 57, 58, 113, 114, 115, 100_001]) await send(withSound(ALONE, bytes));
  const declared = spoken('MAIL').map((line) => Number(/SIZE=(\d+)/.exec(line)?.[1]));
  expect(declared).toEqual(server.messageBytes);
});

test('a server that ends the session after each message gets the next one in another session', async () => {
  await start();
  server.messagesPerSession = 1;
  expect(await send(MESSAGE)).toMatchObject({ failed: [] });
  expect(server.mails).toHaveLength(3);
  expect(server.connections.opened).toBe(3);
});

test('when an answer is lost, only that recipient is in doubt', async () => {
  await start();
  server.faults = [undefined, 'reset after the message'];
  const { failed } = await send(MESSAGE);
  expect(failed.map(({ address, error }) => [address, error.deliveryUncertain, error.kind])).toEqual([
    ['bob@example.net', true, 'retryable'],
    ['cem@example.net', false, 'retryable'],
  ]);
  expect(server.mails.map(({ to }) => to)).toEqual(['ana@example.net']);
});

test('a connection that breaks within a message is made again for it', async () => {
  await start();
  server.faults = [undefined, 'reset within the message'];
  // More than both ends of a connection buffer: all of a smaller one may be sent before the server reads of it.
  expect(await send(withSound(MESSAGE, 16_000_000))).toMatchObject({ failed: [] });
  expect(server.mails.map(({ to }) => to)).toEqual(MESSAGE.recipients.map(({ address }) => address));
});

test('when the time is up, whoever was not reached waits without doubt', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  try {
    await start();
    server.faults = [undefined, 'no answer'];
    const sending = send(MESSAGE, undefined, 7_000);
    while (server.faults.length > 0) await setImmediate();
    jest.advanceTimersByTime(7_000);
    const { failed } = await sending;
    expect(failed.map(({ address, error }) => [address, error.deliveryUncertain, error.code])).toEqual([
      ['bob@example.net', true, 'smtp-unreachable'],
      ['cem@example.net', false, 'smtp-unreachable'],
    ]);
    while (server.connections.open > 0) await setImmediate();
  } finally {
    jest.useRealTimers();
  }
});

test('with less than a second left, no further message is begun', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  try {
    await start();
    server.onMail = () => jest.setSystemTime(Date.now() + 6_500);
    const { failed } = await send(MESSAGE, undefined, 7_000);
    expect(failed.map(({ address, error }) => [address, error.deliveryUncertain, error.code, error.kind])).toEqual([
      ['bob@example.net', false, 'no-time-left', 'retryable'],
      ['cem@example.net', false, 'no-time-left', 'retryable'],
    ]);
  } finally {
    jest.useRealTimers();
  }
});
