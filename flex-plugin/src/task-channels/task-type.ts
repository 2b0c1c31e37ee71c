import type { CallbackAndVoicemailTaskAttributes, TaskType } from '@callback-and-voicemail/contract/task-attributes';
import type { ITask } from '@twilio/flex-ui';

/** A task's attributes, which any agent may have written: nothing in them is certain. */
export type UntrustedTaskAttributes = Partial<CallbackAndVoicemailTaskAttributes>;

/** @returns which of ours the task is; undefined for everybody else's */
export function getTaskType(
  task: Pick<ITask, 'attributes' | 'taskChannelUniqueName'> | undefined,
): TaskType | undefined {
  if (task?.taskChannelUniqueName !== 'voice') return undefined;
  const type = (task.attributes as UntrustedTaskAttributes | undefined)?.taskType;
  return type === 'callback' || type === 'voicemail' ? type : undefined;
}

/** True for a callback or voicemail. */
export const isCallbackOrVoicemail = (task: Pick<ITask, 'attributes' | 'taskChannelUniqueName'> | undefined) =>
  getTaskType(task) !== undefined;
