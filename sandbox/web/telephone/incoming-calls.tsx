import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useLive } from '../state/live';
import type { CallState } from '../state/live-state';

/** True for a call that rings at this telephone. */
export const ringsHere = ({ incoming, status }: CallState): boolean => incoming !== null && status === 'ringing';

interface IncomingCallsProps {
  calls: CallState[];
  /** Called once a call was picked up. */
  onPickUp: (sid: string) => void;
  onError: (message: string) => void;
}

/** Calls before they are answered, above whatever else is shown: the next one does not put the others out of reach. */
export const IncomingCalls: React.FC<IncomingCallsProps> = ({ calls, onPickUp, onError }) => {
  const { client } = useLive();
  const attempt = (act: Promise<void>) =>
    act.then(
      () => onError(''),
      (problem: Error) => onError(problem.message),
    );
  return (
    <>
      {calls.map(({ sid, incoming }) => (
        <Box
          key={sid}
          role="group"
          aria-label={`Call from ${incoming?.from}`}
          marginBottom="space60"
          padding="space50"
          borderRadius="borderRadius20"
          backgroundColor="colorBackgroundPrimaryWeakest"
          display="flex"
          flexDirection="column"
          rowGap="space40"
        >
          <Box role="alert">
            <Text as="p" fontSize="fontSize40" lineHeight="lineHeight40" fontWeight="fontWeightSemibold">
              {`${incoming?.from} is calling ${incoming?.to}`}
            </Text>
          </Box>
          <Button
            variant="primary"
            fullWidth
            onClick={() => void attempt(client.pickUp(sid).then(() => onPickUp(sid)))}
          >
            Pick up
          </Button>
          <Button variant="destructive" fullWidth onClick={() => void attempt(client.hangUp(sid))}>
            Decline
          </Button>
        </Box>
      ))}
    </>
  );
};
