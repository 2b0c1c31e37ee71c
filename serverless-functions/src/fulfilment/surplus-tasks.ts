import { currentTaskSid, type LedgerEntry } from '../ledger/entry';
import { isAssigned, isWaiting, type Task } from '../twilio/taskrouter';
import { readRecordingSid, readVoicemailId } from './task-attributes';
import { proofOfTask } from './task-proof';

/** What becomes of the open tasks of one entry: one promise has one task (ADR 0098). */
export interface SurplusTasks {
  /** The entry's task from now on; undefined when it needs none. */
  taskSid: string | undefined;
  /** Nobody has accepted them. */
  toCancel: string[];
  /** An agent holds what was put back. */
  toComplete: string[];
}

/**
 * Chooses which open tasks of an entry are to end. A task that an agent has accepted is kept, unless it was put back:
 * its agent knows, or a supervisor took it from them. Pure.
 * @param open tasks that have not ended, whose attributes name the entry
 */
export function findSurplusTasks(entry: LedgerEntry, open: readonly Task[]): SurplusTasks | undefined {
  const { task } = entry;
  if (task.state !== 'created' && !(task.state === 'none' && task.type === 'callback')) return undefined;
  const current = currentTaskSid(entry);
  const own = open.filter((one) => isOfEntry(entry, one));
  const others = own.filter(({ sid }) => sid !== current);
  const wasPutBack = ({ sid }: Task) => task.previousSids?.includes(sid) === true;
  const isCurrentWaiting = own.some((one) => one.sid === current && isWaiting(one));
  // The entry's own waits while an agent works on the other: that one is the entry's from now on.
  const accepted = others.filter((one) => isAssigned(one) && !wasPutBack(one) && isOfCurrent(entry, one));
  const taskSid = isCurrentWaiting && accepted[0] !== undefined ? accepted[0].sid : current;
  const surplus = own.filter(({ sid }) => sid !== taskSid || task.state === 'none');
  return {
    taskSid,
    toCancel: surplus.filter(isWaiting).map(({ sid }) => sid),
    toComplete: surplus.filter((one) => isAssigned(one) && wasPutBack(one)).map(({ sid }) => sid),
  };
}

/** An agent who held an earlier task of the entry has seen its proof, and may have written it into another task. */
const isOfCurrent = (entry: LedgerEntry, { attributes }: Task) =>
  proofOfTask(entry, entry.id, attributes) === 'current';

/** A webhook that could not read the ledger may have named another attempt of the call: its recording decides. */
function isOfEntry(entry: LedgerEntry, task: Task): boolean {
  const { id, recording, workflowSid } = entry;
  if (readVoicemailId(task.attributes) !== id || task.workflowSid !== workflowSid) return false;
  const isKnown = task.sid === currentTaskSid(entry) || entry.task.previousSids?.includes(task.sid) === true;
  if (!isKnown && proofOfTask(entry, id, task.attributes) === undefined) return false;
  const recordingSid = readRecordingSid(task.attributes);
  return recordingSid === undefined || recordingSid === recording.recordingSid;
}
