import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
} from 'playwright-core';
import usualPlaces from '../../scripts/browser-places.json';
import { keepCompiledScripts, takeCompiledScripts } from './compiled-scripts';

/** Only stops what hangs: on a loaded machine, the first page load alone may take a minute. */
export const HANG_TIMEOUT_MS = 150_000;
/** A microphone that hums, given without asking; sound that plays without a click. */
const WITH_MICROPHONE = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

/**
 * A browser that can reach this machine and nothing else.
 * @throws Error saying what to install when there is no Chromium here
 */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch(launchOptions());
}

/**
 * As `openBrowser`, for the pages of the Flex UI: a browser with one context, with a microphone that hums, which has the
 * scripts compiled that an earlier browser of this worker compiled. Closing the context ends the browser.
 * @throws Error saying what to install when there is no Chromium here
 */
export async function openFlexBrowser(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const userDataDir = mkdtempSync(path.join(os.tmpdir(), 'flex-browser-'));
  takeCompiledScripts(userDataDir);
  const context = await chromium.launchPersistentContext(userDataDir, {
    ...launchOptions(WITH_MICROPHONE),
    ...options,
  });
  context.setDefaultTimeout(HANG_TIMEOUT_MS);
  const close = context.close.bind(context);
  context.close = async () => {
    await close();
    keepCompiledScripts(userDataDir);
    rmSync(userDataDir, { recursive: true, force: true });
  };
  return context;
}

function launchOptions(more: readonly string[] = []): LaunchOptions {
  const executablePath = [process.env.CHROMIUM_PATH, ...usualPlaces].find(
    (one) => one !== undefined && existsSync(one),
  );
  if (executablePath === undefined)
    throw new Error('The browser tests need Chromium or Chrome: install it, or name it in CHROMIUM_PATH.');
  return {
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // Several people's pages at once: those behind must not sleep.
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
      ...more,
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1',
    ],
  };
}

/** A browser context whose time limits only stop what hangs. */
export async function newContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(HANG_TIMEOUT_MS);
  return context;
}
