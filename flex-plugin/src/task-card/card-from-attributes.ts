import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import type { ITask } from '@twilio/flex-ui';
import { type MaybeAttributes, taskTypeOf } from '../task-channels/our-tasks';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/**
 * What the task itself says, until the Functions have answered or when they cannot: a card without sound still has a
 * number, a transcript and "Call" (UX). Agents can write attributes: nothing here decides anything.
 */
export function cardFromAttributes(task: ITask, maxAttempts: number): VoicemailCard {
  const attributes = (task.attributes ?? {}) as MaybeAttributes;
  const data = attributes.callBackData;
  const ours = attributes.callback_and_voicemail;
  const transcript = text(data?.transcriptText);
  const received = text(data?.utcDateTimeReceived);
  const at = Number.isNaN(Date.parse(received)) ? (task.dateCreated ?? new Date()).toISOString() : received;
  const numberToCall = text(data?.numberToCall) || text(attributes.from);
  const numberToCallFrom = text(data?.numberToCallFrom) || text(attributes.to);
  return {
    voicemail_id: text(ours?.voicemail_id),
    taskType: taskTypeOf(task) ?? 'voicemail',
    numberToCall,
    numberToCallFrom,
    numberToCallText: numberToCall,
    numberToCallFromText: numberToCallFrom,
    ...(ours?.withheld_number === true ? { callBlock: 'number-withheld' as const } : {}),
    queue: text(ours?.queue) || (task.queueName ?? ''),
    receivedAt: at,
    waitingSince: text(ours?.waiting_since) || at,
    timeZone: text(data?.mainTimeZone),
    attempts: typeof data?.attempts === 'number' ? data.attempts : 0,
    maxAttempts,
    mayRequeue: false,
    recording: { state: data?.isDeleted === true ? 'deleted' : 'none', seconds: ours?.recording_seconds },
    transcript: transcript === '' ? { state: 'none' } : { state: 'ready', text: transcript },
    email: { state: 'off', recipients: 0 },
    listenedBy: [],
    otherTasks: [],
  };
}
