import { Box } from '@twilio-paste/core/box';
import { Callout, CalloutHeading, CalloutText } from '@twilio-paste/core/callout';
import { Spinner } from '@twilio-paste/core/spinner';
import * as React from 'react';

/** A spinner while data loads. */
export const Loading: React.FC<{ label: string }> = ({ label }) => (
  <Box role="status" padding="space50">
    <Spinner decorative={false} title={label} size="sizeIcon40" />
  </Box>
);

/** Says why data could not be loaded. */
export const LoadError: React.FC<{ message: string }> = ({ message }) => (
  <Box role="alert">
    <Callout variant="error">
      <CalloutHeading as="h3">This could not be loaded</CalloutHeading>
      <CalloutText>{message}</CalloutText>
    </Callout>
  </Box>
);
