import { type FailureCode, failureCode, isAborted } from '../functions-client/functions-error';
import { BARS, type FetchRange, RecordingPieces } from './recording-pieces';

export type PlaybackStep = 'idle' | 'loading' | 'playing' | 'paused' | 'ended' | 'failed';

/** All there is to show of a player, at one moment. */
export interface PlaybackState {
  step: PlaybackStep;
  /** Why it failed; `unplayable`: the sound is here, and the browser cannot play it. */
  failure?: FailureCode | 'unplayable';
  position: number;
  duration: number | undefined;
  rate: number;
  bars: readonly (number | null)[];
  downloading: boolean;
}

export const RATES = [0.75, 1, 1.25, 1.5, 2] as const;
/** As much is fetched before it is heard; an hour's message is not fetched for its first minute. */
const AHEAD_SECONDS = 120;
/** What was heard is kept for this long, when the browser's room for sound is full. */
const BEHIND_SECONDS = 30;
const MIME_TYPE = 'audio/mpeg';

/** What the browser gives; tests give their own. */
export interface AudioWorld {
  createAudio: () => HTMLAudioElement;
  /** Undefined where this kind of sound cannot be played while it arrives (Firefox). */
  createMediaSource: () => MediaSource | undefined;
  createUrl: (from: Blob | MediaSource) => string;
  releaseUrl: (url: string) => void;
}

const BROWSER: AudioWorld = {
  createAudio: () => new Audio(),
  createMediaSource: () =>
    typeof MediaSource !== 'undefined' && MediaSource.isTypeSupported(MIME_TYPE) ? new MediaSource() : undefined,
  createUrl: (from) => URL.createObjectURL(from),
  releaseUrl: (url) => URL.revokeObjectURL(url),
};

/**
 * A voicemail's sound. Nothing is fetched before the first play, since asking for it is noted as having listened.
 * Where the browser can, the first 64 KB already sound and the rest is fetched a little ahead; else all is collected first.
 */
export class VoicemailAudio {
  private readonly pieces: RecordingPieces;
  private readonly listeners = new Set<() => void>();
  private readonly world: AudioWorld;
  private audio: HTMLAudioElement | undefined;
  private source: MediaSource | undefined;
  private buffer: SourceBuffer | undefined;
  private url: string | undefined;
  private filling = new AbortController();
  private readonly ended = new AbortController();
  private isFilling = false;
  /** The next piece to go to the browser. */
  private next = 0;
  /** The next piece does not follow the one before: its first whole frame has to be found. */
  private isJoining = false;
  /** Where to go as soon as the first piece says how many bytes a second has. */
  private target: number | undefined;
  private wantsToPlay = false;
  private isDisposed = false;
  private state: PlaybackState;

  constructor(fetchRange: FetchRange, toldSeconds: number | undefined, world: Partial<AudioWorld> = {}) {
    this.world = { ...BROWSER, ...world };
    this.pieces = new RecordingPieces(fetchRange, toldSeconds);
    this.state = {
      step: 'idle',
      position: 0,
      duration: toldSeconds,
      rate: 1,
      bars: new Array(BARS).fill(null),
      downloading: false,
    };
  }

  /** A new object whenever something changed. */
  get snapshot(): PlaybackState {
    return this.state;
  }

  /** @returns ends it */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Plays on, from the beginning when it had ended; after a failure it tries again. */
  play(): void {
    if (this.isDisposed) return;
    this.wantsToPlay = true;
    if (this.audio === undefined || this.state.step === 'failed') this.open();
    const { audio } = this;
    if (audio === undefined) return;
    if (this.state.step === 'ended') this.seek(0);
    if (this.state.step !== 'playing') this.set({ step: 'loading' });
    if (this.url !== undefined) this.start(audio);
    this.fill();
  }

  pause(): void {
    this.wantsToPlay = false;
    this.audio?.pause();
    if (this.state.step === 'loading' || this.state.step === 'playing') this.set({ step: 'paused' });
  }

  /** @param seconds where to go on; what is not there yet is fetched from there */
  seek(seconds: number): void {
    const { audio } = this;
    const target = Math.min(Math.max(0, seconds), this.state.duration ?? seconds);
    if (this.state.step === 'ended') this.set({ step: this.wantsToPlay ? 'loading' : 'paused' });
    this.set({ position: target });
    if (audio === undefined) return;
    audio.currentTime = target;
    if (this.source !== undefined && !this.isBuffered(target)) this.jump(target);
    else this.fill();
  }

  /** @param rate 0.75 to 2; voices keep their pitch */
  setRate(rate: number): void {
    if (this.audio !== undefined) this.audio.playbackRate = rate;
    this.set({ rate });
  }

