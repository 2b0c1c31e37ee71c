import { sendNotice } from '../admin-notice/notice-outbox';
import { appendQueued } from '../audit/audit-store';
import { completeNumberChange } from '../callback/change-callback-number';
import { reconcileBooking } from '../callback/reconcile-booking';
import { completeWithdrawal } from '../callback/withdraw-callback';
import { pollDeliveries } from '../delivery-events/poll-deliveries';
import { completeErasure } from '../fulfilment/complete-erasure';
import { processEntry } from '../fulfilment/process-entry';
import { rebuildEntryFromTask } from '../fulfilment/rebuild-from-task';
import { completeDeletion } from '../fulfilment/recording-deletion';
import { readVoicemailId } from '../fulfilment/task-attributes';
import { showTaker } from '../inbox/show-taker';
import type { Invocation } from '../invocation';
import { isClosingOpen, isEmailOpen, isMailWorthy, isUnderReview, type LedgerEntry } from '../ledger/entry';
import { isEntryId } from '../ledger/entry-id';
import { isErased } from '../ledger/erasure-changes';
import type { LedgerEvent } from '../ledger/events';
import { areRemindersDue } from '../ledger/inbox-changes';
import { CorruptEntry, type VersionedEntry } from '../ledger/ledger';
import { INDEX_MAPS } from '../ledger/open-index';
import { isDeletionDue, isLeased, mailDueAt } from '../ledger/schedule';
import { runRetention } from '../retention/run-retention';
import { hasWorker } from '../runtime/environment';
import { errorCode } from '../runtime/errors';
import type { Task } from '../twilio/taskrouter';
import { type DueEntries, type ListedEntry, listDueEntries, type ReadingBounds } from './due-entries';
import { endSurplusTasks } from './end-surplus-tasks';
import { lookUpTask } from './ended-tasks';
import { endReview, findLostRecording } from './unfinished-recording';
import { findUnrecordedMessages } from './unrecorded-messages';

/**
 * The outbox sweep processes entries that are due: emails to retry, steps whose invocation died, recordings that were
 * never reported, tasks that timed out. Ten sweeps may run at once, since every step is claimed.
 */
export interface SweepBounds extends ReadingBounds {
  /** How many entries are processed. */
  entries: number;
}
export interface SweepResult {
  /** Entries processed. */
  examined: number;
  /** Entries that could not be processed; they stay in the index. */
  failed: number;
  /** True when more is due than bounds or time allowed. */
  more: boolean;
}

/** After a voicemail: few, since Twilio waits for the response. */
export const AFTER_VOICEMAIL_BOUNDS: SweepBounds = { maps: INDEX_MAPS, entries: 2, checkTasks: false };
/** For a scheduler: as many as fit into an invocation. */
export const OUTBOX_SWEEP_BOUNDS: SweepBounds = { maps: INDEX_MAPS, entries: 50, checkTasks: true };

const MINUTE = 60_000;
/** One entry may need several requests and one email; with less time left it is not begun. */
const MIN_TIME_FOR_AN_ENTRY_MS = 3_000;
/** Open tasks without a listed entry that one sweep looks at: there are none unless Sync was down. */
const MAX_UNLISTED = 5;
/** Entries with several open tasks that one sweep looks at: they are as rare. */
const MAX_SEVERAL = 5;
/** Of one sweep: each costs a few requests. */
const MAX_MAKE_UPS = 20;
const MAX_NOTICES = 3;
/** In the log, in the place of an entry. */
const AUDIT = 'audit';
const CHECK_OF_MESSAGES = 'recordings';
const DELIVERIES = 'deliveries';

