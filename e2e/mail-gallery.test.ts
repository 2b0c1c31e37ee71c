import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { MAIL_KINDS } from '../serverless-functions/test/mail-kinds';
import { mailViolations } from './support/axe';
import { newContext, openBrowser } from './support/browser';
import { sampleCases } from './support/sampling';

/**
 * Each kind of mail as a browser shows it, as pictures in .screenshots/mails/, judged by axe with its colors. What mail
 * programs make of it is in mail-kinds.test.ts. An ordinary run shows some kinds, chosen by its seed; a soak run shows all.
 */
const KINDS_PER_RUN = 4;
const shots = path.resolve(__dirname, '../.screenshots/mails');
let browser: Browser;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  browser = await openBrowser();
});
afterAll(async () => browser?.close());

describe.each(['light', 'dark'] as const)('in %s colors', (colorScheme) => {
  const kinds = sampleCases(
    Object.keys(MAIL_KINDS) as (keyof typeof MAIL_KINDS)[],
    KINDS_PER_RUN,
    `mails, ${colorScheme}`,
  );
  test.each(kinds)('the mail of the kind %s fits and is legible', async (name) => {
    const { html } = MAIL_KINDS[name];
    const context = await newContext(browser, { colorScheme });
    const page = await context.newPage();
    // No request leaves this machine; a logo is missing, as where programs do not load pictures.
    await page.route('**/*', (route) => route.abort());
    for (const width of [375, 700]) {
      await page.setViewportSize({ width, height: 900 });
      await page.setContent(html);
      await page.screenshot({ path: path.join(shots, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect({ width, overflow: Math.max(0, overflow) }).toEqual({ width, overflow: 0 });
    }
    expect(await mailViolations(page)).toEqual([]);
    const colors = await page.evaluate(() => {
      const card = document.querySelector('.card')!;
      return [getComputedStyle(card).backgroundColor, getComputedStyle(card.querySelector('h1')!).color];
    });
    expect(colors).toEqual(
      colorScheme === 'dark' ? ['rgb(24, 35, 56)', 'rgb(244, 244, 246)'] : ['rgb(255, 255, 255)', 'rgb(18, 28, 45)'],
    );
    await context.close();
  });
});
