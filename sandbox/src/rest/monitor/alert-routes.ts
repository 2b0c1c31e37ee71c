import { notFound } from '../../world/twilio-error';
import type { Alert, World } from '../../world/types';
import { isoDate } from '../dates';
import { type Order, pageMeta, paginate } from '../page';
import type { Route } from '../route';

const MONITOR = 'monitor.twilio.com';
const LIST = '/v1/Alerts';
/** OpenAPI monitor v1, PageSize: "the maximum is 1000". */
const LARGEST_PAGE = 1000;
const DAY_MS = 24 * 3_600_000;

/** Twilio's error log: what it could not request, read or play. */
export function alertRoutes(world: World): Route[] {
  const json = (alert: Alert) => ({
    sid: alert.sid,
    account_sid: world.account.accountSid,
    alert_text: alert.text,
    api_version: '2010-04-01',
    error_code: String(alert.errorCode),
    log_level: alert.level,
    more_info: `https://www.twilio.com/docs/errors/${alert.errorCode}`,
    request_method: null,
    request_url: alert.requestUrl,
    resource_sid: alert.resourceSid,
    service_sid: null,
    date_created: isoDate(alert.at),
    date_generated: isoDate(alert.at),
    date_updated: isoDate(alert.at),
    url: `https://${MONITOR}${LIST}/${alert.sid}`,
  });
  return [
    {
      method: 'GET',
      path: LIST,
      handle({ fields, query, path }) {
        const level = fields.text('LogLevel');
        const [from, until] = [fields.time('StartDate'), fields.time('EndDate')];
        // A day is meant as a whole.
        const end = until === undefined ? undefined : fields.text('EndDate')!.length > 10 ? until : until + DAY_MS - 1;
        const found = world.alerts.filter(
          (alert) =>
            (level === undefined || alert.level === level) &&
            (from === undefined || alert.at >= from) &&
            (end === undefined || alert.at <= end),
        );
        const order: Order<Alert> = { rank: ({ at, sid }) => [at, sid], directions: [-1, 1] };
        const page = paginate(found, order, fields, query, LARGEST_PAGE);
        return { status: 200, body: { alerts: page.items.map(json), meta: pageMeta(page, MONITOR, path, 'alerts') } };
      },
    },
    {
      method: 'GET',
      path: `${LIST}/{Sid}`,
      handle({ params, path }) {
        const alert = world.alerts.find(({ sid }) => sid === params.Sid);
        if (!alert) throw notFound(path);
        const unknown = { request_headers: null, request_variables: null, response_body: null, response_headers: null };
        return { status: 200, body: { ...json(alert), ...unknown } };
      },
    },
  ];
}
