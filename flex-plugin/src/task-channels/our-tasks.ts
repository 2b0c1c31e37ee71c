import type { CallbackAndVoicemailTaskAttributes, TaskType } from '@callback-and-voicemail/contract';
import type { ITask } from '@twilio/flex-ui';

/** The attributes of a task that somebody else may have written: nothing of them is certain. */
export type MaybeAttributes = Partial<CallbackAndVoicemailTaskAttributes>;

/** @returns which of ours the task is; undefined for everybody else's */
export function taskTypeOf(
  task: Pick<ITask, 'attributes' | 'taskChannelUniqueName'> | undefined,
): TaskType | undefined {
  if (task?.taskChannelUniqueName !== 'voice') return undefined;
  const type = (task.attributes as MaybeAttributes | undefined)?.taskType;
  return type === 'callback' || type === 'voicemail' ? type : undefined;
}

/** True for a callback or voicemail. */
export const isOurs = (task: Pick<ITask, 'attributes' | 'taskChannelUniqueName'> | undefined) =>
  taskTypeOf(task) !== undefined;
