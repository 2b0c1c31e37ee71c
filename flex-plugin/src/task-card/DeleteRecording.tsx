import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import { DeleteIcon } from '@twilio-paste/icons/esm/DeleteIcon';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_MESSAGES } from '../functions-client/failure-messages';
import { usePlugin } from '../plugin-context';
import { type AgentRootState, selectActionStatuses } from '../state/agent-state';
import { Confirmation } from './Confirmation';

/** For supervisors; asks for confirmation, since a deletion cannot be undone. */
export const DeleteRecording: React.FC<{ taskSid: string; voicemailId: string; hasRecording: boolean }> = ({
  taskSid,
  voicemailId,
  hasRecording,
}) => {
  const { agentActions, translator } = usePlugin();
  const { t } = translator;
  const { delete: status } = useSelector((root: AgentRootState) => selectActionStatuses(root, taskSid));
  const [isConfirming, setIsConfirming] = React.useState(false);
  const deleteButton = React.useRef<HTMLButtonElement>(null);
  const isRunning = status?.step === 'running';
  const wasConfirming = React.useRef(false);
  // Before the browser paints, so that focus is not lost with the removed button.
  React.useLayoutEffect(() => {
    if (!isConfirming && wasConfirming.current) deleteButton.current?.focus();
    wasConfirming.current = isConfirming;
  }, [isConfirming]);
  return (
    <Box>
      {hasRecording && !isConfirming && (
        <Button
          ref={deleteButton}
          variant="destructive_secondary"
          size="small"
          disabled={isRunning}
          onClick={() => setIsConfirming(true)}
        >
          <DeleteIcon decorative />
          {t(isRunning ? 'Deleting' : 'DeleteRecording')}
        </Button>
      )}
      {hasRecording && isConfirming && (
        <Confirmation
          title={t('DeleteTitle')}
          text={t('DeleteText')}
          cancelLabel={t('DeleteCancel')}
          confirmLabel={t('DeleteConfirm')}
          onCancel={() => setIsConfirming(false)}
          onConfirm={() => {
            setIsConfirming(false);
            void agentActions.deleteRecording(taskSid, voicemailId);
          }}
        />
      )}
      <Box role="status">
        {status?.step === 'done' && <Text as="span">{t('Deleted')}</Text>}
        {status?.step === 'failed' && (
          <Text as="span" color="colorTextError">
            {t('ActionFailed')} {t(FAILURE_MESSAGES[status.failure ?? 'unexpected'])}
          </Text>
        )}
      </Box>
    </Box>
  );
};
