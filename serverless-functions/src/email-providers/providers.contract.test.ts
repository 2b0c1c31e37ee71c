import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type ApiAnswer, type HttpMailServer, startHttpMailServer } from '../../test/mail-servers/http-mail-server';
import { mailgunApi } from '../../test/mail-servers/mailgun-server';
import type { Fault, MailServer, ReceivedMail } from '../../test/mail-servers/received-mail';
import { sendGridApi } from '../../test/mail-servers/sendgrid-server';
import { type SmtpMailServer, startSmtpServer } from '../../test/mail-servers/smtp-server';
import { twilioEmailApi } from '../../test/mail-servers/twilio-email-server';
import { deliverMessage } from '../notification/deliver-message';
import { ProviderOrder } from '../notification/provider-order';
import { UNLIMITED } from '../notification/send-allowance';
import { readEnvironment } from '../runtime/environment';
import { RecordingUnavailable } from '../twilio/recording-media';
import { describeError, errorOfAnswer } from './answer';
import { createProviders } from './create-providers';
import { uploadJson } from './json-upload';
import { mailHeaders, subjectLine } from './mail-headers';
import { formatMailbox } from './mailbox';
import { replacePlaceholders, valueNames, valuesOf } from './personal-values';
import {
  type Attachment,
  type EmailProvider,
  EmailSendError,
  type Message,
  NO_RECORDS,
  placeholder,
  type SendOptions,
} from './provider';

/** What every mail provider must do, over real connections to servers that speak its protocol. */
interface Subject {
  name: string;
  start(): Promise<MailServer>;
  create(port: number): EmailProvider;
  /** Answers of its own, and what they mean. */
  answers: [string, (server: never) => void, Partial<EmailSendError>][];
}

