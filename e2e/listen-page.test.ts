import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import PostalMime from 'postal-mime';
import { MAX_AUDIO_RANGE_BYTES } from '../contract/src/flex-api';
import type { MailSummary } from '../sandbox/src/mail/mailbox';
import { pageViolations } from './support/axe';
import { newContext, openBrowser } from './support/browser';
import { listenLinkOf } from './support/listen-links';
import { reportPagesOnFailure } from './support/page-report';
import { pollUntil } from './support/poll-until';
import { type RunningProduct, startProduct } from './support/running-product';
import { twilioAccount } from './support/twilio-account';

/**
 * The page behind an email's link, in a real browser: that it plays, seeks and downloads, on a telephone and on a desk, in
 * light and dark, by keyboard, and that it asks nobody else for anything.
 */
const shots = path.resolve(__dirname, '../.screenshots/listen-page');
const SAMPLE = readFileSync(path.resolve(__dirname, '../flex-plugin/test/voicemail.mp3'));
const SAMPLE_SECONDS = 8.784;
const HOUR = Buffer.concat(new Array(Math.ceil(3_600 / SAMPLE_SECONDS)).fill(SAMPLE));
const PHONE = { width: 375, height: 667 };
const DESK = { width: 1280, height: 800 };
jest.setTimeout(600_000);

let product: RunningProduct;
let browser: Browser;
let link: string;
let began: number;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  const account = twilioAccount(product.url);
  await account.setDocument('email-settings', {
    version: 1,
    enabled: true,
    recording_format: 'link',
    organization: 'Riverside Clinic',
    recipients: [{ address: 'supervisor@example.com' }],
  });
  began = Date.now();
  await product.leaveVoicemail();
  link = await pollUntil(readLink);
  // Encoding it for the first time takes longer than a Function waits, on a busy machine.
  const recording = /RE[0-9a-f]{32}/.exec(link)![0];
  await account.status('api.twilio.com', `/2010-04-01/Accounts/${account.accountSid}/Recordings/${recording}.mp3`);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** The link of the newest mail; undefined until there is one. */
async function readLink(): Promise<string | undefined> {
  const mails = (await (await fetch(`${product.url}/api/mails`)).json()) as MailSummary[];
  // The mailbox is on disk: it has mails of earlier runs.
  const mail = mails.find(({ at, subject }) => at >= began && subject.startsWith('Voicemail from'));
  if (mail === undefined) return undefined;
  const raw = await (await fetch(`${product.url}/api/mails/${mail.id}/raw`)).text();
  const { text = '', html = '' } = await PostalMime.parse(raw);
  return listenLinkOf({ text, html });
}

interface OpenPage {
  page: Page;
  context: BrowserContext;
  /** Requests to anybody but the Functions, and what the browser complained about. */
  problems: string[];
  /** The ranges that were asked for, by header or parameter. */
  ranges: string[];
}

/** Opens the link; each test has a browser context of its own. */
async function open(
  options: BrowserContextOptions = {},
  prepare = async (_page: Page) => {},
  url = link,
): Promise<OpenPage> {
  const context = await newContext(browser, { viewport: DESK, ...options });
  reportPagesOnFailure(context, product.output);
  const page = await context.newPage();
  const { origin } = new URL(url);
  const problems: string[] = [];
  const ranges: string[] = [];
  page.on('request', (request) => {
    const at = new URL(request.url());
    if (at.origin !== origin && !/^(data|blob):$/.test(at.protocol)) problems.push(`request to ${at.origin}`);
    if (at.pathname.endsWith('/listen-audio') && !at.searchParams.has('probe'))
      ranges.push(
        at.searchParams.has('from') ? `from ${at.searchParams.get('from')}` : (request.headers().range ?? 'none'),
      );
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await prepare(page);
  await page.goto(url);
  return { page, context, problems, ranges };
}

const audio = (page: Page) => page.locator('audio');
const state = (page: Page) =>
  audio(page).evaluate((element) => {
    const { currentTime, duration, paused, playbackRate, ended } = element as unknown as Record<string, number>;
    return {
      at: currentTime!,
      duration: duration!,
      paused: Boolean(paused),
      rate: playbackRate!,
      ended: Boolean(ended),
    };
  });
const waitForState = (page: Page, matches: (now: Awaited<ReturnType<typeof state>>) => boolean) =>
  pollUntil(async () => {
    const now = await state(page);
    return matches(now) && now;
  });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const screenshot = (page: Page, name: string) =>
  page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });

