import type { EmailResendResponse } from '@callback-and-voicemail/contract/email-admin-api';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import type { Translator } from '../../strings/translator';
import { useEmailAdmin } from '../email-admin-context';
import { selectHistory } from '../selectors';
import type { ResendState } from './history-state';
import { RowAction } from './RowAction';
import { useExpiringOutcome } from './use-expiring-outcome';

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
  useExpiringOutcome(voicemailId, resend);
  // A mail that went out since does not fail any more.
  const isStale = !canResend && resend !== undefined && !hasSucceeded(resend);
  if (!canResend && (resend === undefined || isStale)) return null;
  return (
    <RowAction
      label={t('SendAgain')}
      about={about}
      status={resend === undefined ? '' : resendStatusText(translator, resend)}
      isRunning={resend?.step === 'running'}
      runningLabel={t('TestSending')}
      isOffered={canResend}
      onClick={() => void history.resend(voicemailId)}
    />
  );
};

const hasSucceeded = (resend: ResendState) =>
  resend.step === 'running' || (resend.step === 'done' && resend.answer.failed === 0);

/** Of several mails of which some were not sent, out of how many. */
function sentText(t: Translator['t'], sent: number, total: number): string {
  if (sent === 0) return '';
  return sent === total ? t('ResendSent', { count: sent }) : t('ResendSentOf', { count: sent, total });
}

/** The outcome of sending again. */
export function resendStatusText({ t }: Translator, resend: ResendState): string {
  if (resend.step === 'running') return '';
  if (resend.step === 'failed') return t('ResendFailed', { reason: t(FAILURE_MESSAGES[resend.failure]) });
  const { sent, queued, failed }: EmailResendResponse = resend.answer;
  const total = sent + queued + failed;
  if (total === 0) return t('ResendNothing');
  return [
    sentText(t, sent, total),
    queued > 0 ? t('ResendQueued', { count: queued }) : '',
    failed > 0 ? t('ResendStillFailed', { count: failed }) : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
