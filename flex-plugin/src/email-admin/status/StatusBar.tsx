import { emailOutage } from '@callback-and-voicemail/contract/email-problems';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Callout } from '@twilio-paste/core/callout';
import { Heading } from '@twilio-paste/core/heading';
import { Switch } from '@twilio-paste/core/switch';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import { formatList, formatRelativeTime } from '../../strings/formats';
import { useNow } from '../../task-card/use-now';
import { useEmailAdmin } from '../email-admin-context';
import { emailProblemMessage } from '../email-problem-messages';
import { providersOf } from '../mail-providers';
import { Locked } from '../settings/Locked';
import type { useSettingsQuery } from '../settings/settings-query';
import type { SettingsForm } from '../settings/use-settings-form';

/** Whether email is on, when the last one was sent, and what is wrong right now. */
export const StatusBar: React.FC<{
  form: SettingsForm;
  query: ReturnType<typeof useSettingsQuery>;
  onShowFailed: () => void;
}> = ({ form, query: { failure, isFetching, refetch }, onShowFailed }) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const { settings, answer, changeField } = form;
  const now = useNow();
  const { health } = answer;
  const outage = emailOutage(health);
  // What was switched and not saved yet is no fact.
  const isSwitchSaved = settings.enabled === answer.settings.enabled;
  return (
    <Box>
      <Box display="flex" flexWrap="wrap" alignItems="center" columnGap="space70" rowGap="space30">
        <Heading as="h1" variant="heading20" marginBottom="space0">
          {t('PanelTitle')}
        </Heading>
        <Locked form={form}>
          <EnabledSwitch
            isOn={settings.enabled}
            isSaved={isSwitchSaved}
            onChange={(isOn) => changeField('enabled', isOn)}
          />
        </Locked>
        <Text as="span" color="colorTextWeak">
          {health.lastSuccessAt === undefined
            ? t('NeverSent')
            : t('LastSent', { ago: formatRelativeTime(translator, health.lastSuccessAt, now) })}
        </Text>
      </Box>
      {answer.ownQueues !== undefined && (
        <Notice variant="neutral">
          {answer.ownQueues.length === 0
            ? t('OwnQueuesNone')
            : t('OwnQueues', { queues: formatList(translator, answer.ownQueues) })}
        </Notice>
      )}
      {!settings.enabled && <Notice variant="neutral">{t(isSwitchSaved ? 'OffText' : 'OffTextUnsaved')}</Notice>}
      {answer.source === 'environment' && <Notice variant="neutral">{t('FromEnvironment')}</Notice>}
      <Box role="alert">
        {answer.source === 'corrupt' && <Notice variant="error">{t('CorruptText')}</Notice>}
        {!health.provider.configured && (
          <Notice variant="error">{t('NotConfiguredText', { names: health.provider.configErrors.join(', ') })}</Notice>
        )}
        {outage !== undefined && outage !== 'not-configured' && (
          <Notice variant="error">
            {t('EmailOutage', { reason: emailProblemMessage(translator, outage, providersOf(health)) })}
          </Notice>
        )}
        {health.failedEmails > 0 && (
          <Notice variant="error">
            <Box display="flex" flexWrap="wrap" columnGap="space40">
              <Text as="span" color="inherit">
                {t('FailedEmails', { count: health.failedEmails })}
              </Text>
              <Button variant="link" onClick={onShowFailed}>
                {t('ShowThem')}
              </Button>
            </Box>
          </Notice>
        )}
        {health.waitingEmails > 0 && (
          <Notice variant="warning">{t('WaitingEmails', { count: health.waitingEmails })}</Notice>
        )}
        {failure !== undefined && (
          <Notice variant="warning">
            <Box display="flex" flexWrap="wrap" columnGap="space40">
              <Text as="span" color="inherit">
                {t('Stale', { reason: t(FAILURE_MESSAGES[failure]) })}
              </Text>
              <Button variant="link" disabled={isFetching} onClick={refetch}>
                {t('TryAgain')}
              </Button>
            </Box>
          </Notice>
        )}
      </Box>
    </Box>
  );
};

const Notice: React.FC<{ variant: 'neutral' | 'warning' | 'error' }> = ({ variant, children }) => (
  <Box marginTop="space40">
    <Callout variant={variant}>
      <Text as="div" color="inherit">
        {children}
      </Text>
    </Callout>
  </Box>
);

const EnabledSwitch: React.FC<{ isOn: boolean; isSaved: boolean; onChange: (isOn: boolean) => void }> = ({
  isOn,
  isSaved,
  onChange,
}) => {
  const { t } = useEmailAdmin().translator;
  const [saved, unsaved] = isOn
    ? (['EnabledOn', 'EnabledOnUnsaved'] as const)
    : (['EnabledOff', 'EnabledOffUnsaved'] as const);
  return (
    <Switch checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)}>
      {t(isSaved ? saved : unsaved)}
    </Switch>
  );
};
