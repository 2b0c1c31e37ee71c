import type { Workflow } from '../../taskrouter/types';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import type { RestRequest, Route } from '../route';
import { BY_NAME, listRoute, orNotFound, rejectUnmodeled, requireWorkspace, WORKSPACE } from './listing';
import { workspaceUrl } from './resource-json';

const LIST = `${WORKSPACE}/Workflows`;
/** No assignment callback is sent. Reservations are accepted over REST, in Flex or by a test. */
const CALLBACKS = ['AssignmentCallbackUrl', 'FallbackAssignmentCallbackUrl'];

/** Workflows: made, read, given another configuration and deleted. */
export function workflowRoutes(world: World): Route[] {
  const { taskRouter } = world;
  const url = workspaceUrl(world);
  const json = (workflow: Workflow) => ({
    account_sid: world.account.accountSid,
    workspace_sid: world.workspaceSid,
    sid: workflow.sid,
    friendly_name: workflow.friendlyName,
    configuration: workflow.configuration,
    document_content_type: 'application/json',
    task_reservation_timeout: workflow.taskReservationTimeout,
    assignment_callback_url: null,
    fallback_assignment_callback_url: null,
    date_created: isoDate(workflow.dateCreated),
    date_updated: isoDate(workflow.dateUpdated),
    url: `${url}/Workflows/${workflow.sid}`,
    links: {
      workspace: url,
      statistics: `${url}/Workflows/${workflow.sid}/Statistics`,
      real_time_statistics: `${url}/Workflows/${workflow.sid}/RealTimeStatistics`,
    },
  });
  const find = (request: RestRequest): Workflow => {
    requireWorkspace(world, request);
    return orNotFound(world.workflows.get(request.params.Sid!), request);
  };

  return [
    listRoute(
      world,
      LIST,
      'workflows',
      ({ fields }) => {
        const name = fields.text('FriendlyName');
        return [...world.workflows.values()].filter((one) => name === undefined || one.friendlyName === name);
      },
      BY_NAME,
      json,
    ),
    {
      method: 'POST',
      path: LIST,
      handle(request) {
        requireWorkspace(world, request);
        rejectUnmodeled(request, CALLBACKS);
        const { fields } = request;
        const workflow = taskRouter.addWorkflow({
          friendlyName: fields.text('FriendlyName')!,
          configuration: fields.text('Configuration')!,
          taskReservationTimeout: fields.integer('TaskReservationTimeout'),
        });
        const eventLog = { text: `workflow ${workflow.sid} created: ${workflow.friendlyName}` };
        return { status: 201, body: json(workflow), log: eventLog };
      },
    },
    { method: 'GET', path: `${LIST}/{Sid}`, handle: (request) => ({ status: 200, body: json(find(request)) }) },
    {
      method: 'POST',
      path: `${LIST}/{Sid}`,
      handle(request) {
        const { fields } = request;
        const workflow = find(request);
        rejectUnmodeled(request, CALLBACKS);
        taskRouter.updateWorkflow(workflow, {
          friendlyName: fields.text('FriendlyName'),
          configuration: fields.text('Configuration'),
          taskReservationTimeout: fields.integer('TaskReservationTimeout'),
          reEvaluateTasks: fields.flag('ReEvaluateTasks'),
        });
        const text = `workflow ${workflow.sid} changed: ${fields.names().join(', ')}`;
        return { status: 200, body: json(workflow), log: { text } };
      },
    },
    {
      method: 'DELETE',
      path: `${LIST}/{Sid}`,
      handle(request) {
        const workflow = find(request);
        taskRouter.removeWorkflow(workflow);
        return { status: 204, log: { text: `workflow ${workflow.sid} deleted: ${workflow.friendlyName}` } };
      },
    },
  ];
}
