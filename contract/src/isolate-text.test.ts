import { isolateText } from './isolate-text';

test.each(['דנה', 'محمد 2', 'Ana דנה', 'ܫܠܡܐ', 'ދިވެހި'])('%s stands apart from the text around it', (text) => {
  expect(isolateText(text)).toBe(`\u2068${text}\u2069`);
});

test.each(['Ana', '', '+1 202 555 0123', '田中', 'Ωmega', '👨‍👩‍👧'])('%j is not changed', (text) => {
  expect(isolateText(text)).toBe(text);
});
