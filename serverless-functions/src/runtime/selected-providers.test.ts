import { configuredProviders, describeProblem, readEnvironment } from './environment';
import { parseProviderNames } from './selected-providers';

const account = {
  ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  AUTH_TOKEN: '1'.repeat(32),
  TWILIO_FLEX_WORKSPACE_SID: `WS${'2'.repeat(32)}`,
  TWILIO_FLEX_CALLBACK_WORKFLOW_SID: `WW${'3'.repeat(32)}`,
  VOICEMAIL_SYNC_SERVICE_SID: `IS${'4'.repeat(32)}`,
  ADMIN_EMAIL: 'ana@example.com',
};
const mailgun = { MAILGUN_DOMAIN: 'mg.example.com', MAILGUN_API_KEY: 'key-0123456789abcdef' };
const sendgrid = { SENDGRID_API_KEY: `SG.${'a'.repeat(22)}.${'b'.repeat(43)}` };
const smtp = { SMTP_URL: 'smtps://user:secret@mail.example.com' };
const from = { MAIL_FROM: 'Clinic <voicemail@example.com>' };

/** The providers in their order, and what is said of the variables. */
function select(variables: Record<string, string>): { order: string[]; problems: string[] } {
  const environment = readEnvironment({ ...account, ...variables });
  const problems = environment.problems.map((problem) => describeProblem(problem).replace(/: expected.*/s, ''));
  return { order: configuredProviders(environment), problems };
}

test.each<[string, Record<string, string>, string[]]>([
  ['Mailgun alone', mailgun, ['mailgun']],
  ['SendGrid alone', { ...sendgrid, ...from }, ['sendgrid']],
  ['SMTP alone', { ...smtp, ...from }, ['smtp']],
  ['only a sender: Twilio’s own', from, ['twilio']],
  [
    'all that are configured, in their order',
    { ...smtp, ...sendgrid, ...mailgun, ...from },
    ['mailgun', 'sendgrid', 'smtp'],
  ],
  ['what EMAIL_PROVIDERS names', { ...mailgun, ...sendgrid, ...from, EMAIL_PROVIDERS: 'sendgrid' }, ['sendgrid']],
  [
    'the order of EMAIL_PROVIDERS',
    { ...mailgun, ...smtp, ...from, EMAIL_PROVIDERS: 'twilio, SMTP;mailgun' },
    ['twilio', 'smtp', 'mailgun'],
  ],
])('%s', (_what, variables, order) => {
  expect(select(variables)).toEqual({ order, problems: [] });
});

test.each<[string, Record<string, string>, string[], string[]]>([
  ['nothing at all', {}, [], ['MAIL_FROM is missing']],
  ['half of Mailgun', { MAILGUN_DOMAIN: 'mg.example.com', ...from }, [], ['MAILGUN_API_KEY is missing']],
  ['a key without a sender', sendgrid, [], ['MAIL_FROM is missing']],
  ['one provider that is complete', { ...mailgun, ...sendgrid }, ['mailgun'], ['MAIL_FROM is missing']],
  ['a name without its variables', { ...from, EMAIL_PROVIDERS: 'smtp' }, [], ['SMTP_URL is missing']],
  ['an unknown name', { ...mailgun, EMAIL_PROVIDERS: 'mailgun,postmark' }, [], ['EMAIL_PROVIDERS is malformed']],
  ['a name twice', { ...mailgun, EMAIL_PROVIDERS: 'mailgun,mailgun' }, [], ['EMAIL_PROVIDERS is malformed']],
  [
    'another region that is misspelled',
    { ...mailgun, ...sendgrid, ...from, SENDGRID_API_BASE_URL: 'api.eu.sendgrid.com' },
    ['mailgun'],
    ['SENDGRID_API_BASE_URL is malformed'],
  ],
  ['a misspelled sender', { ...mailgun, MAIL_FROM: 'nobody' }, [], ['MAIL_FROM is malformed']],
  ['a malformed key', { ...from, SENDGRID_API_KEY: 'SG.short' }, [], ['SENDGRID_API_KEY is malformed']],
])('%s', (_what, variables, order, problems) => {
  expect(select(variables)).toEqual({ order, problems });
});

test.each([
  ['mailgun', ['mailgun']],
  ['Mailgun  SMTP', ['mailgun', 'smtp']],
  [' twilio;sendgrid,', ['twilio', 'sendgrid']],
  ['', undefined],
  [' , ', undefined],
  ['mail gun', undefined],
  ['smtp,smtp', undefined],
])('%j names %j', (value, names) => {
  expect(parseProviderNames(value)).toEqual(names);
});
