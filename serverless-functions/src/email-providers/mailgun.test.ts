import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createMailgunProvider } from './mailgun';
import { EmailSendError, type Message, type SendFailureKind } from './provider';

/**
 * What the provider sends and what it makes of each response, over a real connection. Requests and responses are those of
 * Mailgun's reference: https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages
 */
interface Received {
  method?: string;
  path?: string;
  authorization?: string;
  body: string;
}
let server: Server;
let received: Received[];
let respond: (response: ServerResponse) => void;

const json = (status: number, body: object) => (response: ServerResponse) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method, url: path, headers } = request;
  received.push({ method, path, authorization: headers.authorization, body: Buffer.concat(chunks).toString('latin1') });
  respond(response);
}
beforeAll(async () => {
  server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  received = [];
});

const provider = () =>
  createMailgunProvider({
    apiKey: 'key-1',
    domain: 'mg.example.com',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  });
const MESSAGE: Message = {
  messageId: 'voicemail-1@mg.example.com',
  from: 'Clinic <voicemail@mg.example.com>',
  replyTo: 'desk@example.com',
  listId: 'voicemail.mg.example.com',
  recipients: [{ address: 'ana@example.com', name: 'Ana Ruiz' }, { address: 'bob@example.com' }],
  subject: 'Voicemail from +1 555-123-4567',
  text: 'words',
  html: '<p>words</p>',
};
const send = (message: Message = MESSAGE) => provider().send(message, { timeoutMs: 5_000 });
/** The fields of a multipart body, by name. */
function fields(body: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const parts = /name="([^"]+)"(?:; filename="[^"]*")?(?:\r\n[^\r\n]+)*\r\n\r\n(.*?)\r\n--/gs;
  for (const [, name = '', value = ''] of body.matchAll(parts)) found[name] = [...(found[name] ?? []), value];
  return found;
}

test('servers without TLS get a mail only where the settings allow it', async () => {
  respond = json(200, { id: '<1@mg.example.com>', message: 'Queued. Thank you.' });
  for (const requireTls of [undefined, true, false]) await send({ ...MESSAGE, requireTls });
  expect(received.map(({ body }) => fields(body)['o:require-tls'])).toEqual([['yes'], ['yes'], ['no']]);
});

test('a message to ticket systems does not say that it is automatic', async () => {
  respond = json(200, { id: '<1@mg.example.com>', message: 'Queued. Thank you.' });
  await send({ ...MESSAGE, recipients: [{ address: 'tickets@example.com', omitAutoSubmitted: true }] });
  expect(Object.keys(fields(received[0]!.body)).filter((name) => /auto/i.test(name))).toEqual([]);
});

test('sends one multipart request with a copy for each recipient, and returns Mailgun’s id', async () => {
  respond = json(200, { id: '<20261130.1@mg.example.com>', message: 'Queued. Thank you.' });
  const sound = Buffer.from('sound');
  const attachment = {
    fileName: 'voicemail.mp3',
    contentType: 'audio/mpeg',
    open: async () => Readable.from([sound]),
    bytes: sound.length,
  };
  expect(await send({ ...MESSAGE, attachment })).toEqual({ providerId: '<20261130.1@mg.example.com>', failed: [] });
  expect(received).toHaveLength(1);
  const { method, path, authorization, body } = received[0]!;
  expect([method, path]).toEqual(['POST', '/v3/mg.example.com/messages']);
  expect(authorization).toBe(`Basic ${Buffer.from('api:key-1').toString('base64')}`);
  expect(fields(body)).toMatchInlineSnapshot(`
{
  "attachment": [
    "sound",
  ],
  "from": [
    "Clinic <voicemail@mg.example.com>",
  ],
  "h:Auto-Submitted": [
    "auto-generated",
  ],
  "h:List-Id": [
    "<voicemail.mg.example.com>",
  ],
  "h:Message-Id": [
    "<voicemail-1@mg.example.com>",
  ],
  "h:Reply-To": [
    "desk@example.com",
  ],
  "h:X-Auto-Response-Suppress": [
    "All",
  ],
  "html": [
    "<p>words</p>",
  ],
  "o:require-tls": [
    "yes",
  ],
  "o:tag": [
    "voicemail",
  ],
  "o:tracking": [
    "no",
  ],
  "o:tracking-clicks": [
    "no",
  ],
  "o:tracking-opens": [
    "no",
  ],
  "recipient-variables": [
    "{"ana@example.com":{},"bob@example.com":{}}",
  ],
  "subject": [
    "Voicemail from +1 555-123-4567",
  ],
  "text": [
    "words",
  ],
  "to": [
    "Ana Ruiz <ana@example.com>",
    "bob@example.com",
  ],
}
`);
});

test.each<[number, string, SendFailureKind, boolean]>([
  [400, 'to parameter is not a valid address. please check documentation', 'permanent', false],
  [400, "'to' parameter is not a valid address. please check documentation", 'recipient', false],
  [401, 'Invalid private key', 'misconfigured', false],
  [402, 'Domain mg.example.com is not allowed to send', 'misconfigured', false],
  [403, 'Domain mg.example.com is not allowed to send: Please activate your Mailgun account', 'misconfigured', false],
  [
    403,
    'Sandbox subdomains are for test purposes only. Please add the address to authorized recipients',
    'recipient',
    false,
  ],
  [404, 'Domain not found: mg.example.com', 'misconfigured', false],
  [408, 'Request Timeout', 'retryable', false],
  [413, 'Request Entity Too Large', 'too-large', false],
  [420, 'Domain mg.example.com is not allowed to send: rate limit', 'retryable', false],
  [429, 'Too many requests', 'retryable', false],
  [500, 'Internal Server Error', 'retryable', true],
  [502, 'Bad Gateway', 'retryable', true],
  [503, 'Service Unavailable', 'retryable', true],
  [504, 'Gateway Timeout', 'retryable', true],
])('%i "%s"', async (status, message, kind, deliveryUncertain) => {
  respond = json(status, { message });
  const error = await send().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(EmailSendError);
  expect(error).toMatchObject({ code: `mailgun-${status}`, kind, deliveryUncertain });
});

test.each([400, 401, 403, 404, 413])('a page of a proxy with status %i is not final', async (status) => {
  respond = (response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Bad Request</h1>');
  await expect(send()).rejects.toMatchObject({ kind: 'retryable', deliveryUncertain: false });
});

test('Retry-After is passed on', async () => {
  respond = (response) => response.writeHead(429, { 'retry-after': '120' }).end('{"message":"Too many requests"}');
  await expect(send()).rejects.toMatchObject({ kind: 'retryable', retryAfterMs: 120_000 });
});

test.each<[string, (response: ServerResponse) => void]>([
  ['is no JSON', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>ok</html>')],
  ['has no id', json(200, { message: 'Queued. Thank you.' })],
])('when a success %s, the mail may have been sent', async (_what, answer) => {
  respond = answer;
  await expect(send()).rejects.toMatchObject({ kind: 'retryable', deliveryUncertain: true });
});

test('when the connection breaks after the request, the mail may have been sent', async () => {
  respond = (response) => response.socket?.destroy();
  await expect(send()).rejects.toMatchObject({ code: 'mailgun-unreachable', deliveryUncertain: true });
});
