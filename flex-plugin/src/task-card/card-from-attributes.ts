import { E164_NUMBER } from '@callback-and-voicemail/contract/email-settings/formats';
import type { CallBlockReason, VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import type { ITask } from '@twilio/flex-ui';
import { getTaskType, readTakenFromEmail, type UntrustedTaskAttributes } from '../task-channels/task-type';

const asString = (value: unknown) => (typeof value === 'string' ? value : '');

/**
 * Builds a card from the task's attributes alone, until the Functions answer or when they cannot. It has a number, a
 * transcript and a call button, but no audio (ADR 0027). Agents can write attributes, so they decide nothing.
 */
export function cardFromAttributes(task: ITask, maxAttempts: number): VoicemailCard {
  const attributes = (task.attributes ?? {}) as UntrustedTaskAttributes;
  const data = attributes.callBackData;
  const metadata = attributes.callback_and_voicemail;
  const transcript = asString(data?.transcriptText);
  const receivedText = asString(data?.utcDateTimeReceived);
  const at = Number.isNaN(Date.parse(receivedText)) ? (task.dateCreated ?? new Date()).toISOString() : receivedText;
  const numberToCall = asString(data?.numberToCall) || asString(attributes.from);
  const numberToCallFrom = asString(data?.numberToCallFrom) || asString(attributes.to);
  const calledFrom = asString(attributes.from);
  const takenFromEmail = readTakenFromEmail(task);
  return {
    voicemail_id: asString(metadata?.voicemail_id),
    taskType: getTaskType(task) ?? 'voicemail',
    numberToCall,
    numberToCallFrom,
    numberToCallText: numberToCall,
    numberToCallFromText: numberToCallFrom,
    ...(calledFrom === '' || calledFrom === numberToCall ? {} : { calledFrom, calledFromText: calledFrom }),
    ...(takenFromEmail && { takenFromEmail }),
    callBlock: callBlockOf(numberToCall, metadata?.withheld_number === true),
    queue: asString(metadata?.queue) || (task.queueName ?? ''),
    receivedAt: at,
    waitingSince: asString(metadata?.waiting_since) || at,
    timeZone: asString(data?.mainTimeZone),
    attempts: typeof data?.attempts === 'number' ? data.attempts : 0,
    maxAttempts,
    mayRequeue: false,
    recording: { state: data?.isDeleted === true ? 'deleted' : 'none', seconds: metadata?.recording_seconds },
    transcript: transcript === '' ? { state: 'none' } : { state: 'ready', text: transcript },
    email: { state: 'off', recipients: 0 },
    listenedBy: [],
    otherTasks: [],
  };
}

/** Text that is no number could look like another one, and dial something else (ADR 0117). */
function callBlockOf(number: string, isWithheld: boolean): CallBlockReason | undefined {
  if (isWithheld) return 'number-withheld';
  return number === '' || E164_NUMBER.test(number) ? undefined : 'number-not-a-number';
}
