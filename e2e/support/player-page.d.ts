import type { Browser, Page } from 'playwright-core';
/** The plugin's sound in a page of a real browser, with a server that gives it the message range by range. */
export interface PlayerPage {
    page: Page;
    /** The message it is given from now on. */
    file: Buffer;
    /** Ranges it was asked for. */
    asked: {
        start: number;
        length: number;
    }[];
    /** True: it answers 502. */
    broken: boolean;
    /** @param streams false: as in a browser that cannot play sound while it arrives */
    open(message: Buffer, streams?: boolean): Promise<void>;
    close(): Promise<void>;
}
/** @param root the checkout */
export declare function openPlayerPage(browser: Browser, root: string): Promise<PlayerPage>;
