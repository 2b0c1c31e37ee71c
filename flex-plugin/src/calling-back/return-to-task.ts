import type { ITask } from '@twilio/flex-ui';

export interface ReturnToTaskDependencies {
  /** Subscribes to Flex's task events. */
  on: (
    event: 'taskCompleted' | 'taskCanceled' | 'taskRejected' | 'taskTimeout',
    listener: (task: ITask) => void,
  ) => void;
  findTask: (reservationSid: string) => ITask | undefined;
  selectTask: (reservationSid: string) => Promise<unknown>;
  callEnded: (taskSid: string) => void;
  autoSelectTask: boolean;
}

/** After an outbound call, selects the callback or voicemail it was placed for (`auto_select_task`). */
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
    // The agent may have selected something else by now; that is not an error.
    if (autoSelectTask) selectTask(parent.sid).catch(() => undefined);
  };
  for (const event of ['taskCompleted', 'taskCanceled', 'taskRejected', 'taskTimeout'] as const) on(event, onCallEnded);
}
