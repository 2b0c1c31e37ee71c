import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { FailureCode } from '../functions-client/functions-error';
import { usePlugin } from '../plugin-context';
import { cardPollDelay, cardQueryKey } from '../queries/card-query';
import { useLastFailure } from '../queries/use-last-failure';

/** A task's card, as far as it is loaded. */
export interface CardQuery {
  card: VoicemailCard | undefined;
  isFetching: boolean;
  /** Why the last fetch failed; it stays until one succeeds, and so does the card that was loaded before. */
  failure: FailureCode | undefined;
  /** The transcript arrived while the card was shown. */
  hasTranscriptArrived: boolean;
  refetch: () => void;
}

/**
 * Loads the card while it is shown, and polls while a transcript or a mail is on its way.
 * @param mayLoad false: nothing is fetched, since the agent has not accepted the task yet
 */
export function useCard(taskSid: string, mayLoad: boolean): CardQuery {
  const { fetchCard } = usePlugin();
  const query = useQuery({
    queryKey: cardQueryKey(taskSid),
    queryFn: ({ signal }) => fetchCard(taskSid, signal),
    enabled: mayLoad,
    // Removed with the task, not by time.
    cacheTime: Number.POSITIVE_INFINITY,
    refetchInterval: (card, { state }) => cardPollDelay(card, state),
  });
  const { refetch } = query;
  return {
    card: query.data,
    isFetching: query.isFetching,
    failure: useLastFailure(query.error, query.isFetching),
    hasTranscriptArrived: useTranscriptArrival(query.data),
    refetch: useCallback(() => void refetch(), [refetch]),
  };
}

function useTranscriptArrival(card: VoicemailCard | undefined): boolean {
  const state = card?.transcript.state;
  const previous = useRef(state);
  const [hasArrived, setHasArrived] = useState(false);
  useEffect(() => {
    if (previous.current === 'pending' && state === 'ready') setHasArrived(true);
    previous.current = state;
  }, [state]);
  return hasArrived;
}