const REFUSED = 'nobody@example.com';
const says =
  (status: number, body: object | string, headers: Record<string, string> = {}) =>
  (server: HttpMailServer): void => {
    const answer: ApiAnswer = { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
    server.answer = answer;
  };
const replies =
  (command: string, reply: string) =>
  (server: SmtpMailServer): void => {
    server.replies = { [command]: reply };
  };
/** Of any HTTP API: what a proxy in between says is never final. */
const ofProxies = [400, 401, 403, 404, 413, 429].map((status): Subject['answers'][number] => [
  `a page with ${status}`,
  says(status, '<html>no</html>', { 'content-type': 'text/html' }),
  { kind: 'retryable', deliveryUncertain: false },
]);
const ofServersInTrouble = [500, 502, 503, 504].flatMap((status): Subject['answers'] => [
  [`${status}`, says(status, {}), { kind: 'retryable', deliveryUncertain: true }],
  [
    `${status} with Retry-After`,
    says(status, {}, { 'retry-after': '60' }),
    { deliveryUncertain: true, retryAfterMs: 60_000 },
  ],
]);
const sendGrid = (message: string, field = '') => ({ errors: [{ message, field, help: null }] });
const twilio = (code: number, message: string, context: string | null = null) => ({
  errors: [{ code, message, infoUrl: `https://www.twilio.com/docs/api/errors/${code}`, context }],
});
const LIMIT = { kind: 'retryable', problem: 'limit-reached', deliveryUncertain: false } as const;
const KEY = { kind: 'misconfigured', problem: 'key-refused', deliveryUncertain: false } as const;
const SENDER = { kind: 'misconfigured', problem: 'from-not-aligned', deliveryUncertain: false } as const;
const TOO_LARGE = { kind: 'too-large', problem: 'too-large', deliveryUncertain: false } as const;
const RECIPIENT = { kind: 'recipient', problem: 'recipient-refused', deliveryUncertain: false } as const;
const PERMANENT = { kind: 'permanent', deliveryUncertain: false } as const;
const LATER = { kind: 'retryable', problem: 'unreachable', deliveryUncertain: false } as const;
const DOUBT = { kind: 'retryable', problem: 'unconfirmed', deliveryUncertain: true } as const;

const SUBJECTS: Subject[] = [
  {
    name: 'mailgun',
    start: () => startHttpMailServer(mailgunApi(REFUSED)),
    create: (port) =>
      one({ name: 'mailgun', apiKey: 'key-1', domain: 'mg.example.com', baseUrl: `http://127.0.0.1:${port}` }),
    answers: [
      ...ofProxies,
      ...ofServersInTrouble,
      ['401', says(401, 'Forbidden'), KEY],
      ['429', says(429, { message: 'Too many requests' }, { 'retry-after': '7' }), { ...LIMIT, retryAfterMs: 7_000 }],
      ['413', says(413, { message: 'Request Entity Too Large' }), TOO_LARGE],
      ['400 for a recipient', says(400, { message: "'to' parameter is not a valid address" }), RECIPIENT],
      ['400 for anything else', says(400, { message: 'html parameter is strange' }), PERMANENT],
      ['200 without an id', says(200, { message: 'Queued.' }), DOUBT],
    ],
  },
  {
    name: 'sendgrid',
    start: () => startHttpMailServer(sendGridApi(REFUSED)),
    create: (port) =>
      one({ name: 'sendgrid', apiKey: `SG.${'a'.repeat(22)}.${'b'.repeat(43)}`, baseUrl: `http://127.0.0.1:${port}` }),
    answers: [
      ...ofProxies,
      ...ofServersInTrouble,
      ['401', says(401, sendGrid('The provided authorization grant is invalid, expired, or revoked')), KEY],
      ['401 for spent credits', says(401, sendGrid('Maximum credits exceeded')), LIMIT],
      ['403', says(403, sendGrid('access forbidden')), KEY],
      [
        '403 for a sender',
        says(403, sendGrid('The from address does not match a verified Sender Identity.', 'from')),
        SENDER,
      ],
      ['429', says(429, sendGrid('too many requests'), { 'retry-after': '7' }), { ...LIMIT, retryAfterMs: 7_000 }],
      ['413', says(413, sendGrid('Payload too large')), TOO_LARGE],
      [
        '400 for a recipient',
        says(400, sendGrid('Does not contain a valid address.', 'personalizations.0.to.0.email')),
        RECIPIENT,
      ],
      ['400 for a sender', says(400, sendGrid('Does not contain a valid address.', 'from.email')), SENDER],
      ['400 for anything else', says(400, sendGrid('Bad content', 'content.0.value')), PERMANENT],
      ['200 in the place of 202', says(200, {}), DOUBT],
    ],
  },
  {
    name: 'twilio',
    start: () => startHttpMailServer(twilioEmailApi(REFUSED)),
    create: (port) =>
      one({
        name: 'twilio',
        user: `AC${'0'.repeat(32)}`,
        password: '1'.repeat(32),
        endpoint: { stubUrl: `http://127.0.0.1:${port}` },
      }),
    answers: [
      ...ofProxies,
      ...ofServersInTrouble,
      ['401', says(401, { code: 20003, message: 'Authenticate', more_info: '', status: 401 }), KEY],
      ['403', says(403, twilio(20403, 'Forbidden')), KEY],
      ['429', says(429, twilio(20429, 'Too many'), { 'retry-after': '7' }), { ...LIMIT, retryAfterMs: 7_000 }],
      ['413', says(413, twilio(20413, 'Too large')), TOO_LARGE],
      ['400 for a recipient', says(400, twilio(20001, 'Invalid', '$.to[0].address')), RECIPIENT],
      ['400 for a sender', says(400, twilio(20001, 'Invalid', '$.from.address')), SENDER],
      ['400 for anything else', says(400, twilio(20001, 'Invalid', '$.content.html')), PERMANENT],
      ['202 without an operation', says(202, {}), DOUBT],
    ],
  },
  {
    name: 'smtp',
    start: () => startSmtpServer(),
    create: (port) => one({ name: 'smtp', url: `smtp://user:p%40ss@127.0.0.1:${port}` }),
    answers: [
      ['421 as greeting', replies('CONNECT', '421 4.3.2 too busy'), LATER],
      ['554 as greeting', replies('CONNECT', '554 no mail here'), LATER],
      ['535 to a login', replies('AUTH', '535 5.7.8 wrong'), KEY],
      ['534 to a login', replies('AUTH', '534 5.7.9 too weak'), KEY],
      ['454 to a login', replies('AUTH', '454 4.7.0 later'), LIMIT],
      ['530 to MAIL', replies('MAIL', '530 5.7.0 login required'), KEY],
      ['550 to MAIL', replies('MAIL', '550 5.7.1 not your domain'), SENDER],
      ['552 to MAIL', replies('MAIL', '552 5.3.4 too big'), TOO_LARGE],
      ['451 to MAIL', replies('MAIL', '451 4.3.0 later'), LATER],
      ['550 to RCPT', replies('RCPT', '550 5.1.1 no such user'), RECIPIENT],
      ['552 to RCPT for a full mailbox', replies('RCPT', '552 5.2.2 over quota'), RECIPIENT],
      ['554 to RCPT', replies('RCPT', '554 5.7.1 blocked'), PERMANENT],
      ['550 to RCPT for a relay', replies('RCPT', '550 5.7.1 relaying denied'), KEY],
      ['450 to RCPT', replies('RCPT', '450 4.2.0 greylisted'), { ...LATER, problem: 'recipient-later' }],
      ['452 to RCPT', replies('RCPT', '452 4.5.3 too many recipients'), LIMIT],
      ['421 to RCPT', replies('RCPT', '421 4.7.0 too many connections'), LIMIT],
      ['451 to DATA', replies('DATA', '451 4.3.0 later'), LATER],
      ['552 to the message', replies('.', '552 5.3.4 too big'), TOO_LARGE],
      ['554 to the message', replies('.', '554 5.7.1 looks like spam'), PERMANENT],
      ['451 to the message', replies('.', '451 4.3.0 later'), LATER],
      ['nonsense to RCPT', replies('RCPT', 'good morning'), {}],
    ],
  },
];

const one = (configuration: Parameters<typeof createProviders>[0][number]) => createProviders([configuration])[0]!;

/** The fifth is written here, to show that the interface and its parts suffice: an API of its own kind. */
const FIFTH: Subject = {
  name: 'a fifth provider',
  create(port) {
    const endpoint = { url: `http://127.0.0.1:${port}`, authorization: 'Bearer 5' };
    const provider: EmailProvider = {
      ...NO_RECORDS,
      name: 'smtp',
      maxMessageBytes: 10_000_000,
      async send(message, time) {
        const names = valueNames(message);
        const document = (content: string) => ({
          mails: message.recipients.map((recipient) => {
            const values = valuesOf(recipient, names);
            const fill = (text: string) => replacePlaceholders(text, names, (name) => values[name] ?? '');
            return {
              to: formatMailbox(recipient.address, recipient.name),
              from: message.from,
              replyTo: message.replyTo,
              subject: subjectLine(message),
              text: fill(message.text),
              html: fill(message.html),
              headers: mailHeaders(message),
            };
          }),
          ...(message.attachment && { attachment: { ...message.attachment, content } }),
        });
        const answer = await uploadJson(provider, endpoint, message, document, time);
        if (answer.status === 201) return { failed: [] };
        const own = { kind: 'recipient', problem: 'recipient-refused', advice: '' } as const;
        throw errorOfAnswer('fifth', answer, answer.text === REFUSED ? own : undefined);
      },
      diagnose: async (error) => describeError(error),
    };
    return provider;
  },
  start: () =>
    startHttpMailServer({
      accepted: { status: 201, body: '' },
      async take({ body }) {
        const { mails, attachment } = JSON.parse(body.toString()) as {
          mails: ReceivedMail[];
          attachment?: { fileName: string; contentType: string; content: string };
        };
        if (mails.some(({ to }) => to.includes(REFUSED))) return { status: 422, body: REFUSED };
        const file = attachment && { ...attachment, content: Buffer.from(attachment.content, 'base64') };
        return mails.map(({ headers, ...mail }) => ({
          ...mail,
          headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
          ...(file && { attachment: file }),
        }));
      },
    }),
  answers: [
    ...ofProxies,
    ...ofServersInTrouble,
    ['422 for a recipient', says(422, REFUSED), { kind: 'recipient', deliveryUncertain: false }],
  ],
};

/** A sound of which no two parts are alike; one byte more than its base64 would have in whole groups. */
const SOUND = Buffer.from(Uint8Array.from({ length: 300_001 }, (_, n) => (n * n + (n >> 7)) % 256));
const attach = (content: Buffer, overrides: Partial<Attachment> = {}): Attachment => ({
  fileName: 'Nachricht „1“ — ملف.mp3',
  contentType: 'audio/mpeg',
  bytes: content.length,
  open: async () => Readable.from(slices(content), { objectMode: false }),
  ...overrides,
});

function* slices(content: Buffer): Generator<Buffer> {
  for (let n = 0; n < content.length; n += 10_007) yield content.subarray(n, n + 10_007);
}

const MESSAGE: Message = {
  messageId: 'voicemail-1@mg.example.com',
  from: 'Clinic <voicemail@mg.example.com>',
  listId: 'voicemail.mg.example.com',
  recipients: [{ address: 'ana@example.com', name: 'Ana Ruiz' }, { address: 'bob@example.com' }],
  subject: 'Voicemail from +1 555-123-4567',
  text: 'words',
  html: '<p>words</p>',
};
const ALONE: Message = { ...MESSAGE, recipients: [{ address: 'ana@example.com' }] };

describe.each([...SUBJECTS, FIFTH])('$name', ({ name, start, create, answers }) => {
  let server: MailServer;
  let provider: EmailProvider;
  beforeEach(async () => {
    server = await start();
    provider = create(server.port);
  });
  afterEach(() => server.close());
  const send = (message: Message, time: Partial<SendOptions> = {}) =>
    provider.send(message, { timeoutMs: 60_000, ...time });
  const failure = async (message: Message, time: Parameters<typeof send>[1] = {}) => {
    const error = await send(message, time).catch((caught: unknown) => caught);
    if (error instanceof EmailSendError) return error;
    throw new Error(`not refused, but ${JSON.stringify(error)}`);
  };

  test('each recipient gets a mail of their own, in which nobody else is named', async () => {
    expect(await send(MESSAGE)).toMatchObject({ failed: [] });
    expect(server.mails.map(({ to }) => to)).toEqual(['Ana Ruiz <ana@example.com>', 'bob@example.com']);
    expect(server.mails.map(({ from, subject, text, html }) => ({ from, subject, text, html }))).toEqual(
      [1, 2].map(() => ({
        from: 'Clinic <voicemail@mg.example.com>',
        subject: MESSAGE.subject,
        text: 'words',
        html: '<p>words</p>',
      })),
    );
    for (const { headers } of server.mails) expect(headers['message-id']).toBe('<voicemail-1@mg.example.com>');
  });

  test('links of their own reach each recipient, and nobody has those of another', async () => {
    const link = `before ${placeholder('listen')} behind`;
    await send({
      ...MESSAGE,
      text: link,
      html: `<a href="${placeholder('listen')}">${placeholder('other')}</a>`,
      recipients: [
        { address: 'ana@example.com', values: { listen: 'https://example.com/1?a=$&b=%20', other: 'x' } },
        { address: 'bob@example.com', values: { listen: 'https://example.com/2', other: 'y' } },
      ],
    });
    expect(server.mails.map(({ text, html }) => [text, html])).toEqual([
      ['before https://example.com/1?a=$&b=%20 behind', '<a href="https://example.com/1?a=$&b=%20">x</a>'],
      ['before https://example.com/2 behind', '<a href="https://example.com/2">y</a>'],
    ]);
  });

  test.each([
    ['variables of Mailgun', '%recipient.secret% %recipient% %unsubscribe_url% %tag_unsubscribe_url%'],
    ['Liquid', '{{ x }} {% raw %}{{ y }}{% endraw %} {%- assign z = 1 -%} {{{{ {# c #} { {{'],
    ['tags of SendGrid', `-sub- [unsubscribe] <%asm_group_unsubscribe_raw_url%> $\{Twilio.Profile.firstName}`],
    ['quotes', '"quoted", \'single\'; \\backslash\\ <b>&amp;</b> <script>'],
    ['other scripts', 'مرحبا שלום 👩‍👩‍👧‍👦 é 漢字'],
    ['ends of messages', '.\n..\n.leading dots\nfrom here\n.'],
    ['encodings', '=?utf-8?q?=41?= =3D %0d%0a $& $1 $$'],
    ['long lines', `${'long '.repeat(1_000)}end`],
  ])('text of others arrives as it was written: %s', async (_what, text) => {
    const html = `<p title="${text.replace(/[<"]/g, '')}">${text.replaceAll('<', '&lt;')}</p>`;
    await send({ ...ALONE, subject: text.replaceAll('\n', ' '), text, html });
    const [mail] = server.mails;
    expect(mail).toMatchObject({ subject: text.replaceAll('\n', ' '), text, html });
  });

  test('no line break in a subject or name adds a header', async () => {
    await send({
      ...MESSAGE,
      subject: 'hello\r\nBcc: eve@example.com\r\n\r\n<b>',
      recipients: [{ address: 'ana@example.com', name: 'Ana' }],
    });
    const [mail] = server.mails;
    expect(mail?.subject).toBe('hello Bcc: eve@example.com <b>');
    expect(mail?.headers).not.toHaveProperty('bcc');
    expect(server.mails).toHaveLength(1);
  });

  test.each([
    [1, SOUND.length],
    [1, undefined],
    [2, SOUND.length],
    [2, undefined],
  ])('%i recipients get a recording of %s bytes unchanged', async (count, bytes) => {
    const recipients = MESSAGE.recipients.slice(0, count);
    await send({ ...MESSAGE, recipients, attachment: attach(SOUND, { bytes }) });
    expect(server.mails).toHaveLength(count);
    for (const { attachment } of server.mails) {
      expect(attachment).toMatchObject({ fileName: attach(SOUND).fileName, contentType: 'audio/mpeg' });
      expect(attachment?.content.equals(SOUND)).toBe(true);
    }
  });

  test('when one recipient is refused, the others get the mail, once', async () => {
    if ('replies' in server) (server as SmtpMailServer).replies = { [`RCPT TO:<${REFUSED}>`]: '550 5.1.1 unknown' };
    const recipients = ['ana@example.com', REFUSED, 'bob@example.com'].map((address) => ({ address }));
    const order = new ProviderOrder(readEnvironment({}), [provider]);
    const { settled, failure: rest } = await deliverMessage(
      order,
      recipients,
      (_provider, some) => ({ ...MESSAGE, recipients: some, attachment: attach(SOUND) }),
      { remaining: () => 60_000, within: (_ms, work) => work(new AbortController().signal) },
      UNLIMITED,
    );
    expect(rest).toBeUndefined();
    expect(settled).toHaveLength(3);
    expect(settled).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ address: 'ana@example.com', state: 'accepted' }),
        expect.objectContaining({ address: 'bob@example.com', state: 'accepted' }),
        expect.objectContaining({ address: REFUSED, state: 'refused', problem: 'recipient-refused' }),
      ]),
    );
    expect(server.mails.map(({ to }) => to).sort()).toEqual(['ana@example.com', 'bob@example.com']);
  });

  test.each(answers)('what it makes of %s', async (_what, prepare, expected) => {
    prepare(server as never);
    const error = await failure(ALONE);
    expect(error).toMatchObject(expected);
    expect(error.message).not.toContain('example.com');
    expect(error.detail).not.toContain('@');
    expect(await provider.diagnose(error, 1_000)).toHaveProperty('problem');
  });

  test.each<[Fault, boolean]>([
    ['reset when connected', false],
    ['reset within the message', false],
    ['reset after the message', true],
    ['closed after the message', true],
    ['garbage as answer', true],
  ])('a connection that is %s: whether the mail may be under way is %s', async (fault, deliveryUncertain) => {
    // More than the buffers of a connection hold, so that its middle is not its end.
    const large = Buffer.alloc(fault === 'reset within the message' ? 16_000_000 : 1_000, 'sound');
    const message = {
      ...ALONE,
      attachment: attach(large.subarray(0, Math.min(large.length, provider.maxMessageBytes * 0.7))),
    };
    server.nextFault = fault;
    expect(await failure(message)).toMatchObject({ kind: 'retryable', deliveryUncertain });
    expect(await send(ALONE)).toMatchObject({ failed: [] });
    expect(server.mails).toHaveLength(1);
  });

  test('a server that is not there is unreachable, and nothing is in doubt', async () => {
    await server.close();
    expect(await failure(ALONE)).toMatchObject({ kind: 'retryable', problem: 'unreachable', deliveryUncertain: false });
  });

  test('without an answer, it gives up when its time is over, in doubt', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      server.nextFault = 'no answer';
      const sending = failure(ALONE, { timeoutMs: 7_000 });
      while (server.nextFault !== undefined) await setImmediate();
      jest.advanceTimersByTime(7_000);
      expect(await sending).toMatchObject({ kind: 'retryable', deliveryUncertain: true });
      await closed(server);
    } finally {
      jest.useRealTimers();
    }
  });

  test('an abort ends it at once and leaves no connection', async () => {
    const controller = new AbortController();
    const silent = new Readable({ read: () => undefined });
    const sending = failure(
      { ...ALONE, attachment: attach(SOUND, { open: async () => silent }) },
      { signal: controller.signal },
    );
    await setImmediate();
    controller.abort(new Error('deadline'));
    expect(await sending).toMatchObject({ kind: 'retryable', deliveryUncertain: false });
    await closed(server);
    expect(server.mails).toEqual([]);
  });

  test('an abort before its beginning sends nothing', async () => {
    const error = await failure({ ...ALONE, attachment: attach(SOUND) }, { signal: AbortSignal.abort() });
    expect(error.deliveryUncertain).toBe(false);
    await closed(server);
    expect(server.mails).toEqual([]);
  });

  test.each([
    ['with a recording', SOUND],
    ['without one', undefined],
  ])('a mail %s is not taken before it is released, if the provider holds mails', async (_what, sound) => {
    if (!provider.holdsMessages) return expect(name).not.toBe('mailgun');
    const message = sound === undefined ? ALONE : { ...ALONE, attachment: attach(sound) };
    let release: (goes: boolean) => void = () => undefined;
    const sending = send(message, { release: new Promise<boolean>((resolve) => (release = resolve)) });
    // As long as a mail takes that is not held.
    await send({ ...ALONE, subject: 'Other' });
    await send({ ...ALONE, subject: 'Other' });
    expect(server.mails.map(({ subject }) => subject)).toEqual(['Other', 'Other']);
    release(true);
    expect(await sending).toMatchObject({ failed: [] });
    expect(server.mails).toHaveLength(3);
    expect(server.mails[2]?.attachment?.content).toEqual(sound);
  });

  test('a mail that is withheld is not taken, and the next one is, if the provider holds mails', async () => {
    if (!provider.holdsMessages) return expect(name).not.toBe('mailgun');
    const release = Promise.resolve(false);
    expect(await failure({ ...ALONE, attachment: attach(SOUND) }, { release })).toMatchObject({
      kind: 'retryable',
      deliveryUncertain: false,
    });
    await closed(server);
    expect(server.mails).toEqual([]);
    await send({ ...ALONE, attachment: attach(SOUND) });
    expect(server.mails[0]?.attachment?.content.equals(SOUND)).toBe(true);
  });

  test('a recording that opens only after an abort is closed', async () => {
    const controller = new AbortController();
    const late = Readable.from([SOUND]);
    let opened: (stream: Readable) => void = () => undefined;
    const open = () => new Promise<Readable>((resolve) => (opened = resolve));
    const sending = failure({ ...ALONE, attachment: attach(SOUND, { open }) }, { signal: controller.signal });
    await setImmediate();
    controller.abort(new Error('deadline'));
    expect(await sending).toMatchObject({ deliveryUncertain: false });
    opened(late);
    await setImmediate();
    expect(late.destroyed).toBe(true);
  });

  test.each<[string, Partial<Attachment>]>([
    ['breaks off', { open: async () => Readable.from(broken(), { objectMode: false }) }],
    ['ends early', { bytes: SOUND.length + 1 }],
    ['is longer than was said', { bytes: SOUND.length - 1 }],
  ])('a recording that %s is not sent, and the next mail is', async (_what, overrides) => {
    for (const recipients of [ALONE.recipients, MESSAGE.recipients])
      expect(await failure({ ...MESSAGE, recipients, attachment: attach(SOUND, overrides) })).toMatchObject({
        code: 'recording-interrupted',
        kind: 'retryable',
        deliveryUncertain: false,
        isIncomplete: true,
      });
    await closed(server);
    expect(server.mails).toEqual([]);
    await send({ ...ALONE, attachment: attach(SOUND) });
    expect(server.mails[0]?.attachment?.content.equals(SOUND)).toBe(true);
  });

  test('a recording that cannot be had is passed on as that', async () => {
    const open = () => Promise.reject(new RecordingUnavailable(false, undefined));
    await expect(send({ ...ALONE, attachment: attach(SOUND, { open }) })).rejects.toBeInstanceOf(RecordingUnavailable);
    await closed(server);
    expect(server.mails).toEqual([]);
  });

  test('no connection is kept for a later mail', async () => {
    await send(ALONE);
    await closed(server);
    await send(ALONE);
    expect(server.connections.opened).toBe(2);
    expect(server.mails).toHaveLength(2);
  });

  test('headers let mailboxes sort it, and no absence is answered', async () => {
    await send(ALONE);
    expect(server.mails[0]?.headers).toMatchObject({
      'list-id': '<voicemail.mg.example.com>',
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
    });
  });

  if (name !== 'twilio')
    test('replies go where they are read', async () => {
      await send({ ...ALONE, replyTo: 'desk@example.com, bo@example.com' });
      expect(server.mails[0]?.replyTo).toBe('desk@example.com, bo@example.com');
    });
});

function* broken(): Generator<Buffer> {
  yield SOUND.subarray(0, 100_000);
  throw new Error('the recording breaks off');
}

/** Waits until the server has no connection any more. */
async function closed({ connections }: MailServer): Promise<void> {
  while (connections.open > 0) await setImmediate();
}
