import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { useEmailAdmin } from '../email-admin-context';
import { selectHistory, selectSettings } from '../selectors';
import { resendStatusText } from './ResendButton';
import { useExpiringOutcome } from './use-expiring-outcome';

/** Sends all emails that failed in the last days again, after a confirmation: for outages of the provider. */
export const ResendAll: React.FC = () => {
  const { translator, history } = useEmailAdmin();
  const { t } = translator;
  const failed = useSelector(selectSettings).answer?.health.failedEmails ?? 0;
  const resend = useSelector(selectHistory).resends.all;
  const [isConfirming, setIsConfirming] = React.useState(false);
  const confirmButton = React.useRef<HTMLButtonElement>(null);
  const resendButton = React.useRef<HTMLButtonElement>(null);
  const wasConfirming = React.useRef(false);
  // Before the browser paints: the focus is never lost with the button it was on.
  React.useLayoutEffect(() => {
    if (isConfirming) confirmButton.current?.focus();
    else if (wasConfirming.current) resendButton.current?.focus();
    wasConfirming.current = isConfirming;
  }, [isConfirming]);
  useExpiringOutcome('all', resend);
  const isRunning = resend?.step === 'running';
  if (failed < 2 && resend === undefined) return null;
  return (
    <Box display="flex" flexWrap="wrap" columnGap="space40" rowGap="space20" alignItems="center">
      {failed > 1 && !isConfirming && (
        <Button
          ref={resendButton}
          variant="secondary"
          size="small"
          disabled={isRunning}
          onClick={() => setIsConfirming(true)}
        >
          {isRunning ? t('TestSending') : t('ResendAll', { count: failed })}
        </Button>
      )}
      {isConfirming && (
        <Box
          role="group"
          aria-label={t('ResendAllQuestion', { count: failed })}
          display="flex"
          flexWrap="wrap"
          columnGap="space30"
          alignItems="center"
          onKeyDown={(event: React.KeyboardEvent) => event.key === 'Escape' && setIsConfirming(false)}
        >
          <Text as="span">{t('ResendAllQuestion', { count: failed })}</Text>
          <Button
            ref={confirmButton}
            variant="primary"
            size="small"
            onClick={() => {
              setIsConfirming(false);
              void history.resend('all');
            }}
          >
            {t('ResendAllConfirm')}
          </Button>
          <Button variant="secondary" size="small" onClick={() => setIsConfirming(false)}>
            {t('RuleCancel')}
          </Button>
        </Box>
      )}
      <Box role="status">{resend !== undefined && <Text as="span">{resendStatusText(translator, resend)}</Text>}</Box>
    </Box>
  );
};
