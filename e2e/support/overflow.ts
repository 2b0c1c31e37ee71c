import type { Page } from 'playwright-core';
import { sampleCases } from './sampling';

/** A telephone, a small tablet, and a laptop whose browser has bars of its own. */
const WINDOW_SIZES = [
  { width: 390, height: 844 },
  { width: 640, height: 900 },
  { width: 1280, height: 800 },
] as const;

/**
 * What is wider than its place in windows of `WINDOW_SIZES` (one of them, chosen by the run's seed, when `state` names
 * one of many states; a soak run tries all): the page itself, or the part that `selector` names and
 * each part in it. Empty: nothing, so nobody has to scroll sideways. The window is left as it was.
 */
export async function overflowsInSmallWindows(page: Page, selector: string, state?: string): Promise<string[]> {
  const before = page.viewportSize();
  const found: string[] = [];
  for (const size of state === undefined ? WINDOW_SIZES : sampleCases(WINDOW_SIZES, 1, state)) {
    await page.setViewportSize(size);
    const wide = await page.evaluate(async (part) => {
      // React measures and renders again after a change of the window.
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const root = document.querySelector(part);
      if (root === null) return [`${part} is not there`];
      const isHidden = (element: Element) => getComputedStyle(element).overflowX === 'hidden';
      const isWide = (element: Element) =>
        element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1 && !isHidden(element);
      const parts = [
        document.documentElement,
        root,
        ...Array.from(root.querySelectorAll('section, [role=region], form, ul, ol')),
      ];
      return parts.filter(isWide).map((element) => {
        const name = element.getAttribute('aria-label') ?? element.id;
        return `${element.tagName.toLowerCase()} ${name}: ${element.scrollWidth} in ${element.clientWidth}`;
      });
    }, selector);
    found.push(...wide.map((what) => `${size.width}x${size.height}: ${what}`));
  }
  if (before !== null) await page.setViewportSize(before);
  return found;
}
