import { renderSubject, subjectTemplateErrors } from './subject-template';

const values = {
  caller: '+1 555 123 4567',
  called: '+1 555 010 0099',
  queue: 'Support',
  length: '1:04',
  received: 'Nov 22, 2:41 PM',
  organization: 'Clinic',
};

test('fields are filled in, with or without blanks in the braces', () => {
  expect(renderSubject('[{{organization}}] {{ caller }} for {{queue}} ({{length}})', values)).toBe(
    '[Clinic] +1 555 123 4567 for Support (1:04)',
  );
});

test('a field without a value leaves no gap', () => {
  expect(renderSubject('From {{caller}} {{queue}} ({{length}})', { ...values, queue: '' })).toBe(
    'From +1 555 123 4567 (1:04)',
  );
});

test('values of callers and flows cannot end the line and are not expanded', () => {
  const hostile = { ...values, queue: 'Sales\r\nBcc: thief@example.com {{caller}}\u202e' };
  expect(renderSubject('{{queue}}', hostile)).toBe('Sales Bcc: thief@example.com {{caller}}');
  expect(renderSubject('{{queue}}', { ...values, queue: 'a'.repeat(1_000) })).toHaveLength(200);
});

test.each([
  ['Voicemail', []],
  ['{{caller}} {{ queue }}', []],
  ['{{Caller}}', ['{{Caller}}']],
  ['{{number}} {{caller}}', ['{{number}}']],
  ['{{}}', ['{{}}']],
  ['{{caller', ['{{']],
  ['caller}}', ['}}']],
  ['{{__proto__}} {{constructor}}', ['{{__proto__}}', '{{constructor}}']],
])('%p: %p', (template, wrong) => {
  expect(subjectTemplateErrors(template)).toEqual(wrong);
});

test('a template of any length is checked in time that grows with its length', () => {
  const startedAt = performance.now();
  for (const part of [' ', 'a', '{{', '{{ ', '{{a', '{{a ']) subjectTemplateErrors(`{{${part.repeat(100_000)}`);
  // Quadratic, one of these takes over a minute.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
