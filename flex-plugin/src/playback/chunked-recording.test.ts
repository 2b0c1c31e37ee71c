import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FIRST_AUDIO_RANGE_BYTES, MAX_AUDIO_RANGE_BYTES } from '@callback-and-voicemail/contract/flex-api';
import { BARS, ChunkedRecording } from './chunked-recording';
import { parseFrame, parseFrames } from './mp3-frames';

/** 8.8 s of speech as Twilio gives it: 32 kbit/s, one channel. */
const SAMPLE = new Uint8Array(readFileSync(path.join(__dirname, '../../test/voicemail.mp3')));
const never = new AbortController().signal;
const repeated = (times: number) => {
  const whole = new Uint8Array(SAMPLE.length * times);
  for (let n = 0; n < times; n += 1) whole.set(SAMPLE, n * SAMPLE.length);
  return whole;
};
const piecesOf = (file: Uint8Array, tellsTotal = true) => {
  const asked: [number, number][] = [];
  const pieces = new ChunkedRecording(async (start, length) => {
    asked.push([start, length]);
    return { bytes: file.slice(start, start + length), start, total: tellsTotal ? file.length : undefined };
  }, 64);
  return { pieces, asked };
};

describe('frames', () => {
  test('all of a recording is frames, one after the other', () => {
    const frames = parseFrames(SAMPLE);
    expect(frames.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(SAMPLE.length);
    expect(frames.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(8.784, 3);
  });

  test('speech is louder than the silence after it', () => {
    const levels = parseFrames(SAMPLE).map(({ loudness }) => loudness);
    expect(Math.max(...levels)).toBe(1);
    expect(levels.at(-1)).toBe(0);
    expect(levels.every((level) => level >= 0 && level <= 1)).toBe(true);
  });

  test.each([1, 100, 287, 5_000])('a piece that begins at byte %p finds its first whole frame', (start) => {
    const [first] = parseFrames(SAMPLE.subarray(start));
    expect((start + first!.offset) % 288).toBe(0);
    expect(start + first!.offset - start).toBeLessThan(288);
  });

  test('titles before the sound are skipped, and half a frame at the end is left', () => {
    const tag = new Uint8Array(300);
    tag.set([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 2, 34]);
    const tagged = new Uint8Array(300 + SAMPLE.length - 100);
    tagged.set(tag);
    tagged.set(SAMPLE.subarray(0, SAMPLE.length - 100), 300);
    const frames = parseFrames(tagged);
    expect(frames[0]!.offset).toBe(300);
    expect(frames).toHaveLength(parseFrames(SAMPLE).length - 1);
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['no mp3', new Uint8Array(5_000).fill(7)],
    ['sync words only', new Uint8Array(5_000).fill(0xff)],
  ])('%s has none', (_what, bytes) => {
    expect(parseFrames(bytes)).toEqual([]);
    expect(parseFrame(bytes, 0)).toBeUndefined();
  });
});

describe('pieces', () => {
  test('the first is small, the others large, and together they are the file', async () => {
    const file = repeated(40);
    const { pieces, asked } = piecesOf(file);
    for (let index = 0; index < (pieces.count ?? 1); index += 1) await pieces.chunk(index, never);
    expect(asked).toEqual(
      [
        [0, FIRST_AUDIO_RANGE_BYTES],
        [FIRST_AUDIO_RANGE_BYTES, MAX_AUDIO_RANGE_BYTES],
        [FIRST_AUDIO_RANGE_BYTES + MAX_AUDIO_RANGE_BYTES, MAX_AUDIO_RANGE_BYTES],
        [FIRST_AUDIO_RANGE_BYTES + 2 * MAX_AUDIO_RANGE_BYTES, MAX_AUDIO_RANGE_BYTES],
      ].slice(0, pieces.count),
    );
    expect(pieces.blob().size).toBe(file.length);
  });

  test('none is fetched twice', async () => {
    const { pieces, asked } = piecesOf(repeated(4));
    await pieces.chunk(0, never);
    await pieces.chunk(0, never);
    expect(asked).toHaveLength(1);
  });

  test('the first says how long all of it is, and the waveform grows', async () => {
    const { pieces } = piecesOf(repeated(40));
    expect(pieces.duration).toBe(64);
    expect(pieces.bars().every((bar) => bar === null)).toBe(true);
    await pieces.chunk(0, never);
    expect(pieces.duration).toBeCloseTo(40 * 8.784, 1);
    const known = () => pieces.bars().filter((bar) => bar !== null).length;
    const before = known();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(BARS / 4);
    await pieces.chunk(1, never);
    expect(known()).toBeGreaterThan(before);
  });

  test('a short message fills every bar', async () => {
    const { pieces } = piecesOf(SAMPLE);
    await pieces.chunk(0, never);
    expect(pieces.bars()).not.toContain(null);
    expect(pieces.count).toBe(1);
  });

  test('a moment is found in its piece, at a whole frame', async () => {
    const { pieces } = piecesOf(repeated(40));
    await pieces.chunk(0, never);
    expect(pieces.chunkAt(0)).toBe(0);
    const index = pieces.chunkAt(200);
    await pieces.chunk(index, never);
    const { offset, seconds } = pieces.entryPoint(index);
    expect((FIRST_AUDIO_RANGE_BYTES + (index - 1) * MAX_AUDIO_RANGE_BYTES + offset) % 288).toBe(0);
    expect(seconds).toBeLessThanOrEqual(200);
    expect(pieces.chunkAt(1e9)).toBe((pieces.count ?? 0) - 1);
  });

  test('without a known file size, a short range is the last', async () => {
    const { pieces } = piecesOf(repeated(4), false);
    await pieces.chunk(0, never);
    expect(pieces.count).toBeUndefined();
    await pieces.chunk(1, never);
    expect(pieces.count).toBe(2);
  });

  test('what could not be fetched can be asked for again', async () => {
    let fail = true;
    const pieces = new ChunkedRecording(async (start, length) => {
      if (fail) throw new Error('down');
      return { bytes: SAMPLE.slice(start, start + length), start, total: SAMPLE.length };
    }, undefined);
    await expect(pieces.chunk(0, never)).rejects.toThrow('down');
    fail = false;
    expect(await pieces.chunk(0, never)).toHaveLength(SAMPLE.length);
  });
});
