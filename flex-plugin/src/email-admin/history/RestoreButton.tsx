import * as React from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import type { Translator } from '../../strings/translator';
import { useEmailAdmin } from '../email-admin-context';
import { selectHistory } from '../selectors';
import type { RestoreState } from './history-state';
import { RowAction } from './RowAction';

/** Puts one callback or voicemail back in line and shows the outcome. */
export const RestoreButton: React.FC<{
  voicemailId: string;
  /** Names the row for screen readers. */
  about: string;
}> = ({ voicemailId, about }) => {
  const { translator, history } = useEmailAdmin();
  const { t } = translator;
  const restore = useSelector(selectHistory).restores[voicemailId];
  return (
    <RowAction
      label={t('Restore')}
      about={about}
      status={restore === undefined ? '' : restoreStatusText(translator, restore)}
      isRunning={restore?.step === 'running'}
      runningLabel={t('Restoring')}
      isOffered={restore?.step !== 'done'}
      onClick={() => void history.restore(voicemailId)}
    />
  );
};

function restoreStatusText({ t }: Translator, restore: RestoreState): string {
  if (restore.step === 'running') return '';
  return restore.step === 'failed'
    ? t('RestoreFailed', { reason: t(FAILURE_MESSAGES[restore.failure]) })
    : t('Restored');
}
