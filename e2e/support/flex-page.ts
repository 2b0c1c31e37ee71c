import type { BrowserContext, Page } from 'playwright-core';
import { HANG_TIMEOUT_MS } from './browser';

/** What must not happen on any page: a request that leaves this machine, an error of the page's own. */
export interface PageProblems {
  externalRequests: string[];
  errors: string[];
}

export function collectPageProblems(page: Page): PageProblems {
  const seen: PageProblems = { externalRequests: [], errors: [] };
  const isLocal = (url: string) => /^(https?|wss?):\/\/localhost:\d+\/|^(data|blob|about):/.test(url);
  page.on('request', (request) => !isLocal(request.url()) && seen.externalRequests.push(request.url()));
  page.on('websocket', (socket) => !isLocal(socket.url()) && seen.externalRequests.push(socket.url()));
  page.on('pageerror', (error) => seen.errors.push(String(error.stack ?? error)));
  // Chromium's line about a refused request does not say which one it was.
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(`${message.text()} (${message.location().url})`);
  });
  return seen;
}

/**
 * For `afterEach`: fails when a page of `seen` asked another machine or logged an error of its own since the last call.
 * @param expected errors that a test provoked; browsers report each refusal as one
 */
export function expectNoPageProblems(seen: Record<string, PageProblems>, expected?: RegExp): void {
  for (const [page, problems] of Object.entries(seen)) {
    const externalRequests = problems.externalRequests.splice(0);
    const errors = problems.errors.splice(0).filter((line) => expected === undefined || !expected.test(line));
    expect({ page, externalRequests, errors }).toEqual({ page, externalRequests: [], errors: [] });
  }
}

/** Signs in by opening the worker's desk. */
export async function openFlex(context: BrowserContext, { origin }: { origin: string }) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1360, height: 860 });
  const seen = collectPageProblems(page);
  await page.goto(origin);
  await waitForFlex(page);
  return { page, seen };
}

export async function waitForFlex(page: Page): Promise<void> {
  await page.waitForFunction(() => document.documentElement.dataset.flex !== undefined, null, {
    timeout: HANG_TIMEOUT_MS,
  });
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

/**
 * Sets the worker's activity, and waits until Flex's store has it: Flex answers before, and takes no notice of a change
 * to what it still believes to be the activity.
 */
export async function setActivity(page: Page, name: string): Promise<void> {
  await invokeAction(page, 'SetActivity', { activityName: name });
  await page.waitForFunction((expected) => {
    const { manager } = window as unknown as {
      manager: { store: { getState(): { flex: { worker: { activity: { name: string } } } } } };
    };
    return manager.store.getState().flex.worker.activity.name === expected;
  }, name);
}

/** Flex's token of the signed-in user. */
function flexToken(page: Page): Promise<string> {
  return page.evaluate(() => (window as unknown as { manager: { user: { token: string } } }).manager.user.token);
}

/** Asks the Functions as the plugin in that page does. */
export async function askFunctions(
  page: Page,
  name: string,
  fields: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const url = await page.evaluate(
    () =>
      (
        window as unknown as {
          manager: { serviceConfiguration: { ui_attributes: { custom_data: Record<string, string> } } };
        }
      ).manager.serviceConfiguration.ui_attributes.custom_data.serverless_functions_domain,
  );
  const body = new URLSearchParams({ Token: await flexToken(page), ...fields });
  const answer = await fetch(`${url}/features/callback-and-voicemail-with-email/flex/${name}`, {
    method: 'POST',
    body,
  });
  return { status: answer.status, text: await answer.text() };
}
