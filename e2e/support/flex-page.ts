import type { BrowserContext, Page } from 'playwright-core';

/** What must not happen on any page: a request that leaves this machine, an error of the page's own. */
export interface Watch {
  foreign: string[];
  errors: string[];
}

export function watch(page: Page): Watch {
  const seen: Watch = { foreign: [], errors: [] };
  const isLocal = (url: string) => /^(https?|wss?):\/\/localhost:\d+\/|^(data|blob|about):/.test(url);
  page.on('request', (request) => !isLocal(request.url()) && seen.foreign.push(request.url()));
  page.on('websocket', (socket) => !isLocal(socket.url()) && seen.foreign.push(socket.url()));
  page.on('pageerror', (error) => seen.errors.push(String(error.stack ?? error)));
  page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()));
  return seen;
}

/** Signs in by opening the worker's desk. */
export async function openDesk(context: BrowserContext, { origin }: { origin: string }) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1360, height: 860 });
  const seen = watch(page);
  await page.goto(origin);
  await untilReady(page);
  return { page, seen };
}

export async function untilReady(page: Page): Promise<void> {
  await page.waitForFunction(() => document.documentElement.dataset.flex !== undefined, null, { timeout: 60_000 });
  if (await page.evaluate(() => document.documentElement.dataset.flex !== 'ready'))
    throw new Error('Flex did not start');
}

/** One of Flex's own actions, as its buttons invoke them. */
export function invokeAction(page: Page, name: string, payload: object): Promise<void> {
  return page.evaluate(
    (action) => {
      const { Flex } = window as unknown as {
        Flex: { Actions: { invokeAction(name: string, payload: object): Promise<unknown> } };
      };
      return Flex.Actions.invokeAction(action.name, action.payload).then(() => undefined);
    },
    { name, payload },
  );
}

/** The token Flex has for whoever is signed in. */
export function tokenOf(page: Page): Promise<string> {
  return page.evaluate(() => (window as unknown as { manager: { user: { token: string } } }).manager.user.token);
}
