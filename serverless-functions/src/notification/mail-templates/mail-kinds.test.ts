import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { HtmlValidate } from 'html-validate';
import { MAIL_KINDS } from '../../../test/mail-kinds';
import { visibleHtml } from '../../../test/visible-html';

const kinds = Object.entries(MAIL_KINDS);
const ROOT = path.resolve(__dirname, '../../..');
/** What the kinds below have in common is tested with these, which together use all places of the templates. */
const wholes = kinds.filter(([name]) => ['longest', 'test', 'notice'].includes(name));

describe.each(kinds.filter(([name]) => name !== 'longest'))(
  'a mail of the kind %s',
  (_name, { subject, text, html }) => {
    test('is as it was, in its text and in what is seen of its HTML', () => {
      expect({ subject, text: text.split('\n'), html: visibleHtml(html) }).toMatchSnapshot();
    });

    test('has nothing remote, no script, and leads to Flex or a telephone alone', () => {
      expect(html).not.toMatch(/<(?:script|link|iframe|object|form|img)\b|@import|url\(|javascript:|\son\w+=/i);
      for (const [, href] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^(?:https:\/\/flex\.|tel:\+\d+$)/);
    });

    test('has no value that is missing and no tag of a template', () => {
      expect(`${subject}${text}${html}`).not.toMatch(/undefined|null|NaN|\{\{|\}\}|\[object/);
    });
  },
);

test('the longest mail is shown whole by Gmail, which cuts off after 102 KB', () => {
  // https://www.spamresource.com/2022/01/what-is-gmail-clipping-and-what-to-do.html
  const { html, text } = MAIL_KINDS.longest;
  expect(Buffer.byteLength(html)).toBeLessThan(100_000);
  expect(Buffer.byteLength(html)).toBeGreaterThan(30_000);
  expect(Buffer.byteLength(text)).toBeLessThan(100_000);
});

test.each(wholes)(
  'Gmail keeps the styles of the kind %s: small blocks, in the head, without nesting',
  (_name, { html }) => {
    // https://www.caniemail.com/features/html-style/: at most 16 KB; https://developers.google.com/workspace/gmail/design/css
    const styles = [...html.matchAll(/<style[^>]*>(.*?)<\/style>/gs)].map(([, css]) => css!);
    expect(html.slice(html.indexOf('<body'))).not.toContain('<style');
    expect(styles.join('').length).toBeLessThan(16_000);
    for (const css of styles) {
      expect(css.split('{').length).toBe(css.split('}').length);
      expect(css).not.toMatch(/@media[^{]*\{[^}]*@/);
    }
    expect(html).not.toMatch(/position:|float:|background-image|display:\s*(?:flex|grid)/);
  },
);

test.each(wholes)('Outlook for Windows gets tables, and widths as attributes, in the kind %s', (_name, { html }) => {
  // Word renders the mail: https://www.caniemail.com/clients/outlook/
  expect(html).toMatch(/<!--\[if mso \| IE\]><table[^>]* width="600" [^>]*bgcolor="#ffffff"/);
  expect(html.match(/<!--\[if /g)).toHaveLength(html.match(/<!\[endif\]-->/g)!.length);
  // Padding of a link is ignored: the cell of a button has one of its own.
  for (const [cell] of html.matchAll(/<td class="(?:primary|secondary)"[^>]*>/g)) {
    expect(cell).toContain('mso-padding-alt:9px 18px');
    expect(cell).toMatch(/bgcolor="#[0-9a-f]{6}"/);
  }
});

test('a button is one in every program: a link within a cell that has a color, and the first stands out', () => {
  const buttons = [
    ...MAIL_KINDS.usual.html.matchAll(/<td class="(primary|secondary)"[^>]*><a href="([^"]*)"[^>]*>([^<]*)/g),
  ];
  expect(buttons.map(([, ...parts]) => parts)).toEqual([
    ['primary', 'tel:+15551234567', 'Call back'],
    ['secondary', 'https://flex.twilio.com', 'Open in Flex'],
  ]);
});

/**
 * Features that a program lacks (caniemail.com), and why the mail is whole without them. Anything else that one of the
 * programs lacks makes the test fail.
 */
const MISSED_WITHOUT_HARM: Record<string, string> = {
  'color-scheme meta tag': 'programs without it choose dark colors themselves',
  '@media': 'only dark colors, and a width that Outlook gets from its table',
  'border-radius': 'corners are square',
  'max-height property': 'limits a logo, which has its size in attributes where the size is known',
  overflow: 'of the preview line, which is hidden in more ways',
  opacity: 'of the preview line',
  'display:none': 'of the preview line, which then stands above the heading in 1-pixel letters',
  outline: 'MJML resets one',
  'word-spacing': 'MJML resets one',
  'Chaining selectors': 'MJML’s own, for Thunderbird',
  '<body> element': 'becomes another element, and the card has colors of its own',
  '<style> element': 'styles only add dark colors: all else is inline',
  'Class selector': 'as the style element',
  'Descendant combinator': 'as the style element',
  'ID selector': 'as the style element',
  'Type selector': 'as the style element',
  'aria-label attribute': 'of the whole mail, which has its subject as a title as well',
  'role attribute': 'layout tables are read out as tables by one program, which is no longer made',
  'white-space': 'a label of the facts may take two lines',
  'word-break': 'long words are wider than the window in one program, which is no longer made',
};

test.each(wholes)('Gmail, Outlook and Apple Mail lack nothing that the kind %s needs', (_name, { html }) => {
  const answer = execFileSync(process.execPath, [path.join(ROOT, 'test/client-support.mjs')], { input: html });
  const missing = JSON.parse(answer.toString()) as Record<string, string[]>;
  expect(Object.keys(missing)).toContain('outlook.windows');
  const harmful = Object.entries(missing).flatMap(([client, features]) =>
    features.filter((feature) => !(feature in MISSED_WITHOUT_HARM)).map((feature) => `${client}: ${feature}`),
  );
  expect(harmful).toEqual([]);
});

test.each(wholes)('the HTML of the kind %s is valid', async (_name, { html }) => {
  const validator = new HtmlValidate({
    extends: ['html-validate:standard', 'html-validate:document'],
    rules: {
      // What mails need, or what has no effect in them: caniemail.com.
      'no-inline-style': 'off',
      'no-deprecated-attr': 'off',
      'attribute-empty-style': 'off',
      'no-trailing-whitespace': 'off',
      'no-conditional-comment': 'off',
      'tel-non-breaking': 'off',
      'long-title': 'off',
      'wcag/h63': 'off',
    },
  });
  const { results } = await validator.validateString(html);
  expect(
    results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`)),
  ).toEqual([]);
});
