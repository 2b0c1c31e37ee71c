import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { proxyPage } from '../../src/mail/proxy-page';
import { DEFAULT_ACCOUNT } from '../../src/world/defaults';
import type { MailFault, MailProviderName } from '../../src/world/types';
import {
  basic,
  DOMAIN,
  MAILGUN_KEY,
  openProviders,
  type ProvidersSetup,
  SENDER,
  SENDGRID_KEY,
} from './providers-setup';

const AUTHORIZATION = {
  mailgun: basic('api', MAILGUN_KEY),
  sendgrid: `Bearer ${SENDGRID_KEY}`,
  twilio: basic(DEFAULT_ACCOUNT.accountSid, DEFAULT_ACCOUNT.authToken),
};
type HttpProvider = keyof typeof AUTHORIZATION;
const PATHS: Record<HttpProvider, string> = {
  mailgun: `/api.mailgun.net/v3/${DOMAIN}/messages`,
  sendgrid: '/api.sendgrid.com/v3/mail/send',
  twilio: '/comms.twilio.com/v1/Emails',
};
const PROVIDERS = Object.keys(PATHS) as HttpProvider[];
const TO = 'ana@example.com';

/** A mail of at least that many bytes. */
function body(provider: HttpProvider, bytes = 0): { type: string; content: string } {
  const text = `Words${'.'.repeat(bytes)}`;
  const json = (value: object) => ({ type: 'application/json', content: JSON.stringify(value) });
  if (provider === 'sendgrid')
    return json({
      personalizations: [{ to: [{ email: TO }] }],
      from: { email: SENDER },
      subject: 'Hi',
      content: [{ type: 'text/plain', value: text }],
    });
  if (provider === 'twilio')
    return json({
      from: { address: SENDER, name: 'V' },
      to: [{ address: TO }],
      content: { subject: 'Hi', html: `<p>${text}</p>`, text },
    });
  const content = new URLSearchParams({ from: SENDER, to: TO, subject: 'Hi', text }).toString();
  return { type: 'application/x-www-form-urlencoded', content };
}

