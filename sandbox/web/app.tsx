import { Anchor } from '@twilio-paste/core/anchor';
import { Badge } from '@twilio-paste/core/badge';
import { Box } from '@twilio-paste/core/box';
import { Callout, CalloutHeading, CalloutText } from '@twilio-paste/core/callout';
import { Heading } from '@twilio-paste/core/heading';
import { ScreenReaderOnly } from '@twilio-paste/core/screen-reader-only';
import { Text } from '@twilio-paste/core/text';
import { Theme } from '@twilio-paste/core/theme';
import * as React from 'react';
import type { SandboxClient } from './api/types';
import { FrontPage } from './front/front-page';
import { LogPage } from './log/log-page';
import { MailboxPage } from './mailbox/mailbox-page';
import { PageAnchor, Router, useLinkHandler, usePath, useTitle } from './routing';
import { LiveProvider, useLive } from './state/live';
import { SwitchesPage } from './switches/switches-page';
import { TelephonePage } from './telephone/telephone-page';

/** The sandbox's pages. All their data comes from `client`. */
export const App: React.FC<{ client: SandboxClient }> = ({ client }) => (
  <Theme.Provider theme="default">
    <LiveProvider client={client}>
      <Router>
        <Frame />
      </Router>
    </LiveProvider>
  </Theme.Provider>
);

const Frame: React.FC = () => {
  const path = usePath();
  const main = React.useRef<HTMLElement>(null);
  const section = path.split('/')[1] ?? '';
  const shown = React.useRef(section);
  // Screen readers do not announce a page that is swapped in place, so move focus to it.
  React.useEffect(() => {
    if (shown.current !== section) main.current?.focus();
    shown.current = section;
  }, [section]);

  return (
    <Box minHeight="100vh" backgroundColor="colorBackground" display="flex" flexDirection="column">
      <SkipLink />
      <Header />
      <Box
        as="main"
        id="main"
        ref={main}
        tabIndex={-1}
        outline="none"
        flexGrow={1}
        width="100%"
        maxWidth="1440px"
        marginX="auto"
        paddingX={['space50', 'space70', 'space90']}
        paddingY={['space60', 'space80']}
      >
        <ConnectionNotice />
        <Page path={path} />
      </Box>
      <MailAnnouncement />
    </Box>
  );
};

const Page: React.FC<{ path: string }> = ({ path }) => {
  const [section, rest] = path.split('/').slice(1);
  if (section === 'telephone') return <TelephonePage />;
  if (section === 'mailbox') return <MailboxPage openId={rest ? decodeURIComponent(rest) : undefined} />;
  if (section === 'log') return <LogPage />;
  if (section === 'switches') return <SwitchesPage />;
  return path === '/' ? <FrontPage /> : <NotFoundPage path={path} />;
};

/** For an address that is none of the pages. */
const NotFoundPage: React.FC<{ path: string }> = ({ path }) => {
  useTitle('Not found');
  return (
    <Box maxWidth="size80" marginX="auto">
      <Heading as="h1" variant="heading10">
        There is no such page
      </Heading>
      <Text as="p" marginBottom="space50">{`The sandbox has nothing at ${path}.`}</Text>
      <PageAnchor href="/">Go to the start page</PageAnchor>
    </Box>
  );
};

/** Off screen until it has focus. It stays the same element, since replacing it would lose the focus. */
const SkipLink: React.FC = () => {
  const [focused, setFocused] = React.useState(false);
  return (
    <Box
      position="absolute"
      top={focused ? '8px' : '-100px'}
      left="8px"
      zIndex="zIndex90"
      backgroundColor="colorBackgroundBody"
      padding="space40"
      borderRadius="borderRadius20"
      boxShadow="shadow"
    >
      <Anchor href="#main" onFocus={() => setFocused(true)} onBlur={() => setFocused(false)}>
        Skip to the page
      </Anchor>
    </Box>
  );
};

const Header: React.FC = () => {
  const { state } = useLive();
  const path = usePath();
  const onCall = Object.values(state.calls).some((call) => call.endedAt === null);
  const fresh = path.startsWith('/mailbox') ? 0 : state.unseenMails;
  return (
    <Box
      as="header"
      backgroundColor="colorBackgroundBody"
      borderBottomWidth="borderWidth10"
      borderBottomStyle="solid"
      borderBottomColor="colorBorderWeaker"
      paddingX={['space50', 'space70', 'space90']}
      display="flex"
      flexWrap="wrap"
      alignItems="center"
      columnGap="space80"
    >
      <Box paddingY="space50">
        <Text as="span" fontSize="fontSize40" lineHeight="lineHeight40" fontWeight="fontWeightSemibold">
          Twilio sandbox
        </Text>
      </Box>
      <Box as="nav" aria-label="Pages" display="flex" flexWrap="wrap" columnGap="space20">
        <NavLink to="/" here={path === '/'}>
          Start
        </NavLink>
        <NavLink to="/telephone" here={path === '/telephone'}>
          Telephone{' '}
          {onCall && (
            <Badge as="span" variant="success">
              on a call
            </Badge>
          )}
        </NavLink>
        <NavLink to="/mailbox" here={path.startsWith('/mailbox')}>
          Mailbox {fresh > 0 && <Badge as="span" variant="new">{`${fresh} new`}</Badge>}
        </NavLink>
        <NavLink to="/log" here={path === '/log'}>
          Log
        </NavLink>
        <NavLink to="/switches" here={path === '/switches'}>
          Switches
        </NavLink>
      </Box>
    </Box>
  );
};

const NavLink: React.FC<{ to: string; here: boolean }> = ({ to, here, children }) => (
  <Box
    as="a"
    href={to}
    onClick={useLinkHandler(to)}
    aria-current={here ? 'page' : undefined}
    display="inline-flex"
    alignItems="center"
    columnGap="space30"
    minHeight="sizeSquare110"
    paddingX="space40"
    fontFamily="fontFamilyText"
    fontSize="fontSize30"
    lineHeight="lineHeight30"
    fontWeight={here ? 'fontWeightSemibold' : 'fontWeightNormal'}
    color={here ? 'colorTextLink' : 'colorText'}
    textDecoration="none"
    borderBottomWidth="borderWidth20"
    borderBottomStyle="solid"
    borderBottomColor={here ? 'colorBorderPrimary' : 'transparent'}
    outline="none"
    _hover={{ textDecoration: 'underline' }}
    _focusVisible={{ boxShadow: 'shadowFocus', borderRadius: 'borderRadius20' }}
  >
    {children}
  </Box>
);

const ConnectionNotice: React.FC = () => {
  const { state } = useLive();
  if (state.connection !== 'lost') return null;
  return (
    <Box marginBottom="space70" role="alert">
      <Callout variant="error">
        <CalloutHeading as="h2">The sandbox has stopped</CalloutHeading>
        <CalloutText>
          This page lost its connection and keeps trying to reconnect. Start the sandbox with npm start. Until then,
          this page may be out of date.
        </CalloutText>
      </Callout>
    </Box>
  );
};

const MailAnnouncement: React.FC = () => {
  const { state } = useLive();
  const { newestMail: newest } = state;
  return (
    <ScreenReaderOnly as="div">
      <Box role="status" aria-live="polite">
        {newest ? `New mail: ${newest.subject}` : ''}
      </Box>
    </ScreenReaderOnly>
  );
};
