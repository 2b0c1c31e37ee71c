import { AlertDialog } from '@twilio-paste/core/alert-dialog';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import { DeleteIcon } from '@twilio-paste/icons/esm/DeleteIcon';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_WORDS } from '../functions-client/failure-words';
import { usePlugin } from '../plugin-context';
import { type RootState, selectActs } from '../state/state';

/** For supervisors; asks first, since it cannot be undone. */
export const DeleteRecording: React.FC<{ taskSid: string; hasRecording: boolean }> = ({ taskSid, hasRecording }) => {
  const { acts, words } = usePlugin();
  const { t } = words;
  const { delete: state } = useSelector((root: RootState) => selectActs(root, taskSid));
  const [isAsking, setIsAsking] = React.useState(false);
  const isRunning = state?.step === 'running';
  return (
    <Box>
      {hasRecording && (
        <Button variant="destructive_link" size="small" disabled={isRunning} onClick={() => setIsAsking(true)}>
          <DeleteIcon decorative />
          {t(isRunning ? 'Deleting' : 'DeleteRecording')}
        </Button>
      )}
      <Box role="status">
        {state?.step === 'done' && <Text as="span">{t('Deleted')}</Text>}
        {state?.step === 'failed' && (
          <Text as="span" color="colorTextError">
            {t('ActFailed')} {t(FAILURE_WORDS[state.failure ?? 'unexpected'])}
          </Text>
        )}
      </Box>
      <AlertDialog
        heading={t('DeleteTitle')}
        isOpen={isAsking}
        destructive
        onConfirm={() => {
          setIsAsking(false);
          void acts.deleteRecording(taskSid);
        }}
        onConfirmLabel={t('DeleteConfirm')}
        onDismiss={() => setIsAsking(false)}
        onDismissLabel={t('DeleteCancel')}
      >
        {t('DeleteText')}
      </AlertDialog>
    </Box>
  );
};
