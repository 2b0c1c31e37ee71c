import type { AttentionItem } from '@callback-and-voicemail/contract/email-admin-api';
import { emailOutage } from '@callback-and-voicemail/contract/email-problems';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { ScreenReaderOnly } from '@twilio-paste/core/screen-reader-only';
import { SkeletonLoader } from '@twilio-paste/core/skeleton-loader';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { useNow } from '../../task-card/use-now';
import { useEmailAdmin } from '../email-admin-context';
import { LoadFailure } from '../LoadFailure';
import { Section } from '../Section';
import { type EmailRootState, selectHistory, selectSettings } from '../selectors';
import { AttentionList } from './AttentionList';
import { useDeliveryQuery } from './delivery-query';
import { HistoryFilters } from './HistoryFilters';
import { HistoryRow } from './HistoryRow';
import { useHistoryQuery } from './history-query';
import { ResendAll } from './ResendAll';

/** Voicemails and mails: what needs a person now, what came in, and whether it was mailed. */
export const HistorySection: React.FC = () => {
  const { translator, history } = useEmailAdmin();
  const { t } = translator;
  const { filters, olderPage } = useSelector(selectHistory);
  const { items, attention, cursor, complete, isFetching, failure, refetch } = useHistoryQuery();
  const isLoadingOlder = olderPage?.step === 'running';
  const isOff = useSelector(isEmailOff);
  const isAllSent = useSelector(areAllEmailsSent);
  const now = useNow();
  const { deliveries, bounced, isKnown } = useDeliveryQuery(items, now);
  const isFiltered = Object.values(filters).some(Boolean);
  return (
    <Section title={t('HistoryTitle')}>
      {attention !== undefined && (
        <AttentionList items={bySince([...attention, ...bounced])} now={now} isAllSent={isAllSent && isKnown} />
      )}
      <ResendAll />
      <HistoryFilters />
      {failure !== undefined && (
        <LoadFailure
          failure={failure}
          isLoading={isFetching || isLoadingOlder}
          onRetry={olderPage === undefined ? refetch : () => void history.loadOlder()}
        />
      )}
      {items === undefined && failure === undefined && (
        <Box role="status" display="flex" flexDirection="column" rowGap="space40">
          <ScreenReaderOnly>{t('HistoryLoading')}</ScreenReaderOnly>
          {[1, 2, 3].map((one) => (
            <SkeletonLoader key={one} height="44px" aria-hidden="true" />
          ))}
        </Box>
      )}
      {items !== undefined && (
        <>
          {items.length > 0 && (
            <Box as="ul" margin="space0" padding="space0" listStyleType="none" aria-label={t('HistoryTitle')}>
              {items.map((item) => (
                <HistoryRow
                  key={item.voicemail_id}
                  item={item}
                  now={now}
                  delivery={deliveries[item.voicemail_id] ?? item.email.delivery}
                />
              ))}
            </Box>
          )}
          {items.length === 0 && (
            <Box>
              <Text as="div" color="colorTextWeak">
                {t(emptyMessage({ complete, isFiltered, isOff }))}
              </Text>
              {isFiltered && (
                <Button variant="link" size="small" onClick={() => history.filter({})}>
                  {t('HistoryClear')}
                </Button>
              )}
            </Box>
          )}
          {cursor !== undefined && (
            <Box>
              <Button
                variant="secondary"
                size="small"
                disabled={isLoadingOlder}
                onClick={() => void history.loadOlder()}
              >
                {t(isLoadingOlder ? 'HistoryLoading' : 'HistoryOlder')}
              </Button>
            </Box>
          )}
        </>
      )}
      <ScreenReaderOnly>
        <span role="status">{items === undefined || isFetching ? '' : t('HistoryCount', { count: items.length })}</span>
      </ScreenReaderOnly>
    </Section>
  );
};

const bySince = (items: AttentionItem[]) => items.sort((a, b) => (a.since < b.since ? -1 : 1));

/** False while emails wait, have failed, or none goes out: then nothing says that all is well. */
function areAllEmailsSent(state: EmailRootState): boolean {
  const health = selectSettings(state).answer?.health;
  return (
    health === undefined || (health.failedEmails + health.waitingEmails === 0 && emailOutage(health) === undefined)
  );
}

const isEmailOff = (state: EmailRootState) => selectSettings(state).answer?.settings.enabled === false;

function emptyMessage({ complete, isFiltered, isOff }: { complete: boolean; isFiltered: boolean; isOff: boolean }) {
  if (!complete) return 'HistoryIncomplete';
  if (isFiltered) return 'HistoryNoMatch';
  return isOff ? 'HistoryEmptyOff' : 'HistoryEmpty';
}
