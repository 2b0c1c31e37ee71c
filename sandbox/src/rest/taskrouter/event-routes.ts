import { EVENT_RETENTION_MS, type RecordedEvent } from '../../taskrouter/event-history';
import { badRequest } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import { pageMeta, paginate } from '../page';
import type { RestRequest, Route } from '../route';
import { orNotFound, rejectUnmodeled, requireWorkspace, WORKSPACE } from './listing';
import { TASKROUTER, workspaceUrl } from './resource-json';

const LIST = `${WORKSPACE}/Events`;
const LARGEST_PAGE = 1000;
/** OpenAPI taskrouter v1, ListEvent.Minutes: "The default is `15` minutes". */
const DEFAULT_MINUTES = 15;
const MINUTE_MS = 60_000;
/** The queries by which a list is narrowed, and the event's parameter that each names. */
const NARROWED_BY = {
  ReservationSid: 'ReservationSid',
  TaskQueueSid: 'TaskQueueSid',
  TaskSid: 'TaskSid',
  WorkerSid: 'WorkerSid',
  WorkflowSid: 'WorkflowSid',
  TaskChannel: 'TaskChannelUniqueName',
  EventType: 'EventType',
} as const;

/**
 * What happened in the workspace in the last 30 days. A list goes back 15 minutes unless Minutes or StartDate says
 * otherwise, and has one page: "Pagination isn't supported" (twilio.com/docs/taskrouter/api/event).
 */
export function eventRoutes(world: World): Route[] {
  const url = workspaceUrl(world);
  const json = ({ sid, type, at, params }: RecordedEvent) => ({
    account_sid: world.account.accountSid,
    workspace_sid: world.workspaceSid,
    sid,
    actor_sid: params.WorkerSid ?? world.workspaceSid,
    actor_type: params.WorkerSid === undefined ? 'workspace' : 'worker',
    actor_url: params.WorkerSid === undefined ? url : `${url}/Workers/${params.WorkerSid}`,
    description: params.EventDescription,
    event_data: eventData(params),
    event_date: isoDate(at),
    event_date_ms: at,
    event_type: type,
    resource_sid: params.ResourceSid,
    resource_type: params.ResourceType,
    resource_url: null,
    source: 'taskrouter',
    source_ip_address: null,
    url: `${url}/Events/${sid}`,
  });
  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        requireWorkspace(world, request);
        rejectUnmodeled(request, ['Sid', 'Page', 'PageToken']);
        const found = world.taskRouterEvents.list().filter(eventFilter(request));
        const { fields, query, path } = request;
        const order = { rank: ({ at, sid }: RecordedEvent) => [at, sid], directions: [-1, 1] as const };
        const page = paginate(found, order, fields, query, LARGEST_PAGE);
        return {
          status: 200,
          body: { events: page.items.map(json), meta: pageMeta({ ...page, next: null }, TASKROUTER, path, 'events') },
        };
      },
    },
    {
      method: 'GET',
      path: `${LIST}/{Sid}`,
      handle(request) {
        requireWorkspace(world, request);
        const found = world.taskRouterEvents.list().find(({ sid }) => sid === request.params.Sid);
        return { status: 200, body: json(orNotFound(found, request)) };
      },
    },
  ];
}

/** Which events a list request asks for. @throws TwilioError 400 for minutes or dates that cannot be */
function eventFilter({ fields }: RestRequest): (event: RecordedEvent) => boolean {
  const start = fields.time('StartDate');
  const end = fields.time('EndDate');
  const minutes = fields.integer('Minutes') ?? (start === undefined ? DEFAULT_MINUTES : EVENT_RETENTION_MS / MINUTE_MS);
  if (minutes < 1) throw badRequest('Minutes must be at least 1');
  const since = start ?? Date.now() - minutes * MINUTE_MS;
  const narrowed = Object.entries(NARROWED_BY).flatMap(([query, name]) => {
    const value = fields.text(query);
    return value === undefined ? [] : [{ name, value }];
  });
  return ({ at, params }) =>
    at >= since && (end === undefined || at <= end) && narrowed.every(({ name, value }) => params[name] === value);
}

/** The parameters of the callback in snake case (`TaskSid` is `task_sid`), without those the event itself has. */
function eventData(params: Readonly<Record<string, string>>): Record<string, string> {
  const own = new Set(['Sid', 'EventType', 'EventDescription', 'AccountSid', 'ResourceType', 'ResourceSid']);
  return Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => !own.has(name))
      .map(([name, value]) => [name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase(), value]),
  );
}
