import { isSid } from '@callback-and-voicemail/contract';
import type { Environment } from './environment';
import { FlexBadRequest } from './errors';

/** The queues whose callbacks, voicemails and rules a supervisor may see and change (ADR 0116). */
export type QueueScope = 'all' | readonly string[];

/** A value on Twilio has 450 bytes at most: more people go into the next variable. */
const QUEUE_VARIABLES = [
  'SUPERVISOR_QUEUES',
  'SUPERVISOR_QUEUES_2',
  'SUPERVISOR_QUEUES_3',
  'SUPERVISOR_QUEUES_4',
] as const;
const MAX_NAME_LENGTH = 100;
const EVERYBODY_ELSE = '*';

/** What one variable says, by worker; undefined when it is malformed. */
export function parseSupervisorQueues(text: string): Map<string, QueueScope> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const scopes = new Map<string, QueueScope>();
  for (const [key, queues] of Object.entries(value)) {
    const scope = key === EVERYBODY_ELSE ? parseDefault(queues) : parseQueues(queues);
    if (scope === undefined || (key !== EVERYBODY_ELSE && !isSid('worker', key))) return undefined;
    scopes.set(key, scope);
  }
  return scopes;
}

function parseDefault(value: unknown): QueueScope | undefined {
  if (value === 'all') return 'all';
  return value === 'none' ? [] : undefined;
}

function parseQueues(value: unknown): QueueScope | undefined {
  if (value === 'all') return 'all';
  const isName = (one: unknown) => typeof one === 'string' && one.length <= MAX_NAME_LENGTH;
  return Array.isArray(value) && value.every(isName) ? (value as string[]) : undefined;
}

/**
 * The queues of a worker. Only the environment says: supervisors can write workers' attributes. Who is not named sees
 * nothing unless `"*"` is `"all"`, and while a variable is malformed nobody sees anything.
 */
export function queueScopeOf({ values, problems }: Environment, workerSid: string): QueueScope {
  if (problems.some(({ variable }) => QUEUE_VARIABLES.some((one) => one === variable))) return [];
  const parsed = QUEUE_VARIABLES.flatMap((name) => {
    const text = values[name];
    return text === undefined ? [] : [parseSupervisorQueues(text) ?? new Map<string, QueueScope>()];
  });
  if (parsed.length === 0) return 'all';
  const named = parsed.some((scopes) => scopes.has(workerSid));
  const scopes = parsed.flatMap((one) => {
    const scope = one.get(named ? workerSid : EVERYBODY_ELSE);
    return scope === undefined ? [] : [scope];
  });
  if (!named) return scopes.length > 0 && scopes.every((scope) => scope === 'all') ? 'all' : [];
  return scopes.includes('all') ? 'all' : scopes.flat();
}

/** True for a queue of the supervisor's; a voicemail without one belongs to the empty name. */
export const isInScope = (scope: QueueScope, queue: string): boolean => scope === 'all' || scope.includes(queue);

export const notYourQueue = (): FlexBadRequest =>
  new FlexBadRequest('not-your-queue', 'This is not of your queues', 'SUPERVISOR_QUEUES says which are yours.', 403);
