import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Heading } from '@twilio-paste/core/heading';
import { Text } from '@twilio-paste/core/text';
import { DeleteIcon } from '@twilio-paste/icons/esm/DeleteIcon';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_WORDS } from '../functions-client/failure-words';
import { usePlugin } from '../plugin-context';
import { type RootState, selectActs } from '../state/state';
import { useId } from '../use-id';

/**
 * For supervisors; asks first, since it cannot be undone. It asks in the card and not in a dialog over Flex: Paste's
 * dialogs with their animations would make the plugin a sixth larger.
 */
export const DeleteRecording: React.FC<{ taskSid: string; hasRecording: boolean }> = ({ taskSid, hasRecording }) => {
  const { acts, words } = usePlugin();
  const { t } = words;
  const { delete: state } = useSelector((root: RootState) => selectActs(root, taskSid));
  const [isAsking, setIsAsking] = React.useState(false);
  const ask = React.useRef<HTMLButtonElement>(null);
  const keep = React.useRef<HTMLButtonElement>(null);
  const titleId = useId('delete-title');
  const textId = useId('delete-text');
  const isRunning = state?.step === 'running';
  const wasAsking = React.useRef(false);
  // Before the browser paints: the focus is never lost with the button it was on.
  React.useLayoutEffect(() => {
    if (isAsking) keep.current?.focus();
    else if (wasAsking.current) ask.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  return (
    <Box>
      {hasRecording && !isAsking && (
        <Button
          ref={ask}
          variant="destructive_secondary"
          size="small"
          disabled={isRunning}
          onClick={() => setIsAsking(true)}
        >
          <DeleteIcon decorative />
          {t(isRunning ? 'Deleting' : 'DeleteRecording')}
        </Button>
      )}
      {hasRecording && isAsking && (
        <Box
          role="alertdialog"
          aria-labelledby={titleId}
          aria-describedby={textId}
          onKeyDown={(event: React.KeyboardEvent) => event.key === 'Escape' && setIsAsking(false)}
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
            <Button ref={keep} variant="secondary" size="small" onClick={() => setIsAsking(false)}>
              {t('DeleteCancel')}
            </Button>
            <Button
              variant="destructive"
              size="small"
              onClick={() => {
                setIsAsking(false);
                void acts.deleteRecording(taskSid);
              }}
            >
              {t('DeleteConfirm')}
            </Button>
          </Box>
        </Box>
      )}
      <Box role="status">
        {state?.step === 'done' && <Text as="span">{t('Deleted')}</Text>}
        {state?.step === 'failed' && (
          <Text as="span" color="colorTextError">
            {t('ActFailed')} {t(FAILURE_WORDS[state.failure ?? 'unexpected'])}
          </Text>
        )}
      </Box>
    </Box>
  );
};
