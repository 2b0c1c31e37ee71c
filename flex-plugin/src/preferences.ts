/** What a person chose for this browser. */
interface Preferences {
  /** Of the player. */
  playbackRate: number;
  hasShortcuts: boolean;
}

const STORAGE_KEY = 'callback-and-voicemail-preferences';
const DEFAULTS: Preferences = { playbackRate: 1, hasShortcuts: true };

/** @returns the defaults where the browser keeps nothing, or something else */
export function readPreferences(): Preferences {
  try {
    const { playbackRate, hasShortcuts } = JSON.parse(window.localStorage.getItem(STORAGE_KEY) ?? '{}') ?? {};
    return {
      playbackRate: typeof playbackRate === 'number' ? playbackRate : DEFAULTS.playbackRate,
      hasShortcuts: typeof hasShortcuts === 'boolean' ? hasShortcuts : DEFAULTS.hasShortcuts,
    };
  } catch {
    return DEFAULTS;
  }
}

/** Browsers may refuse to keep anything: then it holds until the page is closed or shown again. */
export function savePreferences(change: Partial<Preferences>): void {
  try {
    window.localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...readPreferences(), ...change }));
  } catch {
    // A private window, or no room.
  }
}
