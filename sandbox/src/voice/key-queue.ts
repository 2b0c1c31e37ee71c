import type { LiveCall } from './live-call';
import type { Run } from './run';
import type { Board } from './stage';

export interface KeyQueue {
  /** The next key, or null when none comes within that many milliseconds. @throws Interrupted */
  next(run: Run, ms: number): Promise<string | null>;
  close(): void;
}

/**
 * Listens to a call's keys from now on. Keys pressed while nothing listens are lost, as on the telephone network.
 * @param onKey called at each key, before anyone asks for it
 */
export function listenForKeys(board: Board, call: LiveCall, onKey: () => void = () => undefined): KeyQueue {
  const pressed: string[] = [];
  let wake: (() => void) | null = null;
  const listener = {
    pressed(key: string) {
      pressed.push(key);
      onKey();
      wake?.();
    },
  };
  call.keys = listener;
  board.emit(call, { type: 'listening', on: true });
  return {
    async next(run, ms) {
      run.check();
      const waiting = pressed.shift();
      if (waiting !== undefined) return waiting;
      await run.within(async (sleeping) => {
        wake = () => sleeping.stop('key');
        try {
          await sleeping.sleep(ms);
        } catch (error) {
          if (sleeping.reason !== 'key') throw error;
        } finally {
          wake = null;
        }
      });
      return pressed.shift() ?? null;
    },
    close() {
      if (call.keys !== listener) return;
      call.keys = null;
      board.emit(call, { type: 'listening', on: false });
    },
  };
}
