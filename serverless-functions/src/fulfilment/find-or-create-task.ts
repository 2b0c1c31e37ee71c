import { WITHDRAWN_TASK_REASON } from '../ledger/callback-entry';
import type { LedgerEntry } from '../ledger/entry';
import { type TaskOutcome, taskLifetimeSeconds } from '../ledger/steps';
import { errorCode, isOutcomeUnknown } from '../runtime/errors';
import type { Task, TaskRouterClient } from '../twilio/taskrouter';
import { buildTaskAttributes, isTaskForEntry } from './task-attributes';

/** Clocks of Twilio and ours may differ by this much when a task's age is compared with an entry's. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Makes the task of an entry, in the workflow, with the priority and at the place in line of the call it stands for.
 * It is looked for first: it may be there after an answer that was lost, a death, or a delivery during which Sync was
 * down, and that one could leave no word of it.
 * @param isFirst nobody can have made it: its entry was written, and claimed, a moment ago by whoever asks
 * @returns never throws: what went wrong is an outcome to be written down
 */
export async function findOrCreateTask(
  entry: LedgerEntry,
  tasks: () => TaskRouterClient,
  timeZone: string,
  isFirst = false,
): Promise<TaskOutcome> {
  try {
    const there = isFirst ? undefined : (await findTaskForEntry(entry, tasks()))?.sid;
    if (there !== undefined) return { made: true, sid: there, found: true };
    const sid = await tasks().createTask({
      workflowSid: entry.workflowSid,
      attributes: buildTaskAttributes(entry, timeZone),
      priority: entry.priority,
      timeoutSeconds: taskLifetimeSeconds(entry),
      virtualStartTime: entry.waitingSince,
    });
    return { made: true, sid };
  } catch (error) {
    return { made: false, problem: errorCode(error), mayHaveBeenMade: isOutcomeUnknown(error) };
  }
}

/** Looks for an entry's task by its `voicemail_id` or its recording, newest first, no further back than the entry itself. */
export function findTaskForEntry(entry: LedgerEntry, tasks: TaskRouterClient): Promise<Task | undefined> {
  return tasks.findTask({
    workflowSid: entry.workflowSid,
    // One that was withdrawn is not the one that is wanted now.
    // Nor is one in whose place this one stands.
    matches: (one) =>
      isTaskForEntry(entry, one.attributes) &&
      one.reason !== WITHDRAWN_TASK_REASON &&
      !entry.task.previousSids?.includes(one.sid),
    until: (one) => one.createdAt < entry.createdAt - CLOCK_SKEW_MS,
  });
}
