import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong in a part of a page, with its colours; empty: nothing. */
export async function axeViolations(page: Page, pasteElement: string): Promise<string[][]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(async (element) => {
    const { axe } = window as unknown as {
      axe: {
        run(where: Element, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const region = document.querySelector(`[data-paste-element="${element}"]`)!;
    return (await axe.run(region, { resultTypes: ['violations'], preload: false })).violations.map(({ id, nodes }) => [
      id,
      ...nodes.map(({ html }) => html),
    ]);
  }, pasteElement);
}
