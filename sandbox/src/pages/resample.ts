import { TELEPHONE_RATE } from '../wav-header';

/** Zero crossings of the low-pass on each side of a sample; with 16, aliases of speech stay below 16 bit resolution. */
const CROSSINGS = 16;

/**
 * Samples of `rate` Hz at 8 kHz, by windowed sinc: cutting off above 4 kHz first keeps sibilants from turning into
 * whistles. Used by the server and by the microphone's page.
 */
export function resample(samples: Float64Array | Float32Array, rate: number): Float64Array | Float32Array {
  if (rate === TELEPHONE_RATE) return samples;
  const step = rate / TELEPHONE_RATE;
  const cutoff = Math.min(1, 1 / step);
  const reach = CROSSINGS / cutoff;
  const out = new Float64Array(Math.floor(samples.length / step));
  for (let index = 0; index < out.length; index += 1) {
    const centre = index * step;
    let sum = 0;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(samples.length - 1, Math.floor(centre + reach));
    for (let at = first; at <= last; at += 1) {
      const x = (at - centre) * cutoff;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      const hann = 0.5 + 0.5 * Math.cos((Math.PI * x) / CROSSINGS);
      sum += (samples[at] ?? 0) * sinc * hann;
    }
    out[index] = sum * cutoff;
  }
  return out;
}
