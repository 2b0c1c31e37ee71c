import { focusManager, QueryClient } from '@tanstack/react-query';

/**
 * Only a page that becomes visible counts as focused. The library also listens to `focus`, which fires with every
 * click into one of Flex's frames.
 */
function refetchWhenVisible(): void {
  focusManager.setEventListener((onFocus) => {
    const listener = () => onFocus();
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  });
}

/**
 * Creates the cache of everything the plugin reads from the Functions (docs/adr/0031-plugin-query-layer.md).
 * Polls pause while the page is hidden. Queries refetch when the page becomes visible or the browser online again.
 * @returns a client to pass to `QueryClientProvider`
 */
export function createQueryClient(): QueryClient {
  refetchWhenVisible();
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The transport retries, at most twice, and reports an offline browser as a failure with its own message.
        retry: false,
        networkMode: 'always',
        refetchOnReconnect: true,
        refetchOnWindowFocus: true,
        refetchIntervalInBackground: false,
      },
    },
    // Failures are shown to the user, with words for each.
    logger: { log: () => undefined, warn: () => undefined, error: () => undefined },
  });
}
