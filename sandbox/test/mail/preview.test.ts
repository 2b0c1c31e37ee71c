import { previewText } from '../../src/mail/preview';

test.each([
  [
    { html: '<html><head><title>T</title></head><body><div>It&#39;s &amp; &lt;b&gt;</div><p>More</p>' },
    "It's & <b> More",
  ],
  [{ html: '<style>p { color: red }</style><p>Hi&nbsp;there\u00a0\u200c\u00a0\u200c</p>' }, 'Hi there'],
  [{ text: 'One\n\ntwo' }, 'One two'],
  [{ html: '', text: 'Only text' }, 'Only text'],
  [{ html: '&#9999999999; &#x110000; &unknown;' }, '&#9999999999; &#x110000; &unknown;'],
  [{}, ''],
])('case %#: a mail is previewed by its visible words', (mail, expected) => {
  expect(previewText(mail)).toBe(expected);
});

test('a long mail is cut', () => {
  const preview = previewText({ text: 'word '.repeat(100) });
  expect(preview).toHaveLength(140);
  expect(preview).toMatch(/word…$/);
});
