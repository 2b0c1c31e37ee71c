import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import type { Translator } from '../../strings/translator';
import { useEmailAdmin } from '../email-admin-context';
import { selectHistory } from '../selectors';
import type { RestoreState } from './history-state';

/** Puts one callback or voicemail back in line, and says what became of it. */
export const RestoreButton: React.FC<{
  voicemailId: string;
  /** Which one, for who hears the page. */
  about: string;
}> = ({ voicemailId, about }) => {
  const { translator, history } = useEmailAdmin();
  const { t } = translator;
  const restore = useSelector(selectHistory).restores[voicemailId];
  const isRunning = restore?.step === 'running';
  return (
    <Box display="flex" flexWrap="wrap" columnGap="space30" alignItems="center">
      <Box role="status">
        {restore !== undefined && !isRunning && (
          <Text as="span" fontSize="fontSize20">
            {restoreStatusText(translator, restore)}
          </Text>
        )}
      </Box>
      {restore?.step !== 'done' && (
        <Button
          variant="secondary"
          size="small"
          disabled={isRunning}
          aria-label={`${t('Restore')}: ${about}`}
          onClick={() => void history.restore(voicemailId)}
        >
          {t(isRunning ? 'Restoring' : 'Restore')}
        </Button>
      )}
    </Box>
  );
};

function restoreStatusText({ t }: Translator, restore: RestoreState): string {
  return restore.step === 'failed'
    ? t('RestoreFailed', { reason: t(FAILURE_MESSAGES[restore.failure]) })
    : t('Restored');
}
