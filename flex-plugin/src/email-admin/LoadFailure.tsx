import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Callout } from '@twilio-paste/core/callout';
import { Text } from '@twilio-paste/core/text';
import React from 'react';
import { FAILURE_MESSAGES } from '../functions-client/failure-messages';
import type { FailureCode } from '../functions-client/functions-error';
import { useEmailAdmin } from './email-admin-context';

/** Says why a list could not be loaded, and offers to load it again. */
export const LoadFailure: React.FC<{ failure: FailureCode; isLoading: boolean; onRetry: () => void }> = ({
  failure,
  isLoading,
  onRetry,
}) => {
  const { t } = useEmailAdmin().translator;
  return (
    <Box role="alert">
      <Callout variant="warning">
        <Text as="div" color="inherit">
          {t('HistoryFailed', { reason: t(FAILURE_MESSAGES[failure]) })}
        </Text>
        <Box marginTop="space30">
          <Button variant="secondary" size="small" disabled={isLoading} onClick={onRetry}>
            {t('TryAgain')}
          </Button>
        </Box>
      </Callout>
    </Box>
  );
};
