import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { newContext } from './browser';

/** The plugin's sound in a page of a real browser, with a server that gives it the message range by range. */
export interface PlayerPage {
  page: Page;
  /** The message it is given from now on. */
  recording: Buffer;
  /** The requested ranges. */
  requestedRanges: { start: number; length: number }[];
  /** True: it answers 502. */
  failing: boolean;
  /** @param streams false: as in a browser that cannot play sound while it arrives */
  open(message: Buffer, streams?: boolean): Promise<void>;
  close(): Promise<void>;
}

/** @param root the checkout */
export async function openPlayerPage(browser: Browser, root: string): Promise<PlayerPage> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { VoicemailAudio } from './flex-plugin/src/playback/voicemail-audio';
        import { FunctionsError } from './flex-plugin/src/functions-client/functions-error';
        window.urls = { made: 0, released: 0 };
        window.open = (streams, seconds) => {
          const fetchRange = async (start, length, signal) => {
            const answer = await fetch('/audio?start=' + start + '&length=' + length, { signal });
            if (!answer.ok) throw new FunctionsError('twilio-unavailable', answer.status, 'down');
            const total = Number(answer.headers.get('x-total'));
            return { bytes: new Uint8Array(await answer.arrayBuffer()), start, total };
          };
          window.sound = new VoicemailAudio(fetchRange, seconds, {
            ...(streams ? {} : { createMediaSource: () => undefined }),
            createUrl: (from) => { urls.made += 1; return URL.createObjectURL(from); },
            releaseUrl: (url) => { urls.released += 1; URL.revokeObjectURL(url); },
          });
        };`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'iife',
    tsconfigRaw: '{}',
    nodePaths: [path.join(root, 'node_modules')],
  });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/player.js') return response.end(outputFiles[0]!.text);
    if (url.pathname !== '/audio') {
      response.setHeader('Content-Type', 'text/html');
      return response.end('<!doctype html><script src="/player.js"></script>');
    }
    const start = Number(url.searchParams.get('start'));
    const length = Number(url.searchParams.get('length'));
    player.requestedRanges.push({ start, length });
    if (player.failing) response.statusCode = 502;
    response.setHeader('X-Total', player.recording.length);
    return response.end(player.recording.subarray(start, start + length));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const context = await newContext(browser);
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  // Browsers let a page play audio only after a user gesture.
  await page.mouse.click(10, 10);
  const player: PlayerPage = {
    page,
    recording: Buffer.alloc(0),
    requestedRanges: [],
    failing: false,
    async open(message, streams = true) {
      player.recording = message;
      await page.evaluate(`open(${streams}, undefined)`);
    },
    async close() {
      await context.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return player;
}
