import { FEATURE_PATH, isSid } from '@callback-and-voicemail/contract';
import { type StateName, stateNamed } from './states';

/** What the waiting loop remembers, in the query of its own URL: nothing is kept between requests otherwise. */
export interface WaitMemory {
  state: StateName;
  /** Set when this request brings what a Gather of `state` heard. */
  heard: boolean;
  /** `state` was said a second time. */
  repeated: boolean;
  /** The voice queue: Twilio tells it with the first request only, not with redirects and gathers. */
  queueSid?: string;
  workflowSid?: string;
  taskSid?: string;
  /** The TaskRouter queue of the waiting task when it was found. */
  taskQueueSid?: string;
  queueName?: string;
  /** Milliseconds since 1970: the first turn of the loop. */
  since?: number;
  /** Milliseconds since 1970 of the last look at the waiting task; absent while nobody knows whether it is still open. */
  checkedAt?: number;
  /** Counts the voicemail attempts begun in this call. */
  attempt: number;
  /** The number a callback would go to, in E.164: offered, or typed. */
  number?: string;
  /** How often it was asked whether a callback is booked, without an answer. */
  doubts: number;
  /** How many typed numbers were refused. */
  entries: number;
  /** The menu has opened by itself: nobody was signed in, or the wait was long. */
  askedWhoIsIn?: boolean;
  waitedLong?: boolean;
}

export function waitPath(memory: WaitMemory): string {
  const query = new URLSearchParams({ state: memory.state });
  const set = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') query.set(name, String(value));
  };
  set('heard', memory.heard ? 1 : undefined);
  set('repeated', memory.repeated ? 1 : undefined);
  // Of no use once the workflow is known.
  set('queueSid', memory.workflowSid === undefined ? memory.queueSid : undefined);
  set('workflowSid', memory.workflowSid);
  set('taskSid', memory.taskSid);
  set('taskQueueSid', memory.taskQueueSid);
  set('queue', memory.queueName);
  set('since', memory.since);
  set('checkedAt', memory.checkedAt);
  set('attempt', memory.attempt === 1 ? undefined : memory.attempt);
  set('number', memory.number);
  set('doubts', memory.doubts === 0 ? undefined : memory.doubts);
  set('entries', memory.entries === 0 ? undefined : memory.entries);
  set('asked', memory.askedWhoIsIn ? 1 : undefined);
  set('long', memory.waitedLong ? 1 : undefined);
  return `${FEATURE_PATH}/studio/wait-experience?${query}`;
}

const MAX_ATTEMPT = 50;
const MAX_ENTRIES = 50;
/** A booking is asked about for some minutes; after that the sweep decides it. */
export const MAX_DOUBTS = 8;
/** Twilio's limit for a queue's friendly name. */
const MAX_QUEUE_NAME = 64;
const E164 = /^\+[1-9]\d{6,14}$/;

/** Reads what `waitPath` wrote; whatever is missing or malformed counts as not there. */
export function readWaitMemory(event: Record<string, unknown>): WaitMemory {
  const time = (value: unknown) => {
    const number = Number(value);
    return Number.isSafeInteger(number) && number > 0 ? number : undefined;
  };
  const count = (value: unknown, least: number, most: number) => {
    const number = Number(value);
    return Number.isInteger(number) && number >= least && number <= most ? number : least;
  };
  const { queue, number } = event;
  return {
    state: stateNamed(event.state),
    heard: event.heard === '1',
    repeated: event.repeated === '1',
    queueSid: [event.QueueSid, event.queueSid].find((sid) => isSid('queue', sid)) as string | undefined,
    workflowSid: isSid('workflow', event.workflowSid) ? event.workflowSid : undefined,
    taskSid: isSid('task', event.taskSid) ? event.taskSid : undefined,
    taskQueueSid: isSid('taskQueue', event.taskQueueSid) ? event.taskQueueSid : undefined,
    queueName: typeof queue === 'string' && queue !== '' ? queue.slice(0, MAX_QUEUE_NAME) : undefined,
    since: time(event.since),
    checkedAt: time(event.checkedAt),
    attempt: count(event.attempt, 1, MAX_ATTEMPT),
    number: typeof number === 'string' && E164.test(number) ? number : undefined,
    doubts: count(event.doubts, 0, MAX_DOUBTS),
    entries: count(event.entries, 0, MAX_ENTRIES),
    askedWhoIsIn: event.asked === '1' || undefined,
    waitedLong: event.long === '1' || undefined,
  };
}
