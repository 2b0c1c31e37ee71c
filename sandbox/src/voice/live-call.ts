import type { CallView, Sid, VoiceQueue } from '../world/types';
import type { CallerScript } from './caller-script';
import type { CancelScope } from './cancel-scope';
import type { Utterance } from './telephone-audio';
import type { CallEvent, NumberConfig } from './types';

/** A call's place in a queue, from `<Enqueue>` to leaving it. */
export interface QueueMembership {
  queue: VoiceQueue;
  taskSid: Sid | null;
  enqueuedAt: number;
  /** The wait music and its documents. */
  waitScope: CancelScope;
  /** The talk with an agent, once one has answered. */
  bridgeScope: CancelScope | null;
}

/** Keys pressed while something listens for them. */
interface KeyListener {
  pressed(key: string): void;
}

/** A call as the engine keeps it; the part REST may see is its CallView. */
export interface LiveCall extends CallView {
  callerName: string | undefined;
  forwardedFrom: string | undefined;
  number: NumberConfig;
  /** All that is under way; a REST update stops it and puts another in its place. */
  scope: CancelScope;
  membership: QueueMembership | null;
  keys: KeyListener | null;
  utterances: Utterance[];
  /** The caller's script; absent when a person uses the telephone. */
  script: CallerScript | null;
  events: CallEvent[];
  /** Times of the latest documents, to catch a loop that never waits. */
  recentDocumentTimes: number[];
  /** The first verb that is heard answers the call; a call of the account's is answered by a person. */
  answered: boolean;
  /** What follows when a person has answered a call of the account's. */
  onAnswer?: (call: LiveCall) => void;
}

/** Whether the caller is still on the line. */
export function isLive(call: LiveCall): boolean {
  return call.endTime === null;
}
