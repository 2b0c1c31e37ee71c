import { type FailureCode, failureCode, isAborted } from '../functions-client/functions-error';
import { BARS, ChunkedRecording, type FetchRange } from './chunked-recording';

type PlaybackStep = 'idle' | 'loading' | 'playing' | 'paused' | 'ended' | 'failed';

/** What the player displays. */
export interface PlaybackState {
  step: PlaybackStep;
  /** Why it failed; `unplayable`: the browser cannot play the loaded recording. */
  failure?: FailureCode | 'unplayable';
  position: number;
  duration: number | undefined;
  rate: number;
  bars: readonly (number | null)[];
  downloading: boolean;
}

export const RATES = [0.75, 1, 1.25, 1.5, 2] as const;
/** How far ahead of playback chunks are fetched. */
const FETCH_AHEAD_SECONDS = 120;
/** What stays buffered behind the position when the browser's buffer is full. */
const KEEP_BEHIND_SECONDS = 30;
const MIME_TYPE = 'audio/mpeg';

/** The browser's APIs; tests replace them. */
export interface AudioEnvironment {
  createAudio: () => HTMLAudioElement;
  /** Undefined where the browser cannot stream mp3 (Firefox). */
  createMediaSource: () => MediaSource | undefined;
  createUrl: (from: Blob | MediaSource) => string;
  releaseUrl: (url: string) => void;
}

const BROWSER_ENVIRONMENT: AudioEnvironment = {
  createAudio: () => new Audio(),
  createMediaSource: () =>
    typeof MediaSource !== 'undefined' && MediaSource.isTypeSupported(MIME_TYPE) ? new MediaSource() : undefined,
  createUrl: (from) => URL.createObjectURL(from),
  releaseUrl: (url) => URL.revokeObjectURL(url),
};

/**
 * Plays a voicemail. Nothing is fetched before the first play, since the server counts a request as listening.
 * Where the browser can stream mp3, playback starts with the first 64 KiB; elsewhere all chunks are loaded first.
 */
export class VoicemailAudio {
  private readonly recording: ChunkedRecording;
  private readonly listeners = new Set<() => void>();
  private readonly environment: AudioEnvironment;
  private audio: HTMLAudioElement | undefined;
  private source: MediaSource | undefined;
  private buffer: SourceBuffer | undefined;
  private url: string | undefined;
  private fetchController = new AbortController();
  private readonly disposeController = new AbortController();
  private isFetching = false;
  /** The next chunk to append. */
  private nextChunk = 0;
  /** The next chunk does not follow the previous one, so its first whole frame has to be found. */
  private needsFrameSync = false;
  /** Seconds; the seek to do once the first chunk is loaded. */
  private pendingSeek: number | undefined;
  private wantsToPlay = false;
  private isDisposed = false;
  private state: PlaybackState;

  constructor(
    fetchRange: FetchRange,
    reportedSeconds: number | undefined,
    environment: Partial<AudioEnvironment> = {},
  ) {
    this.environment = { ...BROWSER_ENVIRONMENT, ...environment };
    this.recording = new ChunkedRecording(fetchRange, reportedSeconds);
    this.state = {
      step: 'idle',
      position: 0,
      duration: reportedSeconds,
      rate: 1,
      bars: new Array(BARS).fill(null),
      downloading: false,
    };
  }

