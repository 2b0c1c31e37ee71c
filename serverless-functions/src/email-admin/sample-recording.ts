const SAMPLE_RATE = 8_000;
const DURATION_SECONDS = 2;
/** C, E, G, C: hertz. */
const NOTES = [523.25, 659.25, 783.99, 1046.5];
const AMPLITUDE = 9_000;

/** Seconds of the sample, as emails show them. */
export const SAMPLE_SECONDS = DURATION_SECONDS;

/** A short melody as Twilio's recordings are: WAV, 8 kHz, 16 bit, one channel; 32 kB. */
export function sampleRecording(): Buffer {
  const samples = SAMPLE_RATE * DURATION_SECONDS;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(SAMPLE_RATE, 24);
  wav.writeUInt32LE(SAMPLE_RATE * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  const samplesPerNote = samples / NOTES.length;
  for (let index = 0; index < samples; index += 1) {
    const note = NOTES[Math.floor(index / samplesPerNote)]!;
    const decay = Math.exp((-3 * (index % samplesPerNote)) / samplesPerNote);
    wav.writeInt16LE(
      Math.round(AMPLITUDE * decay * Math.sin((2 * Math.PI * note * index) / SAMPLE_RATE)),
      44 + index * 2,
    );
  }
  return wav;
}
