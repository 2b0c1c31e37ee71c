import { createHash } from 'node:crypto';
import type { Invocation } from '../invocation';
import { isPromised } from '../ledger/callback-entry';
import type { VersionedEntry } from '../ledger/ledger';
import type { SyncClient } from '../twilio/sync';

/**
 * One open callback per caller and queue: a Sync document named by both points to the entry of the latest one. It is
 * written with the callback, conditionally, so that of two calls of one caller only one books.
 */

/** As long as the entry it points to. */
const TTL_SECONDS = 30 * 24 * 60 * 60;

export interface LockKey {
  /** The caller's number in E.164; for a withheld one `typed` and the number that was typed. */
  caller: string;
  workflowSid: string;
  /** Empty when it is not known. */
  queueName: string;
}

/** What the document said when it was read. */
export interface ActiveCallbackLock {
  name: string;
  entryId: string | undefined;
  revision: string | undefined;
}

/** Hashed: a Sync document's name is no place for a telephone number. */
export function lockName({ caller, workflowSid, queueName }: LockKey): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([caller, workflowSid, queueName]))
    .digest('hex');
  return `open-callback-${hash.slice(0, 32)}`;
}

/** @throws TwilioError when Sync is out of reach */
export async function readActiveCallbackLock(sync: SyncClient, who: LockKey): Promise<ActiveCallbackLock> {
  const name = lockName(who);
  const document = await sync.fetchDocument(name);
  const entryId = document?.data.entryId;
  return { name, entryId: typeof entryId === 'string' ? entryId : undefined, revision: document?.revision };
}

/**
 * Points to another entry, if nobody did meanwhile.
 * @throws TwilioError `conflict` or `precondition-failed` when somebody did
 */
export async function acquireLock(sync: SyncClient, from: ActiveCallbackLock, entryId: string): Promise<void> {
  if (from.entryId === entryId) return;
  const data = { version: 1, entryId };
  if (from.revision === undefined) await sync.createDocument(from.name, data, TTL_SECONDS);
  else await sync.updateDocument(from.name, data, from.revision, TTL_SECONDS);
}

/**
 * The callback a pointer leads to, as long as it is open: promised, and no agent has finished with it; or being booked
 * by another call, or left undecided by it (`booking`).
 * @throws TwilioError when Sync or TaskRouter is out of reach
 */
export async function findActiveCallback(
  { twilio, ledger }: Invocation,
  { entryId }: ActiveCallbackLock,
): Promise<VersionedEntry | undefined> {
  if (entryId === undefined) return undefined;
  const current = await ledger.find(entryId);
  if (current === undefined) return undefined;
  const { entry } = current;
  // A message came after all, or what becomes of the recording is not decided yet.
  if (entry.task.type !== 'callback') return undefined;
  if (entry.booking) return current;
  if (!isPromised(entry)) return undefined;
  // Its task is still to be made, and will be.
  if (entry.task.sid === undefined) return current;
  const task = await twilio.taskRouter.fetchTask(entry.task.sid);
  if (task === undefined) return undefined;

  return task.status === 'pending' || task.status === 'reserved' || task.status === 'assigned' ? current : undefined;
}

/**
 * Takes the one place for an entry that is about to be promised in another way than by booking it.
 * @returns undefined when it is taken; else the callback that is open already, or is being booked at this moment
 * @throws TwilioError when Sync or TaskRouter is out of reach, or another call was faster: ask again
 */
export async function claimActiveCallback(
  invocation: Invocation,
  who: LockKey,
  entryId: string,
): Promise<VersionedEntry | undefined> {
  const { sync } = invocation.twilio;
  const lock = await readActiveCallbackLock(sync, who);
  const open = lock.entryId === entryId ? undefined : await findActiveCallback(invocation, lock);
  if (open === undefined) await acquireLock(sync, lock, entryId);
  return open;
}
