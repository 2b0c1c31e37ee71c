import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';

/** Support article 360002588893: "MP3 … 32 kbps". */
const KBPS = 32;
const SAMPLE_RATE = 8000;

type Lame = typeof import('@breezystack/lamejs');

let lame: Lame | undefined;
/** A recording is read many times, and simulated callers of one length leave the same sound. */
const MAX_ENCODED = 20;
const encoded = new Map<string, Buffer>();

/**
 * A recording as MP3, 8 kHz mono.
 * @param wav 8 kHz 16 bit mono
 * @throws Error when it is anything else: the sandbox itself made it wrong
 */
export function encodeMp3(wav: Buffer): Buffer {
  const hash = createHash('sha1').update(wav).digest('base64');
  const known = encoded.get(hash);
  if (known) return known;
  lame ??= loadLame();
  const encoder = new lame.Mp3Encoder(1, SAMPLE_RATE, KBPS);
  const mp3 = Buffer.concat([toBuffer(encoder.encodeBuffer(readSamples(wav))), toBuffer(encoder.flush())]);
  const [oldest] = encoded.keys();
  if (encoded.size === MAX_ENCODED && oldest !== undefined) encoded.delete(oldest);
  encoded.set(hash, mp3);
  return mp3;
}

/**
 * The package declares itself an ES module, but what it gives to `require` is a script that only sets a global: loaded
 * in the ordinary way it is empty. (1.2.7, package.json "exports".)
 */
function loadLame(): Lame {
  const script = readFileSync(createRequire(__filename).resolve('@breezystack/lamejs'), 'utf8');
  return runInThisContext(`(() => { ${script}; return lamejs; })()`) as Lame;
}

/** The package's types promise Uint8Array; what comes is Int8Array, which Buffer.concat refuses. */
function toBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

function readSamples(wav: Buffer): Int16Array {
  let at = 12;
  let format: string | undefined;
  while (at + 8 <= wav.length) {
    const id = wav.toString('latin1', at, at + 4);
    const size = wav.readUInt32LE(at + 4);
    if (id === 'fmt ') format = [1, 1, SAMPLE_RATE, 16].join() === readFormat(wav, at + 8) ? 'telephone' : undefined;
    if (id === 'data' && format) {
      const end = Math.min(wav.length, at + 8 + size);
      const samples = new Int16Array(Math.floor((end - at - 8) / 2));
      for (let index = 0; index < samples.length; index += 1) samples[index] = wav.readInt16LE(at + 8 + 2 * index);
      return samples;
    }
    at += 8 + size + (size % 2);
  }
  throw new Error('a recording in the sandbox must be a WAV file, PCM, 8 kHz, 16 bit, mono');
}

/** Encoding, channels, rate and bits of a WAV's format chunk. */
function readFormat(wav: Buffer, at: number): string {
  return [wav.readUInt16LE(at), wav.readUInt16LE(at + 2), wav.readUInt32LE(at + 4), wav.readUInt16LE(at + 14)].join();
}
