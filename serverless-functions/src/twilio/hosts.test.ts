import { Twilio } from 'twilio';
import { resolveUrl } from './hosts';

const PRODUCTS = ['api', 'taskrouter', 'sync', 'iam'];

test.each(PRODUCTS)('%s: without an edge, the address stays as it is', (product) => {
  expect(resolveUrl(new URL(`https://${product}.twilio.com/v1/A?b=c%20d`), {})).toBe(
    `https://${product}.twilio.com/v1/A?b=c%20d`,
  );
});

test.each(PRODUCTS)('%s: by way of an edge, the host is the one that the SDK makes', (product) => {
  const sdk = new Twilio(`AC${'0'.repeat(32)}`, 'token', { edge: 'sao-paulo', region: 'us1' });
  const host = sdk.getHostname(`${product}.twilio.com`, 'sao-paulo', 'us1');
  expect(host).toBe(`${product}.sao-paulo.us1.twilio.com`);
  expect(resolveUrl(new URL(`https://${product}.twilio.com/v1/A?b=c`), { edge: 'sao-paulo' })).toBe(
    `https://${host}/v1/A?b=c`,
  );
});

test('in the sandbox, the host with its edge is the first part of the path', () => {
  expect(
    resolveUrl(new URL('https://sync.twilio.com/v1/A?b=c'), { edge: 'dublin', stubUrl: 'http://127.0.0.1:4000/' }),
  ).toBe('http://127.0.0.1:4000/sync.dublin.us1.twilio.com/v1/A?b=c');
});
