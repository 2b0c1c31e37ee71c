import { asEncodedWords } from './encoded-words';

test.each(['', 'plain', '=?utf-8?q?=41?=', 'é'.repeat(100), '👩‍👩‍👧‍👦'.repeat(20), 'a'.repeat(500)])(
  'text %# comes back from words that are short enough',
  (text) => {
    const words = asEncodedWords(text).split(' ');
    for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
    const decoded = words.map((word) =>
      Buffer.from(/^=\?UTF-8\?B\?(.*)\?=$/.exec(word)?.[1] ?? '?', 'base64').toString(),
    );
    expect(decoded.join('')).toBe(text);
  },
);
