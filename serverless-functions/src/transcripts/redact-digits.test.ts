import fc from 'fast-check';
import { REDACTED, redactDigits } from './redact-digits';

describe('takes out', () => {
  test.each([
    ['my card is 4111 1111 1111 1111 thanks', 'my card is •••• thanks'],
    ['4111-1111-1111-1111', '••••'],
    ['Card 4111, 1111, 1111, 1111.', 'Card ••••.'],
    ['378282246310005 expires in May', '•••• expires in May'],
    ['four one one one 1111 one one one one double one 11', '••••'],
    ['it is DE89 3704 0044 0532 0130 00 please', 'it is DE89 •••• please'],
    ['٤١١١ ١١١١ ١١١١ ١١١١', '••••'],
    ['my social is 078-05-1120', 'my social is ••••'],
    ['the PIN is 4 7 1 1', 'the PIN is ••••'],
    ['security code is 123, and expires', 'security code is ••••, and expires'],
    ['mi clave es 4711', 'mi clave es ••••'],
    ['código de seguridad 123', 'código de seguridad ••••'],
    ['die PIN lautet 4711', 'die PIN lautet ••••'],
    ['le mot de passe est 90210', 'le mot de passe est ••••'],
    ['暗証番号は 4711 です', '暗証番号は •••• です'],
  ])('%s', (transcript, redacted) => {
    expect(redactDigits(transcript)).toBe(redacted);
  });
});

describe('leaves', () => {
  test.each([
    'call me at 202-555-0123 before 5',
    'call +49 151 2345 6789',
    'call + 44 (20) 7946 0958',
    'from abroad dial 00 49 151 23456789',
    'dial 011 44 20 7946 0958',
    'my number is two zero two five five five oh one two three',
    'order 12345678, invoice 2026-11-30',
    'the area code is 202',
    'zip code 90210',
    'I was number one, two of us waited three hours',
    '',
  ])('%s', (transcript) => {
    expect(redactDigits(transcript)).toBe(transcript);
  });
});

test('no card of 13 to 19 digits is left, however its digits are grouped', () => {
  const card = fc.stringMatching(/^[1-9][0-9]{12,18}$/);
  const grouping = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 19, maxLength: 19 });
  fc.assert(
    fc.property(card, grouping, fc.constantFrom(' ', '-', '. ', ', ', ''), (digits, sizes, separator) => {
      const groups: string[] = [];
      for (let at = 0, n = 0; at < digits.length; at += sizes[n]!, n += 1)
        groups.push(digits.slice(at, at + sizes[n]!));
      expect(redactDigits(`Please charge ${groups.join(separator)} today`)).toBe(`Please charge ${REDACTED} today`);
    }),
    { seed: jest.getSeed() },
  );
});

test('a transcript of any length is redacted in time that grows with its length', () => {
  const startedAt = performance.now();
  for (const part of ['1', '1 ', 'one ', 'pin ', '+', '- ', 'double ', 'é']) redactDigits(part.repeat(100_000));
  // Quadratic, one of these takes over a minute.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
