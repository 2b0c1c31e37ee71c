import { readMailgunEvent } from './mailgun-event';

const NOW = Date.UTC(2026, 10, 22, 12);
/** Fields as https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads has them. */
const payload = (event: string, more: object = {}) => ({
  event,
  timestamp: NOW / 1_000 - 1.5,
  recipient: 'ana@example.com',
  message: { headers: { 'message-id': 'x@mg.example.com', to: 'ana@example.com' }, size: 809 },
  ...more,
});
const status = (more: object) => ({
  severity: 'permanent',
  reason: 'bounce',
  'delivery-status': { code: 550, ...more },
});

test.each([
  [payload('delivered'), { outcome: 'delivered' }],
  [payload('complained'), { outcome: 'complained' }],
  [payload('rejected'), { outcome: 'bounced', reason: 'refused' }],
  [
    payload('rejected', { reject: { reason: 'Virus found', description: '' } }),
    { outcome: 'bounced', reason: 'refused', words: 'Virus found' },
  ],
  [payload('failed', { ...status({}), severity: 'temporary' }), { outcome: 'deferred' }],
  [
    payload('failed', { ...status({ message: '451 <ana@example.com> greylisted' }), severity: 'temporary' }),
    { outcome: 'deferred', words: '451 … greylisted' },
  ],
  [
    payload('failed', status({ message: '5.1.1 The email account that you tried to reach does not exist.' })),
    {
      ...{ outcome: 'bounced', reason: 'no-such-address' },
      words: '5.1.1 The email account that you tried to reach does not exist.',
    },
  ],
  [payload('failed', status({ 'enhanced-code': '5.2.1' })), { outcome: 'bounced', reason: 'mailbox-disabled' }],
  // Given up on after hours of a temporary refusal.
  [
    payload('failed', status({ message: '4.2.2 mailbox full' })),
    { outcome: 'bounced', reason: 'mailbox-full', words: '4.2.2 mailbox full' },
  ],
  [payload('failed', { ...status({}), reason: 'suppress-bounce' }), { outcome: 'bounced', reason: 'suppressed' }],
])('says what became of the mail (%#)', (data, expected) => {
  expect(readMailgunEvent(data, NOW)).toEqual({
    ...{ messageId: 'x@mg.example.com', address: 'ana@example.com', provider: 'mailgun', at: NOW - 1_500 },
    ...expected,
  });
});

test.each([
  [payload('opened')],
  [payload('accepted')],
  [payload('delivered', { recipient: '' })],
  [payload('delivered', { recipient: 7 })],
  [payload('delivered', { message: null })],
  [payload('delivered', { message: { headers: [] } })],
  [undefined],
  ['x'],
  [[]],
])('what says nothing of a delivery is left out (%#)', (data) => {
  expect(readMailgunEvent(data, NOW)).toBeUndefined();
});

test.each([[NOW / 1_000 + 60], ['x'], [-1], [undefined]])('a time that is ahead, or none, is now (%#)', (timestamp) => {
  expect(readMailgunEvent(payload('delivered', { timestamp }), NOW)?.at).toBe(NOW);
});