  /**
   * @returns the whole recording
   * @throws FunctionsError when a part could not be fetched
   */
  async download(): Promise<Blob> {
    this.set({ downloading: true });
    try {
      // Of its own: seeking meanwhile does not end it.
      const { signal } = this.ended;
      for (let index = 0; index < (this.pieces.count ?? index + 1); index += 1) await this.pieces.piece(index, signal);
      this.show();
      return this.pieces.blob();
    } finally {
      this.set({ downloading: false });
    }
  }

  /** Ends the sound and releases what the browser holds for it. */
  dispose(): void {
    this.isDisposed = true;
    this.ended.abort();
    this.listeners.clear();
    this.close();
  }

  private close(): void {
    this.filling.abort();
    this.filling = new AbortController();
    this.isFilling = false;
    this.audio?.pause();
    this.audio?.removeAttribute('src');
    this.audio = undefined;
    this.source = undefined;
    this.buffer = undefined;
    if (this.url !== undefined) this.world.releaseUrl(this.url);
    this.url = undefined;
  }

  /** A new element; after a failure it goes on where the old one was, with the pieces that are here already. */
  private open(): void {
    this.close();
    const { position } = this.state;
    const audio = this.world.createAudio();
    this.audio = audio;
    audio.playbackRate = this.state.rate;
    audio.addEventListener('playing', () => this.at(audio, { step: 'playing' }));
    audio.addEventListener('waiting', () => this.wantsToPlay && this.at(audio, { step: 'loading' }));
    audio.addEventListener('pause', () => this.state.step === 'playing' && this.at(audio, { step: 'paused' }));
    audio.addEventListener('ended', () => {
      this.wantsToPlay = false;
      this.at(audio, { step: 'ended', position: this.state.duration ?? audio.currentTime });
    });
    audio.addEventListener('timeupdate', () => {
      // While it jumps, the element still tells the old place; after the end, the end.
      if (!audio.seeking && this.state.step !== 'ended') this.at(audio, { position: audio.currentTime });
      this.fill();
    });
    audio.addEventListener('error', () => {
      if (audio === this.audio && audio.src !== '') this.fail('unplayable');
    });
    this.next = 0;
    const source = this.world.createMediaSource();
    this.source = source;
    if (source === undefined) return;
    source.addEventListener('sourceopen', () => {
      if (source !== this.source || this.buffer !== undefined) return;
      try {
        this.buffer = source.addSourceBuffer(MIME_TYPE);
      } catch {
        this.fail('unplayable');
        return;
      }
      if (position > 0) this.jump(position);
      else this.fill();
    });
    this.url = this.world.createUrl(source);
    audio.src = this.url;
    if (position > 0) audio.currentTime = position;
  }

  private start(audio: HTMLAudioElement): void {
    audio.playbackRate = this.state.rate;
    audio.play().catch((error: unknown) => {
      // Ended by a pause or by a new element: nobody is to be told.
      if (audio !== this.audio || isAborted(error)) return;
      if ((error as { name?: unknown }).name === 'NotAllowedError') this.pause();
      else this.fail('unplayable');
    });
  }

  /** Fetches and hands over, one piece after the other, until there is enough ahead. */
  private fill(): void {
    if (this.isFilling || this.audio === undefined || this.state.step === 'failed') return;
    if (this.source !== undefined && this.buffer === undefined) return;
    this.isFilling = true;
    const { signal } = this.filling;
    const work = this.source === undefined ? this.collect(signal) : this.stream(signal);
    work
      .catch((error: unknown) => {
        if (!isAborted(error) && !signal.aborted) this.fail(failureCode(error));
      })
      .finally(() => {
        if (this.filling.signal === signal) this.isFilling = false;
      })
      .catch(() => undefined);
  }

  private async stream(signal: AbortSignal): Promise<void> {
    const { audio, source, buffer, pieces } = this;
    if (audio === undefined || source === undefined || buffer === undefined) return;
    for (;;) {
      if (pieces.count !== undefined && this.next >= pieces.count) {
        if (source.readyState === 'open') source.endOfStream();
        return;
      }
      if (this.bufferedAhead() > AHEAD_SECONDS) return;
      const index = this.next;
      const bytes = await pieces.piece(index, signal);
      if (signal.aborted) return;
      this.show();
      const { offset, seconds } = this.isJoining ? pieces.entry(index) : { offset: 0, seconds: undefined };
      // Before the first sound: a stream without an end cannot be sought in beyond what is there.
      if (source.readyState === 'open' && pieces.duration !== undefined && !(source.duration > 0))
        source.duration = pieces.duration;
      if (seconds !== undefined) buffer.timestampOffset = seconds;
      this.isJoining = false;
      await this.append(buffer, bytes.subarray(offset), signal);
      if (signal.aborted) return;
      this.next = index + 1;
      if (this.target === undefined) continue;
      const aimed = pieces.pieceAt(this.target);
      this.target = undefined;
      if (aimed > this.next) {
        this.next = aimed;
        buffer.abort();
        this.isJoining = true;
      }
    }
  }

