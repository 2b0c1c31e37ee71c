import { type Browser } from 'playwright-core';
/**
 * A browser that can reach this machine and nothing else.
 * @throws Error saying what to install when there is no Chromium here
 */
export declare function openBrowser({ microphone }?: {
    microphone?: boolean | undefined;
}): Promise<Browser>;
