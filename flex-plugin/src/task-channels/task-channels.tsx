import type { TaskType } from '@callback-and-voicemail/contract';
import type * as Flex from '@twilio/flex-ui';
import { CallIncomingIcon } from '@twilio-paste/icons/esm/CallIncomingIcon';
import { VoicemailIcon } from '@twilio-paste/icons/esm/VoicemailIcon';
import * as React from 'react';
import { isNumberLike, phoneNumber } from '../strings/formats';
import type { Words } from '../strings/translate';
import { type MaybeAttributes, taskTypeOf } from './our-tasks';

/** Flex wants a colour code here, no token: Paste's blue 60 and purple 60, told apart by icon and words as well. */
const COLOURS: Record<TaskType, string> = { callback: '#0263E0', voicemail: '#6D2ED1' };

/**
 * Without a definition of their own Flex takes these tasks for telephone calls, and accepting one asks for a conference
 * (docs/flex-protocols.md 4): the definition made here has no Call capability.
 */
export function registerTaskChannels(flex: typeof Flex, words: Words): void {
  for (const type of ['callback', 'voicemail'] as const) flex.TaskChannels.register(channelOf(flex, type, words));
}

function channelOf(flex: typeof Flex, type: TaskType, { t }: Words): Flex.TaskChannelDefinition {
  const name = type === 'voicemail' ? t('Voicemail') : t('Callback');
  const icon =
    type === 'voicemail' ? (
      <VoicemailIcon key="icon" decorative={false} title={name} size="sizeIcon30" />
    ) : (
      <CallIncomingIcon key="icon" decorative={false} title={name} size="sizeIcon30" />
    );
  const channel = flex.DefaultTaskChannels.createDefaultTaskChannel(
    type,
    (task) => taskTypeOf(task) === type,
    icon,
    icon,
    COLOURS[type],
  );
  const who = (task: Flex.ITask) => plain(nameOf(task, t('WithheldNumber')));
  const title = (task: Flex.ITask) => t(type === 'voicemail' ? 'VoicemailFrom' : 'CallbackFor', { name: who(task) });
  const where = (task: Flex.ITask) => t('TaskQueue', { type: name, queue: plain(task.queueName ?? '') });
  const { templates = {} } = channel;
  return {
    ...channel,
    templates: {
      ...templates,
      TaskListItem: { ...templates.TaskListItem, firstLine: who, secondLine: where },
      IncomingTaskCanvas: {
        ...templates.IncomingTaskCanvas,
        titleLine: t(type === 'voicemail' ? 'IncomingVoicemail' : 'IncomingCallback'),
        firstLine: who,
        secondLine: where,
      },
      TaskCanvasHeader: { ...templates.TaskCanvasHeader, title },
      TaskCard: { ...templates.TaskCard, firstLine: who, secondLine: where },
      Supervisor: {
        ...templates.Supervisor,
        TaskCanvasHeader: { ...templates.Supervisor?.TaskCanvasHeader, title },
        TaskOverviewCanvas: { ...templates.Supervisor?.TaskOverviewCanvas, firstLine: title, secondLine: where },
      },
    },
  };
}

function nameOf(task: Flex.ITask, withheld: string): string {
  const { callback_and_voicemail: ours, callBackData, name, from } = (task.attributes ?? {}) as MaybeAttributes;
  if (ours?.withheld_number === true) return withheld;
  const said = [name, callBackData?.numberToCall, from].filter((one) => typeof one === 'string' && one !== '');
  const [text, number] = said;
  if (text === undefined) return withheld;
  // A name that is only the number, as the number is written everywhere else.
  return isNumberLike(text) ? phoneNumber(number ?? text, text) : text;
}

/** Flex fills templates in what it is given; a caller's name is no template. */
const plain = (text: string) => text.replace(/[{}]/g, '');
