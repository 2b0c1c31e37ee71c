import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Heading } from '@twilio-paste/core/heading';
import { Text } from '@twilio-paste/core/text';
import { DeleteIcon } from '@twilio-paste/icons/esm/DeleteIcon';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_MESSAGES } from '../functions-client/failure-messages';
import { usePlugin } from '../plugin-context';
import { type AgentRootState, selectActionStatuses } from '../state/agent-state';
import { useId } from '../use-id';

/**
 * For supervisors; asks for confirmation, since a deletion cannot be undone. The question is part of the card: Paste's
 * modal dialogs with their animations would make the plugin a sixth larger.
 */
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
  const keepButton = React.useRef<HTMLButtonElement>(null);
  const titleId = useId('delete-title');
  const textId = useId('delete-text');
  const isRunning = status?.step === 'running';
  const wasConfirming = React.useRef(false);
  // Before the browser paints, so that focus is not lost with the removed button.
  React.useLayoutEffect(() => {
    if (isConfirming) keepButton.current?.focus();
    else if (wasConfirming.current) deleteButton.current?.focus();
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
        <Box
          role="alertdialog"
          aria-labelledby={titleId}
          aria-describedby={textId}
          onKeyDown={(event: React.KeyboardEvent) => event.key === 'Escape' && setIsConfirming(false)}
          padding="space50"
          borderStyle="solid"
          borderWidth="borderWidth10"
          borderColor="colorBorderDestructive"
          borderRadius="borderRadius20"
        >
          <Heading as="h3" variant="heading50" id={titleId}>
            {t('DeleteTitle')}
          </Heading>
          <Text as="div" id={textId} marginBottom="space40">
            {t('DeleteText')}
          </Text>
          <Box display="flex" columnGap="space30">
            <Button ref={keepButton} variant="secondary" size="small" onClick={() => setIsConfirming(false)}>
              {t('DeleteCancel')}
            </Button>
            <Button
              variant="destructive"
              size="small"
              onClick={() => {
                setIsConfirming(false);
                void agentActions.deleteRecording(taskSid, voicemailId);
              }}
            >
              {t('DeleteConfirm')}
            </Button>
          </Box>
        </Box>
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
