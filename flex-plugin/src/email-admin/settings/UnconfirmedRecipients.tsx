import type { UnconfirmedRecipient } from '@callback-and-voicemail/contract/email-admin-api';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { HelpText } from '@twilio-paste/core/help-text';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import type { FailureCode } from '../../functions-client/functions-error';
import { formatTime } from '../../strings/formats';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { useKeepFocusInside } from '../use-keep-focus-inside';

/** The addresses that wait for another supervisor, who confirms or rejects each. */
export const UnconfirmedRecipients: React.FC<{ unconfirmed: readonly UnconfirmedRecipient[] }> = ({ unconfirmed }) => {
  const { translator, settings } = useEmailAdmin();
  const { t } = translator;
  const [deciding, setDeciding] = React.useState<string>();
  const [failure, setFailure] = React.useState<FailureCode>();
  const focusRef = useKeepFocusInside();
  const ownId = useId('unconfirmed-own');

  async function decide(decision: 'confirm' | 'reject', address: string): Promise<void> {
    setDeciding(address);
    setFailure(await settings.decide(decision, address));
    setDeciding(undefined);
  }
  return (
    <Box ref={focusRef} tabIndex={-1} outline="none" role="group" aria-label={t('Unconfirmed')}>
      {unconfirmed.length > 0 && (
        <>
          <Text as="div" fontWeight="fontWeightSemibold">
            {t('Unconfirmed')}
          </Text>
          <HelpText>{t('UnconfirmedHelp')}</HelpText>
          <Box as="ul" margin="space0" padding="space0" marginTop="space30" display="grid" rowGap="space30">
            {unconfirmed.map(({ address, addedBy, addedAt, isOwn }) => (
              <Box as="li" key={address} display="flex" flexWrap="wrap" alignItems="center" columnGap="space30">
                <Box flexGrow={1}>
                  <Text as="div" overflowWrap="anywhere">
                    {address}
                  </Text>
                  <Text as="div" color="colorTextWeak">
                    {t('UnconfirmedAdded', { name: addedBy, time: formatTime(translator, addedAt, Date.now()) })}
                  </Text>
                </Box>
                {(['confirm', 'reject'] as const).map((decision) => {
                  const label = t(decision === 'confirm' ? 'UnconfirmedConfirm' : 'UnconfirmedReject');
                  return (
                    <Button
                      key={decision}
                      variant="secondary"
                      size="small"
                      disabled={isOwn || deciding !== undefined}
                      aria-label={`${label}: ${address}`}
                      aria-describedby={isOwn ? ownId : undefined}
                      onClick={() => void decide(decision, address)}
                    >
                      {label}
                    </Button>
                  );
                })}
              </Box>
            ))}
          </Box>
          {unconfirmed.some(({ isOwn }) => isOwn) && (
            <Box id={ownId}>
              <HelpText>{t('UnconfirmedOwn')}</HelpText>
            </Box>
          )}
        </>
      )}
      <Box role="alert">
        {failure !== undefined && <HelpText variant="error">{t(FAILURE_MESSAGES[failure])}</HelpText>}
      </Box>
    </Box>
  );
};