/** @returns what was done; never throws */
export async function sweep(
  invocation: Invocation,
  bounds: SweepBounds,
  reading: Promise<DueEntries> = listDueEntries(invocation, bounds),
): Promise<SweepResult> {
  const { keys, withoutOpenTask, unlisted, several, listedIds, makeUps, notices, unreadMaps, more } = await reading;
  const result: SweepResult = { examined: 0, failed: unreadMaps, more: false };
  // Everything quick first, then the emails: a provider that does not respond must not keep tasks from being created.
  const withoutEmail: Invocation = { ...invocation, sendEmail: undefined };
  const emails: VersionedEntry[] = [];
  const attempt = async (id: string, work: () => Promise<void>): Promise<boolean> => {
    if (invocation.deadline.remaining() < MIN_TIME_FOR_AN_ENTRY_MS) return false;
    try {
      await work();
    } catch (error) {
      result.failed += 1;
      invocation.log.warn('entry left for later', { entry: id, code: errorCode(error) });
    }
    return true;
  };
  await attemptAll(makeUps.slice(0, MAX_MAKE_UPS), (key) => attempt(AUDIT, () => appendQueued(invocation, key)));
  for (const listed of keys) {
    const { id } = listed;
    if (result.examined >= bounds.entries) return finish(true);
    result.examined += 1;
    const begun = await attempt(id, async () => {
      const current = await processDueEntry(withoutEmail, listed);
      if (current && hasEmailToSend(current.entry)) emails.push(current);
    });
    if (!begun) return finish(true);
  }
  for (const listed of withoutOpenTask) {
    if (result.examined >= bounds.entries) return finish(true);
    result.examined += 1;
    const begun = await attempt(listed.id, async () => {
      const current = await settleTask(withoutEmail, listed);
      if (current && hasEmailToSend(current.entry)) emails.push(current);
    });
    if (!begun) return finish(true);
  }
  for (const tasks of unlisted.slice(0, MAX_UNLISTED)) {
    result.examined += 1;
    const begun = await attempt(tasks[0]!.sid, async () => {
      const current = await listEntryOfTasks(withoutEmail, tasks);
      if (current && hasEmailToSend(current.entry)) emails.push(current);
    });
    if (!begun) return finish(true);
  }
  for (const [id, tasks] of several.slice(0, MAX_SEVERAL)) {
    if (!listedIds.has(id)) continue;
    result.examined += 1;
    const begun = await attempt(id, async () => {
      const current = await withoutEmail.ledger.find(id);
      if (current !== undefined) await endSurplusTasks(withoutEmail, current, tasks);
    });
    if (!begun) return finish(true);
  }
  if (bounds.checkTasks)
    await attempt(CHECK_OF_MESSAGES, async () => {
      const written = await findUnrecordedMessages(withoutEmail, (id) => listedIds.has(id));
      emails.push(...written.filter(({ entry }) => hasEmailToSend(entry)));
    });
  return finish(more);

  async function finish(leftOver: boolean): Promise<SweepResult> {
    result.more = leftOver;
    // The administrator hears of a change before the mails that follow from it.
    const sendOne = ({ id, key }: { id: string; key: string }) => attempt(id, () => sendNotice(invocation, id, key));
    if (!(await attemptAll(notices.slice(0, MAX_NOTICES), sendOne))) result.more = true;
    for (const current of mailsToSend(invocation, emails, Date.now())) {
      const begun = await attempt(current.entry.id, async () => {
        await processEntry(invocation, current);
      });
      if (!begun) result.more = true;
    }
    // Nobody waits for these.
    if (bounds.checkTasks) {
      await attempt(DELIVERIES, () => pollDeliveries(invocation));
      await runRetention(invocation);
    }
    return result;
  }
}

/** One after the other, until there is no time left. @returns whether there was time for all */
async function attemptAll<T>(jobs: readonly T[], attempt: (job: T) => Promise<boolean>): Promise<boolean> {
  for (const job of jobs) if (!(await attempt(job))) return false;
  return true;
}

/** A mail that the worker has not begun by then is left behind: the worker does not run. */
const LEFT_BEHIND_MS = 5 * MINUTE;

/** Those that this sweep sends, the oldest voicemail first, so that recipients get them in that order where they can. */
function mailsToSend({ sendEmail, environment }: Invocation, emails: readonly VersionedEntry[], now: number) {
  if (sendEmail === undefined) return [];
  // The worker sends what is about the voicemail; reminders are left to the sweep.
  const isLeft = ({ entry }: VersionedEntry) =>
    areRemindersDue(entry, now) || now - (mailDueAt(entry) ?? now) >= LEFT_BEHIND_MS;
  return (hasWorker(environment) ? emails.filter(isLeft) : [...emails]).sort(
    (a, b) => a.entry.createdAt - b.entry.createdAt,
  );
}

function hasEmailToSend(entry: LedgerEntry): boolean {
  return (isMailWorthy(entry) && isEmailOpen(entry)) || isClosingOpen(entry) || areRemindersDue(entry, Date.now());
}

