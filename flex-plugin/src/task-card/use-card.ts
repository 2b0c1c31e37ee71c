import { useCallback, useEffect, useRef } from 'react';
import { useSelector } from 'react-redux';
import type { FailureCode } from '../functions-client/functions-error';
import { usePlugin } from '../plugin-context';
import { type CardState, isAwaitingUpdates, type RootState, selectCard } from '../state/state';

/** The longer nothing came, the longer until it is asked for again; the last one stays. */
const POLL_AFTER_MS = [5_000, 5_000, 10_000, 20_000, 30_000];

/** Failures that pass by themselves. */
const TRANSIENT_CODES: readonly FailureCode[] = [
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
  const { agentActions } = usePlugin();
  const state = useSelector((root: RootState) => selectCard(root, taskSid));
  const controller = useRef<AbortController>();
  const reload = useCallback(() => {
    controller.current?.abort();
    controller.current = new AbortController();
    agentActions.loadCard(taskSid, controller.current.signal).catch(() => undefined);
  }, [agentActions, taskSid]);
  useEffect(() => {
    if (!mayLoad) return undefined;
    reload();
    return () => controller.current?.abort();
  }, [reload, mayLoad]);

  const polls = useRef(0);
  // One poll that came to nothing does not end it.
  const isTransient = state.failure === undefined || TRANSIENT_CODES.includes(state.failure);
  const shouldPoll = mayLoad && isAwaitingUpdates(state) && !state.loading && isTransient;
  useEffect(() => {
    if (!shouldPoll) return undefined;
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
  }, [shouldPoll, reload]);

  const isOfflineFailure = state.failure === 'offline';
  useEffect(() => {
    if (!isOfflineFailure) return undefined;
    window.addEventListener('online', reload);
    return () => window.removeEventListener('online', reload);
  }, [isOfflineFailure, reload]);
  return { ...state, reload };
}
