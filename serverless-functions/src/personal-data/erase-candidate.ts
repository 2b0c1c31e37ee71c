import type { PersonalDataItem } from '@callback-and-voicemail/contract';
import { slotsNames } from '../callback/typed-number-slots';
import { lockNames } from '../fulfilment/active-callback-lock';
import { callerMailsNames } from '../fulfilment/caller-mails';
import { completeErasureOrDefer } from '../fulfilment/complete-erasure';
import { rebuildEntryFromTask } from '../fulfilment/rebuild-from-task';
import { taskKeyFor } from '../fulfilment/task-proof';
import type { Invocation } from '../invocation';
import { isUnderReview, LEDGER_TTL_SECONDS, type LedgerEntry, newCallbackEntry, numberToCall } from '../ledger/entry';
import { parseListedKey, parseVoicemailEntryId } from '../ledger/entry-id';
import { isErased } from '../ledger/erasure-changes';
import type { LedgerEvent } from '../ledger/events';
import type { CorruptEntry, VersionedEntry } from '../ledger/ledger';
import { salvageEntry } from '../ledger/salvage-entry';
import { transition, transitionAll } from '../ledger/transitions';
import type { Environment } from '../runtime/environment';
import { canSign } from '../runtime/signing';
import { type Candidate, readCandidate } from './walk';

/** Who has what deleted. */
interface ErasureOrder {
  workerSid: string;
  subject: string;
}

/** The Sync Map that says which entries were deleted for a number, for its certificate: `<subject>_<id>`. */
export const ERASURES_MAP = 'erasures';

/**
 * Deletes one entry and all that belongs to it. The tombstone comes first: whatever dies after it, a sweep goes on, and
 * nothing comes back (ADR 0107). Repeated, it goes on where it was.
 * @returns undefined when there was nothing to delete
 * @throws TwilioError when the tombstone was not written: then nothing is deleted
 */
export async function eraseCandidate(
  invocation: Invocation,
  candidate: Candidate,
  order: ErasureOrder,
  isAgain = false,
): Promise<PersonalDataItem | undefined> {
  const { twilio } = invocation;
  const { id, row, corrupt } = candidate;
  if (candidate.current !== undefined && isErased(candidate.current.entry)) {
    await eraseAgain(invocation, candidate, candidate.current);
    return undefined;
  }
  if (corrupt !== undefined) return eraseCorrupt(invocation, candidate, corrupt, order);
  // Only what is rebuilt with proof names the recording of a task whose entry is missing.
  const current = candidate.current ?? (candidate.task && (await rebuildEntryFromTask(invocation, candidate.task)));
  await noteErasure(invocation, order, current?.entry.id ?? id);
  const tombstone = await writeTombstone(invocation, { ...candidate, current }, order);
  if (tombstone === undefined) {
    // Retention has deleted it meanwhile, or another request was faster.
    if (row === undefined || isAgain) return undefined;
    return eraseCandidate(invocation, { ...(await readCandidate({ invocation }, id)), row }, order, true);
  }
  // Of an entry that is gone, the row leads to its recording: it goes at last.
  await completeErasureOrDefer(invocation, tombstone);
  if (candidate.current === undefined && row !== undefined) await twilio.sync.removeMapItem(row.map, row.key);
  if (candidate.current === undefined && row === undefined && candidate.call?.hasEnded) return undefined;
  return itemOf(candidate, 'erased');
}

/** For the certificate, before anything is deleted. */
const noteErasure = ({ twilio }: Invocation, { subject }: ErasureOrder, id: string) =>
  twilio.sync.addMapItem(ERASURES_MAP, `${subject}_${id}`, {}, LEDGER_TTL_SECONDS);

/** Of a tombstone: what a deletion before did not find, or could not delete. */
async function eraseAgain(invocation: Invocation, { row, task }: Candidate, tombstone: VersionedEntry): Promise<void> {
  const { ledger, twilio } = invocation;
  await ledger.rewriteRows(tombstone.entry);
  // A row of the time when it could not be read may be elsewhere.
  if (row !== undefined) await twilio.sync.removeMapItem(row.map, row.key);
  const current =
    task === undefined ? tombstone : await ledger.apply(tombstone, { type: 'task-created', taskSid: task.sid });
  if (current?.entry.erasure?.checkAt !== undefined) await completeErasureOrDefer(invocation, current);
}

/**
 * Of an entry that nobody can read, what can be read says what else to delete. Its rows may be anywhere: they go where
 * they are found.
 */
