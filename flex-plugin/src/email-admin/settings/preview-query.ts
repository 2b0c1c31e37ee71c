import type { EmailSettings } from '@callback-and-voicemail/contract/email-settings';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLastFailure } from '../../queries/use-last-failure';
import { useEmailAdmin } from '../email-admin-context';

/** Settings are typed letter by letter; only those that rest are shown. */
export const REST_MS = 500;

/**
 * The mail with these settings, a moment after they were changed last.
 * @param settings as in the form, saved or not
 */
export function usePreviewQuery(settings: EmailSettings) {
  const { fetchPreview } = useEmailAdmin();
  const shown = JSON.stringify(withoutReaders(settings));
  const [rested, setRested] = useState(shown);
  useEffect(() => {
    if (shown === rested) return;
    const timer = setTimeout(() => setRested(shown), REST_MS);
    return () => clearTimeout(timer);
  }, [shown, rested]);
  const query = useQuery({
    queryKey: ['email-preview', rested],
    queryFn: ({ signal }) => fetchPreview(JSON.parse(rested) as EmailSettings, signal),
    // Or each letter would show an empty frame.
    keepPreviousData: true,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return {
    mail: query.data,
    isUpdating: query.isFetching || shown !== rested,
    failure: useLastFailure(query.error, query.isFetching),
    refetch: () => void query.refetch(),
  };
}

/** Who gets the mail does not change how it looks. */
const withoutReaders = (settings: EmailSettings): EmailSettings => ({
  ...settings,
  recipients: [],
  archive: undefined,
  saved: undefined,
});
