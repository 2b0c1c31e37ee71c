import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import FakeTimers from '@sinonjs/fake-timers';
import { createTransport } from 'nodemailer';
import { type Mailbox, openMailbox } from '../../src/mail/mailbox';
import { type Smtp, type SmtpOptions, startSmtp } from '../../src/mail/smtp';
import type { MailFault } from '../../src/world/types';
import { createWorld, type SandboxWorld } from '../../src/world/world';

const PLAIN = { from: 'Voicemail <v@example.org>', to: 'ana@example.com', subject: 'Hi', text: 'Words' };
const USERS = { 'ana@example.org': 'p@ss:word/1' };

describe('the mail server', () => {
  let directory: string;
  let world: SandboxWorld;
  let mailbox: Mailbox;
  let smtp: Smtp | undefined;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'smtp-test-'));
    world = createWorld();
    mailbox = openMailbox(directory);
  });
  afterEach(async () => {
    await smtp?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const start = async (options: Partial<SmtpOptions> = {}) => {
    smtp = await startSmtp({ world, mailbox, ...options });
    return smtp;
  };
  type Failure = Error & { code?: string; command?: string; responseCode?: number; rejected?: string[] };
  /** Of a mail that was not sent to everybody. */
  const failure = (work: Promise<{ rejectedErrors?: Failure[] }>): Promise<Failure> =>
    work.then(
      ({ rejectedErrors = [] }) => rejectedErrors[0]!,
      (error: Failure) => error,
    );
  const send = (mail: object = {}, url = smtp!.url) =>
    createTransport({ url, tls: { rejectUnauthorized: false } }).sendMail({ ...PLAIN, ...mail });
  /** One command after each reply. @returns the replies */
  const converse = (commands: string[]) =>
    new Promise<string[]>((resolve) => {
      const replies: string[] = [];
      const left = [...commands, 'QUIT'];
      const socket = connect(smtp!.port, '127.0.0.1')
        .on('data', (chunk: Buffer) => {
          replies.push(chunk.toString());
          socket.write(`${left.shift()}\r\n`);
        })
        .on('close', () => resolve(replies));
    });
  const texts = () => Promise.all(mailbox.list().map(async ({ id }) => (await mailbox.parsed(id))!.text.trim()));

  it('puts a mail into the mailbox, to the byte, with all who get it', async () => {
    await start();
    const content = randomBytes(300_001);
    const attachments = [{ filename: 'Ána.mp3', contentType: 'audio/mpeg', content }];
    const sent = await send({ bcc: 'bob@example.com', text: '.\r\n..two dots\r\n', attachments });
    expect(sent.response).toMatch(/^250 2\.0\.0 Ok: queued as \d+-\d+$/);
    const [mail] = mailbox.list();
    expect(mail).toMatchObject({
      to: ['ana@example.com'],
      recipients: ['ana@example.com', 'bob@example.com'],
      from: PLAIN.from,
      subject: 'Hi',
      attachments: [{ name: 'Ána.mp3', type: 'audio/mpeg', size: content.length }],
    });
    expect((await mailbox.attachment(mail!.id, 0))?.content.equals(content)).toBe(true);
    expect(await texts()).toEqual(['.\n..two dots']);
    expect(smtp!.requests).toEqual([expect.objectContaining({ status: 250, bytes: mail!.size })]);
  });

  it.each(['none', 'starttls', 'implicit'] as const)(
    'takes the right password over TLS %s, and no other',
    async (tls) => {
      const { url } = await start({ tls, users: USERS });
      expect(url).toMatch(tls === 'implicit' ? /^smtps:/ : /^smtp:/);
      await send();
      expect(mailbox.list()).toHaveLength(1);
      const wrong = await failure(send({}, url.replace('word', 'sword')));
      expect(wrong).toMatchObject({ code: 'EAUTH', responseCode: 535 });
      const anonymous = new URL(url);
      anonymous.username = '';
      anonymous.password = '';
      expect(await failure(send({}, anonymous.href))).toMatchObject({ responseCode: 530 });
      expect(mailbox.list()).toHaveLength(1);
    },
  );

  it('takes no password in the clear where there is STARTTLS', async () => {
    const { url } = await start({ tls: 'starttls', users: USERS });
    const refused = await failure(createTransport({ url, ignoreTLS: true }).sendMail(PLAIN));
    expect(refused.responseCode).toBe(538);
  });

  it('has a certificate that nobody trusts', async () => {
    const { url } = await start({ tls: 'implicit' });
    await expect(createTransport({ url }).sendMail(PLAIN)).rejects.toThrow(/certificate/);
  });

  it('refuses a recipient, and takes the mail for the others', async () => {
    await start();
    const to = ['ana@example.com', 'refused@example.com', 'greylisted@example.com'];
    const sent = (await send({ to })) as unknown as { accepted: string[]; rejectedErrors: Failure[] };
    expect(sent.accepted).toEqual(['ana@example.com']);
    expect(
      sent.rejectedErrors.map(({ responseCode, message }) => [responseCode, /\d\.\d\.\d/.exec(message)?.[0]]),
    ).toEqual([
      [550, '5.1.1'],
      [451, '4.7.1'],
    ]);
    expect(mailbox.list().map(({ recipients }) => recipients)).toEqual([['ana@example.com']]);
  });

  it('takes a greylisted recipient’s mail when it comes again after a minute', async () => {
    await start();
    const clock = FakeTimers.install({ now: Date.UTC(2026, 10, 23), toFake: ['Date'] });
    try {
      const sendAgain = () => failure(send({ to: 'greylisted@example.com' }));
      expect((await sendAgain()).responseCode).toBe(451);
      clock.tick(59_999);
      expect((await sendAgain()).responseCode).toBe(451);
      clock.tick(1);
      expect(await sendAgain()).toBeUndefined();
    } finally {
      clock.uninstall();
    }
  });

  it('returns a mail to a full mailbox to its sender', async () => {
    await start();
    await send({ to: 'mailbox-full@example.com', messageId: '<one@example.org>' });
    const report = mailbox.list().find(({ to }) => to.includes('v@example.org'));
    expect(report?.subject).toBe('Undelivered Mail Returned to Sender');
    const raw = (await mailbox.read(report!.id))!.toString();
    expect(raw).toContain('Final-Recipient: rfc822; mailbox-full@example.com\r\nAction: failed\r\nStatus: 5.2.2');
    expect(raw).toContain('In-Reply-To: <one@example.org>');
  });

  it('announces its size, and refuses a larger mail at once or when it has read it', async () => {
    await start({ maxMessageBytes: 10_000 });
    const replies = await converse(['EHLO x', 'MAIL FROM:<a@b.com> SIZE=10001']);
    expect(replies.join()).toMatch(/250[- ]SIZE 10000\r\n.*552 /s);
    expect(smtp!.requests).toHaveLength(0);
    const attachments = [{ filename: 'a', content: randomBytes(10_000) }];
    expect(await failure(send({ attachments }))).toMatchObject({ responseCode: 552 });
    expect(smtp!.requests).toEqual([expect.objectContaining({ status: 552 })]);
    expect(mailbox.list()).toEqual([]);
  });

  it('sends for its own domains alone', async () => {
    await start({ senderDomains: ['example.org'] });
    await send();
    expect(await failure(send({ from: 'a@example.net' }))).toMatchObject({ responseCode: 550, command: 'MAIL FROM' });
  });

  it.each<[string, MailFault, Partial<Failure>, number]>([
    ['MAIL FROM is answered 452', { when: 'before-body', status: 452 }, { responseCode: 452, command: 'MAIL FROM' }, 0],
    ['MAIL FROM is answered 421', { when: 'before-body', status: 421, body: '4.3.2 Away' }, { responseCode: 421 }, 0],
    ['the connection is reset at MAIL FROM', { when: 'before-body' }, { responseCode: undefined }, 0],
    ['the data is answered 554', { when: 'after-body', status: 554 }, { responseCode: 554, command: 'DATA' }, 0],
    ['the connection is reset after the data', { when: 'after-body' }, { responseCode: undefined }, 0],
    ['the data is answered 451, and delivered', { when: 'after-delivery', status: 451 }, { responseCode: 451 }, 1],
    ['the reply to delivered data is lost', { when: 'after-delivery' }, { responseCode: undefined }, 1],
  ])('can fail on purpose: %s', async (_what, fault, expected, delivered) => {
    await start();
    world.faults.mail({ provider: 'smtp', times: 1, ...fault });
    const error = await failure(send());
    expect(error?.message).toEqual(expect.any(String));
    expect({ ...error, responseCode: error.responseCode }).toMatchObject(expected);
    if (fault.body) expect(error.message).toContain('4.3.2 Away');
    expect(mailbox.list()).toHaveLength(delivered);
    expect(await failure(send())).toBeUndefined();
    expect(mailbox.list()).toHaveLength(delivered + 1);
  });

  it('reads slowly when a fault says so', async () => {
    await start();
    world.faults.mail({ bytesPerSecond: 200_000, times: 1 });
    const began = Date.now();
    await send({ attachments: [{ filename: 'a', content: randomBytes(30_000) }] });
    expect(Date.now() - began).toBeGreaterThanOrEqual(180);
    expect(mailbox.list()).toHaveLength(1);
  });

  it('takes nothing of a mail that breaks off, and no session stays open', async () => {
    const { port } = await start();
    const lines = ['EHLO x', 'MAIL FROM:<a@b.com>', 'RCPT TO:<c@d.com>', 'DATA'];
    const refused = new Promise<void>((resolve) => {
      world.eventLog.subscribe(({ text }) => {
        if (text.startsWith('SMTP refused the data')) resolve();
      });
    });
    const socket = connect(port, '127.0.0.1').on('data', (chunk: Buffer) => {
      if (/^354/m.test(chunk.toString())) socket.write('Subject: Half\r\n\r\nof it', () => socket.destroy());
      else if (/^2\d\d /m.test(chunk.toString())) socket.write(`${lines.shift()}\r\n`);
    });
    await refused;
    expect(mailbox.list()).toEqual([]);
    while (world.activity.running > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