  /** A new object after each change. */
  get snapshot(): PlaybackState {
    return this.state;
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Plays from the current position, from the beginning after the end; retries after a failure. */
  play(): void {
    if (this.isDisposed) return;
    this.wantsToPlay = true;
    if (this.audio === undefined || this.state.step === 'failed') this.openElement();
    const { audio } = this;
    if (audio === undefined) return;
    if (this.state.step === 'ended') {
      this.seek(0);
      this.reportReplay();
    }
    if (this.state.step !== 'playing') this.setState({ step: 'loading' });
    if (this.url !== undefined) this.startPlayback(audio);
    this.fetchAhead();
  }

  /** Each time counts as listening. Where the server must note it and cannot, nothing is played. */
  private reportReplay(): void {
    const { signal } = this.disposeController;
    this.recording.report(signal).catch((error: unknown) => {
      if (failureCode(error) !== 'audit-unavailable') return;
      this.audio?.pause();
      this.fail('audit-unavailable');
    });
  }

  pause(): void {
    this.wantsToPlay = false;
    this.audio?.pause();
    if (this.state.step === 'loading' || this.state.step === 'playing') this.setState({ step: 'paused' });
  }

  /** @param seconds the new position; if it is not buffered, fetching continues from there */
  seek(seconds: number): void {
    const { audio } = this;
    const target = Math.min(Math.max(0, seconds), this.state.duration ?? seconds);
    if (this.state.step === 'ended') this.setState({ step: this.wantsToPlay ? 'loading' : 'paused' });
    this.setState({ position: target });
    if (audio === undefined) return;
    audio.currentTime = target;
    if (this.source !== undefined && !this.isBuffered(target)) this.seekUnbuffered(target);
    else this.fetchAhead();
  }

  /** @param rate one of `RATES`; the pitch is preserved */
  setRate(rate: number): void {
    if (this.audio !== undefined) this.audio.playbackRate = rate;
    this.setState({ rate });
  }

  /**
   * @returns the whole recording
   * @throws FunctionsError if a chunk cannot be fetched
   */
  async download(): Promise<Blob> {
    this.setState({ downloading: true });
    try {
      // Not the signal of streaming: a seek must not abort the download.
      const { signal } = this.disposeController;
      if (this.recording.has(0)) await this.recording.report(signal, 'download');
      for (let index = 0; index < (this.recording.count ?? index + 1); index += 1)
        await this.recording.chunk(index, signal, 'download');
      this.publishProgress();
      return this.recording.blob();
    } finally {
      this.setState({ downloading: false });
    }
  }

  /** Stops playback and releases the browser's resources. */
  dispose(): void {
    this.isDisposed = true;
    this.disposeController.abort();
    this.listeners.clear();
    this.releaseElement();
  }

  private releaseElement(): void {
    this.fetchController.abort();
    this.fetchController = new AbortController();
    this.isFetching = false;
    this.audio?.pause();
    this.audio?.removeAttribute('src');
    this.audio = undefined;
    this.source = undefined;
    this.buffer = undefined;
    if (this.url !== undefined) this.environment.releaseUrl(this.url);
    this.url = undefined;
  }

  /** Creates an element; after a failure, at the same position and with the chunks that are already loaded. */
  private openElement(): void {
    this.releaseElement();
    const { position } = this.state;
    const audio = this.environment.createAudio();
    this.audio = audio;
    audio.playbackRate = this.state.rate;
    audio.addEventListener('playing', () => this.setStateFrom(audio, { step: 'playing' }));
    audio.addEventListener('waiting', () => this.wantsToPlay && this.setStateFrom(audio, { step: 'loading' }));
    audio.addEventListener(
      'pause',
      () => this.state.step === 'playing' && this.setStateFrom(audio, { step: 'paused' }),
    );
    audio.addEventListener('ended', () => {
      this.wantsToPlay = false;
      this.setStateFrom(audio, { step: 'ended', position: this.state.duration ?? audio.currentTime });
    });
    audio.addEventListener('timeupdate', () => {
      // While seeking, the element reports the old position; after the end, the end.
      if (!audio.seeking && this.state.step !== 'ended') this.setStateFrom(audio, { position: audio.currentTime });
      this.fetchAhead();
    });
    audio.addEventListener('error', () => {
      if (audio === this.audio && audio.src !== '') this.fail('unplayable');
    });
    this.nextChunk = 0;
    const source = this.environment.createMediaSource();
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
      if (position > 0) this.seekUnbuffered(position);
      else this.fetchAhead();
    });
    this.url = this.environment.createUrl(source);
    audio.src = this.url;
    if (position > 0) audio.currentTime = position;
  }

  private startPlayback(audio: HTMLAudioElement): void {
    audio.playbackRate = this.state.rate;
    audio.play().catch((error: unknown) => {
      // Aborted by a pause or by a new element.
      if (audio !== this.audio || isAborted(error)) return;
      if ((error as { name?: unknown }).name === 'NotAllowedError') this.pause();
      else this.fail('unplayable');
    });
  }

  /** Fetches and appends chunks until enough is buffered ahead. */
  private fetchAhead(): void {
    if (this.isFetching || this.audio === undefined || this.state.step === 'failed') return;
    if (this.source !== undefined && this.buffer === undefined) return;
    this.isFetching = true;
    const { signal } = this.fetchController;
    const work = this.source === undefined ? this.collectAll(signal) : this.streamChunks(signal);
    work
      .catch((error: unknown) => {
        if (!isAborted(error) && !signal.aborted) this.fail(failureCode(error));
      })
      .finally(() => {
        if (this.fetchController.signal === signal) this.isFetching = false;
      })
      .catch(() => undefined);
  }

  private async streamChunks(signal: AbortSignal): Promise<void> {
    const { audio, source, buffer, recording } = this;
    if (audio === undefined || source === undefined || buffer === undefined) return;
    for (;;) {
      if (recording.count !== undefined && this.nextChunk >= recording.count) {
        if (source.readyState === 'open') source.endOfStream();
        return;
      }
      if (this.bufferedAhead() > FETCH_AHEAD_SECONDS) return;
      const index = this.nextChunk;
      const bytes = await recording.chunk(index, signal);
      if (signal.aborted) return;
      this.publishProgress();
      this.setSourceDuration(source);
      await this.append(buffer, bytes.subarray(this.syncToFrame(buffer, index)), signal);
      if (signal.aborted) return;
      this.nextChunk = index + 1;
      this.resumePendingSeek(buffer);
    }
  }

  /** Set before the first sound: without a duration the element cannot seek beyond what is buffered. */
  private setSourceDuration(source: MediaSource): void {
    const { duration } = this.recording;
    if (source.readyState === 'open' && duration !== undefined && !(source.duration > 0)) source.duration = duration;
  }

  /**
   * After a seek, tells the buffer at what time the chunk sounds.
   * @returns the offset in bytes of the chunk's first whole frame
   */
  private syncToFrame(buffer: SourceBuffer, index: number): number {
    if (!this.needsFrameSync) return 0;
    this.needsFrameSync = false;
    const { offset, seconds } = this.recording.entryPoint(index);
    buffer.timestampOffset = seconds;
    return offset;
  }

  /** A seek before the first chunk waits for it: only its frames tell how many bytes a second has. */
  private resumePendingSeek(buffer: SourceBuffer): void {
    if (this.pendingSeek === undefined) return;
    const chunk = this.recording.chunkAt(this.pendingSeek);
    this.pendingSeek = undefined;
    if (chunk <= this.nextChunk) return;
    this.nextChunk = chunk;
    buffer.abort();
    this.needsFrameSync = true;
  }

  private async append(buffer: SourceBuffer, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    if (bytes.length === 0) return;
    for (;;) {
      try {
        await whenUpdated(buffer, () => buffer.appendBuffer(bytes as Uint8Array<ArrayBuffer>));
        return;
      } catch (error) {
        // Browsers buffer some 12 MB. What was played is removed; `recording` still has it.
        const played = (this.audio?.currentTime ?? 0) - KEEP_BEHIND_SECONDS;
        if ((error as { name?: unknown }).name !== 'QuotaExceededError' || played <= 0 || signal.aborted) throw error;
        await whenUpdated(buffer, () => buffer.remove(0, played));
      }
    }
  }

  /** Continues at a position that is not buffered; the chunks in between are skipped. */
  private seekUnbuffered(seconds: number): void {
    const { buffer, source } = this;
    if (buffer === undefined || source === undefined) return;
    this.fetchController.abort();
    this.fetchController = new AbortController();
    this.isFetching = false;
    const isKnown = this.recording.has(0);
    this.nextChunk = isKnown ? this.recording.chunkAt(seconds) : 0;
    this.pendingSeek = isKnown ? undefined : seconds;
    // Resets the parser, which may be in the middle of a frame. Only possible while the source is open.
    if (source.readyState === 'open') buffer.abort();
    this.needsFrameSync = true;
    this.fetchAhead();
  }

  /** Loads all chunks, then plays: for browsers that cannot stream mp3. */
  private async collectAll(signal: AbortSignal): Promise<void> {
    if (this.url !== undefined) return;
    for (let index = 0; index < (this.recording.count ?? index + 1); index += 1) {
      await this.recording.chunk(index, signal);
      if (signal.aborted) return;
      this.publishProgress();
    }
    const { audio } = this;
    if (audio === undefined) return;
    this.url = this.environment.createUrl(this.recording.blob());
    audio.src = this.url;
    if (this.state.position > 0) audio.currentTime = this.state.position;
    if (this.wantsToPlay) this.startPlayback(audio);
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
    // The end of the stream counts as buffered.
    return (
      buffer.buffered.length > 0 && this.source?.readyState === 'ended' && seconds >= (this.state.duration ?? 0) - 0.2
    );
  }

  private fail(failure: FailureCode | 'unplayable'): void {
    this.wantsToPlay = false;
    this.audio?.pause();
    this.setState({ step: 'failed', failure });
  }

  private publishProgress(): void {
    this.setState({ bars: this.recording.bars(), duration: this.recording.duration });
  }

  /** Ignores events of an element that has been replaced. */
  private setStateFrom(audio: HTMLAudioElement, change: Partial<PlaybackState>): void {
    if (audio === this.audio && this.state.step !== 'failed') this.setState(change);
  }

  private setState(change: Partial<PlaybackState>): void {
    if (this.isDisposed) return;
    this.state = { ...this.state, ...(change.step !== undefined ? { failure: undefined } : {}), ...change };
    for (const listener of [...this.listeners]) listener();
  }
}

/** Applies one change to a source buffer. @returns resolves when the buffer can take the next one */
function whenUpdated(buffer: SourceBuffer, change: () => void): Promise<void> {
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
