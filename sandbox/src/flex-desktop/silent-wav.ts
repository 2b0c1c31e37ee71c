import { createWavHeader, TELEPHONE_RATE } from '../wav-header';

const SECONDS = 0.1;

/** A tenth of a second of silence as a WAV file, in place of the sounds on Twilio's CDN. */
export function silentWav(): Buffer {
  const pcm = Buffer.alloc(SECONDS * TELEPHONE_RATE * 2);
  return Buffer.concat([createWavHeader(pcm.length), pcm]);
}
