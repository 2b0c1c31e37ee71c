import type { Invocation } from '../invocation';
import { LEDGER_TTL_SECONDS, type LedgerEntry } from '../ledger/entry';
import type { ErasedRecording, ErasedTask, Erasure } from '../ledger/erasure';
import { isErased, nextErasureCheck } from '../ledger/erasure-changes';
import type { LedgerEvent } from '../ledger/events';
import type { VersionedEntry } from '../ledger/ledger';
import { errorCode, isTwilioError } from '../runtime/errors';
import { isAssigned, isWaiting, OPEN_STATUSES, type Task } from '../twilio/taskrouter';
import { isCallerMailsName, leaveCallerMails } from './caller-mails';
import { isOwnRecording, recordingProgress } from './own-recording';
import { deleteTranscriptions } from './recordings-at-twilio';
import { readVoicemailId, withoutPersonalData } from './task-attributes';
import { proofOfTask } from './task-proof';

/**
 * Deletes what a tombstone lists, and what has appeared since, at Twilio. The tombstone was written before, so that a
 * sweep goes on where an invocation died (ADR 0107). Safe to repeat, and to run twice at once.
 */

/** The reason on a task that was canceled. */
const ERASED_TASK_REASON = 'Personal data deleted by a supervisor';

const TASK_ATTEMPTS = 3;
/** Clocks of Twilio and ours may differ by this much when the age of a task is compared with that of an entry. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * @returns the tombstone afterwards; `current` when it is none
 * @throws TwilioError when something was not deleted: what was is noted, and a later sweep goes on
 */
export async function completeErasure(
  invocation: Invocation,
  current: VersionedEntry,
): Promise<VersionedEntry | undefined> {
  const { ledger, log } = invocation;
  const { entry } = current;
  if (!isErased(entry)) return current;
  const progress = new Progress();
  const results = await Promise.allSettled([
    eraseRecordings(invocation, entry, progress),
    eraseTasks(invocation, entry, progress),
    forgetDocuments(invocation, entry, progress),
    entry.erasure.callMayGoOn ? invocation.twilio.voice.hasCallEnded(entry.callSid) : true,
  ]);
  const failed = results.find((result) => result.status === 'rejected');
  const [recorded, , , ended] = results;
  const found = {
    callGoesOn: ended.status === 'fulfilled' && !ended.value,
    unfinished: recorded.status === 'fulfilled' && recorded.value,
  };
  const now = Date.now();
  const checkAt = failed === undefined ? nextErasureCheck(entry.erasure, found, now) : entry.erasure.checkAt;
  const after = await ledger.apply(current, progress.toEvent(checkAt));
  if (failed !== undefined) throw failed.reason;
  log.info('personal data deleted', { entry: entry.id, outcome: checkAt === undefined ? 'final' : 'to be checked' });
  return after;
}

/** The same beside a webhook: never throws, since a sweep goes on. */
export async function completeErasureOrDefer(invocation: Invocation, current: VersionedEntry): Promise<void> {
  try {
    await completeErasure(invocation, current);
  } catch (error) {
    invocation.log.warn('deletion left for later', { entry: current.entry.id, code: errorCode(error) });
  }
}

/** What was done, also when something else fails. */
class Progress {
  readonly recordings: ErasedRecording[] = [];
  readonly tasks: ErasedTask[] = [];
  readonly documents: string[] = [];

  toEvent(checkAt: number | undefined): LedgerEvent {
    const { recordings, tasks, documents } = this;
    return { type: 'erasure-advanced', recordings, tasks, documents, checkAt };
  }
}

type Tombstone = LedgerEntry & { erasure: Erasure };

