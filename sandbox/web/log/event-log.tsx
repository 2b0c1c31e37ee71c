import { Badge, type BadgeProps } from '@twilio-paste/core/badge';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Disclosure, DisclosureContent, DisclosureHeading, useDisclosureState } from '@twilio-paste/core/disclosure';
import { Heading } from '@twilio-paste/core/heading';
import { Switch } from '@twilio-paste/core/switch';
import { Text } from '@twilio-paste/core/text';
import { ErrorIcon } from '@twilio-paste/icons/cjs/ErrorIcon';
import { WarningIcon } from '@twilio-paste/icons/cjs/WarningIcon';
import * as React from 'react';
import type { LogEntry } from '../api/types';
import { useLive } from '../state/live';
import { Details } from '../widgets/details';
import { type CallGroup, groupByCall, isCallGroup } from './group-by-call';

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

/**
 * The event log, newest first. A line opens to the request and the response behind it.
 * @param canGroup whether the lines of a call can be folded into one, which is then the default
 */
export const EventLog: React.FC<{ title: string; headingLevel: 'h1' | 'h2'; canGroup?: boolean }> = ({
  title,
  headingLevel,
  canGroup = false,
}) => {
  const { state } = useLive();
  const [problemsOnly, setProblemsOnly] = React.useState(false);
  const [grouped, setGrouped] = React.useState(canGroup);
  const [shown, setShown] = React.useState(FIRST_PAGE);
  // Up to 2,000 lines, and a render for every event.
  const items = React.useMemo(() => {
    const lines = state.log.filter(({ level }) => !problemsOnly || level !== 'info');
    return grouped ? groupByCall(lines) : lines;
  }, [state.log, problemsOnly, grouped]);
  const visible = items.slice(-shown).reverse();
  const lineHeading = headingLevel === 'h1' ? 'h2' : 'h3';
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
        <Box display="flex" columnGap="space60">
          {canGroup && (
            <Switch checked={grouped} onChange={(event) => setGrouped(event.currentTarget.checked)}>
              Group by call
            </Switch>
          )}
          <Switch checked={problemsOnly} onChange={(event) => setProblemsOnly(event.currentTarget.checked)}>
            Only problems
          </Switch>
        </Box>
      </Box>
      {visible.length === 0 ? (
        <Text as="p" color="colorTextWeak">
          {problemsOnly ? 'No problems so far.' : 'Nothing has happened yet. Make a call to start.'}
        </Text>
      ) : (
        <Box as="ol" margin="space0" padding="space0" listStyleType="none" aria-label={title}>
          {visible.map((item) =>
            isCallGroup(item) ? (
              <Group key={item.callSid} group={item} />
            ) : (
              <Line key={item.id} line={item} headingLevel={lineHeading} />
            ),
          )}
        </Box>
      )}
      {items.length > shown && (
        <Button variant="secondary" onClick={() => setShown(shown + NEXT_PAGE)}>
          Show earlier lines
        </Button>
      )}
    </Box>
  );
};

const Row: React.FC = ({ children }) => (
  <Box
    as="li"
    paddingY="space20"
    borderBottomWidth="borderWidth10"
    borderBottomStyle="solid"
    borderBottomColor="colorBorderWeaker"
  >
    {children}
  </Box>
);

/** A call as one line: how it began, how many lines there are. Those are rendered only when opened. */
const Group: React.FC<{ group: CallGroup }> = ({ group: { lines } }) => {
  const state = useDisclosureState();
  const worst = (['error', 'warning'] as const).find((level) => lines.some((line) => line.level === level)) ?? 'info';
  const count = lines.length === 1 ? '1 line' : `${lines.length} lines`;
  const summary: LogEntry = { ...lines[0]!, level: worst, text: `${lines[0]!.text} (${count})` };
  return (
    <Row>
      <Disclosure state={state}>
        <DisclosureHeading as="h2" variant="heading60">
          <LineText line={summary} />
        </DisclosureHeading>
        <DisclosureContent>
          {state.visible && (
            <Box as="ol" margin="space0" paddingLeft="space60" listStyleType="none">
              {lines.map((line) => (
                <Line key={line.id} line={line} headingLevel="h3" />
              ))}
            </Box>
          )}
        </DisclosureContent>
      </Disclosure>
    </Row>
  );
};

const Line: React.FC<{ line: LogEntry; headingLevel: 'h2' | 'h3' }> = React.memo(({ line, headingLevel }) => (
  <Row>
    {line.detail === undefined ? (
      <Box paddingY="space20" paddingLeft="space70">
        <LineText line={line} />
      </Box>
    ) : (
      <Details summary={<LineText line={line} />} detail={line.detail} headingLevel={headingLevel} />
    )}
  </Row>
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
    {/* Narrower than its longest word, or a URL would widen the page. */}
    <Box as="span" minWidth="0" style={{ overflowWrap: 'anywhere' }}>
      <Text as="span" fontSize="fontSize30" lineHeight="lineHeight30" fontWeight="fontWeightNormal">
        {line.text}
      </Text>
    </Box>
  </Box>
);
