import type { Invocation } from '../invocation';
import { currentTaskSid, isPromised, LEDGER_TTL_SECONDS } from '../ledger/entry';
import { CorruptEntry, type VersionedEntry } from '../ledger/ledger';
import type { Environment } from '../runtime/environment';
import { isTwilioError } from '../runtime/errors';
import { keyedNames } from '../runtime/signing';
import type { SyncClient } from '../twilio/sync';
import { isWaiting } from '../twilio/taskrouter';

/**
 * One active callback per caller and queue: a Sync document named after both holds the id of the latest entry. It is
 * written with the callback, conditionally, so that of two calls of one caller only one books.
 */

const CLAIM_ATTEMPTS = 3;

export interface LockKey {
  /** The caller's number in E.164; for a withheld one `typed` and the number that was typed. */
  caller: string;
  workflowSid: string;
  /** Empty when it is not known. */
  queueName: string;
}

/** The lock as it was read. */
export interface ActiveCallbackLock {
  name: string;
  entryId: string | undefined;
  revision: string | undefined;
}

/** The names of the Sync document, the newest first (ADR 0015). @throws ConfigurationError without a key */
export function lockNames(
  environment: Environment,
  { caller, workflowSid, queueName }: LockKey,
): [string, ...string[]] {
  return keyedNames(environment, 'active-callback', JSON.stringify([caller, workflowSid, queueName]));
}

/**
 * The lock under its newest name. While it is not taken under that, one that was taken under an earlier name counts.
 * @throws TwilioError when Sync is out of reach
 */
export async function readActiveCallbackLock(
  { twilio, environment }: Pick<Invocation, 'twilio' | 'environment'>,
  key: LockKey,
): Promise<ActiveCallbackLock> {
  const [name, ...earlierNames] = lockNames(environment, key);
  const [newest, ...earlier] = await Promise.all([
    readLock(twilio.sync, name),
    ...earlierNames.map((one) => readLock(twilio.sync, one)),
  ]);
  const entryId = newest.entryId ?? earlier.find((one) => one.entryId !== undefined)?.entryId;
  return { ...newest, entryId };
}

/** @throws TwilioError when Sync is out of reach */
export async function readLock(sync: SyncClient, name: string): Promise<ActiveCallbackLock> {
  const document = await sync.fetchDocument(name);
  const entryId = document?.data.entryId;
  return { name, entryId: typeof entryId === 'string' ? entryId : undefined, revision: document?.revision };
}

/**
 * Takes the lock for an entry, unless it has changed since it was read.
 * @throws TwilioError `conflict` or `precondition-failed` when it has changed
 */
export async function acquireLock(sync: SyncClient, lock: ActiveCallbackLock, entryId: string): Promise<void> {
  if (lock.entryId === entryId) return;
  const data = { version: 1, entryId };
  if (lock.revision === undefined) await sync.createDocument(lock.name, data, LEDGER_TTL_SECONDS);
  else await sync.updateDocument(lock.name, data, lock.revision, LEDGER_TTL_SECONDS);
}

/**
 * The callback that holds the lock while it is active: promised and not handled by an agent; or with `booking`, being
 * booked by another call, or left undecided by it.
 * @throws TwilioError when Sync or TaskRouter is out of reach
 */
export async function findActiveCallback(
  invocation: Invocation,
  { entryId }: ActiveCallbackLock,
): Promise<VersionedEntry | undefined> {
  const { twilio } = invocation;
  const current = entryId === undefined ? undefined : await findReadable(invocation, entryId);
  if (current === undefined) return undefined;
  const { entry } = current;
  // A message was left after all, or it is not known yet whether one was.
  if (entry.task.type !== 'callback') return undefined;
  if (entry.booking) return current;
  if (!isPromised(entry)) return undefined;
  const taskSid = currentTaskSid(entry);
  // The task is still to be created, and will be.
  if (taskSid === undefined) return current;
  const task = await twilio.taskRouter.fetchTask(taskSid);
  return task && (isWaiting(task) || task.status === 'assigned') ? current : undefined;
}

/** One that cannot be read counts as none: a second call back is better than none as long as nobody mends it. */
async function findReadable({ ledger, log }: Invocation, entryId: string): Promise<VersionedEntry | undefined> {
  try {
    return await ledger.find(entryId);
  } catch (error) {
    if (!(error instanceof CorruptEntry)) throw error;
    log.error('active callback unreadable', { entry: entryId });
    await ledger.showUnreadable(error);
    return undefined;
  }
}

/**
 * Takes the lock for an entry that promises a callback in another way than by booking. Two webhooks of one call may do so
 * at the same moment: the slower one finds that the lock is the entry's already.
 * @returns undefined when the lock was taken; else the callback that is active already, or being booked
 * @throws TwilioError when Sync or TaskRouter is out of reach, or other calls were faster each time: try again
 */
export async function claimActiveCallback(
  invocation: Invocation,
  key: LockKey,
  entryId: string,
): Promise<VersionedEntry | undefined> {
  const { sync } = invocation.twilio;
  for (let attempt = 1; ; attempt += 1) {
    const lock = await readActiveCallbackLock(invocation, key);
    const active = lock.entryId === entryId ? undefined : await findActiveCallback(invocation, lock);
    if (active !== undefined) return active;
    try {
      await acquireLock(sync, lock, entryId);
      return undefined;
    } catch (error) {
      const isTaken = isTwilioError(error, 'conflict', 'precondition-failed');
      if (!isTaken || attempt === CLAIM_ATTEMPTS) throw error;
    }
  }
}
