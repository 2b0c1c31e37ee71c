import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Callout } from '@twilio-paste/core/callout';
import { Heading } from '@twilio-paste/core/heading';
import { Switch } from '@twilio-paste/core/switch';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_WORDS } from '../../functions-client/failure-words';
import { ago } from '../../strings/formats';
import { useNow } from '../../task-card/use-now';
import { useEmailAdmin } from '../email-admin-context';
import { selectSettings } from '../select';
import type { Editing } from '../settings/use-draft';

/** Is it on, when was the last sent, and what is wrong just now. */
export const StatusBar: React.FC<{ editing: Editing; onShowFailed: () => void }> = ({ editing, onShowFailed }) => {
  const { words, settings: acts } = useEmailAdmin();
  const { t } = words;
  const { settings, answer, change } = editing;
  const { failure, loading } = useSelector(selectSettings);
  const now = useNow();
  const { health } = answer;
  return (
    <Box display="flex" flexDirection="column" rowGap="space40">
      <Box display="flex" flexWrap="wrap" alignItems="center" columnGap="space70" rowGap="space30">
        <Heading as="h1" variant="heading20" marginBottom="space0">
          {t('PanelTitle')}
        </Heading>
        <Switch checked={settings.enabled} onChange={() => change('enabled', !settings.enabled)}>
          {t(settings.enabled ? 'EnabledOn' : 'EnabledOff')}
        </Switch>
        <Text as="span" color="colorTextWeak">
          {health.lastSuccessAt === undefined
            ? t('NeverSent')
            : t('LastSent', { ago: ago(words, health.lastSuccessAt, now) })}
        </Text>
      </Box>
      {!settings.enabled && (
        <Callout variant="neutral">
          <Text as="div" color="inherit">
            {t('OffText')}
          </Text>
        </Callout>
      )}
      {answer.source === 'environment' && (
        <Callout variant="neutral">
          <Text as="div" color="inherit">
            {t('FromEnvironment')}
          </Text>
        </Callout>
      )}
      <Box role="alert" display="flex" flexDirection="column" rowGap="space40">
        {answer.source === 'corrupt' && (
          <Callout variant="error">
            <Text as="div" color="inherit">
              {t('CorruptText')}
            </Text>
          </Callout>
        )}
        {!health.provider.configured && (
          <Callout variant="error">
            <Text as="div" color="inherit">
              {t('NotConfiguredText', { names: health.provider.faults.join(', ') })}
            </Text>
          </Callout>
        )}
        {health.failedMails > 0 && (
          <Callout variant="error">
            <Box display="flex" flexWrap="wrap" columnGap="space40">
              <Text as="span" color="inherit">
                {health.failedMails === 1 ? t('FailedOne') : t('FailedMany', { count: health.failedMails })}
              </Text>
              <Button variant="link" onClick={onShowFailed}>
                {t('ShowThem')}
              </Button>
            </Box>
          </Callout>
        )}
        {health.waitingMails > 0 && (
          <Callout variant="warning">
            <Text as="div" color="inherit">
              {health.waitingMails === 1 ? t('WaitingOne') : t('WaitingMany', { count: health.waitingMails })}
            </Text>
          </Callout>
        )}
        {failure !== undefined && (
          <Callout variant="warning">
            <Box display="flex" flexWrap="wrap" columnGap="space40">
              <Text as="span" color="inherit">
                {t('Stale', { reason: t(FAILURE_WORDS[failure]) })}
              </Text>
              <Button variant="link" disabled={loading} onClick={() => void acts.load()}>
                {t('TryAgain')}
              </Button>
            </Box>
          </Callout>
        )}
      </Box>
    </Box>
  );
};
