import { randomBytes } from 'node:crypto';
import FakeTimers from '@sinonjs/fake-timers';
import { DEFAULT_ACCOUNT } from '../../src/world/defaults';
import { basic, openProviders, type ProvidersSetup, SENDER } from './providers-setup';

const PLAIN = {
  from: { address: SENDER, name: 'Voicemail' },
  to: [{ address: 'ana@example.com' } as object],
  content: { subject: 'Hi', html: '<p>Words</p>', text: 'Words' } as Record<string, unknown>,
};
const FROM_ACCOUNT = basic(DEFAULT_ACCOUNT.accountSid, DEFAULT_ACCOUNT.authToken);

describe("Twilio's Email API", () => {
  let setup: ProvidersSetup;
  beforeEach(async () => {
    setup = await openProviders();
  });
  afterEach(() => setup.close());

  const post = (body: string | Buffer, headers: Record<string, string> = {}, host = 'comms.twilio.com') =>
    setup.request(`${host}/v1/Emails`, {
      method: 'POST',
      headers: { Authorization: FROM_ACCOUNT, 'Content-Type': 'application/json', ...headers },
      body: new Uint8Array(Buffer.from(body)),
    });
  const send = (request: object) => post(JSON.stringify({ ...PLAIN, ...request }));
  const sendContent = (content: object, to: object[] = PLAIN.to) =>
    send({ to, content: { ...PLAIN.content, ...content } });
  const get = async (path: string) => {
    const answer = await setup.request(`comms.twilio.com/v1/Emails${path}`, {
      headers: { Authorization: FROM_ACCOUNT },
    });
    return { status: answer.status, body: await answer.json() };
  };
  const errors = async (answer: Response) =>
    ((await answer.json()) as { errors: { code: number; message: string; context: string | null }[] }).errors;

  it('answers 202 with an operation and its address, and puts the mail into the mailbox', async () => {
    const answer = await sendContent({ headers: { 'Message-ID': '<one@example.org>', 'X-Call': 'CA1' } });
    const { operationId, operationLocation } = (await answer.json()) as Record<string, string>;
    expect(answer.status).toBe(202);
    expect(operationId).toMatch(/^comms_operation_[0-7][a-hjkmnpqrstv-z0-9]{25}$/);
    expect(operationLocation).toBe(`https://comms.twilio.com/v1/Emails/Operations/${operationId}`);
    expect(answer.headers.get('Location')).toBe(operationLocation);
    const [mail] = setup.mailbox.list();
    expect(mail).toMatchObject({ to: ['ana@example.com'], from: `Voicemail <${SENDER}>`, subject: 'Hi' });
    const parsed = await setup.mailbox.parsed(mail!.id);
    expect([parsed?.text.trim(), parsed?.html.trim()]).toEqual(['Words', '<p>Words</p>']);
    expect(parsed?.headers).toContainEqual({ name: 'Message-ID', value: '<one@example.org>' });
    expect(parsed?.headers).toContainEqual({ name: 'X-Call', value: 'CA1' });
    expect(setup.problems()).toEqual([]);
  });

  it('takes an API key, and requests by way of an edge', async () => {
    const key = { Authorization: basic(DEFAULT_ACCOUNT.apiKeySid, DEFAULT_ACCOUNT.apiKeySecret) };
    expect((await post(JSON.stringify(PLAIN), key)).status).toBe(202);
    expect((await post(JSON.stringify(PLAIN), {}, 'comms.dublin.us1.twilio.com')).status).toBe(202);
    expect(setup.world.requests.map(({ host }) => host)).toEqual(['comms.twilio.com', 'comms.dublin.us1.twilio.com']);
    const other = await post(JSON.stringify(PLAIN), { Authorization: basic(DEFAULT_ACCOUNT.accountSid, 'x') });
    expect([other.status, await other.json()]).toEqual([401, expect.objectContaining({ code: 20003 })]);
    expect(setup.mailbox.list()).toHaveLength(2);
  });

  it('fills in each recipient’s variables in subject, texts and headers, once', async () => {
    await sendContent(
      {
        subject: 'For {{ name }}',
        html: '<p>{{ name }}</p>',
        text: 'Dear {{ name | default: "you" }}{% if vip %}!{% endif %}',
        headers: { 'X-Name': '{{name}}' },
      },
      [
        { address: 'ana@example.com', variables: { name: '{{ 1 | plus: 1 }}<b>', vip: 'yes' } },
        { address: 'bob@example.com' },
      ],
    );
    const mails = await Promise.all(
      setup.mailbox.list().map(async ({ id, to, subject }) => {
        const { text, html, headers } = (await setup.mailbox.parsed(id))!;
        return [
          to,
          subject.trim(),
          text.trim(),
          html.trim(),
          headers.find(({ name }) => name === 'X-Name')?.value ?? '',
        ];
      }),
    );
    expect(mails.reverse()).toEqual([
      [
        ['ana@example.com'],
        'For {{ 1 | plus: 1 }}<b>',
        'Dear {{ 1 | plus: 1 }}<b>!',
        '<p>{{ 1 | plus: 1 }}<b></p>',
        '{{ 1 | plus: 1 }}<b>',
      ],
      [['bob@example.com'], 'For', 'Dear you', '<p></p>', ''],
    ]);
  });

  it('carries out what a caller writes, where it was not escaped', async () => {
    await sendContent({
      text: 'A message of {{ 6 | times: 7 }} words{% comment %}, the rest is silence{% endcomment %}.',
    });
    expect(await setup.texts()).toEqual(['A message of 42 words.']);
    const answer = await sendContent({ text: 'Smile {{ or {% not' });
    expect(answer.status).toBe(400);
    expect(await errors(answer)).toEqual([
      expect.objectContaining({ code: 20001, context: '$.content.text', message: expect.stringContaining('Liquid') }),
    ]);
  });

  it('shows what is raw as it was written', async () => {
    await sendContent({ text: '{% raw %}{{ name }} {% if %}{% endraw %}' });
    expect(await setup.texts()).toEqual(['{{ name }} {% if %}']);
  });

  it('makes a text of the HTML where there is none', async () => {
    await send({ content: { subject: 'Hi', html: '<style>p{}</style><p>Many <b>words</b></p>' } });
    expect(await setup.texts()).toEqual(['Many words']);
  });

  it('keeps an attachment to the byte', async () => {
    const content = randomBytes(300_001);
    const file = { filename: 'Ána.mp3', contentType: 'audio/mpeg', content: content.toString('base64') };
    expect((await sendContent({ attachments: [file] })).status).toBe(202);
    const kept = await setup.mailbox.attachment(setup.mailbox.list()[0]!.id, 0);
    expect(kept).toMatchObject({ name: 'Ána.mp3', type: 'audio/mpeg' });
    expect(kept?.content.equals(content)).toBe(true);
  });

  it.each<[string, object, string, RegExp]>([
    ['HTML', { content: { subject: 'Hi', text: 'Words' } }, '$.content', /html/],
    ['a subject', { content: { html: 'Hi' } }, '$.content', /subject/],
    ['the sender’s name', { from: { address: SENDER } }, '$.from', /name/],
    ['a recipient', { to: [] }, '$.to', /at least one/],
    ['an address', { to: [{ address: 'ana' }] }, '$.to[0].address', /email/],
    ['an address that it knows', { to: [{ address: 'refused@example.com' }] }, '$.to[0].address', /not a valid email/],
    ['known names', { replyTo: { address: SENDER } }, '$', /replyTo/],
    [
      'variables that are text',
      { to: [{ address: 'a@b.com', variables: { n: 1 } }] },
      '$.to[0].variables.n',
      /must be string/,
    ],
    ['short tags', { tags: { 'a@b': 'c' } }, '$.tags', /pattern|property name/],
    ['plain tags', { tags: { id: '<one@example.org>' } }, '$.tags.id', /pattern/],
    [
      'ten tags',
      { tags: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`t${n}`, 'x'])) },
      '$.tags',
      /10 properties/,
    ],
    [
      'headers of its own',
      { content: { ...PLAIN.content, headers: { 'Reply-To': SENDER } } },
      '$.content.headers.Reply-To',
      /cannot be overridden/,
    ],
    [
      'base64',
      { content: { ...PLAIN.content, attachments: [{ filename: 'a', contentType: 'b', content: 'c' }] } },
      '$.content.attachments[0].content',
      /byte/,
    ],
  ])('asks for %s', async (_what, request, context, message) => {
    const answer = await send(request);
    expect(answer.status).toBe(400);
    expect(await errors(answer)).toContainEqual({
      code: 20001,
      context,
      message: expect.stringMatching(message),
      infoUrl: 'https://www.twilio.com/docs/api/errors/20001',
    });
    expect(setup.mailbox.list()).toEqual([]);
    expect(setup.problems()).toHaveLength(1);
  });

  it('names all that is wrong at once', async () => {
    const answer = await send({ from: { address: SENDER }, content: {} });
    expect((await errors(answer)).length).toBeGreaterThanOrEqual(3);
  });

  it('refuses other senders than those of the verified domains', async () => {
    await setup.close();
    setup = await openProviders({ twilio: { senderDomains: ['example.net'] } });
    expect((await send({ from: { address: 'a@example.net', name: 'A' } })).status).toBe(202);
    expect(await errors(await send({}))).toEqual([expect.objectContaining({ context: '$.from.address' })]);
  });

  it('refuses more than 5 MB, forms and broken JSON', async () => {
    const body = Buffer.alloc(5_000_001, ' ');
    body.write(JSON.stringify(PLAIN));
    expect((await post(body)).status).toBe(413);
    expect((await post(body.subarray(0, -1))).status).toBe(202);
    expect((await post('a=b', { 'Content-Type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await post('{')).status).toBe(400);
  });

  it('lists emails by operation, tags, status and time, page by page', async () => {
    const tags = { message: 'one', kind: 'voicemail' };
    const sent = await send({ to: [{ address: 'ana@example.com' }, { address: 'mailbox-full@example.com' }], tags });
    const { operationId } = (await sent.json()) as { operationId: string };
    await send({ tags: { message: 'two', kind: 'voicemail' } });
    const list = async (query: string) => {
      const { status, body } = await get(`?${query}`);
      expect(status).toBe(200);
      return (body.emails as { to: { address: string }[]; status: string }[]).map(
        (email) => `${email.to[0]!.address} ${email.status}`,
      );
    };
    const both = ['mailbox-full@example.com UNDELIVERED', 'ana@example.com DELIVERED'];
    expect(await list(`operationId=${operationId}`)).toEqual(both);
    expect(await list('tags=kind:voicemail;message:one;')).toEqual(both);
    expect(await list('tags=message:three;')).toEqual([]);
    expect(await list('tags=message:one;&status=UNDELIVERED')).toEqual(both.slice(0, 1));
    expect(await list('startDate=2100-01-01T00:00:00Z')).toEqual([]);

    const first = (await get('?pageSize=2')).body;
    expect(first.emails).toHaveLength(2);
    await send({});
    const second = (await get(`?pageSize=2&pageToken=${first.pagination.next}`)).body;
    expect(second.emails.map((email: { to: { address: string }[] }) => email.to[0]!.address)).toEqual([
      'ana@example.com',
    ]);
    expect(second.pagination.next).toBeNull();
    expect(setup.problems()).toEqual([]);
  });

  it.each(['tags=message:one', 'tags=a@b:c;', 'pageSize=1001', 'pageToken=x', 'status=SPAM', 'tag=x'])(
    'refuses to list by %s',
    async (query) => {
      await send({});
      const { status, body } = await get(`?${query}`);
      expect(status).toBe(400);
      expect(body.errors).toHaveLength(1);
    },
  );

  it('shows an email and an operation on their way, until seven days later', async () => {
    const clock = FakeTimers.install({ now: Date.UTC(2026, 10, 23), toFake: ['Date'] });
    try {
      Object.assign(setup.mail.twilioEmail, { deliveryMs: 10_000, recordLagMs: 2_000 });
      const { operationId } = (await (await send({ tags: { a: 'b' } })).json()) as { operationId: string };
      const operation = async () => (await get(`/Operations/${operationId}`)).body;
      expect((await get('')).body.emails).toEqual([]);
      expect(await operation()).toMatchObject({ status: 'PROCESSING', stats: { total: 1, queued: 1, delivered: 0 } });
      clock.tick(5_000);
      const [email] = (await get('')).body.emails;
      expect(email).toMatchObject({ status: 'SENT', tags: { a: 'b' }, createdAt: '2026-11-23T00:00:00Z' });
      clock.tick(5_000);
      expect(await operation()).toMatchObject({ status: 'COMPLETED', stats: { sent: 0, delivered: 1 } });
      expect((await get(`/${email.id}`)).body).toMatchObject({
        status: 'DELIVERED',
        to: [{ address: 'ana@example.com' }],
        content: { subject: 'Hi', text: 'Words', html: '<p>Words</p>', attachments: [] },
      });
      expect((await get('/Operations')).body.operations).toEqual([await operation()]);
      clock.tick(7 * 86_400_000);
      expect((await get(`/${email.id}`)).status).toBe(404);
      expect((await get(`/Operations/${operationId}`)).status).toBe(404);
      expect((await get('')).body.emails).toEqual([]);
    } finally {
      clock.uninstall();
    }
  });

  it('knows no other ids, and nothing that is not modeled', async () => {
    expect((await get(`/comms_email_0${'1'.repeat(25)}`)).status).toBe(404);
    expect((await get('/x')).status).toBe(404);
    expect((await get('/a/b')).status).toBe(404);
    expect((await send({ schedule: { sendAt: ['2026-11-23T00:00:00Z'] } })).status).toBe(400);
  });
});
