import { WORKSPACE_NAME } from '../../taskrouter/event-parameters';
import type { WorkerActivity } from '../../taskrouter/types';
import { DEFAULT_ACTIVITY } from '../../taskrouter/workspace';
import { notFound } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import { pageMeta, paginate } from '../page';
import type { Route } from '../route';
import { BY_NAME, LARGEST_PAGE, listRoute, orNotFound, rejectUnmodeled, requireWorkspace, WORKSPACE } from './listing';
import { activityJson, TASKROUTER, workspaceUrl } from './resource-json';

const ONE = '/v1/Workspaces/{Sid}';
const ACTIVITIES = `${WORKSPACE}/Activities`;
/** What an update could change, and the sandbox does not. */
const FIXED = ['DefaultActivitySid', 'FriendlyName', 'MultiTaskEnabled', 'TimeoutActivitySid', 'PrioritizeQueueOrder'];

/** The account's one workspace, whose events can be sent elsewhere, and its activities, to be read. */
export function workspaceRoutes(world: World): Route[] {
  const made = isoDate(Date.now());
  const url = workspaceUrl(world);
  const { taskRouter } = world;
  const json = (activity: WorkerActivity) => activityJson(world, activity);

  const workspaceJson = () => {
    const offline = taskRouter.activity(DEFAULT_ACTIVITY);
    const { url: callback, filter } = taskRouter.eventCallback;
    return {
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
  };

  return [
    {
      method: 'GET',
      path: '/v1/Workspaces',
      handle({ fields, query, path }) {
        const asked = fields.text('FriendlyName');
        const found = asked === undefined || asked === WORKSPACE_NAME ? [world.workspaceSid] : [];
        const page = paginate(found, { rank: (sid) => [sid] }, fields, query, LARGEST_PAGE);
        const meta = pageMeta(page, TASKROUTER, path, 'workspaces');
        return { status: 200, body: { workspaces: page.items.map(workspaceJson), meta } };
      },
    },
    {
      method: 'GET',
      path: ONE,
      handle({ params, path }) {
        if (params.Sid !== world.workspaceSid) throw notFound(path);
        return { status: 200, body: workspaceJson() };
      },
    },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const { params, path, fields } = request;
        if (params.Sid !== world.workspaceSid) throw notFound(path);
        rejectUnmodeled(request, FIXED);
        const callback = fields.text('EventCallbackUrl');
        const filter = fields.text('EventsFilter');
        Object.assign(taskRouter.eventCallback, {
          ...(callback === undefined ? {} : { url: callback || null }),
          ...(filter === undefined ? {} : { filter: filter.split(',').filter((type) => type !== '') }),
        });
        const log = { text: `workspace changed: ${fields.names().join(', ')}` };
        return { status: 200, body: workspaceJson(), log };
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
