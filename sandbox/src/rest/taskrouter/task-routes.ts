import { channelName } from '../../taskrouter/task-channels';
import { callOf } from '../../taskrouter/task-rules';
import { requireEtag, taskEtag } from '../../taskrouter/tasks';
import { badRequest, notFound } from '../../world/twilio-error';
import type { Task, TaskChange, World } from '../../world/types';
import { type Page, pageMeta, pageOf } from '../page';
import type { RestAnswer, RestRequest, Route } from '../route';
import { refuse } from './listing';
import { EVALUATIONS_PER_SECOND, RateWindow } from './rate-window';
import { TASKROUTER, taskJson } from './task-json';
import { taskFilter, taskOrder } from './task-query';

const LIST = '/v1/Workspaces/{WorkspaceSid}/Tasks';
const ONE = `${LIST}/{Sid}`;
const LARGEST_PAGE = 1000;
/** What a client of TaskRouter may ask for by update; the other states are the agents' (docs, Task resource). */
const ASKED_FOR = ['canceled', 'wrapping', 'completed'];

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
  const show = (status: number, task: Task, limits: Record<string, string> | undefined): RestAnswer => ({
    status,
    body: taskJson(world, task),
    headers: { ...limits, ETag: taskEtag(task) },
  });

  return [
    {
      method: 'GET',
      path: LIST,
      answer(request) {
        const { fields, query, path } = request;
        if (request.params.WorkspaceSid !== world.workspaceSid) throw notFound(path);
        refuse(request, ['RoutingTarget']);
        const limits = fields.has('EvaluateTaskAttributes') ? evaluations.take() : others?.take();
        const order = taskOrder(fields.text('Ordering'), sequences);
        const page: Page<Task> = pageOf(
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
      answer(request) {
        const { fields, path } = request;
        if (request.params.WorkspaceSid !== world.workspaceSid) throw notFound(path);
        refuse(request, ['RoutingTarget', 'IgnoreCapacity', 'TaskQueueSid']);
        const limits = others?.take();
        const task = world.tasks.create({
          workflowSid: fields.text('WorkflowSid') ?? onlyWorkflow(world),
          attributes: fields.text('Attributes') ?? '{}',
          taskChannel: channel(request),
          priority: fields.integer('Priority'),
          timeoutSeconds: fields.integer('Timeout'),
          virtualStartTime: fields.time('VirtualStartTime'),
        });
        const story = { text: `task ${task.sid} created for ${task.taskQueueName}`, callSid: callOf(task) };
        return { ...show(201, task, limits), story };
      },
    },
    { method: 'GET', path: ONE, answer: (request) => show(200, find(request), others?.take()) },
    {
      method: 'POST',
      path: ONE,
      answer(request) {
        const limits = others?.take();
        const task = find(request);
        const change = changeOf(request);
        const changed = world.tasks.update(task.sid, change, request.ifMatch);
        const text = change.assignmentStatus
          ? `task ${task.sid} ${change.assignmentStatus}${change.reason ? ` (${change.reason})` : ''}`
          : `task ${task.sid} changed: ${Object.keys(change).join(', ')}`;
        return { ...show(200, changed, limits), story: { text, callSid: callOf(task) } };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      answer(request) {
        const limits = others?.take();
        const task = find(request);
        requireEtag(task, request.ifMatch);
        world.tasks.remove(task.sid);
        return {
          status: 204,
          headers: { ...limits },
          story: { text: `task ${task.sid} deleted`, callSid: callOf(task) },
        };
      },
    },
  ];
}

function changeOf(request: RestRequest): TaskChange {
  const { fields } = request;
  refuse(request, ['TaskChannel']);
  const status = fields.text('AssignmentStatus');
  if (status !== undefined && !ASKED_FOR.includes(status)) {
    throw badRequest(`AssignmentStatus can be set to ${ASKED_FOR.join(', ')}, not to "${status}"`);
  }
  const change: TaskChange = {
    attributes: fields.text('Attributes'),
    assignmentStatus: status as TaskChange['assignmentStatus'],
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

function channel({ fields }: RestRequest): string | undefined {
  const asked = fields.text('TaskChannel');
  if (asked === undefined) return undefined;
  const name = channelName(asked);
  if (name === undefined) throw badRequest(`TaskChannel "${asked}" does not exist in the workspace`);
  return name;
}
