import { isSid } from '@callback-and-voicemail/contract';
import { AccountCache } from '../runtime/account-cache';
import type { Environment } from '../runtime/environment';
import { FlexBadRequest, TwilioError } from '../runtime/errors';
import { startEarly } from '../runtime/start-early';
import type { FlexUser } from './flex-token';
import type { TaskRouterClient, Worker } from './taskrouter';

/** A Flex token says who somebody was when it was issued. The worker is asked for again at most this much later. */
const BELIEVED_FOR_MS = 4 * 60_000;
/** Workers a process remembers. */
const MAX_WORKERS = 1_000;

interface Known {
  at: number;
  worker: Promise<Worker | undefined>;
}
/** Each Function is a bundle of its own: those of one process share what they know, which saves rounds (ADR 0041). */
const SHARED = Symbol.for('callback-and-voicemail-with-email/workers');
const shared = globalThis as { [SHARED]?: AccountCache<Map<string, Known>> };
shared[SHARED] ??= new AccountCache();
const known = shared[SHARED];

/** Somebody signed in to Flex, while it is checked that they still are what their token says. */
export interface PresentUser extends FlexUser {
  /** Rejects when they are not. Awaited before anything is answered or written. */
  presence: Promise<void>;
}

export const SUPERVISORS = ['supervisor', 'admin'] as const;
export const isSupervisor = ({ roles }: FlexUser) => roles.some(isSupervising);
const isSupervising = (role: string) => SUPERVISORS.some((one) => one === role);

/**
 * Checks that the user still is what their token says: the worker exists, and has not lost the role of a supervisor. A
 * worker can write their own attributes, so these take roles away and give none (ADR 0113).
 * @throws FlexBadRequest 401 or 403. Without an answer from TaskRouter the token alone counts.
 */
export async function requirePresence(
  taskRouter: () => TaskRouterClient,
  environment: Environment,
  user: FlexUser,
): Promise<void> {
  let worker: Worker | undefined;
  try {
    worker = await readWorker(taskRouter, environment, user.workerSid);
  } catch (error) {
    if (error instanceof TwilioError) return;
    throw error;
  }
  if (worker === undefined)
    throw new FlexBadRequest('token-invalid', 'The worker of this token was removed', 'Sign in to Flex again.', 401);
  const { roles } = worker;
  if (roles !== undefined && isSupervisor(user) && !roles.some(isSupervising))
    throw new FlexBadRequest('role-missing', 'The role was taken away', 'Sign in to Flex again.', 403);
}

/**
 * Starts reading the worker that a request names, beside the check of its token, which says who it is. `requirePresence`
 * finds the answer where the token names the same worker; another one's is not looked at.
 */
export function startReadingWorker(
  taskRouter: () => TaskRouterClient,
  environment: Environment,
  workerSid: unknown,
): void {
  if (isSid('worker', workerSid)) void startEarly(() => readWorker(taskRouter, environment, workerSid));
}

/** A worker as TaskRouter had them at most four minutes ago. @returns undefined for one who was removed */
export async function readWorker(
  taskRouter: () => TaskRouterClient,
  environment: Environment,
  workerSid: string,
): Promise<Worker | undefined> {
  const workers = known.get(environment) ?? new Map<string, Known>();
  const before = workers.get(workerSid);
  const age = Date.now() - (before?.at ?? 0);
  if (before !== undefined && age >= 0 && age < BELIEVED_FOR_MS) return before.worker;
  if (workers.size >= MAX_WORKERS) workers.clear();
  const worker = (async () => taskRouter().fetchWorker(workerSid))();
  workers.set(workerSid, { at: Date.now(), worker });
  known.set(environment, workers);
  try {
    const found = await worker;
    if (found === undefined) workers.delete(workerSid);
    return found;
  } catch (error) {
    workers.delete(workerSid);
    throw error;
  }
}
