import type { ITask } from '@twilio/flex-ui';

export interface ReturnToTaskDependencies {
  /** Flex's events about tasks. */
  on: (
    event: 'taskCompleted' | 'taskCanceled' | 'taskRejected' | 'taskTimeout',
    listener: (task: ITask) => void,
  ) => void;
  findTask: (reservationSid: string) => ITask | undefined;
  selectTask: (reservationSid: string) => Promise<unknown>;
  callEnded: (taskSid: string) => void;
  autoSelectTask: boolean;
}

/** After a call that was placed for a callback or voicemail, the agent is brought back to it (`auto_select_task`). */
export function returnToTask({
  on,
  findTask: taskOf,
  selectTask,
  callEnded,
  autoSelectTask,
}: ReturnToTaskDependencies): void {
  const onCallEnded = (call: ITask | undefined) => {
    const parentSid: unknown = call?.attributes?.parentTask;
    const parent = typeof parentSid === 'string' ? taskOf(parentSid) : undefined;
    if (parent === undefined) return;
    callEnded(parent.taskSid);
    // Where the agent is meanwhile is no reason for an error of ours.
    if (autoSelectTask) selectTask(parent.sid).catch(() => undefined);
  };
  for (const event of ['taskCompleted', 'taskCanceled', 'taskRejected', 'taskTimeout'] as const) on(event, onCallEnded);
}
