import fc from 'fast-check';
import { type CallerKind, classifyCaller, cleanCallerName, displayNumber, isWithheld } from './caller-number';

// Each run searches elsewhere; `npm test -- --seed=N` repeats it.
fc.configureGlobal({ seed: jest.getSeed() });

const KEYPAD = ['266696687', '7378742833', '86282452253', '2562533', '8656696', '7748283'];

test.each([
  ...KEYPAD.flatMap((digits) => [digits, `+${digits}`, `1${digits}`, `+1${digits}`, ` +${digits} `]),
  ...['anonymous', 'Anonymous', 'ANONYMOUS', '  anonymous\t', '"Anonymous"', 'Anonymous Caller'],
  ...['restricted', 'Restricted', 'RESTRICTED', 'unavailable', 'Unavailable', 'blocked', 'Blocked', 'Blocked Number'],
  ...['unknown', 'UNKNOWN', 'Unknown Caller', 'private', 'Private Number', 'withheld', 'Number Withheld'],
  ...['No Caller ID', 'no-caller-id', 'NO_CALLER_ID', 'Out of Area', 'Not available'],
  ...['anonymous@anonymous.invalid', 'Anonymous@Anonymous.Invalid', 'sip:anonymous@anonymous.invalid'],
  ...['sip:anonymous@example.com', 'SIP:Anonymous@example.com;transport=tls', 'sips:unavailable@10.0.0.1:5061'],
  ...[
    '"Anonymous" <sip:anonymous@anonymous.invalid>',
    '"Anonymous" <sip:ana@example.com>',
    '<sip:anonymous@x.example>',
  ],
  ...['Anonymous <sip:c8oqz84zk7z@privacy.example>;tag=1', 'sip:266696687@example.com', 'sip:ana@anonymous.invalid'],
  ...['', ' ', '   ', '\t\n', '+', ' + ', '0', '+0', '0000000000', '+00000000000', '-', 'undefined', 'null'],
])('withheld: %j', (from) => {
  expect(classifyCaller(from)).toBe('withheld');
  expect(isWithheld(from)).toBe(true);
  expect(displayNumber(from)).toBe('withheld number');
});

test.each([undefined, null])('a parameter that is %s is a number withheld', (from) => {
  expect(isWithheld(from)).toBe(true);
});

test.each<[string, CallerKind]>([
  ['+12025550123', 'number'],
  [' +442079460123 ', 'number'],
  ['+15551234567', 'number'],
  ['+123456789012345', 'number'],
  ['+2666966870', 'number'],
  ['sip:ana@example.com', 'sip'],
  ['SIPS:ana@example.com:5061;transport=tls', 'sip'],
  ['"Ana Ruiz" <sip:ana@example.com>', 'sip'],
  ['<sip:ana@example.com?subject=a;b>;tag=77', 'sip'],
  ['sip:+12025550123@example.com', 'sip'],
  ['sip:example.com', 'sip'],
  ['client:ana', 'client'],
  ['client:Anonymous', 'client'],
  ['client:', 'nonsense'],
  ['sip:', 'nonsense'],
  ['12025550123', 'nonsense'],
  ['+1 202 555 0123', 'nonsense'],
  ['+1202555012a', 'nonsense'],
  ['++12025550123', 'nonsense'],
  ['+02025550123', 'nonsense'],
  ['+911', 'nonsense'],
  ['911', 'nonsense'],
  ['+1234567890123456', 'nonsense'],
  ['+١٢٠٢٥٥٥٠١٢٣', 'nonsense'],
  ['ana@example.com', 'nonsense'],
  ['anonymously', 'nonsense'],
  ['<script>', 'nonsense'],
])('%j is of the kind %s', (from, kind) => {
  expect(classifyCaller(from)).toBe(kind);
});

test.each([
  ['+', '1'],
  ['sip:', '@'],
])('%s and 100,000 times %s is nonsense', (start, character) => {
  expect(classifyCaller(start + character.repeat(100_000))).toBe('nonsense');
});

test.each([
  ['+12025550123', '+1 202-555-0123'],
  ['+15551234567', '+1 555-123-4567'],
  ['+442079460123', '+44 20 7946 0123'],
  ['+390612345678', '+39 06 1234 5678'],
  ['+999999999999', '+999999999999'],
  ['sip:+12025550123@example.com', 'sip:+12025550123@example.com'],
  ['client:ana', 'client:ana'],
  ['2 lines, 202-555-0123', '2 lines, 202-555-0123'],
])('%s is shown as %s', (number, shown) => {
  expect(displayNumber(number)).toBe(shown);
});

test.each([
  ['Ana Ruiz', 'Ana Ruiz'],
  ['  RUIZ, ANA\u0000 \n', 'RUIZ, ANA'],
  ['Ana\u202eziuR', 'Ana ziuR'],
  ['', undefined],
  ['ANONYMOUS', undefined],
  ['+1 (202) 555-0123', undefined],
  [undefined, undefined],
  [{ toString: (): string => 'Ana' }, undefined],
])('the name %j is %j', (name, expected) => {
  expect(cleanCallerName(name, '+12025550123')).toBe(expected);
});

test('cuts a name at 60 characters', () => {
  expect(cleanCallerName('x'.repeat(500), '+12025550123')).toBe('x'.repeat(60));
});

test('a withheld number has no name', () => {
  expect(cleanCallerName('Ana Ruiz', 'Anonymous')).toBeUndefined();
});

test('classifies any caller exactly once and never throws', () => {
  const anyCaller = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^["<]?[+0-9a-z ]{0,20}[@:<>;]{0,3}[a-z.]{0,9}>?$/),
  );
  fc.assert(
    fc.property(anyCaller, (from) => {
      const kind = classifyCaller(from);
      expect(isWithheld(from)).toBe(kind === 'withheld');
      expect(typeof displayNumber(from)).toBe('string');
    }),
    { numRuns: 500 },
  );
});
