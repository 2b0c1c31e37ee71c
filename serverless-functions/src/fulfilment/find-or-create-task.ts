import type { LedgerEntry } from '../ledger/entry';
import { WITHDRAWN_TASK_REASON } from '../ledger/entry';
import type { TaskOutcome } from '../ledger/outcomes';
import { taskLifetimeSeconds } from '../ledger/schedule';
import { errorCode, isOutcomeUnknown } from '../runtime/errors';
import type { Task, TaskRouterClient } from '../twilio/taskrouter';
import { buildTaskAttributes, isTaskForEntry } from './task-attributes';

/** Clocks of Twilio and ours may differ by this much when the age of a task is compared with that of an entry. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Creates the task of an entry, with the workflow, priority and queue position of the call it stands for. It looks for
 * the task first: it may exist when a response was lost, an invocation died, or Sync was down while it was created.
 * While an earlier request may still be carried out, it only looks.
 * @param isFirst skips that search: the entry was created and claimed by this invocation a moment ago
 * @param lookup that search, where it was started beside the claim
 * @returns never throws: a failure is an outcome to be recorded
 */
export async function findOrCreateTask(
  entry: LedgerEntry,
  taskRouter: () => TaskRouterClient,
  timeZone: string,
  isFirst = false,
  lookup?: Promise<Task | undefined>,
): Promise<TaskOutcome> {
  try {
    const existing = isFirst ? undefined : await (lookup ?? findTaskForEntry(entry, taskRouter()));
    if (existing !== undefined) return { created: true, taskSid: existing.sid, existing: true };
    if (mayStillAppear(entry)) return { created: false, error: 'creation-uncertain', uncertain: true };
    const taskSid = await taskRouter().createTask({
      workflowSid: entry.workflowSid,
      attributes: buildTaskAttributes(entry, timeZone),
      priority: entry.priority,
      timeoutSeconds: taskLifetimeSeconds(entry),
      virtualStartTime: entry.waitingSince,
    });
    return { created: true, taskSid };
  } catch (error) {
    return { created: false, error: errorCode(error), uncertain: isOutcomeUnknown(error) };
  }
}

/** An earlier request may still be carried out; a second one would make two tasks of it (ADR 0050). */
function mayStillAppear({ task }: LedgerEntry): boolean {
  return task.state === 'pending' && task.creationUncertainUntil !== undefined;
}

/**
 * Looks for an entry's task by its `voicemail_id` or its recording, newest first, no further back than the entry.
 * Withdrawn tasks, and those that were requeued, are not the task that is wanted now.
 * @throws TwilioError when TaskRouter is out of reach
 */
export function findTaskForEntry(entry: LedgerEntry, taskRouter: TaskRouterClient): Promise<Task | undefined> {
  return taskRouter.findTask({
    workflowSid: entry.workflowSid,
    matches: (task) =>
      isTaskForEntry(entry, task.attributes) &&
      task.reason !== WITHDRAWN_TASK_REASON &&
      !entry.task.previousSids?.includes(task.sid),
    until: (task) => task.createdAt < entry.createdAt - CLOCK_SKEW_MS,
  });
}
