import { readEnvironment } from '../runtime/environment';
import { allowedRecipients } from './allowed-recipients';

const complete = { ADMIN_EMAIL: 'ana@example.com, bo@example.com' };

test.each([
  [
    'the domains of ADMIN_EMAIL',
    { ADMIN_EMAIL: 'a@Example.com, b@sub.example.com' },
    ['example.com', 'sub.example.com'],
  ],
  ['an address at a public provider, alone', { ADMIN_EMAIL: 'boss@gmail.com' }, ['boss@gmail.com']],
  [
    'the list, and ADMIN_EMAIL',
    { ALLOWED_EMAIL_DOMAINS: 'Clinic.org', ADMIN_EMAIL: 'boss@gmail.com' },
    ['clinic.org', 'boss@gmail.com'],
  ],
  [
    'ADMIN_EMAIL alone, where the list is malformed',
    { ALLOWED_EMAIL_DOMAINS: 'clinic.org, *' },
    ['ana@example.com', 'bo@example.com'],
  ],
  ['nobody, where ADMIN_EMAIL is malformed', { ADMIN_EMAIL: 'example.com' }, []],
])('allows as recipients %s', (_title, change, expected) => {
  expect(allowedRecipients(readEnvironment({ ...complete, ...change }))).toEqual(expected);
});
