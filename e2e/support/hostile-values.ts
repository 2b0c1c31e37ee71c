import fc from 'fast-check';

/** Numbers and addresses that no log line, no answer to others and no request elsewhere may hold. */
export const MARKED_NUMBER = '+12025550177';
export const MARKED_ADDRESS = 'marked.person@example.net';

const sid = (prefix: string) => `${prefix}${'fedcba9876543210'.repeat(2)}`;

/** Texts that have broken other programs: injection, odd Unicode, numbers and dates at their edges, long ones. */
const KNOWN_TEXTS = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e\u2066right to left',
  '../../Accounts',
  '%2e%2e%2f',
  "'; DROP TABLE voicemails; --",
  '{{constructor.constructor("return process")()}}',
  '<Response><Dial>+19005550100</Dial></Response>',
  '"><img src=x onerror=alert(1)>',
  'a@b.c\r\nBcc: eve@example.net',
  '%recipient.secret%',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e309',
  '99999999999999999999',
  '2026-02-39',
  '2026-02-39T25:61:61.000Z_x',
  '+9999999999999999999',
  '__proto__',
  'constructor',
  '{"__proto__":{"polluted":true}}',
  '[[[[[[[[]]]]]]]]',
  '{',
  MARKED_NUMBER,
  MARKED_ADDRESS,
  ...['CA', 'RE', 'WT', 'WK', 'AC', 'TR'].map(sid),
  `voicemail-${sid('CA')}-1`,
  `callback-${sid('CA')}`,
];

/** Long runs of what a pattern with nested repetition would take quadratic time for. */
const longText = fc
  .tuple(
    fc.constantFrom('a', ' ', '{{', '(', '0', '@', 'é', '<', '=?utf-8?q?', '\n'),
    fc.integer({ min: 1, max: 40_000 }),
  )
  .map(([part, times]) => part.repeat(times).slice(0, 40_000));

export const hostileText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...KNOWN_TEXTS) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: longText },
  { weight: 2, arbitrary: fc.json({ maxDepth: 3 }) },
);

/** What somebody might put in the place of a value in a stored document. */
export const hostileJson: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, false, 0, -1, 1e308, Number.MAX_SAFE_INTEGER, [], {}, [null], [[]], {
    state: 'unheard-of',
  }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Names of parameters that no Function expects as they are. */
export const hostileName = fc.constantFrom(
  '__proto__',
  '__proto__[polluted]',
  'constructor[prototype][polluted]',
  'Token[x]',
  'TaskSid[0]',
  'request',
  'request[headers][authorization]',
  'request[cookies]',
  'toString',
  'hasOwnProperty',
  'then',
);
