import type { EmailResendResponse } from '@callback-and-voicemail/contract/email-admin-api';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import type { Translator } from '../../strings/translator';
import { useEmailAdmin } from '../email-admin-context';
import { selectHistory } from '../selectors';
import type { ResendState } from './history-state';

/** Sends one email again and shows the outcome. */
export const ResendButton: React.FC<{
  voicemailId: string;
  /** Names the email for screen readers. */
  about: string;
  canResend: boolean;
}> = ({ voicemailId, about, canResend }) => {
  const { translator, history } = useEmailAdmin();
  const { t } = translator;
  const resend = useSelector(selectHistory).resends[voicemailId];
  const isRunning = resend?.step === 'running';
  if (!canResend && resend === undefined) return null;
  return (
    <Box display="flex" flexWrap="wrap" columnGap="space30" alignItems="center">
      <Box role="status">
        {resend !== undefined && !isRunning && (
          <Text as="span" fontSize="fontSize20">
            {resendStatusText(translator, resend)}
          </Text>
        )}
      </Box>
      {canResend && (
        <Button
          variant="secondary"
          size="small"
          disabled={isRunning}
          aria-label={`${t('SendAgain')}: ${about}`}
          onClick={() => void history.resend(voicemailId)}
        >
          {t(isRunning ? 'TestSending' : 'SendAgain')}
        </Button>
      )}
    </Box>
  );
};

/** The outcome of sending again. */
export function resendStatusText({ t }: Translator, resend: ResendState): string {
  if (resend.step === 'running') return '';
  if (resend.step === 'failed') return t('ResendFailed', { reason: t(FAILURE_MESSAGES[resend.failure]) });
  const { sent, queued, failed }: EmailResendResponse = resend.answer;
  if (sent + queued + failed === 0) return t('ResendNothing');
  return [
    sent > 0 ? t('ResendSent', { count: sent }) : '',
    queued > 0 ? t('ResendQueued', { count: queued }) : '',
    failed > 0 ? t('ResendStillFailed', { count: failed }) : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
