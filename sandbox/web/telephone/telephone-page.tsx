import { Box } from '@twilio-paste/core/box';
import { Card } from '@twilio-paste/core/card';
import { Heading } from '@twilio-paste/core/heading';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { EventLog } from '../log/event-log';
import { useTitle } from '../routing';
import { useAsyncData, useLive } from '../state/live';
import { LoadError, Loading } from '../widgets/load-state';
import { CallPanel } from './call-panel';
import { type DialedCall, Dialer } from './dialer';
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
  const [chosen, setChosen] = React.useState<string | null | undefined>();
  const [busy, setBusy] = React.useState(false);
  const [error, setError] = React.useState('');
  const [done, setDone] = React.useState('');
  // After a reload, show the call that is still in progress.
  const running = Object.values(state.calls).find((call) => call.endedAt === null);
  // A ringing call comes first, because only this page can answer it.
  const ringing = Object.values(state.calls).find((call) => call.incoming !== null && call.status === 'ringing');
  const ringingSid = ringing?.sid;
  React.useEffect(() => {
    if (ringingSid !== undefined) setChosen(ringingSid);
  }, [ringingSid]);
  const sid = ringingSid ?? (chosen === undefined ? running?.sid : chosen);
  const call = sid ? state.calls[sid] : undefined;

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
