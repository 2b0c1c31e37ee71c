import type { FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import { createTranslator } from '../../strings/translator';
import { fieldErrorMessage } from './field-error-messages';

const translator = createTranslator('en-US');

test.each<[FieldError, string]>([
  [{ path: 'recipients.3.address', code: 'malformed', value: 'ana' }, '“ana” is not a valid email address.'],
  [{ path: 'rules.0.recipients.1.address', code: 'malformed', value: 'ana' }, '“ana” is not a valid email address.'],
  [{ path: 'archive.address', code: 'malformed', value: 'ana' }, '“ana” is not a valid email address.'],
  [{ path: 'max_attempts', code: 'malformed' }, 'Enter a whole number from 1 to 100.'],
  [{ path: 'attention_after_minutes', code: 'malformed' }, 'Enter a whole number from 1 to 10080.'],
  [{ path: 'rules.2.numbers.0', code: 'malformed', value: '030' }, '“030” is not a phone number.'],
  ...['recipients.3', 'archive', 'fallback_recipient', 'rules.0.recipients.1'].map((place): [FieldError, string] => [
    { path: `${place}.phone`, code: 'malformed', value: '030' },
    '“030” is not a phone number.',
  ]),
  [{ path: 'rules.2.when.to', code: 'malformed', value: '24:00' }, '“24:00” is not a time of day.'],
  [{ path: 'holidays.0.date', code: 'malformed', value: '2026-02-30' }, '“2026-02-30” is not a date.'],
  [{ path: 'organization', code: 'malformed' }, 'The text contains invisible characters.'],
  [{ path: 'recipients', code: 'missing' }, 'Add at least one recipient, or turn email off.'],
  [{ path: 'rules.0.recipients', code: 'missing' }, 'The rule needs at least one recipient.'],
  [{ path: 'rules.0.when.days', code: 'missing' }, 'The rule needs at least one day.'],
  [{ path: 'rules.0.queues.0', code: 'missing' }, 'This field is required.'],
  [{ path: 'rules.0.name', code: 'too-long' }, 'The text is too long. The limit is 80 characters.'],
  [{ path: 'rules.0.recipients.0.name', code: 'too-long' }, 'The text is too long. The limit is 100 characters.'],
  [{ path: 'holidays', code: 'too-many', value: '61/60' }, 'There are 61. The limit is 60.'],
  [{ path: 'rules.1.id', code: 'duplicate', value: 'sales' }, '“sales” is listed twice.'],
])('says what is wrong: %j', (error, message) => {
  expect(fieldErrorMessage(translator, error)).toBe(message);
});
