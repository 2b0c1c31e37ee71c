import { AlertDialog } from '@twilio-paste/core/alert-dialog';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Card } from '@twilio-paste/core/card';
import { Heading } from '@twilio-paste/core/heading';
import { Paragraph } from '@twilio-paste/core/paragraph';
import { DeleteIcon } from '@twilio-paste/icons/cjs/DeleteIcon';
import * as React from 'react';
import { PageAnchor, useGo, useTitle } from '../routing';
import { useLive, useLoaded } from '../state/live';
import { Failed, Loading } from '../widgets/states';
import { MailList } from './mail-list';
import { MailView } from './mail-view';

/** Every mail the sandbox took, and the one that is open. */
export const MailboxPage: React.FC<{ openId: string | undefined }> = ({ openId }) => {
  useTitle('Mailbox');
  const { client, state, markMailsSeen } = useLive();
  const go = useGo();
  const mails = useLoaded(() => client.mails(), [client, state.mailboxVersion]);
  const [asking, setAsking] = React.useState(false);
  const [error, setError] = React.useState('');
  React.useEffect(() => {
    if (state.unseen > 0) markMailsSeen();
  }, [state.unseen, markMailsSeen]);

  const empty = () => {
    setAsking(false);
    client.clearMails().then(
      () => go('/mailbox'),
      (problem: Error) => setError(problem.message),
    );
  };

  const any = mails.state === 'loaded' && mails.value.length > 0;
  return (
    <Box>
      <Box
        display="flex"
        flexWrap="wrap"
        justifyContent="space-between"
        alignItems="baseline"
        columnGap="space40"
        rowGap="space40"
      >
        <Heading as="h1" variant="heading20">
          Mailbox
        </Heading>
        {any && (
          <Button variant="destructive_secondary" size="small" onClick={() => setAsking(true)}>
            <DeleteIcon decorative />
            Empty the mailbox
          </Button>
        )}
      </Box>
      {error && <Failed message={error} />}
      {mails.state === 'loading' && <Loading label="The mails are being fetched" />}
      {mails.state === 'failed' && <Failed message={mails.message} />}
      {mails.state === 'loaded' && !any && <Nothing />}
      {mails.state === 'loaded' && any && (
        <Box
          display="grid"
          gridTemplateColumns={['minmax(0, 1fr)', 'minmax(0, 1fr)', 'minmax(18rem, 24rem) minmax(0, 1fr)']}
          columnGap="space70"
          rowGap="space70"
          alignItems="start"
        >
          <MailList mails={mails.value} openId={openId} />
          {openId ? (
            <MailView key={openId} id={openId} />
          ) : (
            <Card padding="space70">
              <Paragraph marginBottom="space0">Choose a mail to read it and to hear what is attached.</Paragraph>
            </Card>
          )}
        </Box>
      )}
      <AlertDialog
        heading="Empty the mailbox?"
        isOpen={asking}
        destructive
        onConfirm={empty}
        onConfirmLabel="Delete all mails"
        onDismiss={() => setAsking(false)}
        onDismissLabel="Keep them"
      >
        Every mail is deleted from the sandbox's folder. This cannot be undone.
      </AlertDialog>
    </Box>
  );
};

const Nothing: React.FC = () => (
  <Card padding="space70">
    <Heading as="h2" variant="heading30">
      No mail yet
    </Heading>
    <Paragraph>
      Mails that the code under test sends appear here by themselves; none of them leaves this machine.
    </Paragraph>
    <PageAnchor href="/telephone">Leave a voicemail by telephone</PageAnchor>
  </Card>
);
