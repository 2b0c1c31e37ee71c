import { useEffect } from 'react';

/** What changes elsewhere is there within this time (ADR 0023). */
export const POLL_MS = 15_000;

/** Asks at once and then again and again while the page is visible; at once, too, when it comes back or is online again. */
export function usePolling(poll: (signal: AbortSignal) => Promise<void>, everyMs = POLL_MS): void {
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isPolling = false;
    const pollNext = async () => {
      if (isPolling || controller.signal.aborted) return;
      clearTimeout(timer);
      if (document.visibilityState === 'hidden') return;
      isPolling = true;
      try {
        await poll(controller.signal);
      } finally {
        isPolling = false;
        if (!controller.signal.aborted) timer = setTimeout(() => void pollNext(), everyMs);
      }
    };
    const pollNow = () => void pollNext();
    pollNow();
    document.addEventListener('visibilitychange', pollNow);
    window.addEventListener('online', pollNow);
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', pollNow);
      window.removeEventListener('online', pollNow);
    };
  }, [poll, everyMs]);
}
