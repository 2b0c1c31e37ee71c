import { serverWords } from './server-words';

test.each([
  ['550 5.1.1 <ana@example.com>: Recipient address rejected', '550 5.1.1 …: Recipient address rejected'],
  ['451 4.7.1 greylisted\r\nBcc: eve@example.com', '451 4.7.1 greylisted Bcc: …'],
  ['\u202egnihtyna\u0007', 'gnihtyna'],
  ['key SG.abc.def and key-0123', 'key … and …'],
])('%j in one line, without secrets', (text, expected) => {
  expect(serverWords(text)).toBe(expected);
});

test('of a long answer the beginning is shown', () => {
  expect(serverWords('x '.repeat(1_000_000))).toHaveLength(121);
});

test.each([[undefined], [5], [{}], [''], [' \n ']])('%j says nothing', (text) => {
  expect(serverWords(text)).toBeUndefined();
});
