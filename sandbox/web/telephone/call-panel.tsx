import { Badge } from '@twilio-paste/core/badge';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Stack } from '@twilio-paste/core/stack';
import { Switch } from '@twilio-paste/core/switch';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useLive } from '../state/live';
import type { CallState } from '../state/live-state';
import { Captions } from './captions';
import { Keypad } from './keypad';
import { createPromptPlayer } from './prompt-player';
import { SpeakFile, SpeakPanel } from './speak-panel';

const STATUS: Record<string, string> = {
  queued: 'Dialing',
  ringing: 'Ringing',
  'in-progress': 'On a call',
  completed: 'Call ended',
  busy: 'Busy',
  failed: 'Call failed',
  'no-answer': 'No answer',
  canceled: 'Call canceled',
};

/** One call: its status, its captions, the keypad, speech and hanging up. */
export const CallPanel: React.FC<{ call: CallState; onAgain: () => void }> = ({ call, onAgain }) => {
  const { client } = useLive();
  const [error, setError] = React.useState('');
  const { muted, setMuted } = usePromptPlayer(call.sid);
  const ended = call.endedAt !== null;
  const { sid } = call;
  const onPress = React.useCallback(
    (key: string) => {
      client.press(sid, key).then(
        () => setError(''),
        (problem: Error) => setError(problem.message),
      );
    },
    [client, sid],
  );

  return (
    <Stack orientation="vertical" spacing="space60">
      <Box
        display="flex"
        alignItems="center"
        justifyContent="space-between"
        flexWrap="wrap"
        columnGap="space40"
        rowGap="space40"
      >
        <Box role="status" aria-live="polite" display="flex" columnGap="space30">
          <Badge as="span" variant={ended ? 'neutral' : 'success'}>
            {STATUS[call.status] ?? call.status}
          </Badge>
          {call.recording && (
            <Badge as="span" variant="error">
              Recording
            </Badge>
          )}
        </Box>
        <Timer from={call.startedAt} to={call.endedAt} />
        <Switch checked={!muted} onChange={(event) => setMuted(!event.currentTarget.checked)}>
          Sound
        </Switch>
      </Box>
      <Captions captions={call.captions} />
      {error && (
        <Box role="alert">
          <Text as="p" color="colorTextError">
            {error}
          </Text>
        </Box>
      )}
      {ended ? (
        <Button variant="primary" fullWidth onClick={onAgain}>
          Make another call
        </Button>
      ) : (
        <Stack orientation="vertical" spacing="space60">
          <SpeakPanel call={call} onError={setError} />
          <Button
            variant="destructive"
            fullWidth
            onClick={() => {
              client.hangUp(call.sid).catch((problem: Error) => setError(problem.message));
            }}
          >
            Hang up
          </Button>
          <Keypad onPress={onPress} />
          <SpeakFile callSid={call.sid} onError={setError} />
        </Stack>
      )}
    </Stack>
  );
};

/** Minutes and seconds since the call started. */
const Timer: React.FC<{ from: number; to: number | null }> = ({ from, to }) => {
  const [now, setNow] = React.useState(Date.now());
  React.useEffect(() => {
    if (to !== null) return;
    const tick = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(tick);
  }, [to]);
  const seconds = Math.max(0, Math.floor(((to ?? now) - from) / 1000));
  return (
    <Box role="timer" aria-label="Length of the call">
      <Text as="span" fontSize="fontSize40" lineHeight="lineHeight40" fontWeight="fontWeightSemibold">
        {`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`}
      </Text>
    </Box>
  );
};

/** Plays the call's audio, with a mute switch. */
function usePromptPlayer(sid: string) {
  const { onCallEvent } = useLive();
  const [player] = React.useState(createPromptPlayer);
  const [muted, setMuted] = React.useState(false);
  React.useEffect(() => {
    const stop = onCallEvent((event) => {
      if (event.callSid === sid) player.handle(event);
    });
    return () => {
      stop();
      player.stop();
    };
  }, [onCallEvent, player, sid]);
  React.useEffect(() => player.mute(muted), [player, muted]);
  return { muted, setMuted };
}
