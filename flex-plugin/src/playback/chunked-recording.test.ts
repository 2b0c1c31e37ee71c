import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FIRST_AUDIO_RANGE_BYTES, MAX_AUDIO_RANGE_BYTES } from '@callback-and-voicemail/contract/flex-api';
import { FunctionsError } from '../functions-client/functions-error';
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
const createRecording = (file: Uint8Array, tellsTotal = true) => {
  const requests: [number, number][] = [];
  const recording = new ChunkedRecording(async (start, length) => {
    requests.push([start, length]);
    return { bytes: file.slice(start, start + length), start, total: tellsTotal ? file.length : undefined };
  }, 64);
  return { recording, requests };
};

test('says what a chunk is for, and reports when loaded ones are used once more', async () => {
  const requests: unknown[][] = [];
  const recording = new ChunkedRecording(async (start, length, _signal, purpose) => {
    requests.push([start, length, purpose]);
    return { bytes: SAMPLE.slice(start, start + length), start, total: SAMPLE.length };
  }, 8);
  await recording.chunk(0, never, 'download');
  await recording.chunk(0, never);
  await recording.report(never);
  await recording.report(never, 'download');
  expect(requests).toEqual([
    [0, FIRST_AUDIO_RANGE_BYTES, 'download'],
    [0, 1, undefined],
    [0, 1, 'download'],
  ]);
});

describe('parseFrames', () => {
  test('finds consecutive frames in a whole recording', () => {
    const frames = parseFrames(SAMPLE);
    expect(frames.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(SAMPLE.length);
    expect(frames.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(8.784, 3);
  });

  test('measures speech as louder than silence', () => {
    const levels = parseFrames(SAMPLE).map(({ loudness }) => loudness);
    expect(Math.max(...levels)).toBe(1);
    expect(levels.at(-1)).toBe(0);
    expect(levels.every((level) => level >= 0 && level <= 1)).toBe(true);
  });

  test.each([1, 100, 287, 5_000])('finds the first whole frame of a chunk that begins at byte %p', (start) => {
    const [first] = parseFrames(SAMPLE.subarray(start));
    expect((start + first!.offset) % 288).toBe(0);
    expect(start + first!.offset - start).toBeLessThan(288);
  });

  test('skips ID3 tags and ignores a partial frame at the end', () => {
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
  ])('finds no frame in %s', (_what, bytes) => {
    expect(parseFrames(bytes)).toEqual([]);
    expect(parseFrame(bytes, 0)).toBeUndefined();
  });
});

describe('ChunkedRecording', () => {
  test('fetches a small first chunk, then large ones, and joins them to the file', async () => {
    const file = repeated(40);
    const { recording, requests } = createRecording(file);
    for (let index = 0; index < (recording.count ?? 1); index += 1) await recording.chunk(index, never);
    expect(requests).toEqual(
      [
        [0, FIRST_AUDIO_RANGE_BYTES],
        [FIRST_AUDIO_RANGE_BYTES, MAX_AUDIO_RANGE_BYTES],
        [FIRST_AUDIO_RANGE_BYTES + MAX_AUDIO_RANGE_BYTES, MAX_AUDIO_RANGE_BYTES],
        [FIRST_AUDIO_RANGE_BYTES + 2 * MAX_AUDIO_RANGE_BYTES, MAX_AUDIO_RANGE_BYTES],
      ].slice(0, recording.count),
    );
    expect(recording.blob().size).toBe(file.length);
  });

  test('fetches no chunk twice', async () => {
    const { recording, requests } = createRecording(repeated(4));
    await recording.chunk(0, never);
    await recording.chunk(0, never);
    expect(requests).toHaveLength(1);
  });

  test('derives the duration from the first chunk and extends the waveform', async () => {
    const { recording } = createRecording(repeated(40));
    expect(recording.duration).toBe(64);
    expect(recording.bars().every((bar) => bar === null)).toBe(true);
    await recording.chunk(0, never);
    expect(recording.duration).toBeCloseTo(40 * 8.784, 1);
    const known = () => recording.bars().filter((bar) => bar !== null).length;
    const before = known();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(BARS / 4);
    await recording.chunk(1, never);
    expect(known()).toBeGreaterThan(before);
  });

  test('fills every bar for a short message', async () => {
    const { recording } = createRecording(SAMPLE);
    await recording.chunk(0, never);
    expect(recording.bars()).not.toContain(null);
    expect(recording.count).toBe(1);
  });

  test('finds the chunk and frame of a given time', async () => {
    const { recording } = createRecording(repeated(40));
    await recording.chunk(0, never);
    expect(recording.chunkAt(0)).toBe(0);
    const index = recording.chunkAt(200);
    await recording.chunk(index, never);
    const { offset, seconds } = recording.entryPoint(index);
    expect((FIRST_AUDIO_RANGE_BYTES + (index - 1) * MAX_AUDIO_RANGE_BYTES + offset) % 288).toBe(0);
    expect(seconds).toBeLessThanOrEqual(200);
    expect(recording.chunkAt(1e9)).toBe((recording.count ?? 0) - 1);
  });

  test('without a known file size, a short range is the last', async () => {
    const { recording } = createRecording(repeated(4), false);
    await recording.chunk(0, never);
    expect(recording.count).toBeUndefined();
    await recording.chunk(1, never);
    expect(recording.count).toBe(2);
  });

  test('fetches a chunk again after a failure', async () => {
    let fail = true;
    const recording = new ChunkedRecording(async (start, length) => {
      if (fail) throw new Error('down');
      return { bytes: SAMPLE.slice(start, start + length), start, total: SAMPLE.length };
    }, undefined);
    await expect(recording.chunk(0, never)).rejects.toThrow('down');
    fail = false;
    expect(await recording.chunk(0, never)).toHaveLength(SAMPLE.length);
  });
});

describe('when nobody tells the size', () => {
  const pastTheEnd = new FunctionsError('bad-range', 416, 'There is nothing at Start');
  /** As the Functions answer; a proxy has removed Content-Range. */
  const behindProxy = (size: number) => {
    const file = repeated(100).slice(0, size);
    return new ChunkedRecording(async (start, length) => {
      if (start >= file.length) throw pastTheEnd;
      return { bytes: file.slice(start, start + length), start, total: undefined };
    }, 64);
  };

  test.each([0, 1, 2])('a recording of exactly one first and %i further chunks ends with 416', async (further) => {
    const size = FIRST_AUDIO_RANGE_BYTES + further * MAX_AUDIO_RANGE_BYTES;
    const recording = behindProxy(size);
    for (let index = 0; index <= further; index += 1) await recording.chunk(index, never);
    expect(recording.count).toBeUndefined();
    expect(await recording.chunk(further + 1, never)).toHaveLength(0);
    expect(recording.count).toBe(further + 1);
    expect(recording.blob().size).toBe(size);
  });

  test('416 for the first byte is a failure', async () => {
    const empty = new ChunkedRecording(async () => Promise.reject(pastTheEnd), 64);
    await expect(empty.chunk(0, never)).rejects.toBe(pastTheEnd);
  });
});
