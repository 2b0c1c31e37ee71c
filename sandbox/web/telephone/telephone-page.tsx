import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Card } from '@twilio-paste/core/card';
import { Heading } from '@twilio-paste/core/heading';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { EventLog } from '../log/event-log';
import { useTitle } from '../routing';
import { useAsyncData, useLive } from '../state/live';
import type { CallState } from '../state/live-state';
import { LoadError, Loading } from '../widgets/load-state';
import { CallPanel } from './call-panel';
import { type DialedCall, Dialer } from './dialer';
import { IncomingCalls, ringsHere } from './incoming-calls';
import { OpenTaskList } from './open-task-list';

/** The telephone, with the open tasks and the event log. */
export const TelephonePage: React.FC = () => {
  useTitle('Telephone');
  return (
    <Box
      display="grid"
      gridTemplateColumns={['minmax(0, 1fr)', 'minmax(0, 1fr)', 'minmax(20rem, 26rem) minmax(0, 1fr)']}
      columnGap="space70"
      rowGap="space70"
      alignItems="start"
    >
      <Telephone />
      <Box display="flex" flexDirection="column" rowGap="space70">
        <Card padding="space70">
          <OpenTaskList />
        </Card>
        <Card padding="space70">
          <EventLog title="What is happening" headingLevel="h2" />
        </Card>
      </Box>
    </Box>
  );
};

const Telephone: React.FC = () => {
  const { client, state } = useLive();
  const setup = useAsyncData(() => client.setup(), [client, state.live]);
  const [chosen, setChosen] = useChosenCall();
  const [busy, setBusy] = React.useState(false);
  const [error, setError] = React.useState('');
  const [done, setDone] = React.useState('');
  const open = Object.values(state.calls).filter((call) => call.endedAt === null);
  const ringing = open.filter(ringsHere);
  const inProgress = open.filter((call) => !ringsHere(call));
  const call = chosen === null ? undefined : state.calls[chosen];
  const others = inProgress.filter(({ sid }) => sid !== chosen);

  const attempt = (act: () => Promise<void>) => {
    setBusy(true);
    setError('');
    setDone('');
    act()
      .catch((problem: Error) => setError(problem.message))
      .finally(() => setBusy(false));
  };
  const dial = (dialed: DialedCall) => attempt(() => client.placeCall(dialed).then(setChosen));
  const leaveVoicemail = (dialed: DialedCall) =>
    attempt(() => client.leaveSampleVoicemail(dialed).then(() => setDone('A voicemail was left.')));

  return (
    <Card padding="space70">
      <Heading as="h1" variant="heading20">
        Telephone
      </Heading>
      {setup.state === 'loading' && <Loading label="Loading the telephone" />}
      {setup.state === 'failed' && <LoadError message={setup.message} />}
      {error && (
        <Box role="alert" marginBottom="space50">
          <Text as="p" color="colorTextError">
            {error}
          </Text>
        </Box>
      )}
      <Box aria-live="polite" marginBottom={done ? 'space50' : 'space0'}>
        {done && <Text as="p">{done}</Text>}
      </Box>
      <IncomingCalls calls={ringing} onPickUp={setChosen} onError={setError} />
      <OtherCalls calls={others} onShow={setChosen} />
      {call ? (
        <CallPanel key={call.sid} call={call} onAgain={() => setChosen(null)} />
      ) : (
        setup.state === 'loaded' && (
          <Dialer lines={setup.value.lines} busy={busy} onDial={dial} onLeaveVoicemail={leaveVoicemail} />
        )
      )}
    </Card>
  );
};

const CHOSEN_CALL_KEY = 'telephone-call';

/**
 * The call that this tab shows. It outlives a reload of the tab while the call is in progress; other tabs, and calls of
 * other tabs, have no part in it.
 */
function useChosenCall(): [string | null, (sid: string | null) => void] {
  const { state } = useLive();
  const [chosen, setChosen] = React.useState<string | null>(null);
  const before = React.useRef(sessionStorage.getItem(CHOSEN_CALL_KEY));
  const choose = React.useCallback((sid: string | null) => {
    before.current = null;
    setChosen(sid);
    if (sid === null) sessionStorage.removeItem(CHOSEN_CALL_KEY);
    else sessionStorage.setItem(CHOSEN_CALL_KEY, sid);
  }, []);
  React.useEffect(() => {
    // The call before the reload is known once all events have been applied.
    if (before.current === null || !state.live) return;
    const isInProgress = state.calls[before.current]?.endedAt === null;
    choose(isInProgress ? before.current : null);
  }, [state.live, state.calls, choose]);
  return [chosen, choose];
}

/** Calls in progress besides the one that is shown; each stays within reach. */
const OtherCalls: React.FC<{ calls: CallState[]; onShow: (sid: string) => void }> = ({ calls, onShow }) =>
  calls.length === 0 ? null : (
    <Box
      as="section"
      aria-label="Other calls"
      marginBottom="space60"
      display="flex"
      flexWrap="wrap"
      columnGap="space30"
    >
      {calls.map(({ sid, incoming }, n) => (
        <Button key={sid} variant="secondary" size="small" onClick={() => onShow(sid)}>
          {incoming === null ? `Show other call ${n + 1}` : `Show the call from ${incoming.from} to ${incoming.to}`}
        </Button>
      ))}
    </Box>
  );
