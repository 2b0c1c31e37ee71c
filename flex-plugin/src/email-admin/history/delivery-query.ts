import {
  DELIVERY_LOOKBACK_MS,
  type EmailDeliveryResponse,
  type HistoryItem,
  MAX_DELIVERY_IDS,
} from '@callback-and-voicemail/contract/email-admin-api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEmailAdmin } from '../email-admin-context';

/** Providers report within a minute or two, as a rule. */
const DELIVERY_POLL_MS = 60_000;

/** Mails that went out so lately that the provider still knows of them, the newest first. */
export function idsToAskFor(items: readonly HistoryItem[], now: number): string[] {
  return items
    .filter(({ email }) => email.state === 'sent' && isRecent(email.sentAt, now))
    .slice(0, MAX_DELIVERY_IDS)
    .map(({ voicemail_id }) => voicemail_id);
}

const BOUNCES_KEY = ['email-bounces'] as const;

/**
 * How many mails bounced of late, as the panel lists them; it is told by the panel as well, while that is open.
 * @param enabled false: nothing is asked
 */
export function useBounceCount(intervalMs: number, enabled: boolean): number {
  const { fetchDeliveries } = useEmailAdmin();
  const queryClient = useQueryClient();
  const { data } = useQuery({
    queryKey: BOUNCES_KEY,
    queryFn: async ({ signal }): Promise<number> => {
      const { bounced, complete } = await fetchDeliveries([], signal);
      // A provider that does not answer does not take back what it said.
      return complete ? bounced.length : (queryClient.getQueryData<number>(BOUNCES_KEY) ?? 0);
    },
    enabled,
    refetchInterval: intervalMs,
    cacheTime: Number.POSITIVE_INFINITY,
  });
  return data ?? 0;
}

const isRecent = (sentAt: string | undefined, now: number) =>
  sentAt !== undefined && now - Date.parse(sentAt) < DELIVERY_LOOKBACK_MS;

/**
 * Asks for the deliveries of what is shown, and for what bounced (ADR 0060); again each minute while the page is visible.
 * @param items undefined: nothing is asked yet, since the history comes first
 */
export function useDeliveryQuery(items: readonly HistoryItem[] | undefined, now: number) {
  const { fetchDeliveries } = useEmailAdmin();
  const queryClient = useQueryClient();
  const ids = idsToAskFor(items ?? [], now);
  const { data, isLoading } = useQuery({
    queryKey: ['email-deliveries', ids],
    queryFn: async ({ signal }): Promise<EmailDeliveryResponse> => {
      const response = await fetchDeliveries(ids, signal);
      if (response.complete) queryClient.setQueryData(BOUNCES_KEY, response.bounced.length);
      return response;
    },
    enabled: items !== undefined,
    refetchInterval: DELIVERY_POLL_MS,
    // A new voicemail changes what is asked for: what is known of the others stays until the answer.
    keepPreviousData: true,
  });
  return {
    deliveries: data?.deliveries ?? {},
    bounced: data?.bounced ?? [],
    /** False until the provider has said that nothing bounced, or what did. */
    isKnown: !isLoading && data?.complete === true,
  };
}
