import type { CallerExperienceConfiguration } from './caller-experience';

/**
 * What `npm start` and the tests run with: every setting used once, by the number that is dialled. The numbers are
 * fictional (North America keeps 555-0100 to 555-0199 for that).
 */
export const CALLER_EXPERIENCE: CallerExperienceConfiguration = {
  everyone: {},
  numbers: {
    // In Spanish.
    '+12025550104': { language: 'es-US' },
    // Says that it records, and lets the caller listen and record again.
    '+12025550105': { recordingNotice: true, reviewMessage: true },
    // Opens the menu by itself.
    '+12025550106': { overflow: { whenNobodySignedIn: true, afterSeconds: 180 } },
    // Recorded prompts, and music of one's own.
    '+12025550107': {
      music: 'https://example.com/music.mp3',
      prompts: {
        greeting: { play: 'https://example.com/prompts/greeting.mp3' },
        callbackBooked: [{ play: 'https://example.com/prompts/booked.mp3' }, '{number}.'],
      },
    },
    // No callbacks, and none at a number that is typed.
    '+12025550108': { callbacks: false },
    '+12025550109': { typedNumbers: false },
  },
  queues: {
    'Support in Spanish': { language: 'es-US' },
  },
};
