import { generateKeyPairSync, sign } from 'node:crypto';
import { isSignedBySendGrid } from './sendgrid-signature';

/**
 * SendGrid's own example, a real signature:
 * https://github.com/sendgrid/sendgrid-nodejs/blob/main/packages/eventwebhook/src/eventwebhook.spec.js
 */
const KEY =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==';
const SECONDS = 1_600_112_502;
const NOW = SECONDS * 1_000;
const HEADERS = {
  'x-twilio-email-event-webhook-signature':
    'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=',
  'x-twilio-email-event-webhook-timestamp': String(SECONDS),
};
const EVENT = {
  email: 'hello@world.com',
  event: 'dropped',
  reason: 'Bounced Address',
  sg_event_id: 'ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA',
  sg_message_id: 'LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0',
  'smtp-id': '<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>',
  timestamp: 1_600_112_492,
};

test('a request that SendGrid signed is known by its parsed events', () => {
  expect(isSignedBySendGrid(KEY, HEADERS, [EVENT], NOW)).toBe(true);
});

test.each([
  [KEY, HEADERS, [{ ...EVENT, event: 'bounce' }], NOW],
  [KEY, HEADERS, [EVENT, EVENT], NOW],
  [KEY, HEADERS, [], NOW],
  [KEY, { ...HEADERS, 'x-twilio-email-event-webhook-timestamp': String(SECONDS + 1) }, [EVENT], NOW],
  [KEY, { ...HEADERS, 'x-twilio-email-event-webhook-signature': 'x' }, [EVENT], NOW],
  [KEY, { ...HEADERS, 'x-twilio-email-event-webhook-signature': ['x'] }, [EVENT], NOW],
  [KEY, {}, [EVENT], NOW],
  [KEY, HEADERS, [EVENT], NOW + 26 * 3_600_000],
  [KEY, HEADERS, [EVENT], NOW - 6 * 60_000],
  [Buffer.from('no key').toString('base64'), HEADERS, [EVENT], NOW],
])('any other is not (%#)', (key, headers, events, now) => {
  expect(isSignedBySendGrid(key, headers, events, now)).toBe(false);
});

test.each([
  ['a line each', (texts: string[]) => `[${texts.join(',\r\n')}]\r\n`],
  ['one line', (texts: string[]) => `[${texts.join(',')}]`],
])('several events may be written in %s', (_how, write) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const events = [EVENT, { ...EVENT, email: 'ana@example.com' }];
  const body = write(events.map((event) => JSON.stringify(event)));
  const headers = {
    ...HEADERS,
    'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(`${SECONDS}${body}`), privateKey).toString(
      'base64',
    ),
  };
  const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  expect(isSignedBySendGrid(key, headers, events, NOW)).toBe(true);
});
