import { effectiveVirtualStartTime } from '../../taskrouter/task-order';
import { readExpression } from '../../taskrouter/workspace';
import { badRequest } from '../../world/twilio-error';
import type { Task, World } from '../../world/types';
import type { Fields } from '../fields';
import type { Order } from '../page';

const STATUSES = new Set(['pending', 'reserved', 'assigned', 'canceled', 'wrapping', 'completed']);

/** Which tasks a list request asks for. @throws TwilioError 400 for a status or an expression that cannot be */
export function taskFilter(world: World, fields: Fields): (task: Task) => boolean {
  const statuses = fields.list('AssignmentStatus');
  const unknown = statuses.find((status) => !STATUSES.has(status));
  if (unknown !== undefined) throw badRequest(`AssignmentStatus "${unknown}" is not a task's status`);
  const priority = fields.integer('Priority');
  const evaluate = fields.text('EvaluateTaskAttributes');
  const evaluated = evaluate === undefined ? undefined : readExpression('EvaluateTaskAttributes', evaluate);
  const equals = (name: string, value: string | undefined) => !fields.has(name) || fields.text(name) === value;
  return (task) =>
    (statuses.length === 0 || statuses.includes(task.assignmentStatus)) &&
    (priority === undefined || task.priority === priority) &&
    equals('WorkflowSid', task.workflowSid) &&
    equals('WorkflowName', world.workflows.get(task.workflowSid)?.friendlyName) &&
    equals('TaskQueueSid', task.taskQueueSid) &&
    equals('TaskQueueName', task.taskQueueName) &&
    (!evaluated || evaluated.matches(JSON.parse(task.attributes) as Record<string, unknown>));
}

const SORTED_BY: Record<string, (task: Task) => number> = {
  DateCreated: (task) => task.dateCreated,
  VirtualStartTime: effectiveVirtualStartTime,
  Priority: (task) => task.priority,
};

/**
 * `DateCreated:desc`, `Priority:desc,DateCreated:asc`; by default the oldest first.
 * @param sequence creation order, which decides between equals
 * @throws TwilioError 400 for what OpenAPI taskrouter v1 forbids: DateCreated together with VirtualStartTime
 */
export function taskOrder(ordering: string | undefined, sequence: (task: Task) => number): Order<Task> {
  const parts = (ordering ?? 'DateCreated:asc').split(',').map((part) => part.trim().split(':') as [string, string?]);
  for (const [attribute, direction] of parts) {
    if (!Object.hasOwn(SORTED_BY, attribute) || (direction !== 'asc' && direction !== 'desc')) {
      throw badRequest(
        `Ordering "${ordering}" is not valid: use DateCreated, Priority or VirtualStartTime, :asc or :desc`,
      );
    }
  }
  const attributes = parts.map(([attribute]) => attribute);
  if (attributes.includes('DateCreated') && attributes.includes('VirtualStartTime')) {
    throw badRequest('Ordering by DateCreated and VirtualStartTime together is not allowed');
  }
  // Tasks of the same moment keep the order they were made in, or its reverse.
  const byTime = parts.find(([attribute]) => attribute !== 'Priority')?.[1];
  const sign = (direction: string | undefined) => (direction === 'desc' ? -1 : 1);
  return {
    rank: (task) => [...attributes.map((attribute) => SORTED_BY[attribute]!(task)), sequence(task)],
    directions: [...parts.map(([, direction]) => sign(direction)), sign(byTime)],
  };
}
