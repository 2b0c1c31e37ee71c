import { createHmac } from 'node:crypto';
import type { MailEvent } from '../../src/mail/mailgun-events';
import { createMailgunWebhooks, type WebhookBody } from '../../src/mail/mailgun-webhooks';

const KEY = 'the signing key of the tests';
const HOUR = 60 * 60_000;
const event = (name: MailEvent['event']) => ({ event: name, id: 'x', recipient: 'ana@example.com' }) as MailEvent;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Answers with these statuses, then with the last one again. */
function open(...statuses: (number | Error)[]) {
  const bodies: WebhookBody[] = [];
  const webhooks = createMailgunWebhooks({
    signingKey: KEY,
    post: async (body) => {
      bodies.push(body);
      const answer = statuses[Math.min(bodies.length, statuses.length) - 1]!;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { webhooks, bodies };
}

test('a webhook is signed, and comes a moment after its event', async () => {
  const { webhooks, bodies } = open(200);
  webhooks.report(event('failed'));
  expect(bodies).toEqual([]);
  await jest.advanceTimersByTimeAsync(1_000);
  const { timestamp, token, signature } = bodies[0]!.signature;
  expect(signature).toBe(createHmac('sha256', KEY).update(`${timestamp}${token}`).digest('hex'));
  expect(token).toHaveLength(50);
  expect(bodies[0]!['event-data']).toEqual(event('failed'));
});

test.each([200, 406])('is not repeated when it is answered %d', async (status) => {
  const { webhooks, bodies } = open(status);
  webhooks.report(event('failed'));
  await jest.advanceTimersByTimeAsync(9 * HOUR);
  expect(bodies).toHaveLength(1);
});

test('is repeated with the same signature for eight hours, then given up', async () => {
  const { webhooks, bodies } = open(500, new Error('no answer'), 403);
  webhooks.report(event('failed'));
  await jest.advanceTimersByTimeAsync(9 * HOUR);
  expect(new Set(bodies.map(({ signature }) => signature.token)).size).toBe(1);
  expect(webhooks.sent[0]!.statuses).toEqual([500, undefined, 403, 403, 403, 403, 403]);
});

test('one for a delivery is not repeated, and an acceptance has none', async () => {
  const { webhooks, bodies } = open(500);
  webhooks.report(event('delivered'));
  webhooks.report(event('accepted'));
  await jest.advanceTimersByTimeAsync(9 * HOUR);
  expect(bodies.map((body) => body['event-data'].event)).toEqual(['delivered']);
});

test('closed, it sends nothing any more', async () => {
  const { webhooks, bodies } = open(500);
  webhooks.report(event('failed'));
  webhooks.close();
  await jest.advanceTimersByTimeAsync(HOUR);
  expect(bodies).toEqual([]);
});
