import { createWavHeader } from '../wav-header';

/** What a telephone line carries here: 8 kHz, 16 bit, mono, little-endian PCM. */
const SAMPLES_PER_MS = 8;
const BYTES_PER_MS = SAMPLES_PER_MS * 2;
const FRAME_MS = 20;
/** Root mean square of a frame of speech; line noise and comfort noise stay below (about -44 dBFS). */
const VOICE_RMS = 200;

/** Something the caller says or a stretch of silence, placed on the call's clock (milliseconds since the epoch). */
export interface Utterance {
  at: number;
  durationMs: number;
  pcm: Buffer;
  /** Stretches with voice in them, in milliseconds from `at`. */
  voiced: { from: number; to: number }[];
  transcript?: string;
}

/** The sound of an 8 kHz 16 bit mono WAV. @throws Error for any other file. */
export function readTelephoneWav(wav: Buffer): Buffer {
  if (wav.length < 12 || wav.toString('latin1', 0, 4) !== 'RIFF' || wav.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error('not a WAV file');
  }
  let right = false;
  for (let at = 12; at + 8 <= wav.length; ) {
    const name = wav.toString('latin1', at, at + 4);
    const size = wav.readUInt32LE(at + 4);
    const body = wav.subarray(at + 8, at + 8 + size);
    if (name === 'fmt ' && body.length >= 16) {
      right =
        body.readUInt16LE(0) === 1 &&
        body.readUInt16LE(2) === 1 &&
        body.readUInt32LE(4) === 8000 &&
        body.readUInt16LE(14) === 16;
    }
    if (name === 'data') {
      if (!right) break;
      return body.subarray(0, body.length - (body.length % 2));
    }
    at += 8 + size + (size % 2);
  }
  throw new Error('not an 8 kHz 16 bit mono PCM WAV file');
}

/** Milliseconds of sound in samples of a telephone line. */
export function telephoneAudioDuration(pcm: Buffer): number {
  return pcm.length / BYTES_PER_MS;
}

/** A whole WAV file with its 44 byte header. */
export function writeTelephoneWav(pcm: Buffer): Buffer {
  return Buffer.concat([createWavHeader(pcm.length), pcm]);
}

/** An utterance beginning at `at`. */
export function createUtterance(pcm: Buffer, at: number, transcript?: string): Utterance {
  const utterance: Utterance = { at, durationMs: telephoneAudioDuration(pcm), pcm, voiced: [] };
  if (transcript !== undefined) utterance.transcript = transcript;
  for (let from = 0; from < pcm.length; from += FRAME_MS * BYTES_PER_MS) {
    const frame = pcm.subarray(from, from + FRAME_MS * BYTES_PER_MS);
    if (!hasVoice(frame)) continue;
    const last = utterance.voiced.at(-1);
    const to = (from + frame.length) / BYTES_PER_MS;
    if (last && last.to === from / BYTES_PER_MS) last.to = to;
    else utterance.voiced.push({ from: from / BYTES_PER_MS, to });
  }
  return utterance;
}

/** That much silence, in seconds. */
export function createSilence(seconds: number, at: number): Utterance {
  return { at, durationMs: seconds * 1000, pcm: Buffer.alloc(0), voiced: [] };
}

function hasVoice(frame: Buffer): boolean {
  let squares = 0;
  for (let at = 0; at < frame.length; at += 2) squares += frame.readInt16LE(at) ** 2;
  return squares > VOICE_RMS ** 2 * (frame.length / 2);
}

/** The last moment with voice up to `now`; null when nothing was said since `since`. */
export function lastVoiceTime(utterances: readonly Utterance[], since: number, now: number): number | null {
  let last: number | null = null;
  for (const { at, voiced } of utterances) {
    for (const { from, to } of voiced) {
      const end = Math.min(at + to, now);
      if (at + from <= now && end > since) last = Math.max(last ?? end, end);
    }
  }
  return last;
}

/** What a recording from `from` to `to` holds: the utterances' own samples, unchanged, and silence between. */
export function mixUtterances(utterances: readonly Utterance[], from: number, to: number): Buffer {
  const pcm = Buffer.alloc(Math.max(0, Math.round((to - from) * SAMPLES_PER_MS)) * 2);
  for (const utterance of utterances) {
    const offset = Math.round((utterance.at - from) * SAMPLES_PER_MS) * 2;
    const source = offset < 0 ? utterance.pcm.subarray(-offset) : utterance.pcm;
    if (offset < pcm.length) source.copy(pcm, Math.max(0, offset));
  }
  return pcm;
}

/** Where the voice begins and ends within [from, to], in milliseconds from `from`; null when all is silent. */
export function voicedSpan(
  utterances: readonly Utterance[],
  from: number,
  to: number,
): { start: number; end: number } | null {
  let start: number | null = null;
  let end = 0;
  for (const utterance of utterances) {
    for (const voice of utterance.voiced) {
      const begins = Math.max(utterance.at + voice.from, from);
      const ends = Math.min(utterance.at + voice.to, to);
      if (ends <= begins) continue;
      start = Math.min(start ?? begins - from, begins - from);
      end = Math.max(end, ends - from);
    }
  }
  return start === null ? null : { start, end };
}

/** The sound from `start` to `end`, in milliseconds. */
export function slicePcm(pcm: Buffer, options: { start: number; end: number }): Buffer {
  return pcm.subarray(Math.round(options.start * SAMPLES_PER_MS) * 2, Math.round(options.end * SAMPLES_PER_MS) * 2);
}
