import { writeTelephoneWav } from '../../src/voice/telephone-audio';

/** A WAV file as the voice engine writes them: 8 kHz, 16 bit, mono, a 400 Hz tone. */
export function telephoneWav(seconds: number): Buffer {
  const pcm = Buffer.alloc(Math.round(seconds * 8000) * 2);
  for (let n = 0; n * 2 < pcm.length; n += 1) pcm.writeInt16LE(Math.round(8000 * Math.sin((n * Math.PI) / 10)), 2 * n);
  return writeTelephoneWav(pcm);
}
