import type { TaskType } from '@callback-and-voicemail/contract/task-attributes';
import type * as Flex from '@twilio/flex-ui';
import { CallIncomingIcon } from '@twilio-paste/icons/esm/CallIncomingIcon';
import { VoicemailIcon } from '@twilio-paste/icons/esm/VoicemailIcon';
import * as React from 'react';
import { formatPhoneNumber, formatTime, isNumberLike } from '../strings/formats';
import type { Translator } from '../strings/translator';
import { getTaskType, readTakenFromEmail, type UntrustedTaskAttributes } from './task-type';
import { teamStateText } from './team-state';

/** Flex requires color codes here, not tokens: Paste's blue 60 and purple 60. Icon and text differ as well. */
const COLORS: Record<TaskType, string> = { callback: '#0263E0', voicemail: '#6D2ED1' };

/**
 * Registers channels for callbacks and voicemails. Otherwise Flex treats them as phone calls, and accepting one requests
 * a conference (docs/flex-protocols.md 4). These channels have no Call capability.
 */
export function registerTaskChannels(flex: typeof Flex, translator: Translator): void {
  for (const channel of createChannels(flex, translator)) flex.TaskChannels.register(channel);
}

/**
 * Flex asks the channel that was registered last first, and another plugin's may claim our tasks by their `taskType`. Ours
 * are registered once more under other names: `unregister` of Flex UI 2.17.1 removes every channel but the one it is given.
 */
export function moveTaskChannelsToFront(flex: typeof Flex, translator: Translator): void {
  const [first] = flex.TaskChannels.getRegistered();
  if (first?.name.startsWith(CHANNEL_NAME)) return;
  for (const channel of createChannels(flex, translator))
    flex.TaskChannels.register({ ...channel, name: `${channel.name}-first` });
}

const CHANNEL_NAME = 'callback-and-voicemail-with-email';

const createChannels = (flex: typeof Flex, translator: Translator) =>
  (['callback', 'voicemail'] as const).map((type) => createChannel(flex, type, translator));

function createChannel(flex: typeof Flex, type: TaskType, translator: Translator): Flex.TaskChannelDefinition {
  const { t } = translator;
  const name = type === 'voicemail' ? t('Voicemail') : t('Callback');
  const icon =
    type === 'voicemail' ? (
      <VoicemailIcon key="icon" decorative={false} title={name} size="sizeIcon30" />
    ) : (
      <CallIncomingIcon key="icon" decorative={false} title={name} size="sizeIcon30" />
    );
  const channel = flex.DefaultTaskChannels.createDefaultTaskChannel(
    `${CHANNEL_NAME}-${type}`,
    (task) => getTaskType(task) === type,
    icon,
    icon,
    COLORS[type],
  );
  const callerLine = (task: Flex.ITask) => removeBraces(getCallerLabel(task, t('WithheldNumber')));
  const title = (task: Flex.ITask) =>
    t(type === 'voicemail' ? 'VoicemailFrom' : 'CallbackFor', { name: callerLine(task) });
  /** First whether there is nothing left to call for: Flex cuts what is too long. */
  const queueLine = (task: Flex.ITask) =>
    [takenLine(task), t('TaskQueue', { type: name, queue: removeBraces(task.queueName ?? '') })]
      .filter((one) => one !== undefined)
      .join(' · ');
  function takenLine(task: Flex.ITask): string | undefined {
    const { by, at } = readTakenFromEmail(task) ?? {};
    if (by === undefined || at === undefined) return undefined;
    return t('TakenFromEmail', { name: removeBraces(by), time: formatTime(translator, at, Date.now()) });
  }
  /** For supervisors in Flex's Teams view: a task that an agent has accepted is taken, not handled. */
  const queueAndStateLine = (task: Flex.ITask) =>
    [queueLine(task), teamStateText(task, translator, Date.now())].filter((one) => one !== undefined).join(' · ');
  const { templates = {} } = channel;
  return {
    ...channel,
    templates: {
      ...templates,
      TaskListItem: { ...templates.TaskListItem, firstLine: callerLine, secondLine: queueLine },
      IncomingTaskCanvas: {
        ...templates.IncomingTaskCanvas,
        titleLine: t(type === 'voicemail' ? 'IncomingVoicemail' : 'IncomingCallback'),
        firstLine: callerLine,
        secondLine: queueLine,
      },
      TaskCanvasHeader: { ...templates.TaskCanvasHeader, title },
      TaskCard: { ...templates.TaskCard, firstLine: callerLine, secondLine: queueLine },
      Supervisor: {
        ...templates.Supervisor,
        TaskCanvasHeader: { ...templates.Supervisor?.TaskCanvasHeader, title },
        TaskOverviewCanvas: {
          ...templates.Supervisor?.TaskOverviewCanvas,
          firstLine: title,
          secondLine: queueAndStateLine,
        },
      },
    },
  };
}

function getCallerLabel(task: Flex.ITask, withheld: string): string {
  const {
    callback_and_voicemail: metadata,
    callBackData,
    name,
    from,
  } = (task.attributes ?? {}) as UntrustedTaskAttributes;
  if (metadata?.withheld_number === true) return withheld;
  const labels = [name, callBackData?.numberToCall, from].filter((one) => typeof one === 'string' && one !== '');
  const [text, number] = labels;
  if (text === undefined) return withheld;
  // A name that is only a number is formatted like other numbers.
  return isNumberLike(text) ? formatPhoneNumber(number ?? text, text) : text;
}

/** Flex expands templates in these texts; a caller's name must not be one. */
const removeBraces = (text: string) => text.replace(/[{}]/g, '');
