import { activityStatistics, ageInSeconds, taskStatistics } from '../../taskrouter/statistics';
import { channelName } from '../../taskrouter/task-channels';
import { badRequest } from '../../world/twilio-error';
import type { Task, World } from '../../world/types';
import type { RestRequest, Route } from '../route';
import { orNotFound, requireWorkspace, WORKSPACE } from './listing';
import { workspaceUrl } from './resource-json';

/** Statistics of this moment; TaskRouter's own "may take a few seconds to update", these do not. */
export function statisticsRoutes(world: World): Route[] {
  const { taskRouter } = world;
  const base = {
    account_sid: world.account.accountSid,
    workspace_sid: world.workspaceSid,
  };
  const filterTasks = ({ fields }: RestRequest, wanted: (task: Task) => boolean): Task[] => {
    const asked = fields.text('TaskChannel');
    const channel = asked === undefined ? undefined : channelName(asked);
    if (asked !== undefined && channel === undefined) throw badRequest(`TaskChannel "${asked}" does not exist`);
    return world.tasks
      .list()
      .filter((task) => wanted(task) && (channel === undefined || task.taskChannelUniqueName === channel));
  };
  const statisticsJson = (tasks: readonly Task[]) => {
    const { total, byStatus, byPriority, longestWaiting } = taskStatistics(tasks);
    return {
      total_tasks: total,
      tasks_by_status: byStatus,
      tasks_by_priority: byPriority,
      longest_task_waiting_age: longestWaiting ? ageInSeconds(longestWaiting.dateCreated) : 0,
      longest_task_waiting_sid: longestWaiting?.sid ?? null,
    };
  };
  const route = (path: string, figures: (request: RestRequest) => Record<string, unknown>): Route => ({
    method: 'GET',
    path: `${path}/RealTimeStatistics`,
    handle(request) {
      requireWorkspace(world, request);
      const url = `${workspaceUrl(world)}${request.path.replace(/^\/v1\/Workspaces\/\w+/, '')}`;
      return { status: 200, body: { ...base, ...figures(request), url } };
    },
  });

  return [
    route(WORKSPACE, (request) => ({
      ...statisticsJson(filterTasks(request, () => true)),
      activity_statistics: activityStatistics(world, taskRouter.workers()),
      total_workers: taskRouter.workers().length,
    })),
    route(`${WORKSPACE}/Workflows/{WorkflowSid}`, (request) => {
      const { sid } = orNotFound(world.workflows.get(request.params.WorkflowSid!), request);
      return { ...statisticsJson(filterTasks(request, ({ workflowSid }) => workflowSid === sid)), workflow_sid: sid };
    }),
    route(`${WORKSPACE}/TaskQueues/{TaskQueueSid}`, (request) => {
      const queue = orNotFound(taskRouter.queue(request.params.TaskQueueSid!), request);
      const tasks = filterTasks(request, ({ taskQueueSid }) => taskQueueSid === queue.sid);
      const eligible = taskRouter.workers().filter((worker) => taskRouter.isEligible(queue, worker));
      const { longestInQueue } = taskStatistics(tasks);
      return {
        ...statisticsJson(tasks),
        longest_relative_task_age_in_queue: longestInQueue ? ageInSeconds(longestInQueue.taskQueueEnteredDate) : 0,
        longest_relative_task_sid_in_queue: longestInQueue?.sid ?? null,
        task_queue_sid: queue.sid,
        total_eligible_workers: eligible.length,
        // OpenAPI taskrouter v1: workers with an available status, who "may already have active interactions".
        total_available_workers: eligible.filter(({ activitySid }) => taskRouter.activity(activitySid).available)
          .length,
        activity_statistics: activityStatistics(world, eligible),
      };
    }),
  ];
}
