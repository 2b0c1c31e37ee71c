import type { LedgerEntry } from './entry';
import { currentTaskSid, recipientCount } from './entry';
import type { Change } from './entry-in';
import type { Erasure } from './erasure';
import type { EventOf, LedgerEvent } from './events';
import { knownRecipients } from './recipient-deliveries';
import { creationUncertainUntil, isLeased, LATE_EXECUTION_MS, LEASE_MS } from './schedule';
import { accepted } from './settled-recipients';

/**
 * What a deletion of personal data makes of an entry, and what later events make of its tombstone. Pure. In a
 * tombstone every step is final, so its readers find nothing to do (ADR 0107).
 */

/** By then a request is over that had read the entry before, and may have written a row or made a task. */
export const ERASURE_CHECK_MS = 2 * LATE_EXECUTION_MS;

type ErasedEntry = LedgerEntry & { erasure: Erasure };

/** True for a tombstone: all that is left of an entry whose personal data were deleted. */
export function isErased(entry: LedgerEntry): entry is ErasedEntry {
  return entry.erasure !== undefined;
}

/** What a tombstone keeps. All else must be decided on in `eraseEntry`, which does not compile without it. */
type Kept =
  | 'version'
  | 'id'
  | 'taskKey'
  | 'callSid'
  | 'attempt'
  | 'to'
  | 'workflowSid'
  | 'language'
  | 'createdAt'
  | 'lateWriteVoidedAt'
  | 'indexKey';
type Changed = { [Field in Exclude<keyof LedgerEntry, Kept>]-?: LedgerEntry[Field] };

/** An entry without personal data, which says what is left to delete. */
export function eraseEntry(entry: LedgerEntry, event: EventOf<'entry-erased'>, now: number): Changed {
  return {
    from: '',
    callerName: undefined,
    callerVerdict: undefined,
    numberToCall: undefined,
    numberChangedAt: undefined,
    confirmation: undefined,
    queueName: '',
    priority: 0,
    callbackAttempts: undefined,
    listenedBy: undefined,
    assignee: undefined,
    taskTimeoutSeconds: undefined,
    booking: undefined,
    activeCallback: undefined,
    routing: {},
    queueTaskSid: undefined,
    review: undefined,
    dequeued: true,
    conversationId: '',
    waitingSince: entry.createdAt,
    recording: { state: 'withdrawn', recordingSid: entry.recording.recordingSid },
    task: { state: 'none', type: entry.task.type, attempts: 0, runAt: now },
    email: { state: 'off' },
    closing: undefined,
    taken: undefined,
    takenSyncDueAt: undefined,
    reminders: undefined,
    inboxCall: undefined,
    transcript: { state: 'none' },
    erasure: beginErasure(entry, event, now),
  };
}

/** The tombstone of an entry that is not written yet, for the reason of another one of its call. */
export function asTombstone(entry: LedgerEntry, { by, subject }: Erasure, now: number): LedgerEntry {
  const event = { type: 'entry-erased', by, subject, documents: [], callMayGoOn: true } as const;
  return { ...entry, ...eraseEntry(entry, event, now) };
}

function beginErasure(
  entry: LedgerEntry,
  { by, subject, documents, callMayGoOn, wasMissing, hadRow, invitedAt }: EventOf<'entry-erased'>,
  now: number,
): Erasure {
  const { recordingSid } = entry.recording;
  const taskSids = [currentTaskSid(entry), ...(entry.task.previousSids ?? [])].filter((sid) => sid !== undefined);
  return {
    at: now,
    by,
    subject,
    checkAt: now + LEASE_MS,
    invitedAt: invitedAt ?? (entry.id.startsWith('voicemail-') && !wasMissing ? entry.createdAt : undefined),
    callMayGoOn: callMayGoOn || undefined,
    tasksUncertainUntil: creationUncertainUntil(entry, now),
    dueRecordings: recordingSid === undefined ? [] : [recordingSid],
    dueTasks: [...new Set(taskSids)],
    dueDocuments: [...documents],
    recordings: [],
    tasks: [],
    documents: 0,
    mail: mailOf(entry, now),
    hadTranscript: entry.transcript.state === 'ready' || undefined,
    wasMissing,
    hadRow,
  };
}

