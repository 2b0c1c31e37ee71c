import { activityFigures, ageOf, taskFigures } from '../../taskrouter/statistics';
import { channelName } from '../../taskrouter/task-channels';
import { badRequest } from '../../world/twilio-error';
import type { Task, World } from '../../world/types';
import type { RestRequest, Route } from '../route';
import { orNotFound, requireWorkspace, WORKSPACE, workspaceUrl } from './listing';

/** Statistics of this moment; TaskRouter's own "may take a few seconds to update", these do not. */
export function statisticsRoutes(world: World): Route[] {
  const { taskRouter } = world;
  const base = {
    account_sid: world.account.accountSid,
    workspace_sid: world.workspaceSid,
  };
  const tasksOf = ({ fields }: RestRequest, wanted: (task: Task) => boolean): Task[] => {
    const asked = fields.text('TaskChannel');
    const channel = asked === undefined ? undefined : channelName(asked);
    if (asked !== undefined && channel === undefined) throw badRequest(`TaskChannel "${asked}" does not exist`);
    return world.tasks
      .list()
      .filter((task) => wanted(task) && (channel === undefined || task.taskChannelUniqueName === channel));
  };
  const figuresJson = (tasks: readonly Task[]) => {
    const { total, byStatus, byPriority, longestWaiting } = taskFigures(tasks);
    return {
      total_tasks: total,
      tasks_by_status: byStatus,
      tasks_by_priority: byPriority,
      longest_task_waiting_age: longestWaiting ? ageOf(longestWaiting.dateCreated) : 0,
      longest_task_waiting_sid: longestWaiting?.sid ?? null,
    };
  };
  const route = (path: string, figures: (request: RestRequest) => Record<string, unknown>): Route => ({
    method: 'GET',
    path: `${path}/RealTimeStatistics`,
    answer(request) {
      requireWorkspace(world, request);
      const url = `${workspaceUrl(world)}${request.path.replace(/^\/v1\/Workspaces\/\w+/, '')}`;
      return { status: 200, body: { ...base, ...figures(request), url } };
    },
  });

  return [
    route(WORKSPACE, (request) => ({
      ...figuresJson(tasksOf(request, () => true)),
      activity_statistics: activityFigures(world, taskRouter.workers()),
      total_workers: taskRouter.workers().length,
    })),
    route(`${WORKSPACE}/Workflows/{WorkflowSid}`, (request) => {
      const { sid } = orNotFound(world.workflows.get(request.params.WorkflowSid!), request);
      return { ...figuresJson(tasksOf(request, ({ workflowSid }) => workflowSid === sid)), workflow_sid: sid };
    }),
    route(`${WORKSPACE}/TaskQueues/{TaskQueueSid}`, (request) => {
      const queue = orNotFound(taskRouter.queue(request.params.TaskQueueSid!), request);
      const tasks = tasksOf(request, ({ taskQueueSid }) => taskQueueSid === queue.sid);
      const eligible = taskRouter.workers().filter((worker) => taskRouter.eligible(queue, worker));
      const { longestInQueue } = taskFigures(tasks);
      return {
        ...figuresJson(tasks),
        longest_relative_task_age_in_queue: longestInQueue ? ageOf(longestInQueue.taskQueueEnteredDate) : 0,
        longest_relative_task_sid_in_queue: longestInQueue?.sid ?? null,
        task_queue_sid: queue.sid,
        total_eligible_workers: eligible.length,
        // OpenAPI taskrouter v1: workers with an available status, who "may already have active interactions".
        total_available_workers: eligible.filter(({ activitySid }) => taskRouter.activity(activitySid).available)
          .length,
        activity_statistics: activityFigures(world, eligible),
      };
    }),
  ];
}
