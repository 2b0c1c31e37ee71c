import { isAdminNotified } from './notified-fields';

test.each([
  ['recipients', true],
  ['archive', true],
  ['rules.one', true],
  ['rules.order', true],
  ['holidays', true],
  ['enabled', true],
  ['time_zone', true],
  ['email_content', true],
  ['include_transcript', true],
  ['show_callers', true],
  ['subject', false],
  ['logo_url', false],
])('ADMIN_EMAIL hears of a change of %s: %p', (field, expected) => {
  expect(isAdminNotified([{ field: 'footer' }, { field }])).toBe(expected);
});
