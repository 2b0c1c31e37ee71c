import { WORKSPACE_NAME } from '../../taskrouter/event-parameters';
import type { WorkerActivity } from '../../taskrouter/types';
import { DEFAULT_ACTIVITY } from '../../taskrouter/workspace';
import { notFound } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import type { Route } from '../route';
import { BY_NAME, listRoute, orNotFound, requireWorkspace, WORKSPACE } from './listing';
import { activityJson, workspaceUrl } from './resource-json';

const ACTIVITIES = `${WORKSPACE}/Activities`;

/** The workspace and its activities, to be read: both are set up in the sandbox's options, not over REST. */
export function workspaceRoutes(world: World): Route[] {
  const made = isoDate(Date.now());
  const url = workspaceUrl(world);
  const { taskRouter } = world;
  const json = (activity: WorkerActivity) => activityJson(world, activity);

  return [
    {
      method: 'GET',
      path: '/v1/Workspaces/{Sid}',
      handle({ params, path }) {
        if (params.Sid !== world.workspaceSid) throw notFound(path);
        const offline = taskRouter.activity(DEFAULT_ACTIVITY);
        const { url: callback, filter } = taskRouter.eventCallback;
        const body = {
          account_sid: world.account.accountSid,
          date_created: made,
          date_updated: made,
          sid: world.workspaceSid,
          friendly_name: WORKSPACE_NAME,
          multi_task_enabled: true,
          prioritize_queue_order: 'FIFO',
          event_callback_url: callback,
          events_filter: filter.length === 0 ? null : filter.join(','),
          default_activity_sid: offline.sid,
          default_activity_name: offline.friendlyName,
          timeout_activity_sid: offline.sid,
          timeout_activity_name: offline.friendlyName,
          url,
          links: Object.fromEntries(
            Object.entries({
              activities: 'Activities',
              real_time_statistics: 'RealTimeStatistics',
              task_queues: 'TaskQueues',
              tasks: 'Tasks',
              workers: 'Workers',
              workflows: 'Workflows',
            }).map(([name, path]) => [name, `${url}/${path}`]),
          ),
        };
        return { status: 200, body };
      },
    },
    listRoute(
      world,
      ACTIVITIES,
      'activities',
      ({ fields }) => {
        const name = fields.text('FriendlyName');
        const available = fields.text('Available');
        return taskRouter
          .activities()
          .filter(
            (activity) =>
              (name === undefined || activity.friendlyName === name) &&
              (available === undefined || activity.available === isAffirmative(available)),
          );
      },
      BY_NAME,
      json,
    ),
    {
      method: 'GET',
      path: `${ACTIVITIES}/{Sid}`,
      handle(request) {
        requireWorkspace(world, request);
        const activity = taskRouter.activities().find(({ sid }) => sid === request.params.Sid);
        return { status: 200, body: json(orNotFound(activity, request)) };
      },
    },
  ];
}

/** OpenAPI taskrouter v1, ListWorker.Available: "`true`, `1`, or `yes`"; any other value is no. */
export function isAffirmative(text: string): boolean {
  return ['true', '1', 'yes'].includes(text.toLowerCase());
}
