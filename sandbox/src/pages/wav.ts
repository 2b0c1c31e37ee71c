import { createWavHeader } from '../wav-header';
import { resample } from './resample';

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
const FORMAT_EXTENSIBLE = 0xfffe;

interface PcmAudio {
  rate: number;
  channels: number;
  bits: number;
  float: boolean;
  data: Buffer;
}

/**
 * Turns any PCM WAV (8 to 32 bits, or 32 bit float; any rate and number of channels) into 8 kHz 16 bit mono.
 * @throws Error if the bytes are not such a file.
 */
export function toTelephoneWav(file: Buffer): Buffer {
  const audio = parseWav(file);
  const samples = resample(mixDown(audio), audio.rate);
  const pcm = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, index) => {
    pcm.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))), index * 2);
  });
  return Buffer.concat([createWavHeader(pcm.length), pcm]);
}

function parseWav(file: Buffer): PcmAudio {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error('not a WAV file');
  }
  let audio: Omit<PcmAudio, 'data'> | undefined;
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const body = file.subarray(at + 8, at + 8 + size);
    if (name === 'fmt ' && body.length >= 16) audio = parseFormat(body);
    // A recorder that was cut off leaves 0 or 0xffffffff as the size: what is there is the sound.
    if (name === 'data' && audio) return { ...audio, data: size === 0 ? file.subarray(at + 8) : body };
    at += 8 + size + (size % 2);
  }
  throw new Error('a WAV file without sound');
}

function parseFormat(body: Buffer): Omit<PcmAudio, 'data'> {
  const plain = body.readUInt16LE(0);
  const format = plain === FORMAT_EXTENSIBLE && body.length >= 26 ? body.readUInt16LE(24) : plain;
  const channels = body.readUInt16LE(2);
  const rate = body.readUInt32LE(4);
  const bits = body.readUInt16LE(14);
  const float = format === FORMAT_FLOAT;
  const readable = float ? bits === 32 : format === FORMAT_PCM && [8, 16, 24, 32].includes(bits);
  if (!readable) throw new Error('a WAV file that is not PCM');
  if (channels < 1 || channels > 32 || rate < 1000 || rate > 384_000)
    throw new Error('a WAV file with a broken header');
  return { rate, channels, bits, float };
}

/** The mean of the channels, from -1 to 1. */
function mixDown({ channels, bits, float, data }: PcmAudio): Float64Array {
  const width = bits / 8;
  const frames = Math.floor(data.length / (width * channels));
  const mono = new Float64Array(frames);
  const sampleAt = (at: number) => {
    if (float) return data.readFloatLE(at);
    // 8 bit WAV is the one width without a sign.
    if (bits === 8) return (data.readUInt8(at) - 128) / 128;
    return data.readIntLE(at, width) / 2 ** (bits - 1);
  };
  for (let frame = 0; frame < frames; frame += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += sampleAt((frame * channels + channel) * width);
    mono[frame] = sum / channels;
  }
  return mono;
}
