import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readCredentials } from '../src/account/credentials';
import { readEnvFiles } from '../src/env-file';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'env-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('a file of Windows, with a byte order mark, CRLF and quotes, is read like any other', () => {
  writeFileSync(path.join(root, '.env'), '\uFEFFADMIN_EMAIL=ana@example.com\r\nMAIL_FROM="b@example.com"\r\n');
  expect(readEnvFiles(root, 'dev', {})).toEqual({ ADMIN_EMAIL: 'ana@example.com', MAIL_FROM: 'b@example.com' });
});

test('an empty auth token is none, so that an API key is used', () => {
  const [accountSid, key] = [`AC${'a'.repeat(32)}`, `SK${'b'.repeat(32)}`];
  const secret = 'c'.repeat(32);
  expect(
    readCredentials({
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: '',
      TWILIO_API_KEY: key,
      TWILIO_API_SECRET: secret,
    }),
  ).toEqual({ accountSid, username: key, password: secret });
  expect(readCredentials({ TWILIO_ACCOUNT_SID: '', TWILIO_AUTH_TOKEN: '' })).toBeUndefined();
});
