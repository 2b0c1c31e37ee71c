import type {
  AttentionItem,
  EmailHistoryResponse,
  HistoryItem,
} from '@callback-and-voicemail/contract/email-admin-api';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useSelector } from 'react-redux';
import type { HistoryQuery } from '../../functions-client/email-admin-client';
import { useLastFailure } from '../../queries/use-last-failure';
import { type EmailAdminServices, useEmailAdmin } from '../email-admin-context';
import { POLL_MS } from '../poll-interval';
import { selectHistory } from '../selectors';

/** The history for one set of filters, as far back as it was loaded. */
export interface HistoryData {
  items: HistoryItem[];
  attention?: AttentionItem[];
  /** Continues after the last item; absent on the last page. */
  cursor?: string;
  /** False when a page ended before it was full: there may be more matches. */
  complete: boolean;
}

const HISTORY_KEY = 'email-history';
export const historyQueryKey = (filters: HistoryQuery) => [HISTORY_KEY, filters] as const;

/** Fetches what is shown of the history again. */
export const refetchHistory = (queryClient: QueryClient) => queryClient.invalidateQueries([HISTORY_KEY]);

/** Puts a new first page before the items that were loaded further back. The cursor stays with them. */
function mergeFirstPage(previous: HistoryData | undefined, page: EmailHistoryResponse): HistoryData {
  const { items, cursor, complete } = page;
  const attention = page.attention ?? previous?.attention;
  const last = items[items.length - 1];
  const isLoadedFurther = last !== undefined && cursor !== undefined && (previous?.items.length ?? 0) > items.length;
  if (previous === undefined || !isLoadedFurther) return { items, attention, cursor, complete };
  const older = previous.items.filter(({ receivedAt }) => receivedAt < last.receivedAt);
  if (older.length === 0) return { items, attention, cursor, complete };
  return { ...previous, attention, items: concatUnique(items, older) };
}

/** Adds a page behind the items that are loaded. */
export function appendOlderPage(previous: HistoryData | undefined, page: EmailHistoryResponse): HistoryData {
  const { items, cursor, complete } = page;
  return { attention: previous?.attention, items: concatUnique(previous?.items ?? [], items), cursor, complete };
}

function concatUnique(first: HistoryItem[], second: HistoryItem[]): HistoryItem[] {
  const known = new Set(first.map(({ voicemail_id }) => voicemail_id));
  return [...first, ...second.filter(({ voicemail_id }) => !known.has(voicemail_id))];
}

/** @returns the query for these filters; each fetch gets the first page and keeps what was loaded further back */
export function historyQueryOptions(
  queryClient: QueryClient,
  fetchHistory: EmailAdminServices['fetchHistory'],
  filters: HistoryQuery,
) {
  const queryKey = historyQueryKey(filters);
  return {
    queryKey,
    queryFn: async ({ signal }: { signal?: AbortSignal }): Promise<HistoryData> => {
      const page = await fetchHistory(filters, signal);
      return mergeFirstPage(queryClient.getQueryData(queryKey), page);
    },
  };
}

/** Fetches the first page now and every 15 s while the page is visible; paused while an older page is loaded. */
export function useHistoryQuery() {
  const { fetchHistory } = useEmailAdmin();
  const queryClient = useQueryClient();
  const { filters, olderPage } = useSelector(selectHistory);
  const isPolled = olderPage?.step !== 'running';
  const query = useQuery({
    ...historyQueryOptions(queryClient, fetchHistory, filters),
    refetchInterval: isPolled && POLL_MS,
    refetchOnWindowFocus: isPolled,
    refetchOnReconnect: isPolled,
  });
  const failure = useLastFailure(query.error, query.isFetching);
  const { data } = query;
  // What needs attention does not depend on the filters: it stays while the history for new ones loads.
  const attention = useRef(data?.attention);
  if (data !== undefined) attention.current = data.attention;
  return {
    items: data?.items,
    attention: attention.current,
    cursor: data?.cursor,
    complete: data?.complete ?? true,
    isFetching: query.isFetching,
    failure: olderPage?.step === 'failed' ? olderPage.failure : failure,
    refetch: () => void query.refetch(),
  };
}
