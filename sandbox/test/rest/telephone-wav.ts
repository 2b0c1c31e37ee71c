/** A WAV as the voice engine makes them: 8 kHz, 16 bit, mono, a 400 Hz tone. */
export function telephoneWav(seconds: number): Buffer {
  const samples = Math.round(seconds * 8000);
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8000, 24);
  wav.writeUInt32LE(16000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let n = 0; n < samples; n += 1) wav.writeInt16LE(Math.round(8000 * Math.sin((n * Math.PI) / 10)), 44 + 2 * n);
  return wav;
}
