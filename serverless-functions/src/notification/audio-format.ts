import type { Readable } from 'node:stream';
import type { AudioFormat } from '../twilio/recording-media';

/** Bytes that tell a format: RIFF of a WAV file, a frame or a tag of an MP3 file. */
const PROBE_BYTES = 4;

/** True for the beginning of a file of that format. An encrypted recording has none. Pure. */
export function isAudio(beginning: Uint8Array, format: AudioFormat): boolean {
  const bytes = Buffer.from(beginning);
  if (format === 'wav') return bytes.subarray(0, 4).toString('latin1') === 'RIFF';
  const isFrame = bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0;
  return isFrame || bytes.subarray(0, 3).toString('latin1') === 'ID3';
}

/**
 * The first bytes of a stream, which stay in it.
 * @returns fewer when the stream ends before @throws what the stream fails with
 */
export async function peek(stream: Readable): Promise<Buffer> {
  // An error that comes while nobody waits is thrown below.
  stream.on('error', () => undefined);
  for (;;) {
    // Nothing before so many bytes are there, or the stream has ended.
    const beginning = stream.read(PROBE_BYTES) as Buffer | null;
    if (beginning !== null) {
      stream.unshift(beginning);
      return beginning;
    }
    if (stream.errored) throw stream.errored;
    if (stream.readableEnded || stream.destroyed) return Buffer.alloc(0);
    await nextEvent(stream);
  }
}

function nextEvent(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    const events = ['readable', 'end', 'error', 'close'] as const;
    const settle = () => {
      for (const event of events) stream.off(event, settle);
      resolve();
    };
    for (const event of events) stream.once(event, settle);
  });
}
