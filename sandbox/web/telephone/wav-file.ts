import { resample, TELEPHONE_RATE } from '../../src/pages/resample';

/** Samples from -1 to 1 at `rate` Hz as a telephone's WAV file: 8 kHz, 16 bit, mono. */
export function toWavFile(samples: Float32Array, rate: number): Blob {
  const line = resample(samples, rate);
  const bytes = new DataView(new ArrayBuffer(44 + line.length * 2));
  const text = (at: number, value: string) => {
    for (let index = 0; index < value.length; index += 1) bytes.setUint8(at + index, value.charCodeAt(index));
  };
  text(0, 'RIFF');
  bytes.setUint32(4, 36 + line.length * 2, true);
  text(8, 'WAVEfmt ');
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, TELEPHONE_RATE, true);
  bytes.setUint32(28, TELEPHONE_RATE * 2, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  text(36, 'data');
  bytes.setUint32(40, line.length * 2, true);
  line.forEach((sample, index) => {
    bytes.setInt16(44 + index * 2, Math.max(-1, Math.min(1, sample)) * 32_767, true);
  });
  return new Blob([bytes.buffer], { type: 'audio/wav' });
}
