import { randomBytes } from 'node:crypto';
import type { SendGridRequest } from '../../src/mail/sendgrid-request';
import { openProviders, type ProvidersSetup, SENDER, SENDGRID_KEY } from './providers-setup';

const PLAIN = {
  personalizations: [{ to: [{ email: 'ana@example.com' }] }],
  from: { email: SENDER, name: 'Voicemail' },
  subject: 'Hi',
  content: [
    { type: 'text/plain', value: 'Words' },
    { type: 'text/html', value: '<p>Words</p>' },
  ],
} satisfies SendGridRequest;

describe("SendGrid's Mail Send", () => {
  let setup: ProvidersSetup;
  beforeEach(async () => {
    setup = await openProviders();
  });
  afterEach(() => setup.close());

  const post = (body: string | Buffer, headers: Record<string, string> = {}, host = 'api.sendgrid.com') =>
    setup.request(`${host}/v3/mail/send`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${SENDGRID_KEY}`, 'Content-Type': 'application/json', ...headers },
      body: new Uint8Array(Buffer.from(body)),
    });
  const send = (request: object) => post(JSON.stringify({ ...PLAIN, ...request }));
  const errors = async (answer: Response) =>
    ((await answer.json()) as { errors: { message: string; field: string | null; help: null }[] }).errors;

  it('answers 202 with an id and no body, and puts the mail into the mailbox', async () => {
    const answer = await send({ reply_to: { email: 'desk@example.org', name: 'Desk' }, headers: { 'X-Call': 'CA1' } });
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    expect(answer.headers.get('x-message-id')).toMatch(/^[\w.-]{14,}$/);
    const [mail] = setup.mailbox.list();
    expect(mail).toMatchObject({ to: ['ana@example.com'], from: `Voicemail <${SENDER}>`, subject: 'Hi' });
    const parsed = await setup.mailbox.parsed(mail!.id);
    expect([parsed?.text.trim(), parsed?.html.trim()]).toEqual(['Words', '<p>Words</p>']);
    expect(parsed?.headers).toContainEqual({ name: 'Reply-To', value: 'Desk <desk@example.org>' });
    expect(parsed?.headers).toContainEqual({ name: 'X-Call', value: 'CA1' });
    expect(setup.problems()).toEqual([]);
  });

  it('gives each personalization a copy of its own, with its substitutions, headers and subject', async () => {
    const answer = await send({
      personalizations: [
        {
          to: [{ email: 'ana@example.com', name: 'Ana' }],
          substitutions: { '-name-': 'Ana' },
          headers: { 'X-A': '1' },
        },
        { to: [{ email: 'bob@example.com' }], substitutions: { '-name-': '$& -name-' }, subject: 'For -name-' },
      ],
      headers: { 'X-A': '0', 'Message-ID': '<one@example.org>' },
      content: [{ type: 'text/plain', value: 'Dear -name-, -other-' }],
      custom_args: { message: 'one' },
      categories: ['voicemail'],
    });
    expect(answer.status).toBe(202);
    const mails = await Promise.all(
      setup.mailbox.list().map(async ({ id, to, subject }) => {
        const { text, headers } = (await setup.mailbox.parsed(id))!;
        const header = (name: string) => headers.find((one) => one.name === name)?.value;
        return [to, subject, text.trim(), header('X-A'), header('Message-ID')];
      }),
    );
    expect(mails.reverse()).toEqual([
      [['ana@example.com'], 'Hi', 'Dear Ana, -other-', '1', '<one@example.org>'],
      [['bob@example.com'], 'For $& -name-', 'Dear $& -name-, -other-', '0', '<one@example.org>'],
    ]);
    const raw = (await setup.mailbox.read(setup.mailbox.list()[0]!.id))!.toString();
    expect(raw).not.toContain('ana@example.com');
    expect(setup.mail.sendgrid.requests).toEqual([
      expect.objectContaining({
        status: 202,
        recipients: ['ana@example.com', 'bob@example.com'],
        categories: ['voicemail'],
        customArgs: [{ message: 'one' }, { message: 'one' }],
      }),
    ]);
  });

  it('keeps an attachment to the byte', async () => {
    const content = randomBytes(300_001);
    const file = { content: content.toString('base64'), filename: 'Nachricht für Ána.mp3', type: 'audio/mpeg' };
    expect((await send({ attachments: [file] })).status).toBe(202);
    const [mail] = setup.mailbox.list();
    expect(mail!.attachments).toEqual([{ name: file.filename, type: file.type, size: content.length }]);
    expect((await setup.mailbox.attachment(mail!.id, 0))?.content.equals(content)).toBe(true);
  });

  it('delivers nothing in sandbox mode, and answers 200', async () => {
    const answer = await send({ mail_settings: { sandbox_mode: { enable: true } } });
    expect(answer.status).toBe(200);
    expect(setup.mailbox.list()).toEqual([]);
  });

  it.each<[string, object, string | null, RegExp]>([
    ['a recipient', { personalizations: [] }, 'personalizations', /at least one personalization/],
    ['a To', { personalizations: [{ to: [] }] }, 'personalizations.0.to', /to array is required/],
    [
      'an address',
      { personalizations: [{ to: [{ email: 'ana@example.com' }] }, { to: [{ email: 'ana' }] }] },
      'personalizations.1.to.0.email',
      /must match format "email"/,
    ],
    [
      'an address that it knows',
      { personalizations: [{ to: [{ email: 'refused@example.com' }] }] },
      'personalizations.0.to.0.email',
      /Does not contain a valid address/,
    ],
    [
      'an address once',
      { personalizations: [{ to: [{ email: 'a@b.com' }], cc: [{ email: 'A@b.com' }] }] },
      'personalizations',
      /should be unique/,
    ],
    ['a subject', { subject: undefined }, 'subject', /subject is required/],
    ['content', { content: [] }, 'content', /content parameter is required/],
    ['text before HTML', { content: [...PLAIN.content].reverse() }, 'content', /text\/plain must be first/],
    ['known names', { replyTo: { email: SENDER } }, 'replyTo', /Additional property replyTo is not allowed/],
    [
      'known names within',
      { attachments: [{ content: 'YQ==', filename: 'a', contentType: 'x' }] },
      'attachments.0.contentType',
      /not allowed/,
    ],
    ['base64', { attachments: [{ content: 'a', filename: 'a' }] }, 'attachments.0.content', /must be base64 encoded/],
    [
      'a file name of one line',
      { attachments: [{ content: 'YQ==', filename: 'a\r\nBcc: x' }] },
      'attachments.0.filename',
      /CRLF/,
    ],
    ['headers of its own', { headers: { 'reply-TO': SENDER } }, 'headers', /reserved keys/],
    ['headers that are text', { headers: { 'X-A': 1 } }, 'headers', /must be strings/],
    ['ASCII in names of headers', { headers: { 'X-Grüße': 'a' } }, 'headers', /non-ASCII/],
    ['few categories', { categories: Array.from({ length: 11 }, (_, n) => `c${n}`) }, 'categories', /10 items/],
    ['categories once', { categories: ['a', 'a'] }, 'categories', /duplicate/],
    ['small arguments', { custom_args: { a: 'x'.repeat(10_000) } }, 'personalizations.0.custom_args', /10,000 bytes/],
    ['a short address', { from: { email: `${'a'.repeat(320)}@b.com` } }, 'from', /320 characters/],
  ])('asks for %s', async (_what, request, field, message) => {
    const answer = await send(request);
    expect(answer.status).toBe(400);
    expect(await errors(answer)).toContainEqual({ field, message: expect.stringMatching(message), help: null });
    expect(setup.mailbox.list()).toEqual([]);
    expect(setup.problems()).toHaveLength(1);
  });

  it('refuses what it does not model, and says so in the log as an error', async () => {
    expect((await send({ send_at: 1 })).status).toBe(400);
    expect((await setup.request('api.sendgrid.com/v3/templates')).status).toBe(404);
    expect(setup.world.eventLog.entries().map(({ level }) => level)).toEqual(['error', 'error']);
  });

  it.each([
    ['no key', { Authorization: '' }, 'api.sendgrid.com'],
    ['a wrong key', { Authorization: 'Bearer SG.x' }, 'api.sendgrid.com'],
    ['another scheme', { Authorization: `Basic ${SENDGRID_KEY}` }, 'api.sendgrid.com'],
    ["the other region's host", {}, 'api.eu.sendgrid.com'],
  ])('refuses %s with its own error', async (_what, headers, host) => {
    const answer = await post(JSON.stringify(PLAIN), headers as Record<string, string>, host);
    expect(answer.status).toBe(401);
    expect(await errors(answer)).toEqual([
      { message: 'The provided authorization grant is invalid, expired, or revoked', field: null, help: null },
    ]);
    expect(setup.mailbox.list()).toEqual([]);
  });

  it('takes an EU subuser’s key at the EU host, and a verified sender alone', async () => {
    await setup.close();
    setup = await openProviders({ sendgrid: { keys: [SENDGRID_KEY], region: 'eu', senderDomains: ['example.net'] } });
    const from = (email: string) => post(JSON.stringify({ ...PLAIN, from: { email } }), {}, 'api.eu.sendgrid.com');
    expect((await from('a@example.net')).status).toBe(202);
    const answer = await from(SENDER);
    expect(answer.status).toBe(403);
    expect(await errors(answer)).toEqual([
      { message: expect.stringContaining('verified Sender Identity'), field: 'from', help: null },
    ]);
  });

  it.each([
    ['a form', 'a=b', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
    ['broken UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), {}, 415],
    ['broken JSON', '{', {}, 400],
  ] as [string, string | Buffer, Record<string, string>, number][])(
    'refuses %s',
    async (_what, body, headers, status) => {
      const answer = await post(body, headers);
      expect(answer.status).toBe(status);
      expect(await errors(answer)).toHaveLength(1);
    },
  );

  it('refuses 30 MB, as the proxy in front of it does', async () => {
    const body = Buffer.alloc(30_000_000, ' ');
    body.write(JSON.stringify(PLAIN));
    const answer = await post(body);
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([413, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('<h1>413 Request Entity Too Large</h1>');
    expect((await post(body.subarray(0, -1))).status).toBe(202);
  });

  it('limits the requests in a minute, and says when it goes on', async () => {
    setup.mail.sendgrid.requestsPerMinute = 1;
    const first = await send({});
    const second = await send({});
    expect([first.status, second.status]).toEqual([202, 429]);
    expect(first.headers.get('X-RateLimit-Remaining')).toBe('0');
    expect(second.headers.get('X-RateLimit-Limit')).toBe('1');
    const reset = Number(second.headers.get('X-RateLimit-Reset')) * 1000;
    expect(reset).toBeGreaterThan(Date.now() - 60_000);
    expect(reset % 60_000).toBe(0);
    expect(await errors(second)).toEqual([{ message: 'too many requests', field: null, help: null }]);
  });

  it('reads slowly when configured to', async () => {
    setup.mail.sendgrid.throttle = { latencyMs: 40, bytesPerSecond: 500_000 };
    const began = Date.now();
    await send({ attachments: [{ content: Buffer.alloc(48_000).toString('base64'), filename: 'x.wav' }] });
    expect(Date.now() - began).toBeGreaterThanOrEqual(160);
  });
});
