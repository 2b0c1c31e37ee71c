import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong in a part of a page, with its colours; empty: nothing. */
export const axeViolations = (page: Page, pasteElement: string): Promise<string[][]> =>
  violationsIn(page, `[data-paste-element="${pasteElement}"]`);

/** What axe finds wrong in a whole page; empty: nothing. */
export const pageViolations = (page: Page): Promise<string[][]> => violationsIn(page, 'html');

/** As `axeViolations`, in a mail. It is an article in a mail program's page, which has the landmarks. */
export const mailViolations = (page: Page): Promise<string[][]> =>
  violationsIn(page, 'html', { 'landmark-one-main': { enabled: false }, region: { enabled: false } });

/**
 * Waits until no transition is under way: halfway between disabled and enabled, a button's words have a color that
 * nobody reads for long. https://developer.mozilla.org/docs/Web/API/Document/getAnimations
 */
async function settleColors(): Promise<void> {
  const underWay = () => document.getAnimations().filter((animation) => animation instanceof CSSTransition);
  // A transition that is canceled rejects; it is over as well.
  for (let some = underWay(); some.length > 0; some = underWay())
    await Promise.allSettled(some.map(({ finished }) => finished));
}

async function violationsIn(page: Page, selector: string, rules = {}): Promise<string[][]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  await page.evaluate(settleColors);
  return page.evaluate(
    async ([where, some]) => {
      const { axe } = window as unknown as {
        axe: {
          run(where: Element, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
        };
      };
      const region = document.querySelector(where)!;
      return (await axe.run(region, { resultTypes: ['violations'], preload: false, rules: some })).violations.map(
        ({ id, nodes }) => [id, ...nodes.map(({ html }) => html)],
      );
    },
    [selector, rules] as const,
  );
}
