import { fixedSid } from '../world/sids';
import type { Sid } from '../world/types';

/** The task channels a Flex workspace has (docs/flex/developer/routing: default, voice, chat, sms, video, email). */
export const TASK_CHANNELS: readonly string[] = ['default', 'voice', 'chat', 'sms', 'video', 'email'];

/** The unique name of a task channel given by name or sid; undefined if the workspace has no such channel. */
export function channelName(nameOrSid: string): string | undefined {
  return TASK_CHANNELS.find((name) => name === nameOrSid || channelSid(name) === nameOrSid);
}

/** The sid of a task channel given by its unique name. */
export function channelSid(uniqueName: string): Sid {
  return fixedSid('TC', uniqueName);
}

/** The sid of what a worker takes on a channel. */
export function workerChannelSid(worker: { sid: Sid }, uniqueName: string): Sid {
  return fixedSid('WC', `${worker.sid} ${uniqueName}`);
}