/** Answers for the sound as the Function does for an hour: at most so much of what a range asks for. */
const serveHour = (page: Page, isHeaderLost = false) =>
  page.route('**/media/listen-audio?*', async (route) => {
    const { searchParams } = new URL(route.request().url());
    if (searchParams.has('probe'))
      return isHeaderLost ? route.fulfill({ status: 204, headers: { 'X-Range': 'none' } }) : route.continue();
    const header = isHeaderLost ? undefined : /^bytes=(\d+)-/.exec(route.request().headers().range ?? '')?.[1];
    const start = Number(searchParams.get('from') ?? header ?? 0);
    const body = HOUR.subarray(start, start + MAX_AUDIO_RANGE_BYTES);
    const range = `bytes ${start}-${start + body.length - 1}/${HOUR.length}`;
    await route.fulfill({
      status: 206,
      contentType: 'audio/mpeg',
      headers: { 'Accept-Ranges': 'bytes', 'Content-Range': range, 'Cache-Control': 'no-store' },
      body,
    });
  });

test.each([
  ['a telephone in light', 'phone-light', { viewport: PHONE, colorScheme: 'light', isMobile: true, hasTouch: true }],
  ['a telephone in dark', 'phone-dark', { viewport: PHONE, colorScheme: 'dark', isMobile: true, hasTouch: true }],
  ['a desk in light', 'desk-light', { colorScheme: 'light' }],
  ['a desk in dark', 'desk-dark', { colorScheme: 'dark' }],
] as const)(
  'on %s it shows who called and their words, with nothing wrong and nothing cut off',
  async (_on, name, options) => {
    const { page, context, problems, ranges } = await open(options);
    await page.getByRole('heading', { level: 1, name: /Ana Ruiz.*\+1 415-555-0123/s }).waitFor();
    await page.getByRole('region', { name: 'Recording' }).waitFor();
    await page
      .getByRole('region', { name: 'Transcript' })
      .getByText(/^Hi, this is Ana Ruiz\./)
      .waitFor();
    await button(page, 'Download').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    for (const target of await page.locator('button, select, a.act').all())
      expect((await target.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    expect(await pageViolations(page)).toEqual([]);
    expect(await page.title()).toMatch(/^Voicemail from Ana Ruiz/);
    await screenshot(page, name);
    // Opening it is not listening.
    expect([problems, ranges]).toEqual([[], []]);
    await context.close();
  },
);

test('by keyboard alone it plays, pauses, seeks, changes its speed and plays to the end', async () => {
  const { page, context, problems } = await open();
  const tabTo = async (what: string) => {
    for (let n = 0; n < 20; n += 1) {
      await page.keyboard.press('Tab');
      const now = await page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName);
      if (now === what) return;
    }
    throw new Error(`The keyboard does not reach ${what}`);
  };
  await tabTo('AUDIO');
  await page.keyboard.press('Space');
  const playing = await waitForState(page, ({ at, paused }) => at > 0.2 && !paused);
  expect(Math.round(playing.duration)).toBe(7);
  await page.keyboard.press('Space');
  await waitForState(page, ({ paused }) => paused);
  await tabTo('back');
  await page.keyboard.press('Enter');
  await waitForState(page, ({ at }) => at === 0);
  await tabTo('speed');
  await page.keyboard.press('End');
  await waitForState(page, ({ rate }) => rate === 2);
  await page.evaluate(() => document.querySelector('audio')!.play());
  await tabTo('download');
  await waitForState(page, ({ ended }) => ended);
  expect(problems).toEqual([]);
  await context.close();
});

test('an hour seeks at once: to its middle and its end, with a part of it each time', async () => {
  const { page, context, problems, ranges } = await open({}, (one) => serveHour(one).then(() => undefined));
  await audio(page).evaluate((element) => (element as unknown as { play(): Promise<void> }).play());
  const { duration } = await waitForState(page, ({ at }) => at > 0.1);
  expect(Math.abs(duration - 3_600)).toBeLessThan(30);
  for (const seconds of [1_800, 3_500]) {
    const before = ranges.length;
    await audio(page).evaluate((element, to) => Object.assign(element, { currentTime: to }), seconds);
    await waitForState(page, ({ at }) => at > seconds + 0.2);
    expect(ranges.length - before).toBeLessThanOrEqual(3);
  }
  await button(page, 'Back 10 seconds').click();
  await waitForState(page, ({ at }) => at > 3_480 && at < 3_500);
  expect(ranges.every((range) => /^bytes=\d+-/.test(range))).toBe(true);
  expect(problems).toEqual([]);
  await context.close();
});

test('an hour plays on past the end of a part', async () => {
  const { page, context, ranges } = await open({}, (one) => serveHour(one).then(() => undefined));
  await audio(page).evaluate((element) => (element as unknown as { play(): Promise<void> }).play());
  await waitForState(page, ({ at }) => at > 0.1);
  // A part has 131 seconds.
  await audio(page).evaluate((element) => Object.assign(element, { currentTime: 128, playbackRate: 4 }));
  await waitForState(page, ({ at }) => at > 140);
  expect(ranges.length).toBeGreaterThanOrEqual(2);
  await context.close();
});

test('where the header Range is lost on the way, the page fetches the parts by number and plays them', async () => {
  const { page, context, ranges } = await open({}, (one) => serveHour(one, true).then(() => undefined));
  await audio(page).focus();
  await page.keyboard.press('Space');
  await pollUntil(async () => ranges.some((range) => range.startsWith('from ')));
  await pollUntil(() => page.evaluate(() => document.querySelector('audio')!.src.startsWith('blob:')));
  const { duration } = await waitForState(page, ({ at, paused }) => at > 0.1 && !paused);
  expect(Math.abs(duration - 3_600)).toBeLessThan(30);
  await audio(page).evaluate((element) => Object.assign(element, { currentTime: 3_500 }));
  await waitForState(page, ({ at }) => at > 3_500.2);
  const parts = Math.ceil(HOUR.length / MAX_AUDIO_RANGE_BYTES);
  expect(ranges.filter((range) => range.startsWith('from '))).toHaveLength(parts);
  // The browser's own player, which would ask for the beginning again and again, is not left to it.
  expect(ranges.length).toBeLessThanOrEqual(parts + 2);
  await context.close();
});

test('a download is the whole file, fetched in parts, and says how far it is', async () => {
  const { page, context, problems } = await open({ acceptDownloads: true }, (one) =>
    serveHour(one).then(() => undefined),
  );
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Download').click()]);
  await page.getByRole('status').getByText('Downloaded.').waitFor();
  expect(download.suggestedFilename()).toMatch(/^voicemail-\d{4}-\d\d-\d\d-\d{4}-14155550123\.mp3$/);
  expect(readFileSync(await download.path()).equals(HOUR)).toBe(true);
  expect(problems).toEqual([]);
  await context.close();
});

test('a sound that fails says so', async () => {
  const { page, context } = await open({}, async (one) => {
    await one.route('**/media/listen-audio?*', (route) => route.fulfill({ status: 503 }));
  });
  await audio(page).evaluate(
    (element) => void (element as unknown as { play(): Promise<void> }).play().catch(() => {}),
  );
  await page.getByRole('status').getByText('The recording could not be loaded.').waitFor();
  await button(page, 'Download').click();
  await page.getByRole('status').getByText('The recording could not be loaded.').waitFor();
  await context.close();
});

test('without scripts the player is there, and says what needs them', async () => {
  const { page, context } = await open({ javaScriptEnabled: false });
  // Playwright does not look for text in `noscript`.
  expect(await page.locator('body').innerText()).toContain('Downloading needs JavaScript.');
  expect(await audio(page).isVisible()).toBe(true);
  expect(await button(page, 'Download').isVisible()).toBe(false);
  await context.close();
});

test.each([
  ['light', 'problem-light'],
  ['dark', 'problem-dark'],
] as const)('a link that is not valid has a page of the same look, in %s', async (colorScheme, name) => {
  const options = { viewport: PHONE, colorScheme };
  const { page, context } = await open(options, undefined, `${link}x`);
  await page.getByRole('heading', { level: 1, name: 'This link is not valid' }).waitFor();
  expect(await pageViolations(page)).toEqual([]);
  await screenshot(page, name);
  await context.close();
});
