import type { EventLog, LogEntry } from './types';

/** Older lines are dropped, so that a bench of many thousand calls does not fill memory. */
const MAX_ENTRIES = 5000;
const TRIM_STEP = 500;

/** See `EventLog`. */
export function createEventLog(): EventLog {
  const entries: LogEntry[] = [];
  const listeners = new Set<(line: LogEntry) => void>();
  let lastId = 0;
  return {
    append(line) {
      lastId += 1;
      const entry: LogEntry = { level: 'info', ...line, id: lastId, at: Date.now() };
      entries.push(entry);
      // In steps: moving thousands of entries for each new one is slow.
      if (entries.length >= MAX_ENTRIES + TRIM_STEP) entries.splice(0, TRIM_STEP);
      for (const listener of [...listeners]) listener(entry);
    },
    entries: () => entries,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
