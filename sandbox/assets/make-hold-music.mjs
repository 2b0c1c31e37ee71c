/**
 * Writes the project's own hold music: about half a minute of a quiet melody that loops without a seam.
 *
 *   node sandbox/assets/make-hold-music.mjs <where/to/write.mp3>
 *
 * Pure synthesis, so that it has no rights holders. Telephones carry 300 to 3400 Hz: the melody sits between E4 and A5
 * and the bass notes have overtones, or a caller would hear only half of it. Every note that rings past the end of the
 * loop is added to its beginning, which is what makes the seam inaudible.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Mp3Encoder } from '@breezystack/lamejs';

const RATE = 16_000;
const KBPS = 40;
const BEATS_PER_MINUTE = 66;
const BEAT = 60 / BEATS_PER_MINUTE;
const BARS = 8;
const LENGTH = Math.round(BARS * 4 * BEAT * RATE);

const SEMITONES = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** Frequency in Hz of a note such as `F#4`. */
function hertz(note) {
  const [, letter, sharp, octave] = /^([A-G])(#?)(\d)$/.exec(note);
  const midi = 12 * (Number(octave) + 1) + SEMITONES[letter] + (sharp ? 1 : 0);
  return 440 * 2 ** ((midi - 69) / 12);
}

/** I vi IV V, then I iii IV V that leads back to the start; all in C. */
const CHORDS = [
  ['C3', 'G3', 'C4', 'E4'],
  ['A3', 'C4', 'E4', 'G4'],
  ['F3', 'A3', 'C4', 'E4'],
  ['G3', 'B3', 'D4', 'F4'],
  ['C3', 'G3', 'C4', 'E4'],
  ['E3', 'G3', 'B3', 'D4'],
  ['F3', 'A3', 'C4', 'G4'],
  ['G3', 'B3', 'D4', 'F4'],
];

/** [beat within the bar, beats it lasts, note]; rests are what is left out. */
const MELODY = [
  [
    [0, 1.5, 'E5'],
    [1.5, 0.5, 'D5'],
    [2, 2, 'C5'],
  ],
  [
    [0, 1, 'C5'],
    [1, 1, 'E5'],
    [2, 2, 'A5'],
  ],
  [
    [0, 1.5, 'G5'],
    [1.5, 0.5, 'E5'],
    [2, 2, 'C5'],
  ],
  [
    [0, 1, 'D5'],
    [1, 1, 'E5'],
    [2, 1.5, 'D5'],
  ],
  [
    [0, 1.5, 'E5'],
    [1.5, 0.5, 'G5'],
    [2, 2, 'E5'],
  ],
  [
    [0, 1, 'D5'],
    [1, 1, 'B4'],
    [2, 2, 'G4'],
  ],
  [
    [0, 1, 'A4'],
    [1, 1, 'C5'],
    [2, 1, 'E5'],
    [3, 1, 'C5'],
  ],
  [
    [0, 2, 'D5'],
    [2, 1.5, 'B4'],
  ],
];

const mix = new Float64Array(LENGTH);

/** Adds one note; partials are [multiple of the base frequency, strength]. Attack and release are in seconds. */
function play(startSeconds, seconds, note, { level, attack, release, partials, decay }) {
  const base = hertz(note);
  const begin = Math.round(startSeconds * RATE);
  const total = Math.round((seconds + release) * RATE);
  for (let index = 0; index < total; index += 1) {
    const t = index / RATE;
    const rise = t < attack ? 0.5 - 0.5 * Math.cos((Math.PI * t) / attack) : 1;
    const fall = t > seconds ? 0.5 + 0.5 * Math.cos((Math.PI * (t - seconds)) / release) : 1;
    const envelope = level * rise * fall * Math.exp(-t * decay);
    let sample = 0;
    for (const [multiple, strength] of partials) sample += strength * Math.sin(2 * Math.PI * base * multiple * t);
    mix[(begin + index) % LENGTH] += envelope * sample;
  }
}

/** Odd partials falling with their square make a triangle: soft, flute-like. */
const TRIANGLE = [
  [1, 1],
  [3, -1 / 9],
  [5, 1 / 25],
];
const BELL = [
  [1, 1],
  [2, 0.35],
  [3, 0.12],
  [4.02, 0.05],
];

const pad = { level: 0.085, attack: 0.6, release: 0.9, decay: 0.05, partials: TRIANGLE };
const pluck = { level: 0.1, attack: 0.012, release: 0.35, decay: 1.6, partials: BELL };
const lead = { level: 0.24, attack: 0.04, release: 0.6, decay: 0.75, partials: BELL };

CHORDS.forEach((chord, bar) => {
  const start = bar * 4 * BEAT;
  for (const note of chord) play(start, 4 * BEAT - 0.2, note, pad);
  // A broken chord in quavers keeps time without a drum.
  for (let quaver = 0; quaver < 8; quaver += 1) {
    const note = chord[[0, 2, 1, 3, 2, 3, 1, 2][quaver]];
    play(start + (quaver * BEAT) / 2, BEAT / 2, note, pluck);
  }
});
MELODY.forEach((bar, index) => {
  for (const [beat, beats, note] of bar) play((index * 4 + beat) * BEAT, beats * BEAT * 0.92, note, lead);
});

/** Quiet on purpose: prompts are spoken between its repeats and must not be softer than the music. */
const PEAK = 0.42;
const loudest = mix.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
const pcm = Int16Array.from(mix, (sample) => Math.round((sample / loudest) * PEAK * 32_767));

const encoder = new Mp3Encoder(1, RATE, KBPS);
const parts = [];
const FRAME = 1152;
for (let at = 0; at < pcm.length; at += FRAME)
  parts.push(Buffer.from(encoder.encodeBuffer(pcm.subarray(at, at + FRAME))));
parts.push(Buffer.from(encoder.flush()));

const target = process.argv[2];
if (!target) throw new Error('usage: node make-hold-music.mjs <where/to/write.mp3>');
const path = resolve(target);
mkdirSync(dirname(path), { recursive: true });
const mp3 = Buffer.concat(parts);
writeFileSync(path, mp3);
console.log(`${target}: ${(LENGTH / RATE).toFixed(1)} s, ${mp3.length} bytes`);
