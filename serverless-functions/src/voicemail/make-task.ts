import { TASK_TIMEOUT_SECONDS, type VoicemailEntry } from '../ledger/entry';
import type { TaskOutcome } from '../ledger/steps';
import { errorCode } from '../runtime/errors';
import type { TaskDoor } from '../twilio/taskrouter';
import { taskAttributes, voicemailIdOf } from './task-attributes';

/** Clocks of Twilio and ours may differ by this much when a task's age is compared with an entry's. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Makes the task of an entry, in the workflow, with the priority and at the place in line of the call it stands for.
 * It is always looked for first: it may be there after an answer that was lost, a death, or a delivery during which
 * Sync was down, and that one could leave no word of it.
 * @returns never throws: what went wrong is an outcome to be written down
 */
export async function makeTask(entry: VoicemailEntry, tasks: () => TaskDoor, timeZone: string): Promise<TaskOutcome> {
  try {
    const there = await findTaskOf(entry, tasks());
    if (there !== undefined) return { made: true, sid: there, found: true };
    const sid = await tasks().create({
      workflowSid: entry.workflowSid,
      attributes: taskAttributes(entry, timeZone),
      priority: entry.priority,
      timeoutSeconds: TASK_TIMEOUT_SECONDS,
      inLineSince: entry.waitingSince,
    });
    return { made: true, sid };
  } catch (error) {
    return { made: false, problem: errorCode(error) };
  }
}

/** Looks for an entry's task by its `voicemail_id`, newest first, no further back than the entry itself. */
async function findTaskOf(entry: VoicemailEntry, tasks: TaskDoor): Promise<string | undefined> {
  const task = await tasks.find({
    workflowSid: entry.workflowSid,
    wanted: (one) => voicemailIdOf(one.attributes) === entry.id,
    stop: (one) => one.createdAt < entry.createdAt - CLOCK_SKEW_MS,
  });
  return task?.sid;
}
