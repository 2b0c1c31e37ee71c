import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mailbox, openMailbox } from '../../src/mail/mailbox';
import { createPages, type Pages } from '../../src/pages/pages';
import type { CallEvent, PagesVoice } from '../../src/pages/voice-port';
import { createFakeWorld, type FakeWorld, type RouterServer, serveRouters } from '../mail/fake-world';

const SAMPLE = join(__dirname, '../../assets/voicemail-sample');
const SID = 'CA00000000000000000000000000000001';

describe("the pages' API", () => {
  let directory: string;
  let world: FakeWorld;
  let mailbox: Mailbox;
  let pages: Pages;
  let server: RouterServer;
  let done: string[];
  let recorded: boolean;
  let hear: (event: CallEvent) => void;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pages-test-'));
    for (const end of ['.wav', '.txt']) copyFileSync(`${SAMPLE}${end}`, join(directory, `voicemail-sample${end}`));
    writeFileSync(join(directory, 'index.html'), '<!doctype html><title>The pages</title>');
    world = createFakeWorld();
    mailbox = openMailbox(join(directory, 'mail'));
    done = [];
    recorded = true;
    const voice: PagesVoice = {
      numbers: ['+15550100000'],
      placeCall({ from, to, callerName }) {
        done.push(`call ${from} ${to} ${callerName ?? ''}`.trim());
        world.calls.put({ sid: SID });
        return SID;
      },
      async leaveMessage({ from, to }, { transcript, keys }) {
        done.push(`message ${from} ${to} ${keys} ${transcript}`);
        return { sid: SID, recorded };
      },
      pickUp: (sid: string) => done.push(`pick up ${sid}`),
      press: (sid, key) => done.push(`press ${sid} ${key}`),
      speak: (sid, wav, options) =>
        done.push(`speak ${sid} ${Buffer.isBuffer(wav) && wav.readUInt32LE(24)} Hz ${options?.transcript ?? '-'}`),
      hangUp: (sid) => done.push(`hang up ${sid}`),
      subscribe(listener) {
        hear = listener;
        return () => undefined;
      },
    };
    const links = [{ title: 'Desk', href: 'http://127.0.0.1:1/' }];
    const voicemailKeys = { '+15550100000': '*2' };
    let value = 'works';
    const options = ['works', 'down'].map((one) => ({ value: one, label: one }));
    const write = (next: string) => {
      value = next;
    };
    const switches = [{ id: 'mail', title: 'Mailgun', options, read: () => value, write }];
    pages = createPages({ world, voice, mailbox, webDir: directory, links, voicemailKeys, switches });
    server = await serveRouters({ '/': pages });
  });
  afterEach(async () => {
    pages.close();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const call = (method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/api${path}`, { method, body, headers });
  const post = (path: string, body: unknown) =>
    call('POST', path, JSON.stringify(body), { 'Content-Type': 'application/json' });

  it('shows the same document at every page', async () => {
    for (const path of ['/', '/telephone', '/log', '/mailbox', '/mailbox/1700000000000-0001', '/switches']) {
      const answer = await fetch(server.url + path);
      expect(await answer.text()).toContain('The pages');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    }
  });

  it.each(['/nowhere', '/telephon', '/mailbox/a/b', '/v1/Nothing?x=1'])(
    'answers a browser at %s with the page that leads on, and a program without it',
    async (path) => {
      const browser = await fetch(server.url + path, { headers: { accept: 'text/html,*/*;q=0.8' } });
      expect([browser.status, browser.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      const text = await browser.text();
      expect(text).toContain('The pages');
      expect(text).not.toContain('Cannot GET');
      const program = await fetch(server.url + path, { headers: { accept: 'application/json' } });
      expect(program.status).toBe(404);
      expect(await program.text()).not.toContain('The pages');
    },
  );

  const put = (path: string, body: unknown) =>
    call('PUT', path, JSON.stringify(body), { 'Content-Type': 'application/json' });
  it('changes a switch, and refuses what it does not have', async () => {
    expect((await put('/switches/mail', { value: 'down' })).status).toBe(204);
    expect(await (await call('GET', '/switches')).json()).toMatchObject([{ id: 'mail', value: 'down' }]);
    expect((await put('/switches/mail', { value: 'slow' })).status).toBe(400);
    expect((await put('/switches/sms', { value: 'down' })).status).toBe(404);
    expect(await (await call('GET', '/switches')).json()).toMatchObject([{ id: 'mail', value: 'down' }]);
  });

  it('lists the numbers to dial and the links to other pages', async () => {
    expect(await (await call('GET', '/setup')).json()).toEqual({
      lines: [{ number: '+15550100000', title: '' }],
      links: [{ title: 'Desk', href: 'http://127.0.0.1:1/' }],
    });
  });

  it('places a call, presses keys, speaks and hangs up', async () => {
    const placed = await post('/calls', { from: '+14155550123', to: '+15550100000', callerName: 'Ana' });
    expect([placed.status, await placed.json()]).toEqual([201, { sid: SID }]);
    expect((await post(`/calls/${SID}/keys`, { key: '#' })).status).toBe(204);
    expect((await call('POST', `/calls/${SID}/speech/sample`)).status).toBe(204);
    expect((await call('POST', `/calls/${SID}/pick-up`)).status).toBe(204);
    expect((await call('POST', `/calls/${SID}/hang-up`)).status).toBe(204);
    expect(done).toEqual([
      'call +14155550123 +15550100000 Ana',
      `press ${SID} #`,
      expect.stringMatching(/^speak \S+ 8000 Hz Hi, this is Ana Ruiz\./),
      `pick up ${SID}`,
      `hang up ${SID}`,
    ]);
  });

  it('has the sample message left on a line, with the keys that lead there', async () => {
    const answer = await post('/sample-voicemail', { from: '+14155550123', to: '+15550100000' });
    expect([answer.status, await answer.json()]).toEqual([201, { sid: SID }]);
    expect(done).toEqual([expect.stringMatching(/^message \+14155550123 \+15550100000 \*2 Hi, this is Ana Ruiz\./)]);
    recorded = false;
    expect((await post('/sample-voicemail', { from: '+14155550123', to: '+15550100000' })).status).toBe(409);
  });

  it.each([
    ['/sample-voicemail', { from: '+1', to: '+1999' }, 400],
    ['/calls', { from: '+1', to: '+1999' }, 400],
    ['/calls', { to: '+15550100000' }, 400],
    ['/calls', { from: '+1', to: '+15550100000', callerName: 7 }, 400],
    [`/calls/${SID}/keys`, { key: '12' }, 400],
    [`/calls/${SID}/keys`, { key: '1' }, 404],
  ])('refuses %s %j', expectRefusal);

  it.each([
    [65, 400],
    [20_000, 413],
  ])('refuses a call from a number of %d characters with %d', (length, status) =>
    expectRefusal('/calls', { from: 'x'.repeat(length), to: '+15550100000' }, status),
  );

  async function expectRefusal(path: string, body: object, status: number) {
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: expect.any(String) });
    expect(done).toEqual([]);
  }

  it('refuses speech that is no sound, and keys in an ended call', async () => {
    world.calls.put({ sid: SID, endTime: 1 });
    const wav = { 'Content-Type': 'audio/wav' };
    expect((await call('POST', `/calls/${SID}/speech`, 'RIFFnothing', wav)).status).toBe(400);
    expect((await call('POST', `/calls/${SID}/speech`, 'x', { 'Content-Type': 'text/plain' })).status).toBe(415);
    expect((await post(`/calls/${SID}/keys`, { key: '1' })).status).toBe(409);
  });

  it('refuses what comes from another site or another name', async () => {
    const evil = { Origin: 'https://evil.example', 'Content-Type': 'application/json' };
    expect((await call('POST', '/calls', '{}', evil)).status).toBe(403);
    expect((await call('GET', '/mails', undefined, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    const rebound = await new Promise<number | undefined>((resolve) => {
      const url = new URL(server.url);
      httpRequest({ port: url.port, host: url.hostname, path: '/api/mails', headers: { Host: 'evil.example' } })
        .on('response', (answer) => resolve(answer.statusCode))
        .end();
    });
    expect(rebound).toBe(403);
    expect((await call('POST', '/calls', '{}', { ...evil, Origin: server.url })).status).toBe(400);
  });

  it('lists what waits for an agent', async () => {
    const workflowSid = [...world.workflows.keys()][0] ?? '';
    const queue = world.workflows.get(workflowSid)?.taskQueueName;
    const ana = world.tasks.create({ workflowSid, attributes: '{"taskType":"voicemail","name":"Ana"}' });
    const gone = world.tasks.create({ workflowSid, attributes: '{"name":"Gone"}' });
    world.tasks.update(gone.sid, { assignmentStatus: 'canceled', reason: 'hung up' });
    const plain = world.tasks.create({ workflowSid, attributes: '{}' });
    expect(await (await call('GET', '/tasks')).json()).toEqual([
      expect.objectContaining({ sid: ana.sid, title: 'Ana', kind: 'voicemail', queue, status: 'pending' }),
      expect.objectContaining({ sid: plain.sid, title: plain.sid, kind: '' }),
    ]);
  });

  describe('with a mail', () => {
    const wav = Buffer.from('RIFF0123456789');
    let id: string;
    beforeEach(async () => {
      const eml = [
        'From: a@example.org',
        'To: b@example.org',
        'Subject: Hi',
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: text/html',
        '',
        '<p>Hello</p><img src="cid:logo">',
        '--b',
        'Content-Type: audio/wav; name=m.wav',
        'Content-Disposition: attachment; filename=m.wav',
        'Content-Transfer-Encoding: base64',
        '',
        wav.toString('base64'),
        '--b',
        'Content-Type: text/html; name=page.html',
        'Content-Disposition: attachment; filename=page.html',
        'Content-Id: <logo>',
        '',
        '<script>alert(1)</script>',
        '--b--',
      ].join('\r\n');
      ({ id } = await mailbox.append(Buffer.from(eml)));
    });

    it('lists and opens it', async () => {
      expect(await (await call('GET', '/mails')).json()).toEqual([expect.objectContaining({ id, subject: 'Hi' })]);
      const mail = await (await call('GET', `/mails/${id}`)).json();
      expect(mail).toMatchObject({ subject: 'Hi', html: expect.stringContaining('<p>Hello</p>') });
      expect(mail.html).toContain(`src="/api/mails/${id}/attachments/1"`);
      expect((await call('GET', '/mails/none')).status).toBe(404);
    });

    it('downloads it as sent', async () => {
      const answer = await call('GET', `/mails/${id}/raw`);
      expect(answer.headers.get('content-disposition')).toBe(`attachment; filename=${id}.eml`);
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(await mailbox.read(id));
    });

    it('plays its sound, whole or in part', async () => {
      const whole = await call('GET', `/mails/${id}/attachments/0`);
      expect(whole.headers.get('content-type')).toBe('audio/wav');
      expect(whole.headers.get('content-disposition')).toBe('inline');
      expect(Buffer.from(await whole.arrayBuffer())).toEqual(wav);
      const part = await call('GET', `/mails/${id}/attachments/0`, undefined, { Range: 'bytes=4-6' });
      expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 4-6/14', '012']);
      const beyond = await call('GET', `/mails/${id}/attachments/0`, undefined, { Range: 'bytes=99-' });
      expect(beyond.status).toBe(416);
    });

    it('never shows an attached page as one of its own', async () => {
      const answer = await call('GET', `/mails/${id}/attachments/1`);
      expect(answer.headers.get('content-type')).toBe('application/octet-stream');
      expect(answer.headers.get('content-disposition')).toContain('attachment');
      expect((await call('GET', `/mails/${id}/attachments/7`)).status).toBe(404);
    });

    it('is gone when the mailbox is emptied', async () => {
      expect((await call('DELETE', '/mails')).status).toBe(204);
      expect(await (await call('GET', '/mails')).json()).toEqual([]);
    });
  });

  describe('the event stream', () => {
    /** Reads the stream until it has seen `count` events of `name`, and returns [id, name, data] of all. */
    async function follow(name: string, count: number, headers: Record<string, string> = {}) {
      const answer = await call('GET', '/events', undefined, headers);
      const seen: { id: string; name: string; data: Record<string, unknown> }[] = [];
      let text = '';
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
        text += Buffer.from(chunk).toString();
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const field = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(block)?.[1] ?? '';
          if (field('event')) seen.push({ id: field('id'), name: field('event'), data: JSON.parse(field('data')) });
        }
        if (seen.filter((event) => event.name === name).length >= count) return seen;
      }
      return seen;
    }

    it('replays, says when it is live, and goes on after what was seen', async () => {
      world.eventLog.append({ source: 'caller', text: 'one' });
      hear({ callSid: SID, at: 1, type: 'say', text: 'Hello' });
      const first = await follow('ready', 1);
      expect(first.map(({ name }) => name)).toEqual(['reset', 'log', 'call', 'ready']);
      expect(first[2]?.data).toMatchObject({ type: 'say', text: 'Hello' });

      const going = follow('mail', 1, { 'Last-Event-ID': first[2]?.id ?? '' });
      world.eventLog.append({ source: 'twilio', text: 'two' });
      await mailbox.append(Buffer.from('From: a@b.c\r\nSubject: New\r\n\r\nx'));
      const second = await going;
      expect(second.map(({ name }) => name)).not.toContain('reset');
      expect(second.filter(({ name }) => name === 'log').map(({ data }) => data.text)).toEqual(['two']);
      expect(second.at(-1)?.data).toMatchObject({ subject: 'New' });
    });

    it('replays everything to a page that saw another run of the sandbox', async () => {
      world.eventLog.append({ source: 'caller', text: 'one' });
      const seen = await follow('ready', 1, { 'Last-Event-ID': 'other-900' });
      expect(seen.map(({ name }) => name)).toEqual(['reset', 'log', 'ready']);
    });

    it('offers what <Play> plays under its own address, if it is on this machine', async () => {
      const music = createServer((_request, response) => {
        response.writeHead(200, { 'Content-Type': 'audio/mpeg' }).end('mp3');
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => music.once('listening', resolve));
      const url = `http://127.0.0.1:${(music.address() as AddressInfo).port}/hold.mp3`;
      hear({ callSid: SID, at: 1, type: 'play', url });
      hear({ callSid: SID, at: 2, type: 'play', url: 'https://elsewhere.example/hold.mp3' });
      const events = (await follow('ready', 1)).filter(({ name }) => name === 'call').map(({ data }) => data);
      expect(events[1]?.audio).toBeNull();
      const answer = await fetch(server.url + String(events[0]?.audio));
      expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['audio/mpeg', 'mp3']);
      expect((await call('GET', '/audio/99')).status).toBe(404);
      await new Promise((resolve) => music.close(resolve));
    });
  });
});
