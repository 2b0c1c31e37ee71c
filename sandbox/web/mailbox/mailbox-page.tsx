import { AlertDialog } from '@twilio-paste/core/alert-dialog';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Card } from '@twilio-paste/core/card';
import { Heading } from '@twilio-paste/core/heading';
import { Paragraph } from '@twilio-paste/core/paragraph';
import { DeleteIcon } from '@twilio-paste/icons/cjs/DeleteIcon';
import * as React from 'react';
import { PageAnchor, useNavigate, useTitle } from '../routing';
import { useAsyncData, useLive } from '../state/live';
import { LoadError, Loading } from '../widgets/load-state';
import { MailList } from './mail-list';
import { MailView } from './mail-view';

/** Every mail the sandbox accepted, and the selected one. */
export const MailboxPage: React.FC<{ openId: string | undefined }> = ({ openId }) => {
  useTitle('Mailbox');
  const { client, state, markMailsSeen } = useLive();
  const go = useNavigate();
  const mails = useAsyncData(() => client.mails(), [client, state.mailboxVersion]);
  const [confirming, setConfirming] = React.useState(false);
  const [error, setError] = React.useState('');
  React.useEffect(() => {
    if (state.unseenMails > 0) markMailsSeen();
  }, [state.unseenMails, markMailsSeen]);

  const empty = () => {
    setConfirming(false);
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
          <Button variant="destructive_secondary" size="small" onClick={() => setConfirming(true)}>
            <DeleteIcon decorative />
            Empty the mailbox
          </Button>
        )}
      </Box>
      {error && <LoadError message={error} />}
      {mails.state === 'loading' && <Loading label="Loading the mails" />}
      {mails.state === 'failed' && <LoadError message={mails.message} />}
      {mails.state === 'loaded' && !any && <EmptyMailbox />}
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
              <Paragraph marginBottom="space0">Choose a mail to read it and play its attachments.</Paragraph>
            </Card>
          )}
        </Box>
      )}
      <AlertDialog
        heading="Empty the mailbox?"
        isOpen={confirming}
        destructive
        onConfirm={empty}
        onConfirmLabel="Delete all mails"
        onDismiss={() => setConfirming(false)}
        onDismissLabel="Keep them"
      >
        This deletes every mail from the sandbox's folder. You cannot undo it.
      </AlertDialog>
    </Box>
  );
};

const EmptyMailbox: React.FC = () => (
  <Card padding="space70">
    <Heading as="h2" variant="heading30">
      No mail yet
    </Heading>
    <Paragraph>Emails that the code under test sends appear here. None of them leaves this machine.</Paragraph>
    <PageAnchor href="/telephone">Leave a voicemail by telephone</PageAnchor>
  </Card>
);
