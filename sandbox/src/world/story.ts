import type { Story, StoryLine } from './types';

/** Older lines go, so that a bench of many thousand calls does not fill memory with details. */
const KEPT_LINES = 5000;

/** The log a person reads; see `Story`. */
export function createStory(): Story {
  const lines: StoryLine[] = [];
  const listeners = new Set<(line: StoryLine) => void>();
  let told = 0;
  return {
    tell(line) {
      told += 1;
      const full: StoryLine = { level: 'info', ...line, id: told, at: Date.now() };
      lines.push(full);
      if (lines.length > KEPT_LINES) lines.splice(0, lines.length - KEPT_LINES);
      for (const listener of [...listeners]) listener(full);
    },
    lines: () => lines,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
