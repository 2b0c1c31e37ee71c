import { Readable } from 'node:stream';
import type { Message } from '../src/email-providers/provider';
import { createSmtpProvider } from '../src/email-providers/smtp';
import type { ReceivedMail } from '../test/mail-servers/received-mail';
import { type SmtpMailServer, startSmtpServer } from '../test/mail-servers/smtp-server';
import { createIdentity, trust } from '../test/mail-servers/test-identity';
import { type RunningExim, startExim } from './exim';

/** Sends through a mail server that others wrote, and reads what it relays. */
const identity = createIdentity();
const PASSWORD = 'p@ss: 100%';
const REFUSED = 'nobody@example.net';
const SOUND = Buffer.from(Uint8Array.from({ length: 300_001 }, (_, n) => (n * n + (n >> 7)) % 256));
const MESSAGE: Message = {
  messageId: 'voicemail-1@example.com',
  from: 'Clinic <voicemail@example.com>',
  listId: 'voicemail.example.com',
  recipients: [{ address: 'ana@example.net', name: 'Ana Ruiz' }, { address: 'bob@example.net' }],
  subject: 'Nachricht 👋 מאת +1 555-123-4567',
  text: 'first\n.\n..\nlast',
  html: '<p>words</p>',
  attachment: {
    fileName: 'voicemail.mp3',
    contentType: 'audio/mpeg',
    bytes: SOUND.length,
    open: async () => Readable.from([SOUND], { objectMode: false }),
  },
};

let server: RunningExim;
let relay: SmtpMailServer;
/** Mails that were relayed, as soon as there are so many. */
let relayed: (count: number) => Promise<ReceivedMail[]>;
beforeAll(async () => {
  relay = await startSmtpServer();
  relayed = (count) =>
    new Promise((resolve) => {
      const look = () => relay.mails.length >= count && resolve(relay.mails);
      relay.onMail = look;
      look();
    });
  server = await startExim({
    identity,
    user: 'clinic',
    password: PASSWORD,
    maxMessageBytes: 5_000_000,
    refused: REFUSED,
    relayPort: relay.port,
  });
});
afterAll(async () => {
  await server.stop();
  await relay.close();
});
beforeEach(() => {
  relay.mails.length = 0;
  trust(identity);
});
afterEach(() => jest.restoreAllMocks());

const login = `clinic:${encodeURIComponent(PASSWORD)}`;
const urls = {
  'smtp, with STARTTLS': () => `smtp://${login}@localhost:${server.ports.starttls}`,
  smtps: () => `smtps://${login}@localhost:${server.ports.tls}`,
};
const send = (message: Message, url = urls.smtps()) => createSmtpProvider({ url }).send(message, { timeoutMs: 60_000 });

test.each(Object.entries(urls))('%s: each recipient gets a mail of their own, as it was written', async (_how, url) => {
  expect(await send(MESSAGE, url())).toMatchObject({ failed: [] });
  const mails = await relayed(2);
  expect(mails.map(({ to }) => to).sort()).toEqual(['Ana Ruiz <ana@example.net>', 'bob@example.net']);
  for (const { from, subject, text, html, headers, attachment } of mails) {
    expect({ from, subject, text, html }).toEqual({
      from: MESSAGE.from,
      subject: MESSAGE.subject,
      text: MESSAGE.text,
      html: MESSAGE.html,
    });
    expect(headers).toMatchObject({
      'message-id': '<voicemail-1@example.com>',
      'list-id': '<voicemail.example.com>',
      'auto-submitted': 'auto-generated',
    });
    expect(attachment?.content.equals(SOUND)).toBe(true);
  }
});

test('a recipient that it refuses is named, and the others get the mail', async () => {
  const recipients = [{ address: 'ana@example.net' }, { address: REFUSED }, { address: 'bob@example.net' }];
  const { failed } = await send({ ...MESSAGE, recipients });
  expect(failed.map(({ address, error }) => [address, error.kind])).toEqual([[REFUSED, 'recipient']]);
  expect(await relayed(2)).toHaveLength(2);
});

test('a wrong password is said as that', async () => {
  const wrong = `smtps://clinic:wrong@localhost:${server.ports.tls}`;
  await expect(send(MESSAGE, wrong)).rejects.toMatchObject({ kind: 'misconfigured', problem: 'key-refused' });
});

test('without a login it takes nothing, and that is said', async () => {
  const error = await send(MESSAGE, `smtps://localhost:${server.ports.tls}`).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ kind: 'misconfigured', deliveryUncertain: false });
});

test('a message over its limit is too large', async () => {
  const bytes = 4_500_000;
  const open = async () => Readable.from([Buffer.alloc(bytes)], { objectMode: false });
  const attachment = { ...MESSAGE.attachment!, bytes, open };
  await expect(send({ ...MESSAGE, attachment })).rejects.toMatchObject({ kind: 'too-large' });
  // It is asked without the size, too.
  const unknown = { ...attachment, bytes: undefined };
  await expect(send({ ...MESSAGE, attachment: unknown })).rejects.toMatchObject({ kind: 'too-large' });
});

test('without trust in its certificate, it hears no password', async () => {
  jest.restoreAllMocks();
  await expect(send(MESSAGE)).rejects.toMatchObject({ code: 'smtp-tls', deliveryUncertain: false });
});
