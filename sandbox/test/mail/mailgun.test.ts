import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mailbox, openMailbox } from '../../src/mail/mailbox';
import { createMailgun, type Mailgun } from '../../src/mail/mailgun';
import { createFakeWorld, type FakeWorld, type RouterServer, serveRouters } from './fake-world';

const DOMAIN = 'mg.example.org';
const KEY = 'key-1';
const PLAIN = { from: 'Voicemail <voicemail@mg.example.org>', to: 'ana@example.com', subject: 'Hi', text: 'Words' };

describe("Mailgun's API", () => {
  let directory: string;
  let world: FakeWorld;
  let mailbox: Mailbox;
  let mailgun: Mailgun;
  let server: RouterServer;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'mailgun-test-'));
    world = createFakeWorld();
    mailbox = openMailbox(directory);
    mailgun = createMailgun({ world, mailbox, domains: { [DOMAIN]: KEY, 'other.example.org': 'key-2' } });
    server = await serveRouters({ '/api.mailgun.net': mailgun, '/api.eu.mailgun.net': mailgun });
  });
  afterEach(async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const basic = (key: string) => ({ Authorization: `Basic ${Buffer.from(`api:${key}`).toString('base64')}` });
  const form = (fields: Record<string, string | string[] | Blob>) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      for (const item of Array.isArray(value) ? value : [value]) {
        if (typeof item === 'string') body.append(name, item);
        else body.append(name, item, item instanceof File ? item.name : 'file');
      }
    }
    return body;
  };
  const send = (
    fields: Record<string, string | string[] | Blob>,
    { key = KEY, domain = DOMAIN, host = 'api.mailgun.net' } = {},
  ) =>
    fetch(`${server.url}/${host}/v3/${domain}/messages`, { method: 'POST', headers: basic(key), body: form(fields) });
  /** With an attachment of that size, in one piece: a `FormData` is read in many small ones. */
  const sendLarge = (bytes: number) => {
    const field = (name: string, rest = '') => `--b\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n`;
    const texts = Object.entries(PLAIN).map(([name, value]) => `${field(name)}${value}\r\n`);
    const head = Buffer.from(`${texts.join('')}${field('attachment', '; filename="x.wav"')}`);
    return fetch(`${server.url}/api.mailgun.net/v3/${DOMAIN}/messages`, {
      method: 'POST',
      headers: { ...basic(KEY), 'Content-Type': 'multipart/form-data; boundary=b' },
      body: Buffer.concat([head, Buffer.alloc(bytes), Buffer.from('\r\n--b--\r\n')]),
    });
  };
  const events = async (query: string) => {
    const answer = await fetch(`${server.url}/api.mailgun.net/v3/${DOMAIN}/events?${query}`, { headers: basic(KEY) });
    return { status: answer.status, body: await answer.json() };
  };
  const problems = () => world.eventLog.entries().filter(({ level }) => level !== 'info');

  it('queues a message, answers as Mailgun does and puts it into the mailbox', async () => {
    const answer = await send({ ...PLAIN, html: '<p>Words</p>', 'h:Reply-To': 'desk@example.org', 'v:call': 'CA1' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      id: expect.stringMatching(/^<\d{14}\.1\.[0-9A-F]{16}@mg\.example\.org>$/),
      message: 'Queued. Thank you.',
    });
    const [mail] = mailbox.list();
    expect(mail).toMatchObject({ to: ['ana@example.com'], from: PLAIN.from, subject: 'Hi' });
    const parsed = await mailbox.parsed(mail?.id ?? '');
    expect(parsed?.text.trim()).toBe('Words');
    expect(parsed?.html).toContain('<p>Words</p>');
    expect(parsed?.headers).toContainEqual({ name: 'Reply-To', value: 'desk@example.org' });
    expect(parsed?.headers).toContainEqual({ name: 'X-Mailgun-Variables', value: '{"call":"CA1"}' });
    expect(world.eventLog.entries().at(-1)?.text).toMatch(/^mail accepted by Mailgun for ana@example.com, \d+ ms$/);
  });

  it('keeps an attachment to the byte and counts the request', async () => {
    const content = randomBytes(300_001);
    const file = new File([content], 'Nachricht für Ána.wav', { type: 'audio/wav' });
    expect((await send({ ...PLAIN, attachment: file })).status).toBe(200);
    const [mail] = mailbox.list();
    expect(mail?.attachments).toEqual([{ name: 'Nachricht für Ána.wav', type: 'audio/wav', size: content.length }]);
    const kept = await mailbox.attachment(mail?.id ?? '', 0);
    expect(kept).toMatchObject({ name: 'Nachricht für Ána.wav', type: 'audio/wav' });
    expect(kept?.content.equals(content)).toBe(true);
    expect(mailgun.requests).toEqual([
      expect.objectContaining({ domain: DOMAIN, status: 200, recipients: ['ana@example.com'] }),
    ]);
    expect(mailgun.requests[0]?.bytes).toBeGreaterThan(content.length);
  });

  it('takes every key of a domain, and none of another', async () => {
    const keys = ['key-old', 'key-new'];
    const other = createMailgun({ world, mailbox, domains: { [DOMAIN]: keys, 'other.example.org': 'key-2' } });
    const { url, stop } = await serveRouters({ '/api.mailgun.net': other });
    const status = async (key: string) =>
      (
        await fetch(`${url}/api.mailgun.net/v3/${DOMAIN}/messages`, {
          method: 'POST',
          headers: basic(key),
          body: form(PLAIN),
        })
      ).status;
    expect([await status('key-old'), await status('key-new'), await status('key-2')]).toEqual([200, 200, 401]);
    keys.shift();
    expect([await status('key-old'), await status('key-new')]).toEqual([401, 200]);
    await stop();
  });

  it('lets a sending key send, and not ask for events', async () => {
    mailgun.sendOnlyKeys = [KEY];
    expect((await send(PLAIN)).status).toBe(200);
    const answer = await fetch(`${server.url}/api.mailgun.net/v3/${DOMAIN}/events`, { headers: basic(KEY) });
    expect([answer.status, await answer.text()]).toEqual([401, 'Forbidden']);
  });

  it.each(['to', 'cc', 'bcc'])('takes a request for nobody when one address in %s is refused', async (name) => {
    const answer = await send({ ...PLAIN, [name]: ['bob@example.com', 'Refused@example.com'] });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { message: `'${name}' parameter is not a valid address. please check documentation` },
    ]);
    expect(mailbox.list()).toEqual([]);
  });

  it('takes urlencoded forms as well', async () => {
    const answer = await fetch(`${server.url}/api.mailgun.net/v3/${DOMAIN}/messages`, {
      method: 'POST',
      headers: basic(KEY),
      body: new URLSearchParams(PLAIN),
    });
    expect(answer.status).toBe(200);
    expect(mailbox.list()).toHaveLength(1);
  });

  it('uses the message id it is given', async () => {
    const answer = await send({ ...PLAIN, 'h:Message-Id': 'voicemail-1@mg.example.org' });
    expect(await answer.json()).toMatchObject({ id: '<voicemail-1@mg.example.org>' });
    const raw = await mailbox.read(mailbox.list()[0]?.id ?? '');
    expect(raw?.toString()).toMatch(/^Message-ID: <voicemail-1@mg.example.org>\r$/im);
    expect(raw?.toString().match(/^message-id:/gim)).toHaveLength(1);
  });

  it('sends one message to all when there are no recipient variables', async () => {
    await send({ ...PLAIN, to: ['ana@example.com, Bob <bob@example.com>', 'cy@example.com'], bcc: 'dee@example.com' });
    expect(mailbox.list()).toHaveLength(1);
    expect(mailbox.list()[0]).toMatchObject({
      to: ['ana@example.com', 'bob@example.com', 'cy@example.com'],
      recipients: ['ana@example.com', 'bob@example.com', 'cy@example.com', 'dee@example.com'],
    });
    expect((await mailbox.read(mailbox.list()[0]?.id ?? ''))?.toString()).not.toContain('dee@example.com');
  });

  it('gives each a copy of their own with recipient variables', async () => {
    await send({
      ...PLAIN,
      to: ['Ana <ana@example.com>', 'bob@example.com'],
      subject: 'For %recipient.name%',
      text: 'Dear %recipient.name%, %recipient.nothing%',
      'recipient-variables': JSON.stringify({ 'Ana@example.com': { name: 'Ana' }, 'bob@example.com': { name: 'Bob' } }),
    });
    const mails = mailbox.list().sort((a, b) => a.subject.localeCompare(b.subject));
    expect(mails.map(({ subject, to }) => [subject, to])).toEqual([
      ['For Ana', ['ana@example.com']],
      ['For Bob', ['bob@example.com']],
    ]);
    const text = (await mailbox.parsed(mails[1]?.id ?? ''))?.text;
    expect(text?.trim()).toBe('Dear Bob, %recipient.nothing%');
    expect((await mailbox.read(mails[1]?.id ?? ''))?.toString()).not.toContain('ana@example.com');
  });

  it('hands out nothing in test mode, and says in the events that it was one', async () => {
    expect((await send({ ...PLAIN, 'o:testmode': 'yes' })).status).toBe(200);
    expect(mailbox.list()).toEqual([]);
    expect((await events('event=delivered')).body.items[0].flags['is-test-mode']).toBe(true);
  });

  it.each([
    ['a wrong key', { key: 'key-x' }, 401, 'Forbidden'],
    ["another domain's key", { key: 'key-2' }, 401, 'Forbidden'],
    ["the other region's host", { host: 'api.eu.mailgun.net' }, 401, 'Forbidden'],
    ['an unknown domain', { domain: 'nope.example.org' }, 404, '{"message":"Domain not found: nope.example.org"}'],
  ])('refuses %s', async (_what, where, status, text) => {
    const answer = await send(PLAIN, where);
    expect([answer.status, await answer.text()]).toEqual([status, text]);
    expect(mailbox.list()).toEqual([]);
    expect(problems()).toHaveLength(1);
  });

  it.each<[string, Record<string, string | string[] | Blob>, string]>([
    ['from', { to: PLAIN.to, subject: 'x', text: 'y' }, "'from' parameter is missing"],
    ['to', { from: PLAIN.from, subject: 'x', text: 'y' }, "'to' parameter is missing"],
    ['subject', { from: PLAIN.from, to: PLAIN.to, text: 'y' }, "'subject' parameter is missing"],
    ['a body', { ...PLAIN, text: '' }, "Need at least one of 'text' or 'html' parameters specified"],
    ['an address', { ...PLAIN, to: 'ana' }, "'to' parameter is not a valid address. please check documentation"],
    ['few enough people', { ...PLAIN, to: Array.from({ length: 1001 }, (_, n) => `a${n}@b.c`) }, 'Too many recipients'],
    ['small options', { ...PLAIN, 'v:x': 'y'.repeat(16_400) }, 'Send options (parameters starting with o:, h:, or v:)'],
    ['known options', { ...PLAIN, 'o:trackng': 'no' }, "'o:trackng' is not a parameter of Mailgun's API"],
    ['known parameters', { ...PLAIN, attachments: 'x' }, "'attachments' is not a parameter of Mailgun's API"],
    ['known files', { ...PLAIN, attachments: new File(['x'], 'x.txt') }, "'attachments' is not a file parameter"],
    ['allowed values', { ...PLAIN, 'o:tracking-clicks': 'off' }, "'o:tracking-clicks' must be one of"],
    ['what is modeled', { ...PLAIN, template: 'welcome' }, "'template' is not modeled by the sandbox"],
    ['ASCII header names', { ...PLAIN, 'h:Grüße': 'x' }, 'Header name must be pure ASCII: Grüße'],
    [
      'variables in JSON',
      { ...PLAIN, 'recipient-variables': '{' },
      "'recipient-variables' parameter is not valid JSON",
    ],
    ['files as files', { ...PLAIN, attachment: 'x' }, "'attachment' parameter is not a file"],
  ])('asks for %s', async (_what, fields, message) => {
    const answer = await send(fields);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain(message);
    expect(mailbox.list()).toEqual([]);
    expect(problems()).toHaveLength(1);
  });

  it('refuses a message whose encoded size passes 25 MB, though its upload does not', async () => {
    const answer = await sendLarge(18_500_000);
    expect(answer.status).toBe(413);
    expect(mailbox.list()).toEqual([]);
  });

  it('refuses an upload over 25 MB with an answer the sender gets to read', async () => {
    const answer = await sendLarge(26_000_000);
    expect(answer.status).toBe(413);
    expect(mailgun.requests[0]?.status).toBe(413);
  });

  it('queues nothing when the sender goes away in the middle', async () => {
    const port = Number(new URL(server.url).port);
    const ended = new Promise<void>((resolve) => world.eventLog.subscribe(() => resolve()));
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `POST /api.mailgun.net/v3/${DOMAIN}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(KEY).Authorization}\r\n` +
          'Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n--b\r\nContent-Disposition: ' +
          'form-data; name="attachment"; filename="x.wav"\r\n\r\nRIFF',
        () => socket.destroy(),
      );
    });
    await ended;
    expect(mailbox.list()).toEqual([]);
    expect(problems()).toHaveLength(1);
  });

  it('lists the events of a message, page by page', async () => {
    await send({ ...PLAIN, to: ['ana@example.com', 'bob@example.com'], 'h:Message-Id': '<one@mg.example.org>' });
    await send({ ...PLAIN, 'h:Message-Id': '<two@mg.example.org>', 'o:tag': 'voicemail', 'v:task': 'WT1' });
    const one = await events('message-id=one%40mg.example.org');
    expect(one.body.items.map((item: { event: string; recipient: string }) => [item.event, item.recipient])).toEqual([
      ['delivered', 'bob@example.com'],
      ['accepted', 'bob@example.com'],
      ['delivered', 'ana@example.com'],
      ['accepted', 'ana@example.com'],
    ]);
    const two = (await events('message-id=two%40mg.example.org&event=accepted&limit=1')).body;
    expect(two.items[0]).toMatchObject({
      event: 'accepted',
      recipient: 'ana@example.com',
      tags: ['voicemail'],
      'user-variables': { task: 'WT1' },
      message: { headers: { 'message-id': 'two@mg.example.org', subject: 'Hi' } },
    });
    const next = await fetch(two.paging.next.replace('https://', `${server.url}/`), { headers: basic(KEY) });
    expect(((await next.json()) as { items: unknown[] }).items).toEqual([]);
    expect((await events('message-id=none%40mg.example.org')).body.items).toEqual([]);
    expect((await events('region=eu')).status).toBe(400);
    expect((await events('limit=301')).status).toBe(400);
  });

  it('answers what it does not model with a refusal and an error in the log', async () => {
    const answer = await fetch(`${server.url}/api.mailgun.net/v3/${DOMAIN}/messages.mime`, { method: 'POST' });
    expect(answer.status).toBe(404);
    expect(problems()).toEqual([expect.objectContaining({ level: 'error' })]);
  });

  it('reads slowly when configured to', async () => {
    mailgun.throttle = { latencyMs: 40, bytesPerSecond: 500_000 };
    const began = Date.now();
    await send({ ...PLAIN, attachment: new File([Buffer.alloc(50_000)], 'x.wav') });
    expect(Date.now() - began).toBeGreaterThanOrEqual(130);
  });
});