describe('mails that fail on purpose', () => {
  let setup: ProvidersSetup;
  beforeEach(async () => {
    setup = await openProviders();
  });
  afterEach(() => setup.close());

  const post = async (provider: HttpProvider, bytes = 0) => {
    const { type, content } = body(provider, bytes);
    const headers = { Authorization: AUTHORIZATION[provider], 'Content-Type': type };
    const answer = await fetch(`${setup.server.url}${PATHS[provider]}`, { method: 'POST', headers, body: content });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const outcome = (provider: HttpProvider) =>
    post(provider).then(
      ({ status }) => status,
      () => 'no answer',
    );

  describe.each(PROVIDERS)('at %s', (provider) => {
    it.each<[string, MailFault, number | 'no answer', number]>([
      ['503 before the body', { when: 'before-body', status: 503 }, 503, 0],
      ['429 after the body', { when: 'after-body', status: 429 }, 429, 0],
      ['500 after the delivery', { when: 'after-delivery', status: 500 }, 500, 1],
      ['502 after the delivery', { when: 'after-delivery', status: 502 }, 502, 1],
      ['a reset before the body', { when: 'before-body' }, 'no answer', 0],
      ['a reset after the body', { when: 'after-body' }, 'no answer', 0],
      ['a reset after the delivery', { when: 'after-delivery' }, 'no answer', 1],
    ])('%s strikes once, and the next mail goes', async (_what, fault, answer, delivered) => {
      setup.world.faults.mail({ provider, times: 1, ...fault });
      expect(await outcome(provider)).toBe(answer);
      expect(setup.mailbox.list()).toHaveLength(delivered);
      expect([200, 202]).toContain(await outcome(provider));
      expect(setup.mailbox.list()).toHaveLength(delivered + 1);
    });

    it('answers in its own form, unless the fault has another', async () => {
      const own = {
        mailgun: { message: 'Service Unavailable' },
        sendgrid: { errors: [{ message: 'Service Unavailable', field: null, help: null }] },
        twilio: { errors: [expect.objectContaining({ message: 'Service Unavailable', code: 20503 })] },
      };
      setup.world.faults.mail({ when: 'after-body', status: 503, headers: { 'Retry-After': '7' }, times: 1 });
      const answer = await post(provider);
      expect(JSON.parse(answer.text)).toEqual(own[provider]);
      expect(answer.headers.get('Retry-After')).toBe('7');
      setup.world.faults.mail({ when: 'after-delivery', status: 502, body: proxyPage(502), times: 1 });
      const page = await post(provider);
      expect([page.status, page.headers.get('Content-Type')]).toEqual([502, 'text/html; charset=utf-8']);
      expect(page.text).toContain('<h1>502 Bad Gateway</h1>');
      expect(setup.mailbox.list()).toHaveLength(1);
    });

    it('lets a refusal pass where the delivery should fail', async () => {
      setup.world.faults.mail({ when: 'after-delivery', status: 500, times: 1 });
      setup.mail.conditions.keysAreRefused = true;
      expect(await outcome(provider)).toBe(401);
    });

    it('reads slowly', async () => {
      setup.world.faults.mail({ bytesPerSecond: 500_000, times: 1 });
      const began = Date.now();
      expect([200, 202]).toContain((await post(provider, 80_000)).status);
      expect(Date.now() - began).toBeGreaterThanOrEqual(150);
    });

    it.each([503, 429, 401, 413])('answers %i to the head, and takes what follows for the body', async (status) => {
      setup.world.faults.mail({ when: 'before-body', status, times: 1 });
      await expectBodyToGoOn(provider, status, AUTHORIZATION[provider], 2_000_000);
    });

    it('refuses a wrong key before the body, and takes what follows for the body', async () => {
      await expectBodyToGoOn(provider, 401, basic('api', 'wrong'), 2_000_000);
    });

    it('refuses a body that is too large before it comes, and takes what follows for the body', async () => {
      await expectBodyToGoOn(provider, 413, AUTHORIZATION[provider], 40_000_000);
    });

    it('serves a client that closes the connection of an unfinished upload', async () => {
      setup.world.faults.mail({ when: 'before-body', status: 503, times: 3 });
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const statuses: number[] = [];
      for (let n = 0; n < 4; n += 1) statuses.push(await uploadCarefully(provider, agent));
      agent.destroy();
      expect(statuses.slice(0, 3)).toEqual([503, 503, 503]);
      expect([200, 202]).toContain(statuses[3]);
      expect(setup.mailbox.list()).toHaveLength(1);
    });
  });

  it('strikes after so many mails, of one provider or of any', async () => {
    const remove = setup.world.faults.mail({ provider: 'sendgrid', when: 'after-body', status: 500, after: 1 });
    expect(await Promise.all([outcome('mailgun'), outcome('twilio')])).toEqual([200, 202]);
    expect(await outcome('sendgrid')).toBe(202);
    expect(await outcome('sendgrid')).toBe(500);
    remove();
    expect(await outcome('sendgrid')).toBe(202);
    setup.world.faults.mail({ when: 'after-body', status: 500 });
    for (const provider of PROVIDERS) expect(await outcome(provider)).toBe(500);
    setup.world.faults.clear();
    for (const provider of PROVIDERS) expect(await outcome(provider)).not.toBe(500);
  });

  it('strikes what sends, not what asks', async () => {
    setup.world.faults.mail({ when: 'before-body', status: 500 });
    const ask = async (path: string, provider: MailProviderName & HttpProvider) =>
      (await setup.request(path, { headers: { Authorization: AUTHORIZATION[provider] } })).status;
    expect(await ask('comms.twilio.com/v1/Emails', 'twilio')).toBe(200);
    expect(await ask(`api.mailgun.net/v3/${DOMAIN}/events`, 'mailgun')).toBe(200);
  });

  /**
   * On one connection: the head of an upload with a part of its body, and, when that has its answer, a whole mail. The
   * server reads it as the rest of the first body, and answers it with nothing; a mail after the end of that body is taken.
   */
  async function expectBodyToGoOn(
    provider: HttpProvider,
    status: number,
    authorization: string,
    length: number,
  ): Promise<void> {
    const { type, content } = body(provider);
    const head = (key: string, bytes: number) =>
      `POST ${PATHS[provider]} HTTP/1.1\r\nHost: x\r\nAuthorization: ${key}\r\nContent-Type: ${type}\r\n` +
      `Content-Length: ${bytes}\r\n\r\n`;
    const socket = connect(setup.server.port, '127.0.0.1');
    const answers: string[] = [];
    socket.on('data', (chunk: Buffer) => answers.push(chunk.toString()));
    const nextAnswer = () => new Promise<void>((resolve) => socket.once('data', () => resolve()));
    const first = nextAnswer();
    socket.write(`${head(authorization, length)}${'.'.repeat(50_000)}`);
    await first;
    expect(answers.join('')).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answers.join('')).toMatch(/^connection: keep-alive\r$/im);
    answers.length = 0;
    const mail = `${head(AUTHORIZATION[provider], content.length)}${content}`;
    await new Promise<void>((resolve) => {
      socket.write(mail, () => resolve());
    });
    // Another connection's mail is taken meanwhile, so the server had the time.
    expect([200, 202]).toContain(await outcome(provider));
    expect(answers).toEqual([]);
    expect(setup.mailbox.list()).toHaveLength(1);
    const second = nextAnswer();
    socket.write(`${'.'.repeat(length - 50_000 - mail.length)}${mail}`);
    await second;
    expect(answers.join('')).toMatch(/^HTTP\/1\.1 20[02] /);
    expect(setup.mailbox.list()).toHaveLength(2);
    socket.destroy();
  }

  /** Sends a large mail, and hangs up when the answer comes before its end. @returns the status */
  function uploadCarefully(provider: HttpProvider, agent: Agent): Promise<number> {
    const { type, content } = body(provider, 2_000_000);
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        `${setup.server.url}${PATHS[provider]}`,
        { method: 'POST', agent, headers: { Authorization: AUTHORIZATION[provider], 'Content-Type': type } },
        (response: IncomingMessage) => {
          response.resume().on('end', () => {
            if (!request.writableFinished) request.destroy();
            resolve(response.statusCode ?? 0);
          });
        },
      );
      request.setHeader('Content-Length', content.length);
      request.on('error', reject);
      request.end(content);
    });
  }
});
