import { resample } from '../../src/pages/resample';
import { createWavHeader } from '../../src/wav-header';

/** Samples from -1 to 1 at `rate` Hz as a telephone's WAV file: 8 kHz, 16 bit, mono. */
export function toWavFile(samples: Float32Array, rate: number): Blob {
  const resampled = resample(samples, rate);
  const pcm = new DataView(new ArrayBuffer(resampled.length * 2));
  resampled.forEach((sample, index) => {
    pcm.setInt16(index * 2, Math.max(-1, Math.min(1, sample)) * 32_767, true);
  });
  return new Blob([createWavHeader(pcm.byteLength), pcm], { type: 'audio/wav' });
}
