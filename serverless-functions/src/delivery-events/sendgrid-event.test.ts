import { readSendGridEvent } from './sendgrid-event';
import { readList } from './sendgrid-webhook';

const NOW = Date.UTC(2026, 10, 22, 12);
/** Fields as https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event has them. */
const payload = (event: string, more: object = {}) => ({
  event,
  email: 'ana@example.com',
  timestamp: NOW / 1_000 - 2,
  'smtp-id': '<x@example.com>',
  sg_event_id: 'e',
  proof: 'p',
  ...more,
});

test.each([
  [payload('delivered', { response: '250 OK' }), { outcome: 'delivered' }],
  [
    payload('deferred', { response: '400 try again later', attempt: '5' }),
    { outcome: 'deferred', words: '400 try again later' },
  ],
  [payload('spamreport'), { outcome: 'complained' }],
  [
    payload('bounce', { type: 'bounce', status: '5.1.1', reason: '550 5.1.1 does not exist' }),
    { outcome: 'bounced', reason: 'no-such-address', words: '550 5.1.1 does not exist' },
  ],
  [
    payload('bounce', { type: 'blocked', reason: '552 5.2.2 over quota' }),
    { outcome: 'bounced', reason: 'mailbox-full', words: '552 5.2.2 over quota' },
  ],
  [
    payload('bounce', { reason: 'unable to get mx info' }),
    { outcome: 'bounced', reason: 'unknown', words: 'unable to get mx info' },
  ],
  [payload('dropped', { reason: 'Bounced Address' }), { outcome: 'bounced', reason: 'suppressed' }],
  [payload('dropped', { reason: 'Invalid' }), { outcome: 'bounced', reason: 'no-such-address' }],
  [payload('dropped', { reason: 'constructor' }), { outcome: 'bounced', reason: 'unknown', words: 'constructor' }],
])('says what became of the mail (%#)', (data, expected) => {
  expect(readSendGridEvent(data, NOW)).toEqual({
    event: {
      ...{ messageId: 'x@example.com', address: 'ana@example.com', provider: 'sendgrid', at: NOW - 2_000 },
      ...expected,
    },
    proof: 'p',
  });
});

test('our own argument names the mail where SendGrid gives it another id', () => {
  const data = payload('delivered', { 'smtp-id': '<y@sendgrid.net>', message_id: 'x@example.com' });
  expect(readSendGridEvent(data, NOW)?.event.messageId).toBe('x@example.com');
});

test.each([[payload('processed')], [payload('click')], [payload('delivered', { email: 1 })], [{}]])(
  'what says nothing of a delivery is left out (%#)',
  (data) => {
    expect(readSendGridEvent(data, NOW)).toBeUndefined();
  },
);

test('an array is read from its places, up to the first that is none', () => {
  const [one, two] = [payload('a'), payload('b')];
  expect(readList({ token: 't', 1: two, 0: one, 3: one })).toEqual([one, two]);
  expect(readList({ 0: 'x', 1: one, length: 2 })).toEqual([]);
});
