import { Anchor } from '@twilio-paste/core/anchor';
import { Box } from '@twilio-paste/core/box';
import { Card } from '@twilio-paste/core/card';
import { Heading } from '@twilio-paste/core/heading';
import { Tab, TabList, TabPanel, TabPanels, Tabs } from '@twilio-paste/core/tabs';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import type { Mail } from '../api/types';
import { useAsyncData, useLive } from '../state/live';
import { LoadError, Loading } from '../widgets/load-state';
import { Attachments } from './attachments';

/** One mail: its header fields, its parts and its attachments. */
export const MailView: React.FC<{ id: string }> = ({ id }) => {
  const { client } = useLive();
  const mail = useAsyncData(() => client.mail(id), [client, id]);
  return (
    <Card padding="space70">
      {mail.state === 'loading' && <Loading label="Loading the mail" />}
      {mail.state === 'failed' && <LoadError message={mail.message} />}
      {mail.state === 'loaded' && <MailContent mail={mail.value} />}
    </Card>
  );
};

const MailContent: React.FC<{ mail: Mail }> = ({ mail }) => (
  <Box>
    <Heading as="h2" variant="heading30">
      {mail.subject || '(no subject)'}
    </Heading>
    <Box
      as="dl"
      margin="space0"
      marginBottom="space60"
      display="grid"
      gridTemplateColumns="auto 1fr"
      columnGap="space50"
      rowGap="space20"
    >
      <DetailRow name="From" value={mail.from} />
      <DetailRow name="To" value={mail.to.join(', ')} />
      {mail.recipients.length !== mail.to.length && (
        <DetailRow name="Delivered to" value={mail.recipients.join(', ')} />
      )}
      <DetailRow name="At" value={new Date(mail.at).toLocaleString()} />
    </Box>
    <Attachments id={mail.id} attachments={mail.attachments} />
    <Tabs baseId="mail" selectedId={mail.html ? 'mail-html' : 'mail-text'}>
      <TabList aria-label="The mail's parts">
        <Tab id="mail-html">HTML</Tab>
        <Tab id="mail-text">Text</Tab>
        <Tab id="mail-headers">Headers</Tab>
      </TabList>
      <TabPanels>
        <TabPanel>
          {mail.html ? <HtmlPart html={mail.html} /> : <EmptyPart>This mail has no HTML part.</EmptyPart>}
        </TabPanel>
        <TabPanel>
          {mail.text ? (
            <PlainTextPart label="Text" text={mail.text} />
          ) : (
            <EmptyPart>This mail has no text part.</EmptyPart>
          )}
        </TabPanel>
        <TabPanel>
          <PlainTextPart label="Headers" text={mail.headers.map(({ name, value }) => `${name}: ${value}`).join('\n')} />
        </TabPanel>
      </TabPanels>
    </Tabs>
    <Box marginTop="space60">
      <Anchor href={`/api/mails/${mail.id}/raw`}>{`Download the message as sent (.eml, ${mail.size} bytes)`}</Anchor>
    </Box>
  </Box>
);

const DetailRow: React.FC<{ name: string; value: string }> = ({ name, value }) => (
  <>
    <Text as="dt" color="colorTextWeak">
      {name}
    </Text>
    <Text as="dd" margin="space0" wordBreak="break-word">
      {value}
    </Text>
  </>
);

const EmptyPart: React.FC = ({ children }) => (
  <Text as="p" color="colorTextWeak" paddingY="space50">
    {children}
  </Text>
);

/**
 * A mail is untrusted: no scripts, no forms, no access to this page. Its links open in a new tab, which escapes the
 * sandbox because the linked page could not run otherwise.
 */
const HtmlPart: React.FC<{ html: string }> = ({ html }) => (
  <iframe
    title="The mail as HTML"
    sandbox="allow-popups allow-popups-to-escape-sandbox"
    srcDoc={`<base target="_blank">${html}`}
    width="100%"
    height="560"
    frameBorder="0"
  />
);

const PlainTextPart: React.FC<{ label: string; text: string }> = ({ label, text }) => (
  <Box
    as="pre"
    role="region"
    aria-label={label}
    tabIndex={0}
    margin="space0"
    paddingY="space50"
    maxHeight="size50"
    overflow="auto"
    whiteSpace="pre-wrap"
    wordBreak="break-word"
    fontFamily="fontFamilyCode"
    fontSize="fontSize30"
    lineHeight="lineHeight40"
    color="colorText"
    outline="none"
    _focusVisible={{ boxShadow: 'shadowFocus' }}
  >
    {text}
  </Box>
);
