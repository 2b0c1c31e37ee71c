import { callDuration } from '../../world/call-duration';
import { badRequest, notFound, TwilioError } from '../../world/twilio-error';
import type { CallRequest, Calls, CallView, NewCall, World } from '../../world/types';
import { rfc2822Date } from '../dates';
import { pageUris, paginate } from '../page';
import type { RestRequest, Route } from '../route';
import { ACCOUNT_PATH, API_VERSION, accountPath, LARGEST_PAGE, requireAccount } from './account-path';

const LIST = `${ACCOUNT_PATH}/Calls.json`;
const ONE = `${ACCOUNT_PATH}/Calls/{Sid}.json`;
const EVENTS = `${ACCOUNT_PATH}/Calls/{Sid}/Events.json`;
/** twilio.com/docs/voice/api/call-event-resource: they can be read 15 minutes after the call has ended. */
const EVENTS_AFTER_MS = 15 * 60_000;
/** docs: "Twiml … up to 4000 characters", error 32018. */
const MAX_TWIML_CHARACTERS = 4000;
const ENDED = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);
/** OpenAPI api v2010, CreateCall: what of it the sandbox models. */
const MODELED_OF_NEW = [
  'To',
  'From',
  'Url',
  'Method',
  'Timeout',
  'TimeLimit',
  'StatusCallback',
  'StatusCallbackMethod',
  'StatusCallbackEvent',
];
/** twilio.com/docs/voice/api/call-resource, Timeout: "the maximum is 600 seconds". */
const MAX_TIMEOUT_SECONDS = 600;
const NOT_MODELED = ['FallbackUrl', 'FallbackMethod', 'StatusCallback', 'StatusCallbackMethod', 'TimeLimit'];

/** Calls: make, read, redirect, end. What a change does to a live call is the voice engine's. */
export function callRoutes(world: World): Route[] {
  const find = (request: RestRequest): CallView => {
    requireAccount(world, request);
    const call = world.calls.get(request.params.Sid!);
    if (!call) throw notFound(request.path);
    return call;
  };
  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        requireAccount(world, request);
        const order = { rank: (call: CallView) => [call.dateCreated, call.sid], directions: [-1, 1] as (1 | -1)[] };
        const calls = world.calls.list().filter(callFilter(request));
        const page = paginate(calls, order, request.fields, request.query, LARGEST_PAGE);
        const body = { ...pageUris(page, request.path), calls: page.items.map((call) => callJson(world, call)) };
        return { status: 200, body };
      },
    },
    {
      method: 'POST',
      path: LIST,
      handle(request) {
        requireAccount(world, request);
        const call = world.calls.create(readNewCall(request));
        const log = { text: `call ${call.sid} to ${call.to} begun`, callSid: call.sid };
        // A new call is queued, whatever becomes of it within the same second (call-resource, "queued").
        return { status: 201, body: { ...callJson(world, call), status: 'queued' }, log };
      },
    },
    { method: 'GET', path: ONE, handle: (request) => ({ status: 200, body: callJson(world, find(request)) }) },
    {
      method: 'GET',
      path: EVENTS,
      unpublished: true,
      handle(request) {
        const call = find(request);
        const isReady = call.endTime !== null && Date.now() >= call.endTime + EVENTS_AFTER_MS;
        const events = world.callRequests.filter(({ callSid }) => isReady && callSid === call.sid);
        const order = { rank: ({ at, url }: CallRequest) => [at, url], directions: [1, 1] as (1 | -1)[] };
        const page = paginate(events, order, request.fields, request.query, LARGEST_PAGE);
        return { status: 200, body: { ...pageUris(page, request.path), events: page.items.map(eventJson) } };
      },
    },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const call = find(request);
        const change = readCallChange(request);
        if (ENDED.has(call.status)) {
          const reason = change.status ? '' : ' Cannot redirect.';
          throw new TwilioError(400, 21220, `Unable to update record. Call is not in-progress.${reason}`);
        }
        const changed = world.calls.update(call.sid, change);
        const what = change.status
          ? `ended (${change.status})`
          : change.url
            ? `redirected to ${new URL(change.url).pathname}`
            : 'given TwiML';
        return {
          status: 200,
          body: callJson(world, changed),
          log: { text: `call ${call.sid} ${what}`, callSid: call.sid },
        };
      },
    },
  ];
}

