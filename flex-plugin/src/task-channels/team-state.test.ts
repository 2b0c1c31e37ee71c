import { createTranslator } from '../strings/translator';
import { teamStateText } from './team-state';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const dateUpdated = new Date(NOW - 60_000);
const text = (status: Parameters<typeof teamStateText>[0]['status'], language = 'en-US') =>
  teamStateText({ status, dateUpdated }, createTranslator(language), NOW);

test('the Teams view says of a task whether it is offered, taken or being wrapped up', () => {
  expect(text('pending')).toBe('Offered to an agent');
  expect(text('accepted')).toMatch(/^taken \d{1,2}:\d\d/);
  expect(text('wrapping')).toBe('being wrapped up');
  expect(text('completed')).toBeUndefined();
});

test.each(['es-MX', 'pt-BR', 'th', 'zh-Hans'])('the Teams view says it in %s', (language) => {
  expect(text('accepted', language)).toMatch(/\d/);
  expect(text('pending', language)).not.toBe(text('pending'));
});