function mailOf(entry: LedgerEntry, now: number): Erasure['mail'] {
  const { email } = entry;
  switch (email.state) {
    case 'sent':
      return { state: 'sent', at: email.sentAt, recipients: recipientCount(entry), providerId: email.providerId };
    case 'sending':
      return { state: 'uncertain', at: isLeased(entry, now) ? now : email.deliveryUncertainSince };
    case 'pending':
    case 'failed': {
      const took = accepted(knownRecipients(email)).length;
      if (took > 0) return { state: 'sent', recipients: took };
      return email.deliveryUncertainSince === undefined
        ? { state: 'withheld' }
        : { state: 'uncertain', at: email.deliveryUncertainSince };
    }
    default:
      return undefined;
  }
}

/**
 * What an event changes in a tombstone: reports of what is to be deleted as well are noted, all others are ignored.
 * @returns undefined when nothing changes
 */
export function changeTombstone({ erasure }: ErasedEntry, event: LedgerEvent, now: number): Change | undefined {
  switch (event.type) {
    case 'recording-completed':
    case 'recording-announced':
    case 'message-discarded': {
      const { recordingSid: sid } = event;
      const isKnown = erasure.dueRecordings.includes(sid) || erasure.recordings.some((one) => one.sid === sid);
      return isKnown ? undefined : goOn(erasure, { dueRecordings: [...erasure.dueRecordings, sid] }, now);
    }
    case 'task-created': {
      const { taskSid: sid } = event;
      const isKnown = erasure.dueTasks.includes(sid) || erasure.tasks.some((one) => one.sid === sid);
      return isKnown ? undefined : goOn(erasure, { dueTasks: [...erasure.dueTasks, sid] }, now);
    }
    case 'email-sent':
      return erasure.mail?.state === 'sent'
        ? undefined
        : {
            erasure: {
              ...erasure,
              mail: { state: 'sent', at: now, recipients: event.recipients.length, providerId: event.providerId },
            },
          };
    case 'erasure-advanced':
      return advance(erasure, event, now);
    default:
      return undefined;
  }
}

const goOn = (erasure: Erasure, more: Partial<Erasure>, now: number): Change => ({
  erasure: { ...erasure, ...more, checkAt: now },
});

function advance(
  erasure: Erasure,
  { recordings, tasks, documents, checkAt }: EventOf<'erasure-advanced'>,
  now: number,
) {
  const isNew = (list: readonly { sid: string }[]) => (one: { sid: string }) =>
    !list.some(({ sid }) => sid === one.sid);
  const next: Erasure = {
    ...erasure,
    recordings: [...erasure.recordings, ...recordings.filter(isNew(erasure.recordings))],
    tasks: [...erasure.tasks, ...tasks.filter(isNew(erasure.tasks))],
    documents: erasure.documents + erasure.dueDocuments.filter((name) => documents.includes(name)).length,
    dueRecordings: erasure.dueRecordings.filter((sid) => !recordings.some((one) => one.sid === sid)),
    dueTasks: erasure.dueTasks.filter((sid) => !tasks.some((one) => one.sid === sid)),
    dueDocuments: erasure.dueDocuments.filter((name) => !documents.includes(name)),
  };
  // Reported meanwhile, or not deleted: the next sweep goes on.
  const isLeft = next.dueRecordings.length + next.dueTasks.length + next.dueDocuments.length > 0;
  next.checkAt = isLeft ? Math.min(checkAt ?? now, now) : checkAt;
  return { erasure: next };
}

/**
 * When a sweep has to look at a tombstone again. Pure.
 * @param found whether the call goes on, and whether a recording of it was unfinished
 */
export function nextErasureCheck(
  { at, tasksUncertainUntil = 0 }: Erasure,
  { callGoesOn, unfinished }: { callGoesOn: boolean; unfinished: boolean },
  now: number,
): number | undefined {
  if (callGoesOn) return now + 5 * LATE_EXECUTION_MS;
  if (unfinished) return now + 2 * LATE_EXECUTION_MS;
  const last = Math.max(at + ERASURE_CHECK_MS, tasksUncertainUntil);
  return last > now ? last : undefined;
}
