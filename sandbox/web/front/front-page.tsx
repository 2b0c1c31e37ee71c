import { Anchor } from '@twilio-paste/core/anchor';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Card } from '@twilio-paste/core/card';
import { Heading } from '@twilio-paste/core/heading';
import { ListItem, OrderedList } from '@twilio-paste/core/list';
import { Paragraph } from '@twilio-paste/core/paragraph';
import { CallIcon } from '@twilio-paste/icons/cjs/CallIcon';
import * as React from 'react';
import { PageAnchor, useLinkHandler, useTitle } from '../routing';
import { useAsyncData, useLive } from '../state/live';

/** Introduces the sandbox: a first thing to try, and links to every page. */
export const FrontPage: React.FC = () => {
  useTitle('Start');
  const { client, state } = useLive();
  const setup = useAsyncData(() => client.setup(), [client, state.live]);
  const links = setup.state === 'loaded' ? setup.value.links : [];
  const follow = useLinkHandler('/telephone');
  return (
    <Box maxWidth="size80" marginX="auto">
      <Heading as="h1" variant="heading10">
        Try it by telephone
      </Heading>
      <Paragraph>
        This is a local Twilio. The code under test sees real calls, tasks, recordings and emails, and nothing leaves
        this machine: no account, no cost, no network.
      </Paragraph>
      <Card padding="space70">
        <Heading as="h2" variant="heading30">
          Start here: leave a voicemail
        </Heading>
        <OrderedList>
          {links.length > 0 && <ListItem>Open Flex as Sam, an agent, and set yourself to Available.</ListItem>}
          <ListItem>Open the telephone and choose “Leave a sample voicemail”.</ListItem>
          <ListItem>Open the mailbox: the recording has arrived.</ListItem>
          {links.length > 0 && (
            <>
              <ListItem>Accept the task in Flex, listen, and call back: the telephone rings.</ListItem>
              <ListItem>Open Flex as Sue, a supervisor, and choose who gets the next mail.</ListItem>
            </>
          )}
          <ListItem>Be the caller: call, press the key for a callback, and confirm it.</ListItem>
        </OrderedList>
        <Button variant="primary" as="a" href="/telephone" onClick={follow}>
          <CallIcon decorative />
          Pick up the telephone
        </Button>
      </Card>
      <Box
        as="section"
        aria-label="Pages"
        marginTop="space70"
        display="grid"
        gridTemplateColumns={['1fr', '1fr 1fr', '1fr 1fr 1fr']}
        columnGap="space60"
        rowGap="space60"
      >
        <PageCard title="Telephone" text="Call, press keys, speak, and read what the caller hears.">
          <PageAnchor href="/telephone">Open the telephone</PageAnchor>
        </PageCard>
        <PageCard title="Mailbox" text="Every email that was sent, with its attachments.">
          <PageAnchor href="/mailbox">Open the mailbox</PageAnchor>
        </PageCard>
        <PageCard title="Log" text="What happened, step by step. Each line opens to the request and the response.">
          <PageAnchor href="/log">Open the log</PageAnchor>
        </PageCard>
        <PageCard
          title="Switches"
          text="Let Mailgun be down, or change the account’s settings, and see what the product does about it."
        >
          <PageAnchor href="/switches">Open the switches</PageAnchor>
        </PageCard>
        {links.map(({ title, href, description }) => (
          <PageCard key={href} title={title} text={description ?? ''}>
            <Anchor href={href} target="_blank" rel="noopener">
              {`Open ${title}`}
            </Anchor>
          </PageCard>
        ))}
      </Box>
    </Box>
  );
};

const PageCard: React.FC<{ title: string; text: string }> = ({ title, text, children }) => (
  <Card padding="space60">
    <Heading as="h2" variant="heading40">
      {title}
    </Heading>
    <Paragraph>{text}</Paragraph>
    {children}
  </Card>
);
