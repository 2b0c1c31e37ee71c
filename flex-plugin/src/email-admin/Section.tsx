import { Box } from '@twilio-paste/core/box';
import { Heading } from '@twilio-paste/core/heading';
import * as React from 'react';
import { useId } from '../use-id';

/** A part of the panel under a heading of its own. */
export const Section: React.FC<{ title: string }> = ({ title, children }) => {
  const id = useId('section');
  return (
    <Box
      as="section"
      aria-labelledby={id}
      display="flex"
      flexDirection="column"
      rowGap="space60"
      padding="space60"
      minWidth="0"
      backgroundColor="colorBackgroundBody"
      borderStyle="solid"
      borderWidth="borderWidth10"
      borderColor="colorBorderWeaker"
      borderRadius="borderRadius30"
    >
      <Heading as="h2" variant="heading30" id={id} marginBottom="space0">
        {title}
      </Heading>
      {children}
    </Box>
  );
};
