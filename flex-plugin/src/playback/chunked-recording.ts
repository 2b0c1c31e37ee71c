import { FIRST_AUDIO_RANGE_BYTES, MAX_AUDIO_RANGE_BYTES } from '@callback-and-voicemail/contract/flex-api';
import type { AudioRange } from '../functions-client/functions-client';
import { parseFrames } from './mp3-frames';

/** Bars of a waveform; enough for the width of Flex's panel. */
export const BARS = 96;

export type FetchRange = (start: number, length: number, signal: AbortSignal) => Promise<AudioRange>;

/**
 * A recording's bytes, as far as they are here: a small first piece, so that sound comes at once, then larger ones, each
 * fetched at most once. Knows what their frames say: the length of the whole, and the waveform.
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
    /** What the ledger says; the frames know it better. */
    private readonly reportedSeconds: number | undefined,
  ) {}

  /** In seconds; undefined while unknown. */
  get duration(): number | undefined {
    return this.total !== undefined && this.bytesPerSecond !== undefined
      ? (this.total - this.audioStart) / this.bytesPerSecond
      : this.reportedSeconds;
  }

  /** How many pieces there are; undefined while the size of the whole is not known. */
  get count(): number | undefined {
    if (this.total === undefined) return undefined;
    return 1 + Math.max(0, Math.ceil((this.total - FIRST_AUDIO_RANGE_BYTES) / MAX_AUDIO_RANGE_BYTES));
  }

  /** 0 to 1 for each bar; null where nothing has arrived yet. */
  bars(): (number | null)[] {
    return this.loudnessSums.map((sum, index) =>
      this.frameCounts[index] === 0 ? null : sum / this.frameCounts[index]!,
    );
  }

  /** True when it is here. */
  has(index: number): boolean {
    return this.chunks.has(index);
  }

  /**
   * @returns a piece; empty past the end
   * @throws FunctionsError when it could not be fetched; it may be asked for again
   */
  async chunk(index: number, signal: AbortSignal): Promise<Uint8Array> {
    const known = this.chunks.get(index);
    if (known !== undefined) return known;
    const start = chunkStart(index);
    const { bytes, total } = await this.fetchRange(
      start,
      index === 0 ? FIRST_AUDIO_RANGE_BYTES : MAX_AUDIO_RANGE_BYTES,
      signal,
    );
    // Without a known size, a short range is the last.
    const requestedBytes = chunkStart(index + 1) - start;
    this.total ??= total ?? (bytes.length < requestedBytes ? start + bytes.length : undefined);
    this.chunks.set(index, bytes);
    this.analyze(index, bytes);
    return bytes;
  }

  /** @returns the piece in which that moment sounds */
  chunkAt(seconds: number): number {
    const byte = this.audioStart + seconds * (this.bytesPerSecond ?? 0);
    const index =
      byte < FIRST_AUDIO_RANGE_BYTES ? 0 : 1 + Math.floor((byte - FIRST_AUDIO_RANGE_BYTES) / MAX_AUDIO_RANGE_BYTES);
    return Math.min(index, (this.count ?? 1) - 1);
  }

  /** @returns where in a piece its first whole frame begins, and the moment it sounds */
  entryPoint(index: number): { offset: number; seconds: number } {
    const bytes = this.chunks.get(index);
    const offset = index === 0 || bytes === undefined ? 0 : (parseFrames(bytes)[0]?.offset ?? 0);
    return { offset, seconds: index === 0 ? 0 : this.secondsAt(chunkStart(index) + offset) };
  }

  /** @returns the whole of it, when all pieces are here */
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
      // Recordings are of one bit rate throughout; single frames differ by a byte.
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
