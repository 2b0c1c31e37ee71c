import { useEffect } from 'react';

/** What changes elsewhere is there within this time (ADR 0023). */
export const POLL_MS = 15_000;

/** Asks at once and then again and again while the page is visible; at once, too, when it comes back or is online again. */
export function usePolling(ask: (signal: AbortSignal) => Promise<void>, everyMs = POLL_MS): void {
  useEffect(() => {
    const ender = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAsking = false;
    const next = async () => {
      if (isAsking || ender.signal.aborted) return;
      clearTimeout(timer);
      if (document.visibilityState === 'hidden') return;
      isAsking = true;
      try {
        await ask(ender.signal);
      } finally {
        isAsking = false;
        if (!ender.signal.aborted) timer = setTimeout(() => void next(), everyMs);
      }
    };
    const now = () => void next();
    now();
    document.addEventListener('visibilitychange', now);
    window.addEventListener('online', now);
    return () => {
      ender.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', now);
      window.removeEventListener('online', now);
    };
  }, [ask, everyMs]);
}
