import { parseStartOptions, START_HELP } from '../src/start-options';

test('sends through Mailgun unless told otherwise', () => {
  expect(parseStartOptions([])).toEqual({ mail: ['mailgun'], isNewAccount: false, help: false });
  expect(parseStartOptions(['--built', '--mail=smtp']).mail).toEqual(['smtp']);
  expect(parseStartOptions(['--mail=sendgrid,twilio']).mail).toEqual(['sendgrid', 'twilio']);
});

test('starts a new account on demand', () => {
  expect(parseStartOptions(['--new-account', '--built']).isNewAccount).toBe(true);
});

test('tells what may be chosen', () => {
  expect(parseStartOptions(['--help']).help).toBe(true);
  for (const name of ['mailgun', 'sendgrid', 'twilio', 'smtp']) expect(START_HELP).toContain(name);
});

test.each([['--mail='], ['--mail=postmark'], ['--mail=smtp,smtp'], ['--mial=smtp'], ['smtp']])(
  'refuses %s, and tells what may be written',
  (word) => {
    expect(() => parseStartOptions([word])).toThrow(START_HELP);
  },
);
