import { describeProblem, mailsPerCallerAndHour, readEnvironment } from './environment';

const complete = {
  ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  AUTH_TOKEN: '1'.repeat(32),
  TWILIO_FLEX_WORKSPACE_SID: `WS${'2'.repeat(32)}`,
  TWILIO_FLEX_CALLBACK_WORKFLOW_SID: `WW${'3'.repeat(32)}`,
  VOICEMAIL_SYNC_SERVICE_SID: `IS${'4'.repeat(32)}`,
  ADMIN_EMAIL: 'ana@example.com, bo@example.com',
  MAILGUN_DOMAIN: 'mg.example.com',
  MAILGUN_API_KEY: 'key-0123456789abcdef',
};

test('a complete environment has no faults', () => {
  expect(readEnvironment(complete).problems).toEqual([]);
  expect(readEnvironment(complete).values.ADMIN_EMAIL).toBe('ana@example.com, bo@example.com');
});

test('each missing variable is named with its form, once', () => {
  const { MAILGUN_DOMAIN: _domain, MAILGUN_API_KEY: _key, ...always } = complete;
  const lines = readEnvironment({}).problems.map(describeProblem);
  // Which other provider is meant, nobody has said; a sender alone would do, for Twilio's own (selected-providers.test.ts).
  const needed = [...Object.keys(always), 'MAIL_FROM'];
  expect(lines).toHaveLength(needed.length);
  for (const name of needed) expect(lines.some((line) => line.startsWith(`${name} is missing: `))).toBe(true);
});

test.each([
  ['MAILGUN_API_BASE_URL', 'http://api.mailgun.net'],
  ['MAILGUN_API_KEY', 'not a key'],
  ['EMAIL_PROVIDERS', 'mailgun, sendgird'],
  ['ADMIN_EMAIL', 'ana@example.com, nobody'],
  ['MAIL_FROM', 'Ana <ana@example.com>\r\nBcc: x@example.com'],
  ['MAIL_FROM', '"Ana\r\nBcc: x@example.com" <ana@example.com>'],
  ['MAIL_FROM', 'Ruiz "Ana <ana@example.com>'],
  ['MAIL_FROM', ' <ana@example.com>'],
  ['MAIL_FROM', 'ana@example.com <'],
  ['BUSINESS_TIME_ZONE', 'Mars/Olympus'],
  ['BUSINESS_TIME_ZONE', 'EST'],
  ['BUSINESS_TIME_ZONE', 'Etc/GMT+5'],
  ['TWILIO_REGION', 'ie1'],
  ['TWILIO_REGION', 'au1'],
  ['TWILIO_REGION', 'us2'],
  ['TWILIO_EDGE', 'dublin.ie1'],
  ['TWILIO_EDGE', 'evil.example.com/'],
  ['TWILIO_STUB_URL', 'http://10.0.0.1:4010'],
  ['TWILIO_STUB_URL', 'http://127.0.0.1.example.com:4010'],
  ['TWILIO_STUB_URL', 'http://127.0.0.1:80@example.com:4010'],
  ['CALLBACK_COUNTRIES', 'USA'],
  ['CALLBACK_COUNTRIES', '+1, +44'],
  ['CALLBACK_COUNTRIES', '*'],
  ['CALLBACK_COUNTRIES', 'US,,CA,'],
  ['VOICEMAIL_EMAILS_PER_CALLER_AND_HOUR', '-1'],
  ['VOICEMAIL_EMAILS_PER_CALLER_AND_HOUR', '61'],
  ['VOICEMAIL_EMAILS_PER_CALLER_AND_HOUR', 'ten'],
  ['OUTBOX_TOKEN', 'short'],
  ['TWILIO_FLEX_WORKSPACE_SID', `WS${'Z'.repeat(32)}`],
])('reports %s=%s without its value', (name, value) => {
  const { problems: faults, values } = readEnvironment({ ...complete, [name]: value });
  expect(faults).toEqual([expect.objectContaining({ variable: name, problem: 'malformed' })]);
  expect(values).not.toHaveProperty(name);
  expect(describeProblem(faults[0]!)).not.toContain(value);
});

// These mean a provider that has no sender of its own.
test.each([
  ['SENDGRID_API_KEY', 'SG.tooshort'],
  ['SMTP_URL', 'mail.example.com:587'],
  ['SMTP_URL', 'https://user:secret@mail.example.com'],
  ['SMTP_URL', 'smtp://user:secret@mail.example.com/path?tls=off'],
])('reports %s=%s without its value, beside a sender', (name, value) => {
  const { problems: faults, values } = readEnvironment({ ...complete, MAIL_FROM: 'ana@example.com', [name]: value });
  expect(faults).toEqual([expect.objectContaining({ variable: name, problem: 'malformed' })]);
  expect(values).not.toHaveProperty(name);
  expect(describeProblem(faults[0]!)).not.toContain(value);
});

test.each(['key-0123456789abcdef0123456789abcdef', `${'0a'.repeat(16)}-12345678-abcdef01`])(
  'takes the key %s',
  (key) => {
    expect(readEnvironment({ ...complete, MAILGUN_API_KEY: key }).problems).toEqual([]);
  },
);

test.each(['US', 'US,CA', 'us, ca; GB', 'US CA\nGB'])('takes the countries %j', (value) => {
  const { problems: faults, values } = readEnvironment({ ...complete, CALLBACK_COUNTRIES: value });
  expect(faults).toEqual([]);
  expect(values.CALLBACK_COUNTRIES).toBe(value);
});

test('an API key without its secret is said', () => {
  const { problems: faults } = readEnvironment({ ...complete, TWILIO_API_KEY: `SK${'5'.repeat(32)}` });
  expect(faults.map(describeProblem)).toEqual(['TWILIO_API_SECRET is missing: expected 32 characters']);
});

test('a fault in the mail variables leaves those of voicemail as they are', () => {
  const { values, problems: faults } = readEnvironment({ ...complete, MAILGUN_API_KEY: '', ADMIN_EMAIL: 'x' });
  expect(faults.every(({ requiredFor: needed }) => needed === 'mail')).toBe(true);
  expect(values.VOICEMAIL_SYNC_SERVICE_SID).toBe(complete.VOICEMAIL_SYNC_SERVICE_SID);
});

test('for a zone without summer time, names the one that is meant', () => {
  const problems = readEnvironment({ ...complete, BUSINESS_TIME_ZONE: 'MST' }).problems.map(describeProblem);
  expect(problems).toEqual([expect.stringContaining('probably America/Denver is meant')]);
});

test.each([
  [undefined, 10],
  ['', 10],
  ['many', 10],
  ['0', 0],
  ['3', 3],
])('VOICEMAIL_EMAILS_PER_CALLER_AND_HOUR %j means %i', (value, expected) => {
  const environment = readEnvironment({ ...complete, VOICEMAIL_EMAILS_PER_CALLER_AND_HOUR: value });
  expect(mailsPerCallerAndHour(environment)).toBe(expected);
});
