import type * as Flex from '@twilio/flex-ui';
import { Box } from '@twilio-paste/core/box';
import * as React from 'react';
import { FEATURE_KEY } from '../config';
import { isCallbackOrVoicemail } from '../task-channels/task-type';

/** A part of Flex that plugins may add to, and whose content they may remove or replace. */
type Content = Pick<Flex.DynamicContentStore, 'add' | 'replace' | 'fragments' | 'removeRequests'>;

/** Flex's parts that show a task: a canvas has tabs, and one tab has the info panel. */
export interface TaskView {
  canvas: Content;
  tabs: Content;
  infoPanel: Content;
}

interface PlaceProps {
  task?: Flex.ITask;
}

/** What Flex's tabs read from their children. Without a name of its own, a tab cannot be selected. */
interface TabProps extends PlaceProps {
  label: string;
  uniqueName: string;
}

const KEY = 'callback-and-voicemail-card';
const isOurs = ({ task }: PlaceProps) => isCallbackOrVoicemail(task);
/** Our own replacements, which are not those of another plugin. */
const ownElements = new WeakSet<object>();

/** Shows the card in the Info tab. The last to replace its content is the one that is shown. */
export function replaceInfoPanel({ infoPanel }: TaskView, Card: React.FC<PlaceProps>): void {
  infoPanel.replace(<Card key={KEY} />, { if: isOurs });
}

/**
 * Shows the card where another plugin leaves no Info tab for our tasks: as a tab beside its own, or in place of what it
 * shows instead. To be called when all plugins are there, because the last replacement is the one that is shown.
 * @param label of the card's tab
 * @returns undoes it
 */
export function replaceMissingInfoTab(
  { canvas, tabs }: TaskView,
  Card: React.FC<PlaceProps>,
  label: string,
): () => void {
  const CardTab: React.FC<TabProps> = ({ task }) => (
    <Box padding="space60" overflowY="auto" flex="1 1 auto" minHeight="0">
      <Card task={task} />
    </Box>
  );
  const undo = [
    [tabs, 'info', 'the Info tab', 'the tabs of tasks'] as const,
    [canvas, 'tabs', 'the tabs of tasks', 'the view of tasks'] as const,
  ].flatMap(([content, part, partName, contentName]) => {
    const beside = <CardTab key={`${KEY}-beside`} label={label} uniqueName={KEY} />;
    const instead = <CardTab key={`${KEY}-instead`} label={label} uniqueName={KEY} />;
    ownElements.add(instead);
    const warnOfRemoval = createWarning(
      `another plugin removes ${partName}: callbacks and voicemails get a tab of their own`,
    );
    const warnOfReplacement = createWarning(
      `another plugin replaces ${contentName}: callbacks and voicemails show their card there instead. ` +
        'To show both, let it add a tab ("Content.add")',
    );
    return [
      content.add(beside, {
        if: (props: PlaceProps) => isOurs(props) && isRemoved(content, part, props) && warnOfRemoval(),
      }),
      content.replace(instead, {
        if: (props: PlaceProps) => isOurs(props) && isReplaced(content, props) && warnOfReplacement(),
      }),
    ];
  });
  return () => {
    for (const one of undo) one();
  };
}

/** Asked whenever Flex renders: another plugin's condition may hold for some of our tasks alone. */
const isRemoved = ({ removeRequests }: Content, part: string, props: PlaceProps): boolean =>
  removeRequests.some(({ key, options }) => key === part && applies(options, props));

const isReplaced = ({ fragments }: Content, props: PlaceProps): boolean =>
  fragments.some(
    ({ props: { replace, children, ...options } }) =>
      replace === true && !ownElements.has(children as object) && applies(options, props),
  );

const applies = (options: { if?: (props: PlaceProps) => boolean }, props: PlaceProps): boolean =>
  options.if === undefined || options.if(props);

/** @returns writes the line once, and is always true */
function createWarning(line: string): () => true {
  let isWritten = false;
  return () => {
    if (!isWritten) console.warn(`[${FEATURE_KEY}] ${line}`);
    isWritten = true;
    return true;
  };
}
