import { E164_NUMBER, FEATURE_PATH, isSid } from '@callback-and-voicemail/contract';
import { CALLER_VERDICTS, type CallerVerdict } from '@callback-and-voicemail/contract/flex-api';
import { callerVerdict } from '../numbers/caller-verdict';
import type { Environment } from '../runtime/environment';
import type { FormFields } from '../runtime/form-fields';
import { readSignedState, type StateKind, signState } from '../runtime/signed-state';
import { parseStateName, type StateName } from './states';

/** The state of the waiting loop, kept only in the query of its own URL. */
export interface WaitSession {
  state: StateName;
  /** Set when this request brings what a Gather of `state` heard. */
  hasInput: boolean;
  /** The prompt of `state` has been repeated. */
  repeated: boolean;
  /** The voice queue: Twilio sends it only with the first request, not with redirects and gathers. */
  queueSid?: string;
  workflowSid?: string;
  taskSid?: string;
  /** The TaskRouter queue of the queue task when it was found. */
  taskQueueSid?: string;
  queueName?: string;
  /** Milliseconds since 1970: the first turn of the loop. */
  since?: number;
  /** Milliseconds since 1970 of the last check of the queue task; absent while its state is unknown. */
  checkedAt?: number;
  /** Milliseconds since 1970 of the last search for the queue task, if that found none. */
  soughtAt?: number;
  /** Counts the voicemail attempts begun in this call. */
  attempt: number;
  /** The number a callback would go to, in E.164: offered, or typed. */
  number?: string;
  /** The caller asked for a second callback, or has one already. */
  another?: 'chosen' | 'taken';
  /** The caller's number is one of the account's, e.g. behind a switchboard that forwards calls. */
  callsFromOurs?: boolean;
  /** What the carriers say of the caller's number: Twilio may send it with the first request only. */
  verdict?: CallerVerdict;
  /** How often a booking was checked without an answer. */
  unknownRetries: number;
  /** How many typed numbers were refused. */
  numberAttempts: number;
  /** The menu opened by itself: no worker was signed in, or the wait was long. */
  staffingChecked?: boolean;
  longWaitAnnounced?: boolean;
}

const KIND: StateKind = {
  purpose: 'wait',
  names: [
    'state',
    'heard',
    'repeated',
    'queueSid',
    'workflowSid',
    'taskSid',
    'taskQueueSid',
    'queue',
    'since',
    'checkedAt',
    'soughtAt',
    'attempt',
    'number',
    'another',
    'ours',
    'verdict',
    'doubts',
    'entries',
    'asked',
    'long',
  ],
};

/** Path and query of the call's next turn, signed. */
export function waitUrlPath(environment: Environment, callSid: string, session: WaitSession): string {
  const query = signState(environment, KIND, callSid, waitQuery(session));
  return `${FEATURE_PATH}/studio/wait-experience?${query}`;
}

/** What travels in that query. */
export function waitQuery(session: WaitSession): URLSearchParams {
  const query = new URLSearchParams({ state: session.state });
  const set = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') query.set(name, String(value));
  };
  set('heard', session.hasInput ? 1 : undefined);
  set('repeated', session.repeated ? 1 : undefined);
  // Of no use once the workflow is known.
  set('queueSid', session.workflowSid === undefined ? session.queueSid : undefined);
  set('workflowSid', session.workflowSid);
  set('taskSid', session.taskSid);
  set('taskQueueSid', session.taskQueueSid);
  set('queue', session.queueName);
  set('since', session.since);
  set('checkedAt', session.checkedAt);
  set('soughtAt', session.taskSid === undefined ? session.soughtAt : undefined);
  set('attempt', session.attempt === 1 ? undefined : session.attempt);
  set('number', session.number);
  set('another', session.another);
  set('ours', session.callsFromOurs ? 1 : undefined);
  set('verdict', session.verdict);
  set('doubts', session.unknownRetries === 0 ? undefined : session.unknownRetries);
  set('entries', session.numberAttempts === 0 ? undefined : session.numberAttempts);
  set('asked', session.staffingChecked ? 1 : undefined);
  set('long', session.longWaitAnnounced ? 1 : undefined);
  return query;
}

const MAX_ATTEMPT = 50;
const MAX_NUMBER_ATTEMPTS = 50;
/** A booking is checked for some minutes; then the sweep decides. */
export const MAX_UNKNOWN_RETRIES = 8;
/** Twilio's limit for a queue's friendly name. */
const MAX_QUEUE_NAME = 64;

/** The state that we signed for this call. Any other request begins anew; a flow may name its workflow. */
export function readWaitSession(environment: Environment, event: FormFields): WaitSession {
  const { QueueSid, workflowSid } = event;
  const own = readSignedState(environment, KIND, event) ?? { workflowSid, verdict: callerVerdict(event) };
  return parseWaitSession({ QueueSid, ...own });
}

/** Reads what `waitQuery` wrote; missing or malformed values count as absent. */
export function parseWaitSession(event: Record<string, unknown>): WaitSession {
  const time = (value: unknown) => {
    const number = Number(value);
    return Number.isSafeInteger(number) && number > 0 ? number : undefined;
  };
  const count = (value: unknown, least: number, most: number) => {
    const number = Number(value);
    return Number.isInteger(number) && number >= least && number <= most ? number : least;
  };
  const { queue, number, verdict } = event;
  return {
    state: parseStateName(event.state),
    hasInput: event.heard === '1',
    repeated: event.repeated === '1',
    queueSid: [event.QueueSid, event.queueSid].find((sid) => isSid('queue', sid)) as string | undefined,
    workflowSid: isSid('workflow', event.workflowSid) ? event.workflowSid : undefined,
    taskSid: isSid('task', event.taskSid) ? event.taskSid : undefined,
    taskQueueSid: isSid('taskQueue', event.taskQueueSid) ? event.taskQueueSid : undefined,
    queueName: typeof queue === 'string' && queue !== '' ? queue.slice(0, MAX_QUEUE_NAME) : undefined,
    since: time(event.since),
    checkedAt: time(event.checkedAt),
    soughtAt: time(event.soughtAt),
    attempt: count(event.attempt, 1, MAX_ATTEMPT),
    number: typeof number === 'string' && E164_NUMBER.test(number) ? number : undefined,
    another: event.another === 'chosen' || event.another === 'taken' ? event.another : undefined,
    callsFromOurs: event.ours === '1' || undefined,
    verdict: CALLER_VERDICTS.find((one) => one === verdict),
    unknownRetries: count(event.doubts, 0, MAX_UNKNOWN_RETRIES),
    numberAttempts: count(event.entries, 0, MAX_NUMBER_ATTEMPTS),
    staffingChecked: event.asked === '1' || undefined,
    longWaitAnnounced: event.long === '1' || undefined,
  };
}
