import type { AuditAction } from '@callback-and-voicemail/contract';
import { isSid } from '@callback-and-voicemail/contract';
import { auditDenials, withAudit } from '../audit/with-audit';
import type { Invocation } from '../invocation';
import type { PresentUser } from '../twilio/worker-presence';
import { type AuthorizedTask, authorizeTaskAccess, type TaskReading } from './authorize-task-access';

interface TaskAct {
  act: AuditAction;
  isSupervisor: boolean;
  /** False: a task of another queue is out of reach of a supervisor, also while they hold it. */
  agentsMay: boolean;
  /** What was started beside the check of who asks. */
  reading: TaskReading;
  /** What of it counts once in a quarter of an hour; empty: each time. */
  once?: string;
  detail?: string;
}

/**
 * Does something with a task that the user may act on, and notes it in the audit; a refusal too.
 * @throws as `authorizeTaskAccess`, `withAudit` and `work` do
 */
export async function withAuditedTask<T>(
  invocation: Invocation,
  user: PresentUser,
  event: Record<string, unknown>,
  { act, isSupervisor, agentsMay, reading, once, detail }: TaskAct,
  work: (task: AuthorizedTask) => Promise<T>,
): Promise<T> {
  const taskSid = isSid('task', event.TaskSid) ? event.TaskSid : undefined;
  const task = await auditDenials(invocation, user, { act, taskSid }, () =>
    authorizeTaskAccess(invocation, user, event, { isSupervisor, agentsMay }, reading),
  );
  const { id, queueName } = task.current.entry;
  return withAudit(
    invocation,
    user,
    {
      act,
      entries: [id],
      queues: [queueName],
      taskSid,
      ...(detail === undefined ? {} : { detail }),
      ...(once === undefined ? {} : { once: `${id} ${once}` }),
    },
    () => work(task),
  );
}
