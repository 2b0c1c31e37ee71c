/** How long a played file lasts. Twilio plays WAV and MP3 alike; nothing else is read here. */
const BITRATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const BITRATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/** By the header's two version bits: MPEG 2.5, (reserved), MPEG 2, MPEG 1. */
const RATES: readonly (readonly number[])[] = [
  [11_025, 12_000, 8000],
  [],
  [22_050, 24_000, 16_000],
  [44_100, 48_000, 32_000],
];

/** Milliseconds of sound in a WAV or MP3 file; null when it is neither. */
export function audioDuration(file: Buffer): number | null {
  return wavDuration(file) ?? mp3Duration(file);
}

function wavDuration(file: Buffer): number | null {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE')
    return null;
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    if (name === 'fmt ' && at + 20 <= file.length) bytesPerSecond = file.readUInt32LE(at + 16);
    if (name === 'data' && bytesPerSecond > 0) {
      return (Math.min(size, file.length - at - 8) / bytesPerSecond) * 1000;
    }
    at += 8 + size + (size % 2);
  }
  return null;
}

function mp3Duration(file: Buffer): number | null {
  let at = 0;
  if (file.length > 10 && file.toString('latin1', 0, 3) === 'ID3') {
    // The tag's length is four times seven bits.
    at = 10 + (file[6]! << 21) + (file[7]! << 14) + (file[8]! << 7) + file[9]!;
  }
  let ms = 0;
  while (at + 4 <= file.length) {
    const frame = readFrame(file.readUInt32BE(at));
    if (!frame) {
      // A trailing tag ends the sound; noise before the first frame is skipped.
      if (ms > 0) break;
      at += 1;
      continue;
    }
    ms += frame.ms;
    at += frame.bytes;
  }
  return ms > 0 ? ms : null;
}

function readFrame(header: number): { bytes: number; ms: number } | null {
  if (header >>> 21 !== 0x7ff) return null;
  const version = (header >>> 19) & 3;
  const isLayer3 = ((header >>> 17) & 3) === 1;
  const bitrate = (version === 3 ? BITRATES_1 : BITRATES_2)[(header >>> 12) & 15];
  const rate = RATES[version]?.[(header >>> 10) & 3];
  if (!isLayer3 || !bitrate || !rate) return null;
  const samples = version === 3 ? 1152 : 576;
  const padding = (header >>> 9) & 1;
  return { bytes: Math.floor(((samples / 8) * bitrate * 1000) / rate) + padding, ms: (samples / rate) * 1000 };
}
