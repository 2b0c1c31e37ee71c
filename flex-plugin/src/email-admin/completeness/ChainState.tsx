import type { ReconciliationChain } from '@callback-and-voicemail/contract/reconciliation';
import { useQuery } from '@tanstack/react-query';
import { Box } from '@twilio-paste/core/box';
import { Callout } from '@twilio-paste/core/callout';
import { ScreenReaderOnly } from '@twilio-paste/core/screen-reader-only';
import { SkeletonLoader } from '@twilio-paste/core/skeleton-loader';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useLastFailure } from '../../queries/use-last-failure';
import { formatNumber } from '../../strings/formats';
import { useEmailAdmin } from '../email-admin-context';
import { LoadFailure } from '../LoadFailure';

/**
 * Whether the results so far are as they were recorded.
 * @param known of a run that has just ended: newer than what was fetched
 */
export const ChainState: React.FC<{ known: ReconciliationChain | undefined }> = ({ known }) => {
  const { translator, reconciliation } = useEmailAdmin();
  const { t } = translator;
  const query = useQuery(['reconciliations'], ({ signal }) => reconciliation.reconciliations(signal));
  const failure = useLastFailure(query.error, query.isFetching);
  const chain = known ?? query.data?.chain;
  if (chain === undefined && failure !== undefined)
    return <LoadFailure failure={failure} isLoading={query.isFetching} onRetry={() => void query.refetch()} />;
  if (chain === undefined)
    return (
      <Box role="status">
        <ScreenReaderOnly>{t('HistoryLoading')}</ScreenReaderOnly>
        <SkeletonLoader height="20px" aria-hidden="true" />
      </Box>
    );
  if (chain.state === 'changed')
    return (
      <Callout variant="error">
        <Text as="div" color="inherit">
          {t('CompleteChainChanged', { n: formatNumber(translator, chain.changedAt ?? 0) })}
        </Text>
      </Callout>
    );
  return (
    <Text as="div" color="colorTextWeak">
      {chain.state === 'empty'
        ? t('CompleteChainEmpty')
        : t('CompleteChainVerified', { count: formatNumber(translator, chain.records) })}
    </Text>
  );
};
