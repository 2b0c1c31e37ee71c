import { checkVariables, isSecretVariable, wantedVariables } from './variables';

const DERIVED = {
  TWILIO_FLEX_WORKSPACE_SID: `WS${'0'.repeat(32)}`,
  TWILIO_FLEX_CALLBACK_WORKFLOW_SID: `WW${'0'.repeat(32)}`,
  VOICEMAIL_SYNC_SERVICE_SID: `IS${'0'.repeat(32)}`,
};
const GIVEN = { ADMIN_EMAIL: 'admin@example.com', MAIL_FROM: 'voicemail@example.com', EMAIL_PROVIDERS: 'twilio' };

test('secrets of our own are made once and kept', () => {
  const first = wantedVariables(GIVEN, DERIVED, {});
  expect(wantedVariables(GIVEN, DERIVED, first)).toEqual(first);
  expect(first.OUTBOX_TOKEN).not.toBe(wantedVariables(GIVEN, DERIVED, {}).OUTBOX_TOKEN);
});

test('a secret that people chose goes before the one that is there', () => {
  const OUTBOX_TOKEN = 'o'.repeat(40);
  expect(wantedVariables({ ...GIVEN, OUTBOX_TOKEN }, DERIVED, { OUTBOX_TOKEN: 'p'.repeat(40) })).toMatchObject({
    OUTBOX_TOKEN,
  });
});

test('what is set up by itself passes the check', () => {
  expect(() => checkVariables(wantedVariables(GIVEN, DERIVED, {}))).not.toThrow();
});

test('every wrong value is named at once, and none is shown', () => {
  const wrong = {
    ...DERIVED,
    ...GIVEN,
    MAIL_FROM: 'no address',
    BUSINESS_TIME_ZONE: 'Mars/Olympus',
    LOGO_HOSTS: `${'a'.repeat(300)}.example.com,${'b'.repeat(300)}.example.com`,
  };
  let message = '';
  try {
    checkVariables(wrong);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toContain('MAIL_FROM is malformed');
  expect(message).toContain('BUSINESS_TIME_ZONE is malformed');
  expect(message).toContain('LOGO_HOSTS is longer than 450 bytes');
  expect(message).not.toMatch(/no address|Olympus|aaa/);
});

test.each([
  ['MAILGUN_API_KEY', true],
  ['SMTP_URL', true],
  ['NOTIFICATION_QUEUE', true],
  ['OUTBOX_TOKEN', true],
  ['BACKUP_WEBHOOK_URL', true],
  ['SIGNING_KEYS', true],
  ['MAILGUN_API_BASE_URL', false],
  ['ADMIN_EMAIL', false],
  ['VOICEMAIL_SYNC_SERVICE_SID', false],
])('whether %s is a secret: %s', (name, secret) => {
  expect(isSecretVariable(name)).toBe(secret);
});
