import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './support/browser';

/**
 * The plugin's player with the sound of a real browser: what is fetched when, and that time really advances. No mock
 * tells whether a browser takes a message in pieces, or finds its place in the middle of one.
 */
const root = path.join(__dirname, '..');
const SAMPLE = readFileSync(path.join(root, 'flex-plugin/test/voicemail.mp3'));
const SAMPLE_SECONDS = 8.784;
const FIRST = 64 * 1024;

interface Snapshot {
  step: string;
  failure?: string;
  position: number;
  duration?: number;
  known: number;
}

let browser: Browser;
let server: Server;
let page: Page;
let file: Buffer;
let asked: { start: number; length: number }[];
let broken: boolean;

beforeAll(async () => {
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
  });
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/player.js') return response.end(outputFiles[0]!.text);
    if (url.pathname !== '/audio') {
      response.setHeader('Content-Type', 'text/html');
      return response.end('<!doctype html><script src="/player.js"></script>');
    }
    const start = Number(url.searchParams.get('start'));
    const length = Number(url.searchParams.get('length'));
    asked.push({ start, length });
    if (broken) response.statusCode = 502;
    response.setHeader('X-Total', file.length);
    return response.end(file.subarray(start, start + length));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await openBrowser();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  // Browsers let a page sound once somebody has touched it.
  await page.mouse.click(10, 10);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
});
beforeEach(() => {
  asked = [];
  broken = false;
});
afterEach(() => page.evaluate('window.sound?.dispose()'));

const open = (message: Buffer, streams = true) => {
  file = message;
  return page.evaluate(`open(${streams}, undefined)`);
};
const run = (code: string) => page.evaluate(`void sound.${code}`);
const snapshot = () =>
  page.evaluate(
    '(() => { const { bars, ...rest } = sound.snapshot; return { ...rest, known: bars.filter((bar) => bar !== null).length }; })()',
  ) as Promise<Snapshot>;
async function until(wanted: (now: Snapshot) => boolean): Promise<Snapshot> {
  for (let n = 0; n < 200; n += 1) {
    const now = await snapshot();
    if (wanted(now)) return now;
    await page.waitForTimeout(50);
  }
  throw new Error(`It never came to that: ${JSON.stringify(await snapshot())}`);
}
const plays = async () => {
  const { position } = await until(({ step }) => step === 'playing');
  return until((now) => now.position > position + 0.2);
};
const minutes = (count: number) => Buffer.concat(new Array(Math.ceil((count * 60) / SAMPLE_SECONDS)).fill(SAMPLE));

test('nothing is fetched until it is played; ten minutes sound after the first 64 KB', async () => {
  await open(minutes(10));
  expect(asked).toEqual([]);
  await run('play()');
  const now = await plays();
  expect(asked[0]).toEqual({ start: 0, length: FIRST });
  expect(now.duration).toBeGreaterThan(600);
  // A little ahead, not all of it.
  expect(asked.length).toBeLessThanOrEqual(2);
  expect(now.known).toBeLessThan(96);
});

test('going on in the middle fetches that place, not what lies between', async () => {
  await open(minutes(30));
  await run('play()');
  await plays();
  await run('seek(1500)');
  const now = await until(({ step, position }) => step === 'playing' && position > 1500.2);
  expect(now.position).toBeLessThan(1510);
  const fetched = asked.reduce((sum, { length }) => sum + length, 0);
  expect(fetched).toBeLessThan(file.length / 2);
  await run('seek(600)');
  await until(({ step, position }) => step === 'playing' && position > 600.2 && position < 610);
});

test('a place chosen before the first play is where it begins', async () => {
  await open(minutes(30));
  await run('seek(900)');
  await run('play()');
  await until(({ step, position }) => step === 'playing' && position > 900.2 && position < 910);
  expect(asked.length).toBeLessThanOrEqual(4);
});

test('paused it stays; faster it is faster; at its end it ends, and plays again from the beginning', async () => {
  await open(SAMPLE);
  await run('play()');
  await plays();
  await run('pause()');
  const { position } = await snapshot();
  await page.waitForTimeout(300);
  expect((await snapshot()).position).toBe(position);
  await run('setRate(2)');
  await run('seek(7)');
  await run('play()');
  const ended = await until(({ step }) => step === 'ended');
  expect(ended.position).toBeCloseTo(SAMPLE_SECONDS, 1);
  await run('play()');
  expect((await plays()).position).toBeLessThan(4);
  expect(asked).toHaveLength(1);
});

test('where sound cannot be played while it arrives: all of it, the waveform growing, then it plays', async () => {
  await open(minutes(5), false);
  await run('play()');
  const now = await plays();
  expect(now.known).toBe(96);
  expect(asked.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThanOrEqual(file.length);
});

test('a piece that cannot be fetched is said; tried again it goes on where it was', async () => {
  broken = true;
  await open(SAMPLE);
  await run('play()');
  expect(await until(({ step }) => step === 'failed')).toMatchObject({ failure: 'twilio-unavailable' });
  broken = false;
  await run('play()');
  await plays();
});

test('what is no sound is said', async () => {
  await open(Buffer.alloc(100_000, 1));
  await run('play()');
  expect(await until(({ step }) => step === 'failed')).toMatchObject({ failure: 'unplayable' });
});

test('a download is the recording, byte by byte, and fetches only what is missing', async () => {
  await open(minutes(3));
  await run('play()');
  await plays();
  const before = asked.length;
  const same = await page.evaluate(
    'sound.download().then((blob) => blob.arrayBuffer()).then((all) => crypto.subtle.digest("SHA-256", all)).then((hash) => [...new Uint8Array(hash)].join())',
  );
  const { createHash } = await import('node:crypto');
  expect(same).toBe([...createHash('sha256').update(file).digest()].join());
  expect(new Set(asked.map(({ start }) => start)).size).toBe(asked.length);
  expect(asked.length).toBeGreaterThanOrEqual(before);
});

test('every URL that was made is released', async () => {
  await page.evaluate('sound?.dispose()');
  expect(await page.evaluate('urls.made > 0 && urls.made === urls.released')).toBe(true);
});
