import { FIRST_AUDIO_RANGE_BYTES, MAX_AUDIO_RANGE_BYTES } from '@callback-and-voicemail/contract/flex-api';
import type { AudioPurpose, AudioRange } from '../functions-client/functions-client';
import { FunctionsError } from '../functions-client/functions-error';
import { parseFrames } from './mp3-frames';

/** Bars of the waveform; enough for the width of Flex's panel. */
export const BARS = 96;

export type FetchRange = (
  start: number,
  length: number,
  signal: AbortSignal,
  purpose?: AudioPurpose,
) => Promise<AudioRange>;

/**
 * A recording that is fetched in chunks: a small first one for a quick start, then larger ones, each at most once.
 * The frames of each chunk provide the duration and the waveform (docs/adr/0028).
 */
export class ChunkedRecording {
  private readonly chunks = new Map<number, Uint8Array>();
  private readonly loudnessSums: number[] = new Array(BARS).fill(0);
  private readonly frameCounts: number[] = new Array(BARS).fill(0);
  private readonly analyzed = new Set<number>();
  private total: number | undefined;
  private bytesPerSecond: number | undefined;
  private audioStart = 0;

  constructor(
    private readonly fetchRange: FetchRange,
    /** Seconds, as the ledger says; replaced by what the frames say. */
    private readonly reportedSeconds: number | undefined,
  ) {}

  /** In seconds; undefined while unknown. */
  get duration(): number | undefined {
    return this.total !== undefined && this.bytesPerSecond !== undefined
      ? (this.total - this.audioStart) / this.bytesPerSecond
      : this.reportedSeconds;
  }

  /** The number of chunks; undefined while the size is unknown. */
  get count(): number | undefined {
    if (this.total === undefined) return undefined;
    return 1 + Math.max(0, Math.ceil((this.total - FIRST_AUDIO_RANGE_BYTES) / MAX_AUDIO_RANGE_BYTES));
  }

  /** Loudness from 0 to 1 for each bar; null where no chunk has arrived yet. */
  bars(): (number | null)[] {
    return this.loudnessSums.map((sum, index) =>
      this.frameCounts[index] === 0 ? null : sum / this.frameCounts[index]!,
    );
  }

  /** @returns true if the chunk is loaded */
  has(index: number): boolean {
    return this.chunks.has(index);
  }

  /**
   * @returns a chunk; empty past the end
   * @throws FunctionsError if it cannot be fetched; the next call tries again
   */
  async chunk(index: number, signal: AbortSignal, purpose?: AudioPurpose): Promise<Uint8Array> {
    const known = this.chunks.get(index);
    if (known !== undefined) return known;
    const start = chunkStart(index);
    const { bytes, total } = await this.fetchFrom(start, signal, purpose);
    // Without a known size, a short range is the last.
    const requestedBytes = chunkStart(index + 1) - start;
    this.total ??= total ?? (bytes.length < requestedBytes ? start + bytes.length : undefined);
    this.chunks.set(index, bytes);
    this.analyze(index, bytes);
    return bytes;
  }

  /**
   * Tells the server that what is loaded is used once more: it notes each time.
   * @throws FunctionsError if the server does not note it
   */
  async report(signal: AbortSignal, purpose?: AudioPurpose): Promise<void> {
    await this.fetchRange(0, 1, signal, purpose);
  }

  /**
   * A whole number of chunks whose size nobody told, as behind a proxy that removes Content-Range, has a next one only by
   * guess: 416 says that the one before was the last.
   */
  private async fetchFrom(
    start: number,
    signal: AbortSignal,
    purpose?: AudioPurpose,
  ): Promise<Pick<AudioRange, 'bytes' | 'total'>> {
    try {
      return await this.fetchRange(
        start,
        start === 0 ? FIRST_AUDIO_RANGE_BYTES : MAX_AUDIO_RANGE_BYTES,
        signal,
        purpose,
      );
    } catch (error) {
      const isPastTheEnd = error instanceof FunctionsError && error.status === 416;
      if (!isPastTheEnd || start === 0 || this.total !== undefined) throw error;
      return { bytes: new Uint8Array(), total: start };
    }
  }

  /** @returns the index of the chunk that contains that time */
  chunkAt(seconds: number): number {
    const byte = this.audioStart + seconds * (this.bytesPerSecond ?? 0);
    const index =
      byte < FIRST_AUDIO_RANGE_BYTES ? 0 : 1 + Math.floor((byte - FIRST_AUDIO_RANGE_BYTES) / MAX_AUDIO_RANGE_BYTES);
    return Math.min(index, (this.count ?? 1) - 1);
  }

  /** @returns the byte offset and the time of the chunk's first whole frame */
  entryPoint(index: number): { offset: number; seconds: number } {
    const bytes = this.chunks.get(index);
    const offset = index === 0 || bytes === undefined ? 0 : (parseFrames(bytes)[0]?.offset ?? 0);
    return { offset, seconds: index === 0 ? 0 : this.secondsAt(chunkStart(index) + offset) };
  }

  /** @returns the whole recording; only complete once all chunks are loaded */
  blob(): Blob {
    const parts = [...this.chunks.entries()]
      .sort(([a], [b]) => a - b)
      .map(([, bytes]) => bytes as Uint8Array<ArrayBuffer>);
    return new Blob(parts, { type: 'audio/mpeg' });
  }

  private secondsAt(byte: number): number {
    return Math.max(0, byte - this.audioStart) / (this.bytesPerSecond ?? 1);
  }

  private analyze(index: number, bytes: Uint8Array): void {
    if (this.analyzed.has(index)) return;
    this.analyzed.add(index);
    const frames = parseFrames(bytes);
    const [first] = frames;
    if (first === undefined) return;
    if (this.bytesPerSecond === undefined) {
      // Recordings have a constant bit rate; single frames differ by a byte.
      this.bytesPerSecond =
        frames.reduce((sum, frame) => sum + frame.bytes, 0) / frames.reduce((sum, frame) => sum + frame.seconds, 0);
      if (index === 0) this.audioStart = first.offset;
    }
    const { duration } = this;
    if (duration === undefined || duration === 0) return;
    for (const frame of frames) {
      const begin = this.secondsAt(chunkStart(index) + frame.offset);
      // A frame of a short message spans several bars.
      const from = Math.floor((begin / duration) * BARS);
      const to = Math.max(from, Math.ceil(((begin + frame.seconds) / duration) * BARS) - 1);
      for (let bar = from; bar <= to && bar < BARS; bar += 1) {
        this.loudnessSums[bar]! += frame.loudness;
        this.frameCounts[bar]! += 1;
      }
    }
  }
}

const chunkStart = (index: number) => (index === 0 ? 0 : FIRST_AUDIO_RANGE_BYTES + (index - 1) * MAX_AUDIO_RANGE_BYTES);