/** @returns the entry afterwards, when there is one to go on with */
async function processDueEntry(invocation: Invocation, listed: ListedEntry): Promise<VersionedEntry | undefined> {
  const { ledger } = invocation;
  const { id, key } = listed;
  const current = await findDueEntry(invocation, id, key);
  if (current === undefined) {
    // Listed by a write whose other half failed.
    await ledger.index.dropKeyWithoutEntry(id, listed);
    return undefined;
  }
  const { entry } = current;
  if (entry.indexKey !== key) {
    await repairEntry(invocation, current, key);
    return undefined;
  }
  if (isLeased(entry, Date.now())) return undefined;
  ledger.distrustRows(entry);
  if (isErased(entry)) return completeErasure(invocation, current);
  if (isDeletionDue(entry, Date.now())) return completeDeletion(invocation, current);
  if (entry.booking) return reconcileBooking(invocation, current);
  if (entry.task.state === 'withdrawing') return completeWithdrawal(invocation, current);
  if (entry.task.state === 'created' && entry.task.numberSyncDueAt !== undefined)
    return completeNumberChange(invocation, current);
  if (entry.task.state !== 'pending' && entry.takenSyncDueAt !== undefined && entry.takenSyncDueAt <= Date.now())
    return showTaker(invocation, current);
  if (isUnderReview(entry) && entry.recording.state === 'completed') return endReview(invocation, current);
  if (entry.recording.state === 'recording') return findLostRecording(invocation, current);
  if (entry.task.state === 'created' && !hasEmailToSend(entry))
    return processEntry(invocation, current, [
      { type: 'transcript-timed-out' },
      ...((await lookUpDueTask(invocation, entry)) ?? []),
    ]);
  return processEntry(invocation, current, [{ type: 'transcript-timed-out' }]);
}

/** An entry that another key lists than its own: for its rows, or a change of it was not written to the end. */
async function repairEntry({ ledger }: Invocation, current: VersionedEntry, key: string): Promise<void> {
  // The invocation that works on it writes its rows: they are compared in a later sweep.
  if (isLeased(current.entry, Date.now())) await ledger.ensureListed(current.entry);
  else await ledger.repair(current, key);
}

/** An entry that is due for its transcript alone is not due for its task. */
async function lookUpDueTask(invocation: Invocation, entry: LedgerEntry): Promise<LedgerEvent[] | undefined> {
  if (entry.transcript.state === 'pending') return undefined;
  const event = await lookUpTask(invocation, entry);
  return event && [event];
}

/** TaskRouter has no open task of an entry that is not due: the task has ended, or the entry is listed wrongly. */
async function settleTask(invocation: Invocation, listed: ListedEntry): Promise<VersionedEntry | undefined> {
  const { ledger } = invocation;
  const { id, key } = listed;
  const current = await findDueEntry(invocation, id, key);
  if (current === undefined) {
    await ledger.index.dropKeyWithoutEntry(id, listed);
    return undefined;
  }
  const { entry } = current;
  if (entry.indexKey !== key) {
    await repairEntry(invocation, current, key);
    return undefined;
  }
  if (isLeased(entry, Date.now())) return undefined;
  ledger.distrustRows(entry);
  const event = await lookUpTask(invocation, entry);
  if (event === undefined || event.type === 'task-still-open') return undefined;
  return processEntry(invocation, current, [event]);
}

/**
 * Open tasks whose entry is not listed: the entry is missing, since Sync was down, and is rebuilt; or its key is; or
 * nothing is left to do for it, and a task appeared late.
 * @returns the entry, when it was rebuilt
 */
async function listEntryOfTasks(invocation: Invocation, tasks: readonly Task[]): Promise<VersionedEntry | undefined> {
  const { ledger } = invocation;
  const [oldest] = tasks;
  const id = oldest && readVoicemailId(oldest.attributes);
  if (!isEntryId(id)) return undefined;
  const current = await findDueEntry(invocation, id, undefined);
  if (current === undefined) return rebuildEntryFromTask(invocation, oldest!);
  await ledger.ensureListed(current.entry);
  if (isErased(current.entry)) await eraseTasksOf(invocation, current, tasks);
  else await endSurplusTasks(invocation, current, tasks);
  return undefined;
}

/** Open tasks of an entry whose personal data were deleted: one that an agent has was dealt with before. */
async function eraseTasksOf(invocation: Invocation, current: VersionedEntry, tasks: readonly Task[]): Promise<void> {
  const events = tasks.map(({ sid }) => ({ type: 'task-created', taskSid: sid }) as const);
  const noted = await invocation.ledger.apply(current, events);
  if (noted !== undefined && noted.revision !== current.revision) await completeErasure(invocation, noted);
}

/**
 * An entry that cannot be read must not keep others from being processed: it is listed again for tomorrow.
 * @param key that lists it; undefined: none does
 */
async function findDueEntry(
  { ledger }: Invocation,
  id: string,
  key: string | undefined,
): Promise<VersionedEntry | undefined> {
  try {
    return await ledger.find(id);
  } catch (error) {
    if (error instanceof CorruptEntry) await ledger.setAside(error, key);
    throw error;
  }
}
