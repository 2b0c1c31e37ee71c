import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Heading } from '@twilio-paste/core/heading';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useId } from '../use-id';

export interface ConfirmationProps {
  title: string;
  text: string;
  cancelLabel: string;
  confirmLabel: string;
  onCancel: () => void;
  onConfirm: () => void;
}

/**
 * A question within the card. "Cancel" comes first and has the focus, so that a second click or key press confirms
 * nothing. Paste's modal dialogs with their animations would make the plugin a sixth larger.
 */
export const Confirmation: React.FC<ConfirmationProps> = ({
  title,
  text,
  cancelLabel,
  confirmLabel,
  onCancel,
  onConfirm,
}) => {
  const titleId = useId('confirm-title');
  const textId = useId('confirm-text');
  const cancelButton = React.useRef<HTMLButtonElement>(null);
  // Before the browser paints, so that focus is not lost with a button that this replaces.
  React.useLayoutEffect(() => cancelButton.current?.focus(), []);
  return (
    <Box
      role="alertdialog"
      aria-labelledby={titleId}
      aria-describedby={textId}
      onKeyDown={(event: React.KeyboardEvent) => event.key === 'Escape' && onCancel()}
      padding="space50"
      borderStyle="solid"
      borderWidth="borderWidth10"
      borderColor="colorBorderDestructive"
      borderRadius="borderRadius20"
    >
      <Heading as="h3" variant="heading50" id={titleId}>
        {title}
      </Heading>
      <Text as="div" id={textId} marginBottom="space40">
        {text}
      </Text>
      <Box display="flex" columnGap="space30" rowGap="space30" flexWrap="wrap">
        <Button ref={cancelButton} variant="secondary" size="small" onClick={onCancel}>
          {cancelLabel}
        </Button>
        <Button variant="destructive" size="small" onClick={onConfirm}>
          {confirmLabel}
        </Button>
      </Box>
    </Box>
  );
};
