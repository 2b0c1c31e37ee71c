import type { Activity } from './types';

/** Counts work under way; see `Activity`. Ending the same work twice counts once. */
export function createActivity(): Activity {
  let running = 0;
  let held = 0;
  let begun = 0;
  return {
    begin() {
      begun += 1;
      running += 1;
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        running -= 1;
      };
    },
    hold() {
      held += 1;
    },
    get running() {
      return running;
    },
    get held() {
      return held;
    },
    get begun() {
      return begun;
    },
  };
}
