import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';

/** What a supervisor can do about one row, and its outcome, which screen readers announce. */
export const RowAction: React.FC<{
  label: string;
  /** Names the row for screen readers. */
  about: string;
  /** The outcome; empty while there is none. */
  status: string;
  isRunning: boolean;
  runningLabel: string;
  /** False: only the outcome is shown. */
  isOffered: boolean;
  onClick: () => void;
}> = ({ label, about, status, isRunning, runningLabel, isOffered, onClick }) => (
  <Box display="flex" flexWrap="wrap" columnGap="space30" alignItems="center">
    <Box role="status">
      {status !== '' && (
        <Text as="span" fontSize="fontSize20">
          {status}
        </Text>
      )}
    </Box>
    {isOffered && (
      <Button variant="secondary" size="small" disabled={isRunning} aria-label={`${label}: ${about}`} onClick={onClick}>
        {isRunning ? runningLabel : label}
      </Button>
    )}
  </Box>
);
