import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Callout } from '@twilio-paste/core/callout';
import { Heading } from '@twilio-paste/core/heading';
import { ScreenReaderOnly } from '@twilio-paste/core/screen-reader-only';
import { SkeletonLoader } from '@twilio-paste/core/skeleton-loader';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useRef } from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_MESSAGES } from '../functions-client/failure-messages';
import { useEmailAdmin } from './email-admin-context';
import { HistorySection } from './history/HistorySection';
import { selectSettings } from './select';
import { CallerOptions } from './settings/CallerOptions';
import { SaveBar } from './settings/SaveBar';
import { useDraft } from './settings/use-draft';
import { WhatIsSent } from './settings/WhatIsSent';
import { WhoGetsIt } from './settings/WhoGetsIt';
import { AuditLog } from './status/AuditLog';
import { HealthStrip } from './status/HealthStrip';
import { StatusBar } from './status/StatusBar';
import { useUnsavedNotice } from './unsaved';
import { usePolling } from './use-polling';

/** The supervisors' panel: is it on, who gets it, did it arrive. */
export const EmailAdminView: React.FC = () => {
  const { settings: acts } = useEmailAdmin();
  usePolling(acts.load);
  useUnsavedNotice();
  const editing = useDraft();
  return (
    <Box
      as="main"
      height="100%"
      width="100%"
      overflowY="auto"
      backgroundColor="colorBackground"
      display="flex"
      flexDirection="column"
      element="C_AND_V_EMAIL_PANEL"
    >
      {editing === undefined ? <Nothing /> : <Panel editing={editing} />}
    </Box>
  );
};

const Panel: React.FC<{ editing: NonNullable<ReturnType<typeof useDraft>> }> = ({ editing }) => {
  const { history } = useEmailAdmin();
  const historyRef = useRef<HTMLDivElement>(null);
  function showFailed(): void {
    void history.load({ state: 'failed' });
    historyRef.current?.scrollIntoView?.({ block: 'nearest' });
    historyRef.current?.focus();
  }
  return (
    <>
      <Box padding="space60" display="flex" flexDirection="column" rowGap="space60" flexGrow={1}>
        <StatusBar editing={editing} onShowFailed={showFailed} />
        <Box
          display="grid"
          gridTemplateColumns={['minmax(0, 1fr)', 'minmax(0, 1fr)', 'minmax(0, 1fr) minmax(0, 1fr)']}
          columnGap="space60"
          rowGap="space60"
          alignItems="start"
        >
          <Box display="flex" flexDirection="column" rowGap="space60" minWidth="0">
            <WhoGetsIt editing={editing} />
            <WhatIsSent editing={editing} />
            <CallerOptions editing={editing} />
          </Box>
          <Box display="flex" flexDirection="column" rowGap="space60" minWidth="0">
            <Box ref={historyRef} tabIndex={-1} outline="none">
              <HistorySection />
            </Box>
            <HealthStrip health={editing.answer.health} />
            <AuditLog answer={editing.answer} />
          </Box>
        </Box>
      </Box>
      <SaveBar editing={editing} />
    </>
  );
};

/** Before there is anything to show: it is on its way, or cannot be had. */
const Nothing: React.FC = () => {
  const { translator, settings: acts } = useEmailAdmin();
  const { t } = translator;
  const { failure, loading } = useSelector(selectSettings);
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
              {`${t(FAILURE_MESSAGES[failure])} ${failure === 'settings-unreachable' ? t('MailsWait') : ''}`}
            </Text>
            <Box marginTop="space30">
              <Button variant="secondary" size="small" loading={loading} onClick={() => void acts.load()}>
                {t('TryAgain')}
              </Button>
            </Box>
          </Callout>
        </Box>
      )}
    </Box>
  );
};