  private async append(buffer: SourceBuffer, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    if (bytes.length === 0) return;
    for (;;) {
      try {
        await updated(buffer, () => buffer.appendBuffer(bytes as Uint8Array<ArrayBuffer>));
        return;
      } catch (error) {
        // Browsers hold some 12 MB of sound: what was heard makes room, and is still in `pieces`.
        const heard = (this.audio?.currentTime ?? 0) - BEHIND_SECONDS;
        if ((error as { name?: unknown }).name !== 'QuotaExceededError' || heard <= 0 || signal.aborted) throw error;
        await updated(buffer, () => buffer.remove(0, heard));
      }
    }
  }

  /** Goes on at another place: the pieces between are not fetched. */
  private jump(seconds: number): void {
    const { buffer, source } = this;
    if (buffer === undefined || source === undefined) return;
    this.filling.abort();
    this.filling = new AbortController();
    this.isFilling = false;
    const isKnown = this.pieces.has(0);
    this.next = isKnown ? this.pieces.pieceAt(seconds) : 0;
    this.target = isKnown ? undefined : seconds;
    // The parser may be in the middle of a frame. It can be reset only while the source is open.
    if (source.readyState === 'open') buffer.abort();
    this.isJoining = true;
    this.fill();
  }

  /** Where sound cannot be played while it arrives: all of it, then play. */
  private async collect(signal: AbortSignal): Promise<void> {
    if (this.url !== undefined) return;
    for (let index = 0; index < (this.pieces.count ?? index + 1); index += 1) {
      await this.pieces.piece(index, signal);
      if (signal.aborted) return;
      this.show();
    }
    const { audio } = this;
    if (audio === undefined) return;
    this.url = this.world.createUrl(this.pieces.blob());
    audio.src = this.url;
    if (this.state.position > 0) audio.currentTime = this.state.position;
    if (this.wantsToPlay) this.start(audio);
  }

  private bufferedAhead(): number {
    const { audio, buffer } = this;
    if (audio === undefined || buffer === undefined) return 0;
    for (let index = 0; index < buffer.buffered.length; index += 1) {
      if (audio.currentTime >= buffer.buffered.start(index) - 0.5 && audio.currentTime <= buffer.buffered.end(index))
        return buffer.buffered.end(index) - audio.currentTime;
    }
    return 0;
  }

  private isBuffered(seconds: number): boolean {
    const { buffer } = this;
    if (buffer === undefined) return true;
    for (let index = 0; index < buffer.buffered.length; index += 1)
      if (seconds >= buffer.buffered.start(index) && seconds < buffer.buffered.end(index) - 0.1) return true;
    // The very end is where the stream ends.
    return (
      buffer.buffered.length > 0 && this.source?.readyState === 'ended' && seconds >= (this.state.duration ?? 0) - 0.2
    );
  }

  private fail(failure: FailureCode | 'unplayable'): void {
    this.wantsToPlay = false;
    this.audio?.pause();
    this.set({ step: 'failed', failure });
  }

  private show(): void {
    this.set({ bars: this.pieces.bars(), duration: this.pieces.duration });
  }

  /** From an element that may have been replaced meanwhile. */
  private at(audio: HTMLAudioElement, change: Partial<PlaybackState>): void {
    if (audio === this.audio && this.state.step !== 'failed') this.set(change);
  }

  private set(change: Partial<PlaybackState>): void {
    if (this.isDisposed) return;
    this.state = { ...this.state, ...(change.step !== undefined ? { failure: undefined } : {}), ...change };
    for (const listener of [...this.listeners]) listener();
  }
}

/** A source buffer takes one change at a time and says when it is done. */
function updated(buffer: SourceBuffer, change: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (event: Event) => {
      buffer.removeEventListener('updateend', done);
      buffer.removeEventListener('error', done);
      if (event.type === 'error') reject(new Error('The browser did not take the sound'));
      else resolve();
    };
    buffer.addEventListener('updateend', done);
    buffer.addEventListener('error', done);
    try {
      change();
    } catch (error) {
      buffer.removeEventListener('updateend', done);
      buffer.removeEventListener('error', done);
      reject(error);
    }
  });
}
