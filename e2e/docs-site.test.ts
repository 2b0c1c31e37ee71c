import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { pageViolations } from './support/axe';
import { newContext, openBrowser } from './support/browser';
import { type BuiltSite, buildSite } from './support/built-site';
import { reportPagesOnFailure } from './support/page-report';

/**
 * The documentation site: that it builds, that its links lead somewhere, that it asks no other server for anything, and
 * that everybody can read it. Pictures are in `.screenshots/docs/`.
 */
const shots = path.resolve(__dirname, '../.screenshots/docs');
const PHONE = { width: 375, height: 667 };
const DESK = { width: 1280, height: 800 };
/** The home page, pictures, wide tables, drawings, and the calculator. */
const LOOKED_AT = [
  '/',
  '/for-supervisors.html',
  '/troubleshooting.html',
  '/architecture.html',
  '/cost-calculator.html',
];
const SOME = ['/troubleshooting.html', '/cost-calculator.html'];

let site: BuiltSite;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  [site, browser] = await Promise.all([buildSite(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const attributes = (html: string, name: string) =>
  [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value]) => value!.replaceAll('&amp;', '&'));
const fileOf = (pathname: string) => pathname.replace(/\/$/, '/index.html');

test('every link within the site leads to a page, a file or a heading that exists', () => {
  const files = new Set(site.files);
  const ids = new Map(site.pages.map((page) => [page, new Set(attributes(site.read(page), 'id'))]));
  let links = 0;
  const broken = site.pages.flatMap((page) =>
    [...new Set(['href', 'src'].flatMap((name) => attributes(site.read(page), name)))].flatMap((href) => {
      const target = new URL(href, `http://site${page}`);
      if (target.origin !== 'http://site') return [];
      links += 1;
      const file = fileOf(decodeURIComponent(target.pathname));
      if (!files.has(file)) return [`${page} links to ${href}`];
      const id = decodeURIComponent(target.hash.slice(1));
      return id === '' || ids.get(file)?.has(id) ? [] : [`${page} links to ${href}, a heading that does not exist`];
    }),
  );
  expect(broken).toEqual([]);
  // A site whose links are not found would have none that are broken.
  expect(links).toBeGreaterThan(5_000);
});

test('no page loads anything from another server', () => {
  const loads =
    /<(?:script|link|img|iframe|source|video|audio|object|embed)\b[^>]*?\b(?:src|href|data)="(?:https?:)?\/\//;
  expect(site.pages.filter((page) => loads.test(site.read(page)))).toEqual([]);
  const policy = /http-equiv="Content-Security-Policy" content="default-src (?:'|&#39;)self/;
  expect(site.pages.filter((page) => !policy.test(site.read(page)))).toEqual([]);
  const styles = site.files.filter((file) => file.endsWith('.css'));
  expect(styles.filter((file) => /url\(["']?(?:https?:)?\/\/|@import/.test(site.read(file)))).toEqual([]);
});

/** Opens a page; `problems` are requests to others, and what the browser complains about. */
async function open(viewport: typeof DESK, pathname: string, colorScheme: 'light' | 'dark' = 'light') {
  const context = await newContext(browser, { viewport, colorScheme });
  reportPagesOnFailure(context);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(site.url) && !request.url().startsWith('data:')) problems.push(request.url());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(site.url + pathname);
  return { page, problems, close: () => context.close() };
}

const overflows = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

test.each([
  ['a desk in light', 'desk', DESK, 'light', LOOKED_AT],
  ['a desk in dark', 'dark', DESK, 'dark', SOME],
  ['a telephone', 'phone', PHONE, 'light', LOOKED_AT],
] as const)(
  'on %s, axe finds nothing wrong and nothing is cut off',
  async (_on, shot, viewport, colorScheme, pages) => {
    const { page, problems, close } = await open(viewport, '/', colorScheme);
    for (const pathname of pages) {
      await page.goto(site.url + pathname);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect([pathname, await pageViolations(page)]).toEqual([pathname, []]);
      expect([pathname, await overflows(page)]).toEqual([pathname, false]);
      await page.screenshot({ path: path.join(shots, `${shot}${pathname.replaceAll('/', '-')}.png`), fullPage: true });
    }
    expect(problems).toEqual([]);
    await close();
  },
);

test('the search finds what a page says, without another server', async () => {
  const { page, problems, close } = await open(DESK, '/');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('searchbox').fill('domain-not-verified');
  await page
    .getByRole('option', { name: /No email/ })
    .first()
    .click();
  await page.getByRole('heading', { name: 'No email' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/troubleshooting.html');
  expect(problems).toEqual([]);
  await close();
});

test('the calculator adds up what is typed, and says which price to look up', async () => {
  const { page, problems, close } = await open(DESK, '/cost-calculator.html');
  const amount = (name: string) => page.getByRole('row', { name: new RegExp(`^${name} `) }).locator('.amount');
  await page.getByLabel('Voicemails a month').fill('2000');
  await page.getByLabel('Email provider').selectOption({ label: 'SendGrid' });
  expect(await amount('Recording').innerText()).toBe('$5.00');
  expect(await amount('Functions').innerText()).toBe('look up');
  expect(await amount('what has a price').innerText()).toBe('$124.95');
  expect(problems).toEqual([]);
  await close();
});
