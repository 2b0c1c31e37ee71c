import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { useEmailAdmin } from '../email-admin-context';
import { selectHistory, selectSettings } from '../select';
import { resendWords } from './ResendButton';

/** For when the provider was down: all that failed in the last days, after asking. */
export const ResendAll: React.FC = () => {
  const { translator, history } = useEmailAdmin();
  const { t } = translator;
  const failed = useSelector(selectSettings).answer?.health.failedMails ?? 0;
  const resend = useSelector(selectHistory).resends.all;
  const [isAsking, setIsAsking] = React.useState(false);
  const yes = React.useRef<HTMLButtonElement>(null);
  const ask = React.useRef<HTMLButtonElement>(null);
  const wasAsking = React.useRef(false);
  // Before the browser paints: the focus is never lost with the button it was on.
  React.useLayoutEffect(() => {
    if (isAsking) yes.current?.focus();
    else if (wasAsking.current) ask.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  const isRunning = resend?.step === 'running';
  if (failed < 2 && resend === undefined) return null;
  return (
    <Box display="flex" flexWrap="wrap" columnGap="space40" rowGap="space20" alignItems="center">
      {failed > 1 && !isAsking && (
        <Button ref={ask} variant="secondary" size="small" disabled={isRunning} onClick={() => setIsAsking(true)}>
          {isRunning ? t('TestSending') : t('ResendAll', { count: failed })}
        </Button>
      )}
      {isAsking && (
        <Box
          role="group"
          aria-label={t('ResendAllAsk', { count: failed })}
          display="flex"
          flexWrap="wrap"
          columnGap="space30"
          alignItems="center"
          onKeyDown={(event: React.KeyboardEvent) => event.key === 'Escape' && setIsAsking(false)}
        >
          <Text as="span">{t('ResendAllAsk', { count: failed })}</Text>
          <Button
            ref={yes}
            variant="primary"
            size="small"
            onClick={() => {
              setIsAsking(false);
              void history.resend('all');
            }}
          >
            {t('ResendAllYes')}
          </Button>
          <Button variant="secondary" size="small" onClick={() => setIsAsking(false)}>
            {t('RuleCancel')}
          </Button>
        </Box>
      )}
      <Box role="status">{resend !== undefined && <Text as="span">{resendWords(translator, resend)}</Text>}</Box>
    </Box>
  );
};
