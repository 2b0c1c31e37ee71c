import type { NotificationRule } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { ScreenReaderOnly } from '@twilio-paste/core/screen-reader-only';
import { SkeletonLoader } from '@twilio-paste/core/skeleton-loader';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import type { AuditQuery } from '../../functions-client/email-admin-client';
import { useNow } from '../../task-card/use-now';
import { useEmailAdmin } from '../email-admin-context';
import { LoadFailure } from '../LoadFailure';
import { Section } from '../Section';
import { AuditExport } from './AuditExport';
import { AuditFilters } from './AuditFilters';
import { AuditRow } from './AuditRow';
import { useAuditQuery } from './audit-query';

const COLLAPSED_COUNT = 5;

/** Audit log, the newest first: filtered, further back on request, and exported. */
export const AuditSection: React.FC<{ rules: readonly NotificationRule[] }> = ({ rules }) => {
  const { t } = useEmailAdmin().translator;
  const [filters, setFilters] = React.useState<AuditQuery>({});
  const [isExpanded, setIsExpanded] = React.useState(false);
  const { items, hasOlder, isComplete, isFetching, failure, loadOlder, refetch } = useAuditQuery(filters);
  const now = useNow();
  const isFiltered = Object.values(filters).some(Boolean);
  const isOpen = isExpanded || isFiltered;
  const shown = isOpen ? items : items?.slice(0, COLLAPSED_COUNT);
  const hidden = (items?.length ?? 0) - (shown?.length ?? 0);
  return (
    <Section title={t('AuditTitle')}>
      <AuditFilters filters={filters} onChange={setFilters} />
      {failure !== undefined && <LoadFailure failure={failure} isLoading={isFetching} onRetry={refetch} />}
      {shown === undefined && failure === undefined && (
        <Box role="status">
          <ScreenReaderOnly>{t('HistoryLoading')}</ScreenReaderOnly>
          <SkeletonLoader height="44px" aria-hidden="true" />
        </Box>
      )}
      {shown?.length === 0 && (
        <Text as="div" color="colorTextWeak">
          {t(emptyMessage(isComplete, isFiltered))}
        </Text>
      )}
      {shown !== undefined && shown.length > 0 && (
        <Box as="ul" margin="space0" padding="space0" listStyleType="none" aria-label={t('AuditTitle')}>
          {shown.map((item) => (
            <AuditRow key={item.id} item={item} now={now} rules={rules} />
          ))}
        </Box>
      )}
      <Box display="flex" flexWrap="wrap" columnGap="space40" rowGap="space30" alignItems="center">
        {!isFiltered && (items?.length ?? 0) > COLLAPSED_COUNT && (
          <Button variant="link" size="small" aria-expanded={isExpanded} onClick={() => setIsExpanded(!isExpanded)}>
            {isExpanded ? t('AuditLess') : t('AuditMore', { count: hidden })}
          </Button>
        )}
        {isOpen && hasOlder && (
          <Button variant="secondary" size="small" disabled={isFetching} onClick={loadOlder}>
            {t(isFetching ? 'HistoryLoading' : 'HistoryOlder')}
          </Button>
        )}
      </Box>
      <AuditExport filters={filters} />
    </Section>
  );
};

function emptyMessage(isComplete: boolean, isFiltered: boolean) {
  if (!isComplete) return 'HistoryIncomplete';
  return isFiltered ? 'HistoryNoMatch' : 'AuditEmpty';
}
