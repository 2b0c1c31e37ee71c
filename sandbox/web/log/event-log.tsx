import { Badge, type BadgeProps } from '@twilio-paste/core/badge';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Heading } from '@twilio-paste/core/heading';
import { Switch } from '@twilio-paste/core/switch';
import { Text } from '@twilio-paste/core/text';
import { ErrorIcon } from '@twilio-paste/icons/cjs/ErrorIcon';
import { WarningIcon } from '@twilio-paste/icons/cjs/WarningIcon';
import * as React from 'react';
import type { LogEntry } from '../api/types';
import { useLive } from '../state/live';
import { Details } from '../widgets/details';

/** Each line costs about a millisecond to render, so a page opens with few. */
const FIRST_PAGE = 50;
const NEXT_PAGE = 200;

const SOURCE_VARIANTS: Record<LogEntry['source'], BadgeProps['variant']> = {
  caller: 'decorative20',
  twilio: 'decorative10',
  product: 'decorative30',
  mail: 'decorative40',
  sandbox: 'neutral',
};

/** The event log, newest line first. A line opens to the request and the response behind it. */
export const EventLog: React.FC<{ title: string; headingLevel: 'h1' | 'h2' }> = ({ title, headingLevel }) => {
  const { state } = useLive();
  const [problemsOnly, setProblemsOnly] = React.useState(false);
  const [shown, setShown] = React.useState(FIRST_PAGE);
  const lines = state.log.filter(({ level }) => !problemsOnly || level !== 'info');
  const visible = lines.slice(-shown).reverse();
  return (
    <Box as="section" aria-label={title}>
      <Box
        display="flex"
        flexWrap="wrap"
        justifyContent="space-between"
        alignItems="baseline"
        columnGap="space40"
        rowGap="space40"
      >
        <Heading as={headingLevel} variant={headingLevel === 'h1' ? 'heading20' : 'heading30'}>
          {title}
        </Heading>
        <Switch checked={problemsOnly} onChange={(event) => setProblemsOnly(event.currentTarget.checked)}>
          Only problems
        </Switch>
      </Box>
      {visible.length === 0 ? (
        <Text as="p" color="colorTextWeak">
          {problemsOnly ? 'No problems so far.' : 'Nothing has happened yet. Make a call to start.'}
        </Text>
      ) : (
        <Box as="ol" margin="space0" padding="space0" listStyleType="none" aria-label={title}>
          {visible.map((line) => (
            <Line key={line.id} line={line} headingLevel={headingLevel === 'h1' ? 'h2' : 'h3'} />
          ))}
        </Box>
      )}
      {lines.length > shown && (
        <Button variant="secondary" onClick={() => setShown(shown + NEXT_PAGE)}>
          Show earlier lines
        </Button>
      )}
    </Box>
  );
};

const Line: React.FC<{ line: LogEntry; headingLevel: 'h2' | 'h3' }> = React.memo(({ line, headingLevel }) => (
  <Box
    as="li"
    paddingY="space20"
    borderBottomWidth="borderWidth10"
    borderBottomStyle="solid"
    borderBottomColor="colorBorderWeaker"
  >
    {line.detail === undefined ? (
      <Box paddingY="space20" paddingLeft="space70">
        <LineText line={line} />
      </Box>
    ) : (
      <Details summary={<LineText line={line} />} detail={line.detail} headingLevel={headingLevel} />
    )}
  </Box>
));

const LineText: React.FC<{ line: LogEntry }> = ({ line }) => (
  <Box as="span" display="flex" flexWrap="wrap" alignItems="center" columnGap="space30" minWidth="0">
    <Text as="span" color="colorTextWeak" fontSize="fontSize20" fontWeight="fontWeightNormal">
      {new Date(line.at).toLocaleTimeString()}
    </Text>
    <Badge as="span" variant={SOURCE_VARIANTS[line.source]}>
      {line.source}
    </Badge>
    {line.level === 'warning' && (
      <WarningIcon decorative={false} title="Warning" color="colorTextIconWarning" size="sizeIcon20" />
    )}
    {line.level === 'error' && (
      <ErrorIcon decorative={false} title="Error" color="colorTextIconError" size="sizeIcon20" />
    )}
    <Text
      as="span"
      fontSize="fontSize30"
      lineHeight="lineHeight30"
      fontWeight="fontWeightNormal"
      overflowWrap="anywhere"
    >
      {line.text}
    </Text>
  </Box>
);
