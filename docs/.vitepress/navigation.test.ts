import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { nav, sidebar } from './navigation';
import { pageOf } from './site-pages';

const ROOT = path.resolve(__dirname, '../..');
/** What people who know flex-project-template look for. */
const NAMES_OF_THE_TEMPLATE = [
  'callback-and-voicemail',
  'callback-and-voicemail-with-email',
  'mailgun-setup',
  'sendgrid-setup',
  'voice-channel-overview',
];

const linksOf = (items: DefaultTheme.SidebarItem[]): string[] =>
  items.flatMap(({ link, items: inner = [] }) => [...(link === undefined ? [] : [link]), ...linksOf(inner)]);
const inSidebar = linksOf(sidebar);
const documents = ['docs', 'docs/how-to', 'docs/adr'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`),
);
const others = ['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'sandbox/README.md'].concat(
  ['studio', 'taskrouter'].map((folder) => `infra-as-code/${folder}/README.md`),
);
const pages = new Set([...documents, ...others].map((file) => `/${pageOf(file)}`.replace(/\/index$/, '/')));

test('the sidebar leads to every page but the home page and single decision records', () => {
  const expected = [...pages].filter((page) => page !== '/' && !/^\/adr\/\d/.test(page));
  expect([...inSidebar].sort()).toEqual(expected.sort());
});

test('the bar above leads to pages', () => {
  const links = nav.flatMap((item) => ('link' in item ? [item.link] : []));
  expect(links.filter((link) => !pages.has(link as string))).toEqual([]);
  expect(links).not.toEqual([]);
});

test.each(NAMES_OF_THE_TEMPLATE)('there is a page %s', (name) => {
  expect(existsSync(path.join(ROOT, 'docs', `${name}.md`))).toBe(true);
  expect(inSidebar).toContain(`/${name}`);
});
