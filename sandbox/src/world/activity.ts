import type { Activity } from './types';

/** Counts work under way; see `Activity`. Ending the same work twice counts once. */
export function createActivity(): Activity {
  let running = 0;
  let held = 0;
  let begun = 0;
  return {
    // The kinds and labels of `Activity.begin` are for logging; the counters do not need them.
    begin(_kind, _label) {
      begun += 1;
      running += 1;
      return once(() => {
        running -= 1;
      });
    },
    hold(_label) {
      held += 1;
      return once(() => {
        held -= 1;
      });
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

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