function readNewCall({ fields }: RestRequest): NewCall {
  const unknown = fields.names().find((name) => !MODELED_OF_NEW.includes(name));
  if (unknown !== undefined) throw badRequest(`The sandbox does not model ${unknown} of a new call`);
  const [from, to, url] = [fields.text('From') ?? '', fields.text('To') ?? '', fields.text('Url')];
  if (!/^\+[1-9]\d{6,14}$/.test(to)) throw new TwilioError(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  if (!/^\+[1-9]\d{6,14}$/.test(from)) throw new TwilioError(400, 21212, `Invalid 'From' Phone Number: ${from}`);
  if (url === undefined || !isWebUrl(url)) throw badRequest(`Url is not a valid URL: ${url ?? ''}`, 21205);
  const timeoutSeconds = fields.integer('Timeout');
  if (timeoutSeconds !== undefined && (timeoutSeconds < 1 || timeoutSeconds > MAX_TIMEOUT_SECONDS))
    throw new TwilioError(400, 21208, `Invalid Timeout: ${timeoutSeconds}`);
  // Without events, and with `completed`, one request follows when the call has ended, however it ended.
  const other = fields.list('StatusCallbackEvent').find((event) => event !== 'completed');
  if (other !== undefined) throw badRequest(`The sandbox does not model the event ${other} of a new call`);
  const statusCallback = fields.text('StatusCallback');
  if (statusCallback !== undefined && !isWebUrl(statusCallback))
    throw badRequest(`StatusCallback is not a valid URL: ${statusCallback}`, 21609);
  const method = (name: string) => (fields.text(name) === 'GET' ? 'GET' : 'POST');
  return {
    ...{ from, to, url, method: method('Method'), timeoutSeconds, timeLimitSeconds: fields.integer('TimeLimit') },
    ...{ statusCallback, statusCallbackMethod: method('StatusCallbackMethod') },
  };
}

const isWebUrl = (url: string) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

function readCallChange({ fields }: RestRequest): Parameters<Calls['update']>[1] {
  const unknown = NOT_MODELED.find((name) => fields.has(name));
  if (unknown !== undefined) throw badRequest(`The sandbox does not model ${unknown} in an update of a call`);
  const url = fields.text('Url');
  const twiml = fields.text('Twiml');
  const status = fields.text('Status');
  if ([url, twiml, status].filter((value) => value !== undefined).length !== 1) {
    throw badRequest('Give one of Url, Twiml and Status', 21218);
  }
  if (url !== undefined && !/^https?:/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
    throw badRequest(`Url is not a valid URL: ${url}`, 21205);
  }
  if (twiml !== undefined && twiml.length > MAX_TWIML_CHARACTERS) {
    throw badRequest(`Twiml exceeds the maximum of ${MAX_TWIML_CHARACTERS} characters`, 32018);
  }
  if (status !== undefined && status !== 'completed' && status !== 'canceled') {
    throw badRequest(`Status "${status}" is not valid: use completed or canceled`);
  }
  const method = fields.text('Method');
  return {
    ...(url && { url }),
    ...(method && { method }),
    ...(twiml !== undefined && { twiml }),
    ...(status && { status }),
  };
}

function callFilter({ fields }: RestRequest): (call: CallView) => boolean {
  const modeled = 'StartTime>';
  const dated = fields.names().find((name) => name !== modeled && /^(Start|End)Time/.test(name));
  if (dated !== undefined) throw badRequest(`The sandbox does not model the filter ${dated}`);
  // OpenAPI api v2010, ListCall: "Specify a date as YYYY-MM-DD in UTC"; what follows the date is ignored.
  const since = fields.time(modeled);
  const firstDay = since === undefined ? undefined : Date.parse(new Date(since).toISOString().slice(0, 10));
  const is = (name: string, value: string) => !fields.has(name) || fields.text(name) === value;
  return (call) =>
    (firstDay === undefined || call.startTime >= firstDay) &&
    is('To', call.to) &&
    is('From', call.from) &&
    is('ParentCallSid', call.parentCallSid ?? '') &&
    is('Status', call.status);
}

function callJson(world: World, call: CallView): Record<string, unknown> {
  const path = `${accountPath(world)}/Calls/${call.sid}`;
  const date = rfc2822Date(call.dateCreated);
  const seconds = callDuration(call);
  return {
    sid: call.sid,
    date_created: date,
    date_updated: rfc2822Date(call.endTime ?? call.startTime),
    parent_call_sid: call.parentCallSid ?? null,
    account_sid: world.account.accountSid,
    to: call.to,
    to_formatted: call.to,
    from: call.from,
    from_formatted: call.from,
    phone_number_sid: null,
    status: call.status,
    start_time: rfc2822Date(call.startTime),
    end_time: call.endTime === null ? null : rfc2822Date(call.endTime),
    duration: seconds === null ? null : String(seconds),
    price: null,
    price_unit: 'USD',
    direction: call.direction,
    answered_by: null,
    api_version: API_VERSION,
    forwarded_from: null,
    group_sid: null,
    caller_name: null,
    queue_time: '0',
    trunk_sid: null,
    uri: `${path}.json`,
    subresource_uris: { recordings: `${path}/Recordings.json`, transcriptions: `${path}/Transcriptions.json` },
  };
}

/** Names of parameters are in snake case (twilio.com/docs/voice/api/call-event-resource). */
function eventJson({ method, url, params }: CallRequest): Record<string, unknown> {
  const parameters = Object.entries(params).map(([name, value]) => [
    name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase(),
    value,
  ]);
  return { request: { method, url, parameters: Object.fromEntries(parameters) }, response: null };
}
