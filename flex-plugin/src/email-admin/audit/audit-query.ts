import type { AuditItem } from '@callback-and-voicemail/contract/audit';
import { type QueryClient, useInfiniteQuery } from '@tanstack/react-query';
import type { AuditQuery } from '../../functions-client/email-admin-client';
import { useLastFailure } from '../../queries/use-last-failure';
import { useEmailAdmin } from '../email-admin-context';

const AUDIT_KEY = 'audit';

/** Fetches what is shown of the audit again. */
export const refetchAudit = (queryClient: QueryClient) => queryClient.invalidateQueries([AUDIT_KEY]);

/** The audit for these filters, as far back as it was loaded. */
export function useAuditQuery(filters: AuditQuery) {
  const { fetchAudit } = useEmailAdmin();
  const query = useInfiniteQuery({
    queryKey: [AUDIT_KEY, filters],
    queryFn: ({ pageParam, signal }) => fetchAudit(filters, pageParam as string | undefined, signal),
    getNextPageParam: ({ cursor }) => cursor,
  });
  const pages = query.data?.pages;
  const items: AuditItem[] | undefined = pages?.flatMap((page) => page.items);
  return {
    items,
    hasOlder: query.hasNextPage === true,
    isComplete: pages?.[pages.length - 1]?.complete ?? true,
    isFetching: query.isFetching,
    failure: useLastFailure(query.error, query.isFetching),
    loadOlder: () => void query.fetchNextPage(),
    refetch: () => void query.refetch(),
  };
}
