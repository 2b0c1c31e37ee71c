const SAMPLES = 800;
const RATE = 8000;

/** A tenth of a second of nothing, for the sounds that Twilio's CDN has. */
export function silentWav(): Buffer {
  const wav = Buffer.alloc(44 + SAMPLES, 128);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + SAMPLES, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(SAMPLES, 40);
  return wav;
}
