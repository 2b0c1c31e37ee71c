import { createHmac } from 'node:crypto';
import { checkMailgunSignature } from './mailgun-signature';

const NOW = Date.UTC(2026, 10, 22, 12);
const HOUR = 60 * 60_000;
const KEY = 'the signing key of the tests';
const sign = (at: number, token = 'token', key = KEY) => {
  const timestamp = String(at / 1_000);
  return { timestamp, token, signature: createHmac('sha256', key).update(`${timestamp}${token}`).digest('hex') };
};

test('an accepted signature gives its token', () => {
  expect(checkMailgunSignature([KEY], sign(NOW), NOW)).toEqual({ ok: true, token: 'token' });
  const { timestamp, ...rest } = sign(NOW);
  expect(checkMailgunSignature([KEY], { ...rest, timestamp: Number(timestamp) }, NOW)).toMatchObject({ ok: true });
});

test('the account may sign for its subaccount, and one of several keys is enough', () => {
  const parent = sign(NOW, 'token', 'key of the account').signature;
  const given = { ...sign(NOW, 'token', 'key of the subaccount'), 'parent-signature': parent };
  expect(checkMailgunSignature(['old', 'key of the account'], given, NOW)).toMatchObject({ ok: true });
  expect(checkMailgunSignature([KEY], given, NOW)).toEqual({ ok: false, code: 'signature-wrong' });
});

test.each([
  [NOW - 12 * HOUR, true],
  [NOW - 12 * HOUR - 1_000, false],
  [NOW + 5 * 60_000, true],
  [NOW + 5 * 60_000 + 1_000, false],
])('a signature is good while Mailgun may repeat it, and not ahead of time (%#)', (at, ok) => {
  expect(checkMailgunSignature([KEY], sign(at), NOW).ok).toBe(ok);
});

test.each([
  [undefined],
  [{}],
  [{ ...sign(NOW), token: '' }],
  [{ ...sign(NOW), timestamp: '1e9' }],
  [{ ...sign(NOW), timestamp: ['1'] }],
])('what is no signature is none (%#)', (given) => {
  expect(checkMailgunSignature([KEY], given, NOW)).toEqual({ ok: false, code: 'signature-missing' });
});

test.each([
  [{ ...sign(NOW), token: 'other' }],
  [{ ...sign(NOW), signature: undefined }],
  [{ ...sign(NOW), signature: sign(NOW).signature.toUpperCase() }],
  [sign(NOW, 'token', 'another key')],
])('a wrong one is refused (%#)', (given) => {
  expect(checkMailgunSignature([KEY], given, NOW)).toEqual({ ok: false, code: 'signature-wrong' });
});
