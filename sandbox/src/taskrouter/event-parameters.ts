import { fixedSid } from '../world/sids';
import type { Sid, Task, World } from '../world/types';
import { channelSid } from './task-channels';
import type { Reservation, TaskRouterEvent, Worker } from './types';

export const WORKSPACE_NAME = 'Flex Task Assignment';

type Parameters = Record<string, string>;
/** The source of an event's parameters. */
export type EventWorld = Pick<World, 'account' | 'workspaceSid' | 'workflows' | 'taskRouter' | 'tasks'>;

/**
 * What TaskRouter posts of an event. Names and forms are those of captured `task.*` events; those of reservations,
 * workers and routing steps follow twilio.com/docs/taskrouter/api/event/reference and what projects that receive them
 * declare.
 */
export function eventParameters(world: EventWorld, sid: Sid, event: TaskRouterEvent): Parameters {
  const { type, task, worker, reservation } = event;
  const now = Date.now();
  const subject = reservation ?? task ?? worker!;
  return {
    Sid: sid,
    EventType: type,
    EventDescription: describeEvent(event),
    AccountSid: world.account.accountSid,
    WorkspaceSid: world.workspaceSid,
    WorkspaceName: WORKSPACE_NAME,
    OperatingUnitSid: fixedSid('OU', 'sandbox'),
    ResourceType: reservation ? 'reservation' : task ? 'task' : 'worker',
    ResourceSid: subject.sid,
    Timestamp: seconds(now),
    TimestampMs: String(now),
    ...(task ? taskParameters(world, task) : {}),
    ...(worker ? workerParameters(world, worker) : {}),
    ...(task && worker && reservation ? reservationParameters(world, task, worker, reservation) : {}),
    ...reasonParameters(event),
    ...workflowParameters(event),
    ...previousActivityParameters(event),
  };
}

function taskParameters(world: EventWorld, task: Task): Parameters {
  return {
    TaskSid: task.sid,
    TaskAttributes: task.attributes,
    TaskAge: String(Math.floor((Date.now() - task.dateCreated) / 1000)),
    TaskPriority: String(task.priority),
    TaskAssignmentStatus: task.assignmentStatus,
    TaskVersion: String(task.version),
    TaskDateCreated: seconds(task.dateCreated),
    TaskChannelSid: channelSid(task.taskChannelUniqueName),
    TaskChannelUniqueName: task.taskChannelUniqueName,
    TaskQueueSid: task.taskQueueSid,
    TaskQueueName: task.taskQueueName,
    TaskQueueEnteredDate: seconds(task.taskQueueEnteredDate),
    TaskQueueTargetExpression: world.taskRouter.queue(task.taskQueueSid)?.targetWorkers ?? '',
    WorkflowSid: task.workflowSid,
    WorkflowName: world.workflows.get(task.workflowSid)?.friendlyName ?? '',
  };
}

function workerParameters(world: EventWorld, worker: Worker): Parameters {
  return {
    WorkerSid: worker.sid,
    WorkerName: worker.friendlyName,
    WorkerAttributes: worker.attributes,
    WorkerActivitySid: worker.activitySid,
    WorkerActivityName: world.taskRouter.activity(worker.activitySid).friendlyName,
    WorkerVersion: String(worker.version),
  };
}

function reservationParameters(world: EventWorld, task: Task, worker: Worker, reservation: Reservation): Parameters {
  const channel = task.taskChannelUniqueName;
  const taken = world.taskRouter
    .reservations({ worker })
    .filter(
      ({ status, taskSid }) =>
        ['pending', 'accepted', 'wrapping'].includes(status) &&
        world.tasks.get(taskSid)?.taskChannelUniqueName === channel,
    );
  return {
    ReservationSid: reservation.sid,
    ReservationVersion: String(reservation.version),
    TaskIgnoreCapacity: String(task.ignoreCapacity),
    TaskVirtualStartTime: seconds(task.virtualStartTime ?? task.dateCreated),
    WorkerChannelCapacity: String(worker.capacity[channel] ?? 1),
    WorkerChannelConsumedCapacity: String(taken.length),
  };
}

function reasonParameters({ type, task }: TaskRouterEvent): Parameters {
  if (!task?.reason || !type.startsWith('task.')) return {};
  return type === 'task.completed' ? { TaskCompletedReason: task.reason } : { Reason: task.reason };
}

function workflowParameters({ matched }: TaskRouterEvent): Parameters {
  if (!matched) return {};
  return {
    WorkflowFilterName: matched.filterName,
    WorkflowFilterExpression: matched.filterExpression,
    WorkflowFilterTargetExpression: matched.targetExpression,
  };
}

function previousActivityParameters({ previousActivity }: TaskRouterEvent): Parameters {
  if (!previousActivity) return {};
  const { activity, milliseconds } = previousActivity;
  return {
    WorkerPreviousActivitySid: activity.sid,
    WorkerPreviousActivityName: activity.friendlyName,
    WorkerTimeInPreviousActivity: String(Math.floor(milliseconds / 1000)),
    WorkerTimeInPreviousActivityMs: String(milliseconds),
  };
}

function describeEvent({ type, task, worker, reservation }: TaskRouterEvent): string {
  const what = type.slice(type.indexOf('.') + 1).replace('.', ' ');
  if (type === 'reservation.created') {
    return `Task ${task!.sid} assigned to Worker ${worker!.friendlyName} with Reservation ${reservation!.sid}`;
  }
  if (reservation) return `Worker ${worker!.friendlyName} reservation ${reservation.sid} for task ${task!.sid} ${what}`;
  if (type.startsWith('task.')) return `Task ${task!.sid} ${what}`;
  if (type.startsWith('task-queue.')) return `Task ${task!.sid} ${what} TaskQueue ${task!.taskQueueName}`;
  if (type.startsWith('workflow.')) return `Task ${task!.sid} ${what} Workflow ${task!.workflowSid}`;
  return `Worker ${worker!.friendlyName} ${what}`;
}

function seconds(at: number): string {
  return String(Math.floor(at / 1000));
}