/** @returns whether a recording of the call is not finished yet, so that it cannot be deleted */
async function eraseRecordings(
  { twilio }: Invocation,
  { callSid, erasure }: Tombstone,
  progress: Progress,
): Promise<boolean> {
  const { invitedAt, dueRecordings } = erasure;
  const all = invitedAt === undefined || callSid === '' ? [] : await twilio.voice.listRecordings(callSid);
  const own = all.filter((one) => invitedAt !== undefined && isOwnRecording(one, invitedAt));
  const isUnfinished = ({ status }: (typeof own)[number]) => recordingProgress(status) === 'unfinished';
  const unfinished = new Set(own.filter(isUnfinished).map(({ recordingSid }) => recordingSid));
  const sids = new Set([...dueRecordings, ...own.map(({ recordingSid }) => recordingSid)]);
  const results = await Promise.allSettled(
    [...sids]
      .filter((sid) => !unfinished.has(sid))
      .map(async (sid) => {
        const transcriptions = await deleteTranscriptions({ twilio }, sid);
        await twilio.voice.deleteRecording(sid);
        progress.recordings.push({ sid, transcriptions });
      }),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return unfinished.size > 0;
}

async function eraseTasks({ twilio: { taskRouter } }: Invocation, entry: Tombstone, progress: Progress): Promise<void> {
  const { dueTasks, tasks } = entry.erasure;
  // A request that had read the entry before may have filled a task again: an agent's task is emptied at each check.
  const left = tasks.filter(({ outcome }) => outcome === 'left').map(({ sid }) => sid);
  for (const sid of new Set([...dueTasks, ...left]))
    progress.tasks.push({ sid, outcome: await eraseTask(taskRouter, sid) });
  if (entry.workflowSid === '') return;
  const known = new Set([...dueTasks, ...tasks.map(({ sid }) => sid)]);
  const appeared = await taskRouter.findAllTasks({
    workflowSid: entry.workflowSid,
    statuses: [...OPEN_STATUSES],
    matches: (task) => !known.has(task.sid) && isTaskOf(entry, task),
    until: (task) => task.createdAt < entry.createdAt - CLOCK_SKEW_MS,
  });
  for (const { sid } of appeared) progress.tasks.push({ sid, outcome: await eraseTask(taskRouter, sid) });
}

/** The proof shows it: any agent can write an entry's id into a task. */
const isTaskOf = (entry: LedgerEntry, { attributes }: Task) =>
  readVoicemailId(attributes) === entry.id && proofOfTask(entry, entry.id, attributes) !== undefined;

/** Cancels a task that waits. One that an agent has is theirs to finish: it stays without personal data. */
async function eraseTask(taskRouter: Invocation['twilio']['taskRouter'], sid: string): Promise<ErasedTask['outcome']> {
  for (let attempt = 1; ; attempt += 1) {
    const task = await taskRouter.fetchTask(sid);
    if (task?.etag === undefined || !(isWaiting(task) || isAssigned(task))) return 'ended';
    const attributes = withoutPersonalData(task.attributes);
    try {
      if (isWaiting(task)) {
        await taskRouter.cancelTask(sid, task.etag, ERASED_TASK_REASON, attributes);
        return 'canceled';
      }
      await taskRouter.updateAttributes(sid, task.etag, attributes);
      return 'left';
    } catch (error) {
      // An agent has accepted it meanwhile.
      if (attempt >= TASK_ATTEMPTS || !isTwilioError(error, 'precondition-failed')) throw error;
    }
  }
}

/** Documents that name the entry: the active callback of its caller and queue, the slots of its number, their mails. */
async function forgetDocuments(invocation: Invocation, { id, erasure }: Tombstone, progress: Progress): Promise<void> {
  const { sync } = invocation.twilio;
  for (const name of erasure.dueDocuments.filter((one) => !isCallerMailsName(one))) {
    const document = await sync.fetchDocument(name);
    const { entryId, entryIds } = document?.data ?? {};
    const others = Array.isArray(entryIds) ? entryIds.filter((one) => one !== id) : [];
    const isOurs = entryId === id || (Array.isArray(entryIds) && entryIds.includes(id));
    if (document !== undefined && isOurs) {
      if (others.length === 0) await sync.removeDocument(name);
      else
        await sync.updateDocument(name, { ...document.data, entryIds: others }, document.revision, LEDGER_TTL_SECONDS);
    }
    progress.documents.push(name);
  }
  for (const name of erasure.dueDocuments.filter(isCallerMailsName)) {
    await leaveCallerMails(invocation, { name, id, isTold: erasure.mail?.state === 'sent' });
    progress.documents.push(name);
  }
}
