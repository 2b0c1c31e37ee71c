import type { ITask } from '@twilio/flex-ui';
import { isCallbackOrVoicemail } from '../task-channels/task-type';

/**
 * The part of Flex's state that the plugin reads. Flex's own types would pull in the types of every SDK. Each part may
 * be missing while Flex starts.
 */
export interface FlexState {
  flex?: {
    worker?: { activity?: { sid?: string }; tasks?: ReadonlyMap<string, ITask> };
    phone?: { activeCall?: unknown };
    supervisor?: { workers?: readonly { worker?: { sid?: string; fullName?: string; name?: string } }[] };
  };
}

/** @returns true while the agent is on a call or one is being set up */
export function selectIsOnCall({ flex }: FlexState): boolean {
  if (flex?.phone?.activeCall) return true;
  return [...(flex?.worker?.tasks?.values() ?? [])].some(
    (task) =>
      task.taskChannelUniqueName === 'voice' &&
      !isCallbackOrVoicemail(task) &&
      (task.status === 'accepted' || (task.status === 'pending' && task.attributes?.direction === 'outbound')),
  );
}

/** @returns the SID of the agent's current activity */
export const selectActivitySid = ({ flex }: FlexState) => flex?.worker?.activity?.sid;

/** @returns the worker's name, if the supervisor's Flex has it */
export function selectWorkerName({ flex }: FlexState, workerSid: string | undefined): string | undefined {
  if (workerSid === undefined) return undefined;
  const worker = flex?.supervisor?.workers?.find((one) => one.worker?.sid === workerSid)?.worker;
  return worker?.fullName ?? worker?.name;
}
