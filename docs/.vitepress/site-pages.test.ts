import { anchorOf, pageOf, siteLink } from './site-pages';

const everything = () => true;

describe('a link of a document, on the site', () => {
  test.each([
    ['docs/architecture.md', 'glossary.md', '/glossary.html'],
    ['docs/how-to/set-retention.md', '../configuration.md#where-the-urls-go', '/configuration.html#where-the-urls-go'],
    ['docs/architecture.md', 'adr/README.md', '/adr/'],
    ['docs/configuration.md', '../infra-as-code/studio/README.md#a-title', '/infra-as-code/studio.html#a-title'],
    ['CONTRIBUTING.md', 'docs/figures.md', '/figures.html'],
    ['docs/install.md', '../README.md', '/'],
  ])('in %s: %s leads to its page', (source, href, expected) => {
    expect(siteLink(source, href, everything)).toMatchObject({ kind: 'page', href: expected });
  });

  test('to a file that is no page leads to a copy of the file', () => {
    expect(siteLink('docs/configuration.md', '../LICENSE', everything)).toEqual({
      kind: 'file',
      href: '/files/LICENSE',
      file: 'LICENSE',
    });
  });

  test.each(['https://www.twilio.com/docs', '#variables', 'mailto:ana@example.com', '/calculator.html'])(
    'stays as it is when it is %s',
    (href) => {
      expect(siteLink('docs/configuration.md', href, everything)).toEqual({ kind: 'as-it-is' });
    },
  );

  test('to a file that does not exist stops the build', () => {
    expect(() => siteLink('docs/install.md', 'upgrade.md', () => false)).toThrow(
      'docs/install.md links to docs/upgrade.md',
    );
  });
});

test.each([
  ['docs/plugin.md', 'plugin'],
  ['docs/adr/README.md', 'adr/index'],
  ['infra-as-code/taskrouter/README.md', 'infra-as-code/taskrouter'],
  ['CODE_OF_CONDUCT.md', undefined],
])('the page of %s is %s', (file, page) => {
  expect(pageOf(file)).toBe(page);
});

test.each([
  ['What callers hear and may do', 'what-callers-hear-and-may-do'],
  ["What's new, and where", 'whats-new-and-where'],
  ['`npm run reconcile`', 'npm-run-reconcile'],
])('the anchor of "%s" is GitHub\'s', (heading, anchor) => {
  expect(anchorOf(heading)).toBe(anchor);
});
