import type { CancelScope } from './cancel-scope';
import type { LiveCall } from './live-call';
import type { VoiceContext } from './voice-context';

export interface KeyQueue {
  /** The next key, or null when none comes within that many milliseconds. @throws Interrupted */
  next(scope: CancelScope, ms: number): Promise<string | null>;
  close(): void;
}

/**
 * Listens to a call's keys from now on. Keys pressed while nothing listens are lost, as on the telephone network.
 * @param onKey called at each key, before anyone asks for it
 */
export function listenForKeys(context: VoiceContext, call: LiveCall, onKey: () => void = () => undefined): KeyQueue {
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
  context.emit(call, { type: 'listening', on: true });
  return {
    async next(scope, ms) {
      scope.throwIfStopped();
      const waitScope = pressed.shift();
      if (waitScope !== undefined) return waitScope;
      await scope.withChild(async (sleeping) => {
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
      context.emit(call, { type: 'listening', on: false });
    },
  };
}
