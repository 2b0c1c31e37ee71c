/**
 * A frame of an mp3, read from its header. Headers are enough for a waveform of a partial file; decoding would need the
 * whole file and hold all samples in memory.
 */
export interface Mp3Frame {
  /** Offset in bytes, in the given array. */
  offset: number;
  bytes: number;
  seconds: number;
  /** 0 to 1, from the frame's `global_gain`: 1.5 dB a step. */
  loudness: number;
}

const KILOBITS_V1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const KILOBITS_V2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/** Hz, by version bits: 0 is MPEG 2.5, 2 is MPEG 2, 3 is MPEG 1. */
const SAMPLE_RATES: Record<number, number[]> = {
  0: [11_025, 12_000, 8_000],
  2: [22_050, 24_000, 16_000],
  3: [44_100, 48_000, 32_000],
};
/** The gain of silence and of the loudest speech, measured on recordings of phone calls. */
const QUIET_GAIN = 144;
const LOUD_GAIN = 178;

/** @returns the frame whose header is at `offset`; undefined if there is none or its first bytes are incomplete */
export function parseFrame(bytes: Uint8Array, offset: number): Mp3Frame | undefined {
  if (offset + 40 > bytes.length || bytes[offset] !== 0xff || (bytes[offset + 1]! & 0xe0) !== 0xe0) return undefined;
  const second = bytes[offset + 1]!;
  const third = bytes[offset + 2]!;
  const version = (second >> 3) & 3;
  const isLayerThree = ((second >> 1) & 3) === 1;
  const rate = SAMPLE_RATES[version]?.[(third >> 2) & 3];
  const kilobits = (version === 3 ? KILOBITS_V1 : KILOBITS_V2)[third >> 4];
  if (!isLayerThree || rate === undefined || kilobits === undefined || kilobits === 0) return undefined;
  const samples = version === 3 ? 1152 : 576;
  const size = Math.floor((samples * kilobits * 125) / rate) + ((third >> 1) & 1);
  const isMono = bytes[offset + 3]! >> 6 === 3;
  const sideInfo = offset + ((second & 1) === 1 ? 4 : 6);
  const mainDataBits = sideInfoBits(version, isMono);
  const dataLength = readBits(bytes, sideInfo, mainDataBits, 12);
  const gain = readBits(bytes, sideInfo, mainDataBits + 21, 8);
  return { offset, bytes: size, seconds: samples / rate, loudness: dataLength === 0 ? 0 : gainToLoudness(gain) };
}

/**
 * @param bytes a part of the file, which may begin and end in the middle of a frame
 * @returns its whole frames, starting with the first that is directly followed by another
 */
export function parseFrames(bytes: Uint8Array): Mp3Frame[] {
  const frames: Mp3Frame[] = [];
  let offset = skipId3(bytes);
  while (offset < bytes.length) {
    const frame = parseFrame(bytes, offset);
    const isCertain = frame !== undefined && (frames.length > 0 || isFollowedByFrame(bytes, frame));
    if (!isCertain) {
      // Not in sync: try the next byte. Frames found so far are kept.
      offset += 1;
      continue;
    }
    if (frame.offset + frame.bytes > bytes.length) break;
    frames.push(frame);
    offset += frame.bytes;
  }
  return frames;
}

/** Bits of side information before the first granule: `main_data_begin`, private bits and, in MPEG 1, `scfsi`. */
function sideInfoBits(version: number, isMono: boolean): number {
  if (version === 3) return isMono ? 18 : 20;
  return isMono ? 9 : 10;
}

function isFollowedByFrame(bytes: Uint8Array, frame: Mp3Frame): boolean {
  const next = frame.offset + frame.bytes;
  return next + 40 > bytes.length ? next === bytes.length : parseFrame(bytes, next) !== undefined;
}

/** @returns the offset after an ID3 tag, which may precede the audio */
function skipId3(bytes: Uint8Array): number {
  if (bytes.length < 10 || bytes[0] !== 0x49 || bytes[1] !== 0x44 || bytes[2] !== 0x33) return 0;
  return 10 + ((bytes[6]! << 21) | (bytes[7]! << 14) | (bytes[8]! << 7) | bytes[9]!);
}

function readBits(bytes: Uint8Array, byteOffset: number, bitOffset: number, count: number): number {
  let value = 0;
  for (let bit = bitOffset; bit < bitOffset + count; bit += 1)
    value = (value << 1) | ((bytes[byteOffset + (bit >> 3)]! >> (7 - (bit & 7))) & 1);
  return value;
}

const gainToLoudness = (gain: number) => Math.min(1, Math.max(0, (gain - QUIET_GAIN) / (LOUD_GAIN - QUIET_GAIN)));
