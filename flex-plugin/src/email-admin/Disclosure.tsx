import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { ChevronDownIcon } from '@twilio-paste/icons/esm/ChevronDownIcon';
import { ChevronRightIcon } from '@twilio-paste/icons/esm/ChevronRightIcon';
import * as React from 'react';
import { useId } from '../use-id';

/** A collapsed section for rarely used settings. Paste's own disclosure adds an animation library. */
export const Disclosure: React.FC<{ title: string; initiallyOpen?: boolean }> = ({
  title,
  initiallyOpen = false,
  children,
}) => {
  const [isOpen, setIsOpen] = React.useState(initiallyOpen);
  const id = useId('folded');
  return (
    <Box>
      <Button variant="link" aria-expanded={isOpen} aria-controls={id} onClick={() => setIsOpen(!isOpen)}>
        {isOpen ? <ChevronDownIcon decorative size="sizeIcon10" /> : <ChevronRightIcon decorative size="sizeIcon10" />}
        {title}
      </Button>
      <Box id={id} hidden={!isOpen}>
        {isOpen && <Box paddingTop="space40">{children}</Box>}
      </Box>
    </Box>
  );
};
