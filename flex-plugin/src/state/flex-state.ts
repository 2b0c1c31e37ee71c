import type { ITask } from '@twilio/flex-ui';
import { isCallbackOrVoicemail } from '../task-channels/task-type';

/**
 * Flex's own state, as far as the plugin reads it. It is described here and not taken from Flex's types, whose root
 * pulls in the types of every SDK; each part may be missing while Flex starts.
 */
export interface FlexState {
  flex?: {
    worker?: { activity?: { sid?: string }; tasks?: ReadonlyMap<string, ITask> };
    phone?: { activeCall?: unknown };
    supervisor?: { workers?: readonly { worker?: { sid?: string; fullName?: string; name?: string } }[] };
  };
}

/** True while the agent's voice is taken: by a call, or by one that is being set up. */
export function selectIsOnCall({ flex }: FlexState): boolean {
  if (flex?.phone?.activeCall) return true;
  return [...(flex?.worker?.tasks?.values() ?? [])].some(
    (task) =>
      task.taskChannelUniqueName === 'voice' &&
      !isCallbackOrVoicemail(task) &&
      (task.status === 'accepted' || (task.status === 'pending' && task.attributes?.direction === 'outbound')),
  );
}

const OPEN_STATUSES: readonly string[] = ['pending', 'accepted', 'wrapping'];

/** @returns how much of the agent's voice channel is taken; callbacks and voicemails are on it as calls are */
export function selectVoiceTaskCount({ flex }: FlexState): number {
  return [...(flex?.worker?.tasks?.values() ?? [])].filter(
    ({ taskChannelUniqueName, status }) => taskChannelUniqueName === 'voice' && OPEN_STATUSES.includes(status),
  ).length;
}

/** @returns the sid of the activity the agent is in */
export const selectActivitySid = ({ flex }: FlexState) => flex?.worker?.activity?.sid;

/** @returns the name of a worker, where a supervisor's Flex knows it */
export function selectWorkerName({ flex }: FlexState, workerSid: string | undefined): string | undefined {
  if (workerSid === undefined) return undefined;
  const worker = flex?.supervisor?.workers?.find((one) => one.worker?.sid === workerSid)?.worker;
  return worker?.fullName ?? worker?.name;
}
