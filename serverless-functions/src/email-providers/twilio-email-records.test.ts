import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTwilioEmailRecords } from './twilio-email-records';

/** Answers as `ListEmailsResponse` of https://github.com/twilio/comms-oai/blob/main/spec/yaml/twilio_comms_v1.yaml. */
interface StoredEmail {
  to: { address: string }[];
  status: string;
  tags: Record<string, string>;
  updatedAt: string;
}
const email = (messageId: string, address: string, status: string, minute = 0): StoredEmail => ({
  to: [{ address }],
  status,
  tags: { sender: 'callback-and-voicemail', 'message-id': messageId.replace('@', '~0040') },
  updatedAt: new Date(Date.UTC(2026, 10, 30, 12, minute)).toISOString(),
});

let server: Server;
let stored: StoredEmail[];
let asked: URLSearchParams[];
let pageSize: number;
let answer: { status: number; body: string } | undefined;

beforeEach(async () => {
  stored = [];
  asked = [];
  pageSize = 1_000;
  answer = undefined;
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    asked.push(searchParams);
    const tags = (searchParams.get('tags') ?? '').split(';').filter((tag) => tag !== '');
    const matching = stored.filter(
      (one) =>
        tags.every((tag) => one.tags[tag.split(':')[0] ?? ''] === tag.split(':')[1]) &&
        (searchParams.get('status') ?? one.status) === one.status,
    );
    const pagination = { next: matching.length > pageSize ? 'token' : null, self: '' };
    const { status, body } = answer ?? {
      status: pathname === '/comms.twilio.com/v1/Emails' ? 200 : 404,
      body: JSON.stringify({ emails: matching.slice(0, pageSize), pagination }),
    };
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));
const records = () =>
  createTwilioEmailRecords({
    user: 'AC1',
    password: 'secret',
    endpoint: { stubUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
  });
const [ONE, TWO] = ['voicemail-1@mg.example.com', 'voicemail-2@mg.example.com'] as const;

test('a message is found by its tag, in the form that the specification gives', async () => {
  stored = [email(ONE, 'ana@example.com', 'QUEUED'), email(TWO, 'bob@example.com', 'SENT')];
  expect(await records().findAccepted(ONE, 1_000)).toEqual(['ana@example.com']);
  expect(await records().findAccepted('voicemail-3@mg.example.com', 1_000)).toEqual([]);
  const tags = asked[0]?.get('tags') ?? '';
  expect(tags).toBe('sender:callback-and-voicemail;message-id:voicemail-1~0040mg.example.com;');
  expect(tags).toMatch(/^(?:[a-zA-Z0-9._~-]+:[a-zA-Z0-9._~-]+;){1,10}$/);
});

test('what became of each copy is summed up', async () => {
  stored = [
    email(ONE, 'ana@example.com', 'DELIVERED'),
    email(ONE, 'bob@example.com', 'OPENED'),
    email(ONE, 'cem@example.com', 'UNDELIVERED'),
    email(ONE, 'dan@example.com', 'FAILED'),
    email(ONE, 'fay@example.com', 'CANCELED'),
    email(ONE, 'eva@example.com', 'SENT'),
    // Sent again after a lost answer: one copy arrived.
    email(ONE, 'ana@example.com', 'FAILED'),
  ];
  expect(await records().fetchDeliveries(ONE, 1_000)).toEqual({
    delivered: 2,
    bounced: ['cem', 'dan', 'fay'].map((name) => ({
      ...{ address: `${name}@example.com`, problem: 'unknown', reason: '' },
    })),
  });
});

test.each([
  [1_000, 1],
  [1, 3],
])('with pages of %i, several messages take %i requests', async (size, requests) => {
  pageSize = size;
  stored = [email(ONE, 'ana@example.com', 'DELIVERED'), email(TWO, 'bob@example.com', 'UNDELIVERED')];
  const reports = await records().listDeliveries([ONE, TWO], 1_000);
  expect(reports?.get(ONE)).toEqual({ delivered: 1, bounced: [] });
  expect(reports?.get(TWO)?.bounced).toHaveLength(1);
  expect(asked).toHaveLength(requests);
});

test('bounces are told of, the newest first', async () => {
  stored = [
    email(ONE, 'ana@example.com', 'UNDELIVERED', 1),
    email(TWO, 'bob@example.com', 'FAILED', 2),
    email(TWO, 'cem@example.com', 'DELIVERED', 3),
  ];
  const bounces = await records().listBounces(Date.UTC(2026, 10, 30), 1_000);
  expect(bounces?.map(({ messageId, address }) => [messageId, address])).toEqual([
    [TWO, 'bob@example.com'],
    [ONE, 'ana@example.com'],
  ]);
  expect(asked[0]?.get('startDate')).toBe('2026-11-30T00:00:00.000Z');
});

test.each([
  ['a refusal', 401, '{"code":20003}'],
  ['a page', 200, '<html>'],
  ['another form', 200, '{"emails":{}}'],
  ['nobody named', 200, '{"emails":[{"to":[],"status":"SENT","tags":{}}],"pagination":{"next":null}}'],
  ['more than a page', 200, '{"emails":[],"pagination":{"next":"token"}}'],
])('%s says nothing of who has the mail', async (_what, status, body) => {
  answer = { status, body };
  expect(await records().findAccepted(ONE, 1_000)).toBeUndefined();
});
