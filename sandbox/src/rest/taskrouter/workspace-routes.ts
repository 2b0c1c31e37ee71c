import { notFound } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import { pageMeta, pageOf } from '../page';
import type { RestRequest, Route } from '../route';
import { TASKROUTER } from './task-json';

const WORKSPACE = '/v1/Workspaces/{Sid}';
const WORKFLOWS = '/v1/Workspaces/{WorkspaceSid}/Workflows';
const QUEUES = '/v1/Workspaces/{WorkspaceSid}/TaskQueues';
const LARGEST_PAGE = 1000;

interface Named {
  sid: string;
  friendlyName: string;
}

/** Workspace, workflows and task queues, to be read: an account is set up in the sandbox's options, not over REST. */
export function workspaceRoutes(world: World): Route[] {
  const made = isoDate(Date.now());
  const base = `https://${TASKROUTER}/v1/Workspaces/${world.workspaceSid}`;
  const stamp = { account_sid: world.account.accountSid, date_created: made, date_updated: made };

  const workflowJson = ({ sid, friendlyName }: Named) => {
    const queueSid = world.workflows.get(sid)!.taskQueueSid;
    return {
      ...stamp,
      sid,
      friendly_name: friendlyName,
      workspace_sid: world.workspaceSid,
      configuration: JSON.stringify({ task_routing: { filters: [], default_filter: { queue: queueSid } } }),
      document_content_type: 'application/json',
      task_reservation_timeout: 120,
      assignment_callback_url: null,
      fallback_assignment_callback_url: null,
      url: `${base}/Workflows/${sid}`,
      links: { workspace: base, statistics: `${base}/Workflows/${sid}/Statistics` },
    };
  };
  const queueJson = ({ sid, friendlyName }: Named) => ({
    ...stamp,
    sid,
    friendly_name: friendlyName,
    workspace_sid: world.workspaceSid,
    target_workers: '1==1',
    task_order: 'FIFO',
    max_reserved_workers: 1,
    assignment_activity_sid: null,
    assignment_activity_name: null,
    reservation_activity_sid: null,
    reservation_activity_name: null,
    url: `${base}/TaskQueues/${sid}`,
    links: { workspace: base, statistics: `${base}/TaskQueues/${sid}/Statistics` },
  });
  const workflows = (): Named[] => [...world.workflows].map(([sid, { friendlyName }]) => ({ sid, friendlyName }));
  const queues = (): Named[] => {
    const bySid = new Map(
      [...world.workflows.values()].map((workflow) => [workflow.taskQueueSid, workflow.taskQueueName]),
    );
    return [...bySid].map(([sid, friendlyName]) => ({ sid, friendlyName }));
  };

  return [
    {
      method: 'GET',
      path: WORKSPACE,
      answer({ params, path }) {
        if (params.Sid !== world.workspaceSid) throw notFound(path);
        const body = {
          ...stamp,
          sid: world.workspaceSid,
          friendly_name: 'Flex Task Assignment',
          multi_task_enabled: true,
          prioritize_queue_order: 'FIFO',
          event_callback_url: null,
          events_filter: null,
          default_activity_sid: null,
          default_activity_name: 'Offline',
          timeout_activity_sid: null,
          timeout_activity_name: 'Offline',
          url: base,
          links: { tasks: `${base}/Tasks`, workflows: `${base}/Workflows`, task_queues: `${base}/TaskQueues` },
        };
        return { status: 200, body };
      },
    },
    ...readOnly(world, WORKFLOWS, 'workflows', workflows, workflowJson),
    ...readOnly(world, QUEUES, 'task_queues', queues, queueJson),
  ];
}

function readOnly(
  world: World,
  path: string,
  key: string,
  all: () => Named[],
  json: (item: Named) => Record<string, unknown>,
): Route[] {
  const inWorkspace = ({ params, path: asked }: RestRequest) => {
    if (params.WorkspaceSid !== world.workspaceSid) throw notFound(asked);
  };
  return [
    {
      method: 'GET',
      path,
      answer(request) {
        inWorkspace(request);
        const name = request.fields.text('FriendlyName');
        const items = all().filter((item) => name === undefined || item.friendlyName === name);
        const order = { rank: ({ friendlyName, sid }: Named) => [friendlyName, sid] };
        const page = pageOf(items, order, request.fields, request.query, LARGEST_PAGE);
        const meta = pageMeta(page, TASKROUTER, request.path, key);
        return { status: 200, body: { [key]: page.items.map(json), meta } };
      },
    },
    {
      method: 'GET',
      path: `${path}/{Sid}`,
      answer(request) {
        inWorkspace(request);
        const item = all().find(({ sid }) => sid === request.params.Sid);
        if (!item) throw notFound(request.path);
        return { status: 200, body: json(item) };
      },
    },
  ];
}