async function eraseCorrupt(
  invocation: Invocation,
  candidate: Candidate,
  corrupt: CorruptEntry,
  order: ErasureOrder,
): Promise<PersonalDataItem | undefined> {
  const { ledger, twilio, environment } = invocation;
  const { id, row, task, call } = candidate;
  const { createdAt } = corrupt.document.data;
  const at = typeof createdAt === 'number' ? createdAt : (beginningOf(candidate) ?? Date.now());
  const blank = blankEntry(id, taskKeyFor(environment, id), task?.workflowSid ?? '', at);
  const { entry, recordingSids, taskSids } = salvageEntry(blank, corrupt.document.data);
  const events: LedgerEvent[] = [
    {
      type: 'entry-erased',
      by: order.workerSid,
      subject: order.subject,
      documents: documentsOf(environment, entry),
      callMayGoOn: entry.callSid !== '' && call?.hasEnded !== true,
    },
    ...recordingSids.map((recordingSid) => ({ type: 'recording-completed', recordingSid }) as const),
    ...[...taskSids, ...(task === undefined ? [] : [task.sid])].map(
      (taskSid) => ({ type: 'task-created', taskSid }) as const,
    ),
  ];
  await noteErasure(invocation, order, id);
  const tombstone = await ledger.replaceCorrupt(corrupt, transitionAll(entry, events, Date.now()));
  if (tombstone === undefined) {
    // Found by two rows at once, or somebody has corrected it.
    const again = await readCandidate({ invocation }, id);
    return eraseCandidate(invocation, { ...candidate, ...again, corrupt: again.corrupt }, order);
  }
  await completeErasureOrDefer(invocation, tombstone);
  if (row !== undefined) await twilio.sync.removeMapItem(row.map, row.key);
  return itemOf(candidate, 'erased');
}

/** When it came in, as far as what names it says. */
function beginningOf({ row, task, call }: Candidate): number | undefined {
  return (row && parseListedKey(row.key)?.at) ?? task?.createdAt ?? call?.startedAt;
}

async function writeTombstone(
  { ledger, environment }: Invocation,
  candidate: Candidate,
  { workerSid: by, subject }: ErasureOrder,
): Promise<VersionedEntry | undefined> {
  const { id, current, task, call, row } = candidate;
  const event = { type: 'entry-erased', by, subject } as const;
  if (current !== undefined) {
    const { entry } = current;
    return ledger.apply(current, {
      ...event,
      documents: documentsOf(environment, entry),
      callMayGoOn: mayCallGoOn(entry),
    });
  }
  const events: LedgerEvent[] = [
    {
      ...{ ...event, documents: [], callMayGoOn: call !== undefined && !call.hasEnded, wasMissing: true },
      ...(row === undefined
        ? {}
        : { hadRow: true, invitedAt: id.startsWith('voicemail-') ? beginningOf(candidate) : undefined }),
    },
    ...(task === undefined ? [] : [{ type: 'task-created', taskSid: task.sid } as const]),
  ];
  const blank = blankEntry(id, taskKeyFor(environment, id), task?.workflowSid ?? '', beginningOf(candidate));
  const entry = events.reduce((one, next) => transition(one, next, Date.now()), blank);
  return ledger.createIfAbsent(entry);
}

/** An entry of which nothing is known but its id. */
function blankEntry(id: string, taskKey: string, workflowSid: string, createdAt = Date.now()): LedgerEntry {
  const { callSid = '', attempt = 1 } = parseVoicemailEntryId(id) ?? {};
  const details = {
    ...{ taskKey, callSid, workflowSid, from: '', to: '', queueName: '', priority: 0, routing: {} },
    ...{ conversationId: '', waitingSince: createdAt, language: 'en-US' },
  };
  return { ...newCallbackEntry(id, details, createdAt), attempt };
}

function mayCallGoOn(entry: LedgerEntry): boolean {
  if (entry.callSid === '') return false;
  return entry.recording.state === 'recording' || isUnderReview(entry) || entry.booking === true;
}

/** The Sync documents that point to an entry; their names are keyed hashes of numbers. */
function documentsOf(environment: Environment, entry: LedgerEntry): string[] {
  const { activeCallback, from, workflowSid, queueName, email } = entry;
  const number = numberToCall(entry);
  const names = [
    activeCallback,
    ...(canSign(environment) ? lockNames(environment, { caller: from, workflowSid, queueName }) : []),
    ...(canSign(environment) && number !== from ? slotsNames(environment, number) : []),
    'carries' in email ? email.carries : undefined,
    ...('completedAt' in entry.recording ? callerMailsNames(environment, from) : []),
  ];
  return [...new Set(names.filter((name) => name !== undefined))];
}

export function itemOf({ id, current, row }: Candidate, state: PersonalDataItem['state']): PersonalDataItem {
  const at = current?.entry.createdAt ?? (typeof row?.data.receivedAt === 'number' ? row.data.receivedAt : undefined);
  return {
    voicemail_id: id,
    taskType: current?.entry.task.type ?? (id.startsWith('callback-') ? 'callback' : 'voicemail'),
    receivedAt: at === undefined ? undefined : new Date(at).toISOString(),
    state,
  };
}
