import { useEffect } from 'react';
import { useEmailAdmin } from '../email-admin-context';
import type { ResendState } from './history-state';

/** Long enough to be read; after that, other mails may wait or fail, and it would seem to be about them. */
export const OUTCOME_MS = 30_000;

/** Takes the outcome of a resend away after a while. */
export function useExpiringOutcome(voicemailId: string | 'all', resend: ResendState | undefined): void {
  const { history } = useEmailAdmin();
  useEffect(() => {
    if (resend === undefined || resend.step === 'running') return undefined;
    const timer = setTimeout(() => history.forgetResend(voicemailId), OUTCOME_MS);
    return () => clearTimeout(timer);
  }, [history, voicemailId, resend]);
}
