import { channelName } from '../../taskrouter/task-channels';
import { readCallSid } from '../../taskrouter/task-rules';
import { readAssignmentStatus } from '../../taskrouter/updates';
import { requireVersion, versionEtag } from '../../taskrouter/versions';
import { badRequest, notFound } from '../../world/twilio-error';
import type { NewTask, Task, TaskChange, World } from '../../world/types';
import { type Page, pageMeta, paginate } from '../page';
import type { RestRequest, RestResponse, Route } from '../route';
import { rejectUnmodeled } from './listing';
import { EVALUATIONS_PER_SECOND, RateWindow } from './rate-window';
import { TASKROUTER, taskJson } from './resource-json';
import { taskFilter, taskOrder } from './task-query';

const LIST = '/v1/Workspaces/{WorkspaceSid}/Tasks';
const ONE = `${LIST}/{Sid}`;
const LARGEST_PAGE = 1000;

/** @param tasksPerSecond limit of every other task request; Twilio shows it only in the console, so by default none. */
export function taskRoutes(world: World, tasksPerSecond: number | undefined): Route[] {
  const evaluations = new RateWindow('Task-List-EvaluateTaskAttributes', EVALUATIONS_PER_SECOND);
  const others = tasksPerSecond === undefined ? undefined : new RateWindow('Task', tasksPerSecond);
  const sequences = creationOrder(world);

  const find = ({ params, path }: RestRequest): Task => {
    const task = params.WorkspaceSid === world.workspaceSid ? world.tasks.get(params.Sid!) : undefined;
    if (!task) throw notFound(path);
    return task;
  };
  const show = (status: number, task: Task, limits: Record<string, string> | undefined): RestResponse => ({
    status,
    body: taskJson(world, task),
    headers: { ...limits, ETag: versionEtag(task) },
  });

  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        const { fields, query, path } = request;
        if (request.params.WorkspaceSid !== world.workspaceSid) throw notFound(path);
        rejectUnmodeled(request, ['RoutingTarget']);
        const limits = fields.has('EvaluateTaskAttributes') ? evaluations.take() : others?.take();
        const order = taskOrder(fields.text('Ordering'), sequences);
        const page: Page<Task> = paginate(
          world.tasks.list().filter(taskFilter(world, fields)),
          order,
          fields,
          query,
          LARGEST_PAGE,
        );
        const tasks = page.items.map((task) => taskJson(world, task));
        return {
          status: 200,
          headers: { ...limits },
          body: { tasks, meta: pageMeta(page, TASKROUTER, path, 'tasks') },
        };
      },
    },
    {
      method: 'POST',
      path: LIST,
      handle(request) {
        const { fields, path } = request;
        if (request.params.WorkspaceSid !== world.workspaceSid) throw notFound(path);
        const limits = others?.take();
        const task = world.tasks.create({
          workflowSid: fields.text('WorkflowSid') ?? onlyWorkflow(world),
          attributes: fields.text('Attributes') ?? '{}',
          taskChannel: readTaskChannel(request),
          priority: fields.integer('Priority'),
          timeoutSeconds: fields.integer('Timeout'),
          virtualStartTime: fields.time('VirtualStartTime'),
          ...readRoutingTarget(world, request),
        });
        const eventLog = { text: `task ${task.sid} created for ${task.taskQueueName}`, callSid: readCallSid(task) };
        return { ...show(201, task, limits), log: eventLog };
      },
    },
    { method: 'GET', path: ONE, handle: (request) => show(200, find(request), others?.take()) },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const limits = others?.take();
        const task = find(request);
        const change = readTaskChange(request);
        const changed = world.tasks.update(task.sid, change, request.ifMatch);
        const text = change.assignmentStatus
          ? `task ${task.sid} ${change.assignmentStatus}${change.reason ? ` (${change.reason})` : ''}`
          : `task ${task.sid} changed: ${Object.keys(change).join(', ')}`;
        return { ...show(200, changed, limits), log: { text, callSid: readCallSid(task) } };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle(request) {
        const limits = others?.take();
        const task = find(request);
        requireVersion(task, request.ifMatch);
        world.tasks.remove(task.sid);
        return {
          status: 204,
          headers: { ...limits },
          log: { text: `task ${task.sid} deleted`, callSid: readCallSid(task) },
        };
      },
    },
  ];
}

function readTaskChange(request: RestRequest): TaskChange {
  const { fields } = request;
  rejectUnmodeled(request, ['TaskChannel']);
  const change: TaskChange = {
    attributes: fields.text('Attributes'),
    assignmentStatus: readAssignmentStatus(fields.text('AssignmentStatus')),
    reason: fields.text('Reason'),
    priority: fields.integer('Priority'),
    virtualStartTime: fields.time('VirtualStartTime'),
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** Tasks in the order they were made: `dateCreated` alone does not tell two tasks of one millisecond apart. */
function creationOrder(world: World): (task: Task) => number {
  const order = new WeakMap<Task, number>();
  let count = 0;
  for (const task of world.tasks.list()) order.set(task, count++);
  world.tasks.subscribe((event, task) => {
    if (event === 'created') order.set(task, count++);
  });
  return (task) => order.get(task) ?? 0;
}

function onlyWorkflow(world: World): string {
  // OpenAPI taskrouter v1, CreateTask.WorkflowSid: "If there is only one Workflow defined … the default will be used".
  const [only, second] = [...world.workflows.keys()];
  if (only === undefined || second !== undefined)
    throw badRequest('WorkflowSid is required: the workspace has several');
  return only;
}

/**
 * The one worker a task is for, and the queue it counts to. OpenAPI taskrouter v1 also has a queue or a workflow as the
 * target, and a queue without a target; these are not modeled.
 */
function readRoutingTarget(
  { taskRouter }: World,
  { fields }: RestRequest,
): Pick<NewTask, 'routingTarget' | 'taskQueueSid' | 'ignoreCapacity'> {
  const routingTarget = fields.text('RoutingTarget');
  const taskQueueSid = fields.text('TaskQueueSid');
  if (routingTarget === undefined) {
    if (taskQueueSid !== undefined) throw badRequest('The sandbox models TaskQueueSid with a RoutingTarget only');
    // "This field can only be used when the `RoutingTarget` field is set to a Worker SID" (OpenAPI taskrouter v1).
    if (fields.has('IgnoreCapacity')) throw badRequest('IgnoreCapacity needs a RoutingTarget');
    return {};
  }
  if (!taskRouter.worker(routingTarget)) throw badRequest(`RoutingTarget ${routingTarget} is no worker`);
  if (taskQueueSid !== undefined && !taskRouter.queue(taskQueueSid)) {
    throw badRequest(`TaskQueue ${taskQueueSid} does not exist`);
  }
  return { routingTarget, taskQueueSid, ignoreCapacity: fields.flag('IgnoreCapacity') };
}

function readTaskChannel({ fields }: RestRequest): string | undefined {
  const asked = fields.text('TaskChannel');
  if (asked === undefined) return undefined;
  const name = channelName(asked);
  if (name === undefined) throw badRequest(`TaskChannel "${asked}" does not exist in the workspace`);
  return name;
}
