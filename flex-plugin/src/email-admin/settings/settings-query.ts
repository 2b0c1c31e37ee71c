import { useQuery } from '@tanstack/react-query';
import type { FailureCode } from '../../functions-client/functions-error';
import { useLastFailure } from '../../queries/use-last-failure';
import { useEmailAdmin } from '../email-admin-context';

export const SETTINGS_QUERY_KEY = ['email-settings'] as const;

/**
 * Fetches the settings now and every `intervalMs` while the page is visible. Responses are merged into the store, where
 * components read them.
 * @param enabled false: nothing is fetched
 */
export function useSettingsQuery(intervalMs: number, enabled = true) {
  const { fetchSettings } = useEmailAdmin();
  const query = useQuery({
    queryKey: SETTINGS_QUERY_KEY,
    queryFn: ({ signal }) => fetchSettings(signal),
    enabled,
    refetchInterval: intervalMs,
    // The store is merged with each response; the cache only has to outlive it.
    cacheTime: Number.POSITIVE_INFINITY,
  });
  const failure: FailureCode | undefined = useLastFailure(query.error, query.isFetching);
  return { isFetching: query.isFetching, failure, refetch: () => void query.refetch() };
}
