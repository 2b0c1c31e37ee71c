import type { TaskType } from '@callback-and-voicemail/contract/task-attributes';
import type * as Flex from '@twilio/flex-ui';
import { CallIncomingIcon } from '@twilio-paste/icons/esm/CallIncomingIcon';
import { VoicemailIcon } from '@twilio-paste/icons/esm/VoicemailIcon';
import * as React from 'react';
import { formatPhoneNumber, isNumberLike } from '../strings/formats';
import type { Translator } from '../strings/translator';
import { getTaskType, type UntrustedTaskAttributes } from './task-type';

/** Flex wants a colour code here, no token: Paste's blue 60 and purple 60; icon and text differ as well. */
const COLORS: Record<TaskType, string> = { callback: '#0263E0', voicemail: '#6D2ED1' };

/**
 * Without a definition of their own Flex takes these tasks for telephone calls, and accepting one asks for a conference
 * (docs/flex-protocols.md 4): the definition made here has no Call capability.
 */
export function registerTaskChannels(flex: typeof Flex, translator: Translator): void {
  for (const type of ['callback', 'voicemail'] as const)
    flex.TaskChannels.register(createChannel(flex, type, translator));
}

function createChannel(flex: typeof Flex, type: TaskType, { t }: Translator): Flex.TaskChannelDefinition {
  const name = type === 'voicemail' ? t('Voicemail') : t('Callback');
  const icon =
    type === 'voicemail' ? (
      <VoicemailIcon key="icon" decorative={false} title={name} size="sizeIcon30" />
    ) : (
      <CallIncomingIcon key="icon" decorative={false} title={name} size="sizeIcon30" />
    );
  const channel = flex.DefaultTaskChannels.createDefaultTaskChannel(
    type,
    (task) => getTaskType(task) === type,
    icon,
    icon,
    COLORS[type],
  );
  const callerLine = (task: Flex.ITask) => removeBraces(getCallerLabel(task, t('WithheldNumber')));
  const title = (task: Flex.ITask) =>
    t(type === 'voicemail' ? 'VoicemailFrom' : 'CallbackFor', { name: callerLine(task) });
  const queueLine = (task: Flex.ITask) => t('TaskQueue', { type: name, queue: removeBraces(task.queueName ?? '') });
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
        TaskOverviewCanvas: { ...templates.Supervisor?.TaskOverviewCanvas, firstLine: title, secondLine: queueLine },
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
  // A name that is only the number, as the number is written everywhere else.
  return isNumberLike(text) ? formatPhoneNumber(number ?? text, text) : text;
}

/** Flex fills templates in what it is given; a caller's name is no template. */
const removeBraces = (text: string) => text.replace(/[{}]/g, '');
