import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Callout } from '@twilio-paste/core/callout';
import { Heading } from '@twilio-paste/core/heading';
import { ScreenReaderOnly } from '@twilio-paste/core/screen-reader-only';
import { SkeletonLoader } from '@twilio-paste/core/skeleton-loader';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useRef } from 'react';
import { FAILURE_MESSAGES } from '../functions-client/failure-messages';
import { AuditSection } from './audit/AuditSection';
import { CompletenessSection } from './completeness/CompletenessSection';
import { useEmailAdmin } from './email-admin-context';
import { HistorySection } from './history/HistorySection';
import { PersonalDataSection } from './personal-data/PersonalDataSection';
import { POLL_MS } from './poll-interval';
import { CallerSettings } from './settings/CallerSettings';
import { MessageSettings } from './settings/MessageSettings';
import { RecipientSettings } from './settings/RecipientSettings';
import { RetentionSettings } from './settings/RetentionSettings';
import { SaveBar } from './settings/SaveBar';
import { useSettingsQuery } from './settings/settings-query';
import { type SettingsForm, useSettingsForm } from './settings/use-settings-form';
import { HealthSection } from './status/HealthSection';
import { StatusBar } from './status/StatusBar';
import { useNotifyUnsavedOnLeave } from './unsaved-changes';

/** The supervisors' panel: whether email is on, who gets it, and whether it arrived. */
export const EmailAdminView: React.FC = () => {
  const query = useSettingsQuery(POLL_MS);
  useNotifyUnsavedOnLeave();
  const form = useSettingsForm();
  return (
    <Box
      as="main"
      height="100%"
      width="100%"
      overflowY="auto"
      backgroundColor="colorBackground"
      display="flex"
      flexDirection="column"
      element="CALLBACK_AND_VOICEMAIL_EMAIL_PANEL"
    >
      {form === undefined ? <PanelPlaceholder query={query} /> : <Panel form={form} query={query} />}
    </Box>
  );
};

type SettingsQuery = ReturnType<typeof useSettingsQuery>;

// What a keystroke in the form does not change is not rendered again.
const History = React.memo(HistorySection);
const Health = React.memo(HealthSection);
const Completeness = React.memo(CompletenessSection);
const Audit = React.memo(AuditSection);
const PersonalData = React.memo(PersonalDataSection);

const Panel: React.FC<{ form: SettingsForm; query: SettingsQuery }> = ({ form, query }) => {
  const { history } = useEmailAdmin();
  const historyRef = useRef<HTMLDivElement>(null);
  function showFailed(): void {
    history.filter({ state: 'failed' });
    historyRef.current?.scrollIntoView?.({ block: 'nearest' });
    historyRef.current?.focus();
  }
  return (
    <>
      <Box padding="space60" display="flex" flexDirection="column" rowGap="space60" flexGrow={1}>
        <StatusBar form={form} query={query} onShowFailed={showFailed} />
        <Box
          display="grid"
          gridTemplateColumns={['minmax(0, 1fr)', 'minmax(0, 1fr)', 'minmax(0, 1fr) minmax(0, 1fr)']}
          columnGap="space60"
          rowGap="space60"
          alignItems="start"
        >
          <Box display="flex" flexDirection="column" rowGap="space60" minWidth="0">
            <RecipientSettings form={form} />
            <MessageSettings form={form} />
            <CallerSettings form={form} />
            <RetentionSettings form={form} />
          </Box>
          <Box display="flex" flexDirection="column" rowGap="space60" minWidth="0">
            <Box ref={historyRef} tabIndex={-1} outline="none">
              <History />
            </Box>
            <Health health={form.answer.health} />
            <Completeness />
            <PersonalData />
            <Audit rules={form.answer.rules.rules} />
          </Box>
        </Box>
      </Box>
      <SaveBar form={form} />
    </>
  );
};

/** Shown until the settings are loaded, or when they cannot be loaded. */
const PanelPlaceholder: React.FC<{ query: SettingsQuery }> = ({ query: { failure, isFetching, refetch } }) => {
  const { t } = useEmailAdmin().translator;
  return (
    <Box padding="space60" display="flex" flexDirection="column" rowGap="space60">
      <Heading as="h1" variant="heading20" marginBottom="space0">
        {t('PanelTitle')}
      </Heading>
      {failure === undefined ? (
        <Box role="status" display="flex" flexDirection="column" rowGap="space60">
          <ScreenReaderOnly>{t('PanelLoading')}</ScreenReaderOnly>
          <SkeletonLoader height="180px" aria-hidden="true" />
          <SkeletonLoader height="320px" aria-hidden="true" />
        </Box>
      ) : (
        <Box role="alert">
          <Callout variant="error">
            <Text as="div" color="inherit" fontWeight="fontWeightSemibold">
              {t('PanelFailed')}
            </Text>
            <Text as="div" color="inherit">
              {`${t(FAILURE_MESSAGES[failure])} ${failure === 'settings-unreachable' ? t('EmailsWait') : ''}`}
            </Text>
            <Box marginTop="space30">
              <Button variant="secondary" size="small" loading={isFetching} onClick={refetch}>
                {t('TryAgain')}
              </Button>
            </Box>
          </Callout>
        </Box>
      )}
    </Box>
  );
};
