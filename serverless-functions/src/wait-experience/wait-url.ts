import { FEATURE_PATH, isSid } from '@callback-and-voicemail/contract';
import { type StateName, stateNamed } from './states';

/** What the waiting loop remembers, in the query of its own URL: nothing is kept between requests otherwise. */
export interface WaitMemory {
  state: StateName;
  /** Set when this request brings what a Gather of `state` heard, or that it heard nothing. */
  heard: boolean;
  /** The voice queue: Twilio tells it with the first request only, not with redirects and gathers. */
  queueSid?: string;
  workflowSid?: string;
  taskSid?: string;
  /** Milliseconds since 1970: the first turn of the loop. Only while the task is not found. */
  since?: number;
  /** Milliseconds since 1970 of the last look at the waiting task; absent while nobody knows whether it is still open. */
  checkedAt?: number;
  /** Counts the voicemail attempts begun in this call. */
  attempt: number;
}

export function waitPath(memory: WaitMemory): string {
  const query = new URLSearchParams({ state: memory.state });
  if (memory.heard) query.set('heard', '1');
  // Of no use once the workflow is known.
  if (memory.queueSid !== undefined && memory.workflowSid === undefined) query.set('queueSid', memory.queueSid);
  if (memory.workflowSid !== undefined) query.set('workflowSid', memory.workflowSid);
  if (memory.taskSid !== undefined) query.set('taskSid', memory.taskSid);
  if (memory.since !== undefined && memory.taskSid === undefined) query.set('since', String(memory.since));
  if (memory.checkedAt !== undefined) query.set('checkedAt', String(memory.checkedAt));
  if (memory.attempt !== 1) query.set('attempt', String(memory.attempt));
  return `${FEATURE_PATH}/studio/wait-experience?${query}`;
}

const MAX_ATTEMPT = 50;

/** Reads what `waitPath` wrote; whatever is missing or malformed counts as not there. */
export function readWaitMemory(event: Record<string, unknown>): WaitMemory {
  const time = (value: unknown) => {
    const number = Number(value);
    return Number.isSafeInteger(number) && number > 0 ? number : undefined;
  };
  const attempt = Number(event.attempt);
  return {
    state: stateNamed(event.state),
    heard: event.heard === '1',
    queueSid: [event.QueueSid, event.queueSid].find((sid) => isSid('queue', sid)) as string | undefined,
    workflowSid: isSid('workflow', event.workflowSid) ? event.workflowSid : undefined,
    taskSid: isSid('task', event.taskSid) ? event.taskSid : undefined,
    since: time(event.since),
    checkedAt: time(event.checkedAt),
    attempt: Number.isInteger(attempt) && attempt >= 1 && attempt <= MAX_ATTEMPT ? attempt : 1,
  };
}
