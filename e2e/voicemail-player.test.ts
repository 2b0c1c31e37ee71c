import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from './support/browser';
import { openPlayerPage, type PlayerPage } from './support/player-page';
import { pollUntil } from './support/poll-until';

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
let player: PlayerPage;

beforeAll(async () => {
  browser = await openBrowser();
  player = await openPlayerPage(browser, root);
});
afterAll(async () => {
  await player?.close();
  await browser?.close();
});
beforeEach(() => {
  player.requestedRanges = [];
  player.failing = false;
});
afterEach(async () => {
  await player.page.evaluate('window.sound?.dispose()');
  // Every object URL that was made is released.
  expect(await player.page.evaluate('urls.made === urls.released')).toBe(true);
});

const open = (message: Buffer, streams?: boolean) => player.open(message, streams);
const run = (code: string) => player.page.evaluate(`void sound.${code}`);
const snapshot = () =>
  player.page.evaluate(
    '(() => { const { bars, ...rest } = sound.snapshot; return { ...rest, known: bars.filter((bar) => bar !== null).length }; })()',
  ) as Promise<Snapshot>;
const waitForSnapshot = (matches: (now: Snapshot) => boolean) =>
  pollUntil(async () => {
    const now = await snapshot();
    return matches(now) && now;
  });
/** Frames, not milliseconds: a loaded machine draws fewer of them. */
const drawFrames = (count: number) =>
  player.page.evaluate(
    (frames) =>
      new Promise<void>((resolve) => {
        const draw = (left: number) => (left === 0 ? resolve() : requestAnimationFrame(() => draw(left - 1)));
        draw(frames);
      }),
    count,
  );
const waitForPlayback = async () => {
  const { position } = await waitForSnapshot(({ step }) => step === 'playing');
  return waitForSnapshot((now) => now.position > position + 0.2);
};
const minutes = (count: number) => Buffer.concat(new Array(Math.ceil((count * 60) / SAMPLE_SECONDS)).fill(SAMPLE));

test('nothing is fetched until it is played; ten minutes sound after the first 64 KB', async () => {
  await open(minutes(10));
  expect(player.requestedRanges).toEqual([]);
  await run('play()');
  const now = await waitForPlayback();
  expect(player.requestedRanges[0]).toEqual({ start: 0, length: FIRST });
  expect(now.duration).toBeGreaterThan(600);
  // A little ahead, not all of it.
  expect(player.requestedRanges.length).toBeLessThanOrEqual(2);
  expect(now.known).toBeLessThan(96);
});

test('going on in the middle fetches that place, not what lies between', async () => {
  await open(minutes(30));
  await run('play()');
  await waitForPlayback();
  await run('seek(1500)');
  const now = await waitForSnapshot(({ step, position }) => step === 'playing' && position > 1500.2);
  expect(now.position).toBeLessThan(1510);
  const fetched = player.requestedRanges.reduce((sum, { length }) => sum + length, 0);
  expect(fetched).toBeLessThan(player.recording.length / 2);
  await run('seek(600)');
  await waitForSnapshot(({ step, position }) => step === 'playing' && position > 600.2 && position < 610);
});

test('a place chosen before the first play is where it begins', async () => {
  await open(minutes(30));
  await run('seek(900)');
  await run('play()');
  await waitForSnapshot(({ step, position }) => step === 'playing' && position > 900.2 && position < 910);
  expect(player.requestedRanges.length).toBeLessThanOrEqual(4);
});

test('paused it stays; faster it is faster; at its end it ends, and plays again from the beginning', async () => {
  await open(SAMPLE);
  await run('play()');
  await waitForPlayback();
  await run('pause()');
  const { position } = await snapshot();
  await drawFrames(20);
  expect((await snapshot()).position).toBe(position);
  await run('setRate(2)');
  await run('seek(7)');
  await run('play()');
  const ended = await waitForSnapshot(({ step }) => step === 'ended');
  expect(ended.position).toBeCloseTo(SAMPLE_SECONDS, 1);
  await run('play()');
  expect((await waitForPlayback()).position).toBeLessThan(4);
  // The second time is told to the server, which notes each.
  expect(player.requestedRanges.slice(1)).toEqual([{ start: 0, length: 1 }]);
});

test('where sound cannot be played while it arrives: all of it, the waveform growing, then it plays', async () => {
  await open(minutes(5), false);
  await run('play()');
  const now = await waitForPlayback();
  expect(now.known).toBe(96);
  expect(player.requestedRanges.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThanOrEqual(
    player.recording.length,
  );
});

test('a piece that cannot be fetched is said; tried again it goes on where it was', async () => {
  player.failing = true;
  await open(SAMPLE);
  await run('play()');
  expect(await waitForSnapshot(({ step }) => step === 'failed')).toMatchObject({ failure: 'twilio-unavailable' });
  player.failing = false;
  await run('play()');
  await waitForPlayback();
});

test('when the recording cannot be decoded, says so', async () => {
  await open(Buffer.alloc(100_000, 1));
  await run('play()');
  expect(await waitForSnapshot(({ step }) => step === 'failed')).toMatchObject({ failure: 'unplayable' });
});

test('a download is the recording, byte by byte, and fetches only what is missing', async () => {
  await open(minutes(3));
  await run('play()');
  await waitForPlayback();
  const before = player.requestedRanges.length;
  const same = await player.page.evaluate(
    'sound.download().then((blob) => blob.arrayBuffer()).then((all) => crypto.subtle.digest("SHA-256", all)).then((hash) => [...new Uint8Array(hash)].join())',
  );
  const { createHash } = await import('node:crypto');
  expect(same).toBe([...createHash('sha256').update(player.recording).digest()].join());
  const [told, ...pieces] = [...player.requestedRanges].sort((a, b) => a.length - b.length);
  expect(told).toEqual({ start: 0, length: 1 });
  expect(new Set(pieces.map(({ start }) => start)).size).toBe(pieces.length);
  expect(player.requestedRanges.length).toBeGreaterThanOrEqual(before);
});
