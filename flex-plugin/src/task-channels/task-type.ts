import { cutText } from '@callback-and-voicemail/contract/cut-text';
import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import type { CallbackAndVoicemailTaskAttributes, TaskType } from '@callback-and-voicemail/contract/task-attributes';
import type { ITask } from '@twilio/flex-ui';

/** A task's attributes. Any agent can write them, so every field may be missing or of another type. */
export type UntrustedTaskAttributes = Partial<CallbackAndVoicemailTaskAttributes>;

/** @returns the task's type; undefined for tasks of other features */
export function getTaskType(
  task: Pick<ITask, 'attributes' | 'taskChannelUniqueName'> | undefined,
): TaskType | undefined {
  if (task?.taskChannelUniqueName !== 'voice') return undefined;
  const type = (task.attributes as UntrustedTaskAttributes | undefined)?.taskType;
  return type === 'callback' || type === 'voicemail' ? type : undefined;
}

/** The id of the task's entry, as its attributes say; undefined when they say none. */
export function readVoicemailId({ attributes }: Pick<ITask, 'attributes'>): string | undefined {
  const id: unknown = (attributes as UntrustedTaskAttributes | undefined)?.callback_and_voicemail?.voicemail_id;
  return typeof id === 'string' ? id : undefined;
}

/** A name of this length fits; a longer one would push out what matters. */
const MAX_NAME_LENGTH = 60;

/** The recipient of the email who has taken it from there, as the task's attributes say; to show, and nothing else. */
export function readTakenFromEmail({ attributes }: Pick<ITask, 'attributes'>): VoicemailCard['takenFromEmail'] {
  const { taken_by: by, taken_at: at }: { taken_by?: unknown; taken_at?: unknown } =
    (attributes as UntrustedTaskAttributes | undefined)?.callback_and_voicemail ?? {};
  if (typeof by !== 'string' || by.trim() === '' || typeof at !== 'string' || Number.isNaN(Date.parse(at)))
    return undefined;
  return { by: cutText(by.trim(), MAX_NAME_LENGTH, '…'), at };
}

/**
 * True for a task of flex-project-template's own callback feature, made before this one was installed: it has no entry
 * in the ledger. Any agent can write attributes, so this decides what is shown and nothing else.
 */
export function isOfPlainFeature({ attributes }: Pick<ITask, 'attributes'>): boolean {
  const { callBackData, callback_and_voicemail: own } = (attributes ?? {}) as UntrustedTaskAttributes;
  return typeof callBackData === 'object' && callBackData !== null && own === undefined;
}

/** True for a callback or voicemail. */
export const isCallbackOrVoicemail = (task: Pick<ITask, 'attributes' | 'taskChannelUniqueName'> | undefined) =>
  getTaskType(task) !== undefined;
