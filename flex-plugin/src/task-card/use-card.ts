import { useCallback, useEffect, useRef } from 'react';
import { useSelector } from 'react-redux';
import type { FailureCode } from '../functions-client/functions-error';
import { usePlugin } from '../plugin-context';
import { type CardState, isPending, type RootState, selectCard } from '../state/state';

/** The longer nothing came, the longer until it is asked for again; the last one stays. */
const POLL_AFTER_MS = [5_000, 5_000, 10_000, 20_000, 30_000];

/** Failures that pass by themselves. */
const PASSING: readonly FailureCode[] = [
  'busy',
  'rate-limited',
  'twilio-unavailable',
  'unreachable',
  'timed-out',
  'failed',
];

/**
 * Loads the card while it is shown, and again while a transcript or a mail is still on its way, gently, and not while the
 * page is hidden.
 * @param mayLoad false: nothing is asked for (the task was not accepted yet)
 */
export function useCard(taskSid: string, mayLoad: boolean): CardState & { reload: () => void } {
  const { acts } = usePlugin();
  const state = useSelector((root: RootState) => selectCard(root, taskSid));
  const ender = useRef<AbortController>();
  const reload = useCallback(() => {
    ender.current?.abort();
    ender.current = new AbortController();
    acts.loadCard(taskSid, ender.current.signal).catch(() => undefined);
  }, [acts, taskSid]);
  useEffect(() => {
    if (!mayLoad) return undefined;
    reload();
    return () => ender.current?.abort();
  }, [reload, mayLoad]);

  const polls = useRef(0);
  // One poll that came to nothing does not end it.
  const isPassing = state.failure === undefined || PASSING.includes(state.failure);
  const waitsFor = mayLoad && isPending(state) && !state.loading && isPassing;
  useEffect(() => {
    if (!waitsFor) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    const schedule = () => {
      timer = setTimeout(
        () => {
          if (document.visibilityState === 'hidden') return schedule();
          polls.current += 1;
          reload();
          return undefined;
        },
        POLL_AFTER_MS[Math.min(polls.current, POLL_AFTER_MS.length - 1)],
      );
    };
    schedule();
    return () => clearTimeout(timer);
  }, [waitsFor, reload]);

  const isOfflineFailure = state.failure === 'offline';
  useEffect(() => {
    if (!isOfflineFailure) return undefined;
    window.addEventListener('online', reload);
    return () => window.removeEventListener('online', reload);
  }, [isOfflineFailure, reload]);
  return { ...state, reload };
}
