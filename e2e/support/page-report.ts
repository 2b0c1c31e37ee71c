import type { BrowserContext } from 'playwright-core';

const MAX_LINES = 60;
/** A page that hangs must not keep the others from being reported. */
const TEXT_TIMEOUT_MS = 10_000;

/**
 * For tests of Jest's project `browser`: when a test fails, the text of each page
 * and the last lines of the product's output are printed.
 */
export function reportPagesOnFailure(context: BrowserContext, output: () => string = () => ''): void {
  const last = (text: string) => text.split('\n').filter(Boolean).slice(-MAX_LINES).join('\n');
  Object.assign(globalThis, {
    pagesOnFailure: async () => {
      const pages = await Promise.all(
        context.pages().map(async (page) => {
          const text = await page
            .locator('body')
            .innerText({ timeout: TEXT_TIMEOUT_MS })
            .catch(({ message }: Error) => message);
          return `-- ${page.url()}\n${last(text)}`;
        }),
      );
      return [...pages, `-- output\n${last(output())}`].join('\n');
    },
  });
}
