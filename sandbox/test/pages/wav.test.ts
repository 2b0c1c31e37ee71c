import { toTelephoneWav } from '../../src/pages/wav';

interface Shape {
  rate: number;
  channels: number;
  bits: number;
  float?: boolean;
  extensible?: boolean;
}

/** A WAV file of a sine, `level` of full scale on every channel. */
function sine(hertz: number, seconds: number, level: number, shape: Shape): Buffer {
  const { rate, channels, bits, float = false, extensible = false } = shape;
  const frames = Math.round(rate * seconds);
  const data = Buffer.alloc((frames * channels * bits) / 8);
  for (let frame = 0, at = 0; frame < frames; frame += 1) {
    const value = level * Math.sin((2 * Math.PI * hertz * frame) / rate);
    for (let channel = 0; channel < channels; channel += 1, at += bits / 8) {
      if (float) data.writeFloatLE(value, at);
      else if (bits === 8) data.writeUInt8(Math.round(128 + value * 127), at);
      else data.writeIntLE(Math.round(value * (2 ** (bits - 1) - 1)), at, bits / 8);
    }
  }
  const format = Buffer.alloc(extensible ? 40 : 16);
  const code = float ? 3 : 1;
  format.writeUInt16LE(extensible ? 0xfffe : code, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE((rate * channels * bits) / 8, 8);
  format.writeUInt16LE((channels * bits) / 8, 12);
  format.writeUInt16LE(bits, 14);
  if (extensible) format.writeUInt16LE(code, 24);
  return riff(['fmt ', format], ['LIST', Buffer.from('odd')], ['data', data]);
}

function riff(...chunks: [string, Buffer][]): Buffer {
  const body = Buffer.concat(
    chunks.flatMap(([name, data]) => {
      const size = Buffer.alloc(4);
      size.writeUInt32LE(data.length);
      return [Buffer.from(name), size, data, Buffer.alloc(data.length % 2)];
    }),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length + 4);
  return Buffer.concat([Buffer.from('RIFF'), size, Buffer.from('WAVE'), body]);
}

/** Effective level of the middle of a telephone WAV, relative to full scale. */
function rmsLevel(wav: Buffer): number {
  const samples = Array.from({ length: (wav.length - 44) / 2 }, (_, n) => wav.readInt16LE(44 + n * 2) / 32_768);
  const middle = samples.slice(200, -200);
  return Math.sqrt(middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length);
}

describe('turning a WAV file into what a telephone carries', () => {
  it.each<Shape>([
    { rate: 8000, channels: 1, bits: 16 },
    { rate: 8000, channels: 1, bits: 8 },
    { rate: 44_100, channels: 2, bits: 16 },
    { rate: 48_000, channels: 1, bits: 24, extensible: true },
    { rate: 16_000, channels: 2, bits: 32 },
    { rate: 48_000, channels: 1, bits: 32, float: true },
    { rate: 6000, channels: 1, bits: 16 },
  ])('keeps length and level of %j', (shape) => {
    const wav = toTelephoneWav(sine(440, 0.1, 0.5, shape));
    expect(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 12)).toBe('RIFFWAVE');
    expect([wav.readUInt16LE(20), wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt16LE(34)]).toEqual([
      1, 1, 8000, 16,
    ]);
    expect(wav.readUInt32LE(40)).toBe(wav.length - 44);
    expect((wav.length - 44) / 2 / 8000).toBeCloseTo(0.1, 3);
    expect(rmsLevel(wav)).toBeCloseTo(0.5 / Math.SQRT2, 2);
  });

  it('lets no tone above 4 kHz come back as another', () => {
    expect(rmsLevel(toTelephoneWav(sine(6000, 0.1, 0.5, { rate: 44_100, channels: 1, bits: 16 })))).toBeLessThan(0.005);
  });

  it.each([
    ['not a WAV file', Buffer.from('ID3 something else entirely')],
    ['not a WAV file', Buffer.alloc(0)],
    ['without sound', riff(['fmt ', sine(1, 0.1, 0, { rate: 8000, channels: 1, bits: 16 }).subarray(20, 36)])],
    ['not PCM', riff(['fmt ', Buffer.from('0700010040 1f00'.repeat(2))], ['data', Buffer.alloc(10)])],
  ])('says what is wrong: %s', (message, file) => {
    expect(() => toTelephoneWav(file)).toThrow(message);
  });
});
