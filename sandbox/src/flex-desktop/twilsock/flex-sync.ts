import { Fields } from '../../rest/fields';
import { paginate } from '../../rest/page';
import { routeMatcher } from '../../rest/route';
import { selectItems } from '../../rest/sync/map-item-routes';
import { createDocument, DOCUMENT_ERRORS, findDocument, removeDocument, updateDocument } from '../../sync/documents';
import {
  createItem,
  createMap,
  findItem,
  findMap,
  ITEM_ERRORS,
  removeItem,
  removeMap,
  setMapExpiry,
  updateItem,
} from '../../sync/maps';
import { liveItems, type SyncMap } from '../../sync/sync-store';
import { expiryAfter, NO_PARAMETERS, parseData, validName, type WrittenData } from '../../sync/sync-value';
import { DEFAULT_ACCOUNT } from '../../world/defaults';
import { badRequest, TwilioError } from '../../world/twilio-error';
import type { Sid } from '../../world/types';
import type { SandboxWorld } from '../../world/world';
import type { LiveQueries } from './live-queries';
import { createSyncEvents } from './sync-events';
import { createSyncV3Json, isoTime } from './sync-v3-json';
import type { TunnelHost, TunnelRequest, TunnelResponse } from './twilsock-server';

/** OpenAPI sync v1 has 100 as the maximum; the SDK asks for 50. */
const LARGEST_PAGE = 100;
/** A call's state, which TaskRouter keeps for Flex: there is one for every call task (docs/flex-protocols.md 6). */
const CALL_STATE = /^WT\w+\.CS$/;

/** A request's body as the SDK writes it. */
interface Body {
  unique_name?: string | null;
  key?: string;
  data?: unknown;
  ttl?: number;
}
interface SyncRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  handle(params: Record<string, string>, request: TunnelRequest): TunnelResponse;
}

/** Flex's own Sync service as Flex's pages reach it. */
export interface FlexSync {
  host: TunnelHost;
  /** Adds a map unless one has the name. */
  seedMap(uniqueName: string, items: Record<string, Record<string, unknown>>): void;
  close(): void;
}

/**
 * The SDK's side of Sync: the same objects, limits and errors as over REST, in the socket's protocol and with pushes
 * (docs/flex-protocols.md 6). Lists and streams are not modeled.
 */
export function createFlexSync(world: SandboxWorld, liveQueries: LiveQueries): FlexSync {
  const service = world.sync.service(DEFAULT_ACCOUNT.flexSyncServiceSid);
  const events = createSyncEvents(world.sync);
  const json = createSyncV3Json(world.account.accountSid, events.lastEventId);

  const openMap = (sidOrName: string): SyncMap => {
    if (CALL_STATE.test(sidOrName) && !service.maps.find(sidOrName)) return createMap(service, sidOrName);
    return findMap(service, sidOrName);
  };

  const subscribe = ({ body, connection }: TunnelRequest): TunnelResponse => {
    const {
      action,
      correlation_id: correlation,
      requests,
    } = body as {
      action: 'establish' | 'cancel';
      correlation_id: number;
      requests: { object_sid: Sid; object_type: string; last_event_id?: number | null }[];
    };
    const tell = (eventType: string, one: (typeof requests)[number], more: object) =>
      connection.notify('twilio.sync.event', {
        event_type: eventType,
        correlation_id: correlation,
        event_protocol_version: 3,
        event: { object_sid: one.object_sid, object_type: one.object_type, ...more },
      });
    const established = (one: (typeof requests)[number], lastEventId: number) =>
      tell('subscription_established', one, { replay_status: 'completed', last_event_id: lastEventId });
    const establish = (one: (typeof requests)[number]) => {
      if (one.object_type === 'live_query') {
        liveQueries.subscribe(one.object_sid, connection);
        established(one, 0);
        return;
      }
      try {
        const isMap = one.object_type === 'map';
        const object = isMap ? findMap(service, one.object_sid) : findDocument(service, one.object_sid);
        const lastEventId = events.lastEventId(object);
        events.subscribe(object, one.last_event_id ?? lastEventId, connection);
        established(one, lastEventId);
      } catch (error) {
        if (!(error instanceof TwilioError)) throw error;
        const { status, code, message } = error;
        tell('subscription_failed', one, { error: { status, code, message } });
      }
    };
    const cancel = (one: (typeof requests)[number]) => {
      if (one.object_type === 'live_query') liveQueries.unsubscribe(one.object_sid, connection);
      else events.unsubscribe(one.object_sid, connection);
      tell('subscription_canceled', one, {});
    };
    const answer = { max_batch_size: 100, subscription_ttl_in_s: 86_400, estimated_delivery_in_ms: 5000 };
    const afterResponse = () => requests.forEach(action === 'establish' ? establish : cancel);
    return { status: 202, body: answer, afterResponse };
  };

  /** The SDK's `set` and `mutate`: makes the item if there is none. */
  const putItem = (map: SyncMap, key: string, { body, ifMatch }: TunnelRequest): TunnelResponse => {
    const written = parseData(dataText(body), ITEM_ERRORS.dataIsNull);
    const expires = expiryOf(body);
    // twilio-sync, syncmap.js: "`If-Match: -1` acts as 'put if not exists'".
    const onlyNew = ifMatch === '-1';
    const existing = liveItems(map).find((item) => item.key === key);
    if (!existing && (onlyNew || ifMatch === undefined)) {
      return { status: 201, body: json.item(map, createItem(service, map, key, written, expires ?? null)) };
    }
    const item = findItem(map, key);
    if (onlyNew) throw new TwilioError(412, ITEM_ERRORS.revisionMismatch, `Map Item already exists: ${key}`);
    updateItem(service, map, item, { written, expires }, ifMatch);
    return { status: 200, body: json.item(map, item) };
  };

  const documentRoutes: SyncRoute[] = [
    {
      method: 'POST',
      path: '/v3/Documents',
      handle: (_params, { body }) => {
        const written = writtenOf(body, DOCUMENT_ERRORS.dataIsNull);
        const document = createDocument(service, nameOf(body), written, expiryOf(body) ?? null);
        return { status: 201, body: json.document(document) };
      },
    },
    {
      method: 'GET',
      path: '/v3/Documents/{Sid}',
      handle: ({ Sid = '' }) => {
        const document = findDocument(service, Sid);
        document.reads.take();
        return { status: 200, body: json.document(document) };
      },
    },
    {
      method: 'POST',
      path: '/v3/Documents/{Sid}',
      handle: ({ Sid = '' }, { body, ifMatch }) => {
        const document = findDocument(service, Sid);
        const written = writtenOf(body, DOCUMENT_ERRORS.dataIsNull);
        updateDocument(service, document, { written, expires: expiryOf(body) }, ifMatch);
        return { status: 200, body: json.document(document) };
      },
    },
    {
      method: 'DELETE',
      path: '/v3/Documents/{Sid}',
      handle: ({ Sid = '' }) => {
        removeDocument(service, findDocument(service, Sid));
        return { status: 204 };
      },
    },
  ];

  const mapRoutes: SyncRoute[] = [
    {
      method: 'POST',
      path: '/v3/Maps',
      handle: (_params, { body }) => {
        const map = createMap(service, nameOf(body), expiryOf(body) ?? null);
        return { status: 201, body: json.map(map) };
      },
    },
    {
      method: 'GET',
      path: '/v3/Maps/{Sid}',
      handle: ({ Sid = '' }, { params }) => {
        const map = openMap(Sid);
        map.reads.take();
        const items = () => liveItems(map).map((item) => json.item(map, item));
        const withItems = params.Include === 'items' ? { items: items() } : {};
        return { status: 200, body: { ...json.map(map), ...withItems } };
      },
    },
    {
      method: 'POST',
      path: '/v3/Maps/{Sid}',
      handle: ({ Sid = '' }, { body }) => {
        const map = openMap(Sid);
        const expires = expiryOf(body);
        if (expires === undefined) throw badRequest('No parameters specified', NO_PARAMETERS);
        setMapExpiry(map, expires);
        return { status: 200, body: json.map(map) };
      },
    },
    {
      method: 'DELETE',
      path: '/v3/Maps/{Sid}',
      handle: ({ Sid = '' }) => {
        removeMap(service, findMap(service, Sid));
        return { status: 204 };
      },
    },
  ];

  const itemRoutes: SyncRoute[] = [
    {
      method: 'GET',
      path: '/v3/Maps/{Sid}/Items',
      handle: ({ Sid = '' }, { params }) => {
        const map = openMap(Sid);
        map.reads.take();
        const fields = fieldsOf(params);
        const { items, order } = selectItems(map, fields);
        const key = fields.text('Key');
        const asked = items.filter((item) => key === undefined || item.key === key);
        const page = paginate(asked, order, fields, new URLSearchParams(), LARGEST_PAGE);
        const meta = {
          page_size: page.size,
          next_token: page.next?.get('PageToken') ?? null,
          previous_token: page.previous?.get('PageToken') ?? null,
          key: 'items',
        };
        return { status: 200, body: { items: page.items.map((item) => json.item(map, item)), meta } };
      },
    },
    {
      method: 'POST',
      path: '/v3/Maps/{Sid}/Items',
      handle: ({ Sid = '' }, { body }) => {
        const map = openMap(Sid);
        const written = parseData(dataText(body), ITEM_ERRORS.dataIsNull);
        const item = createItem(service, map, (body as Body).key ?? '', written, expiryOf(body) ?? null);
        return { status: 201, body: json.item(map, item) };
      },
    },
    {
      method: 'PUT',
      path: '/v3/Maps/{Sid}/Items/{Key}',
      handle: ({ Sid = '', Key = '' }, request) => putItem(openMap(Sid), Key, request),
    },
    {
      method: 'POST',
      path: '/v3/Maps/{Sid}/Items/{Key}',
      handle: ({ Sid = '', Key = '' }, { body, ifMatch }) => {
        const map = openMap(Sid);
        const item = findItem(map, Key);
        const written = writtenOf(body, ITEM_ERRORS.dataIsNull);
        updateItem(service, map, item, { written, expires: expiryOf(body) }, ifMatch);
        return { status: 200, body: json.item(map, item) };
      },
    },
    {
      method: 'DELETE',
      path: '/v3/Maps/{Sid}/Items/{Key}',
      handle: ({ Sid = '', Key = '' }, { ifMatch }) => {
        const map = openMap(Sid);
        const item = findItem(map, Key);
        removeItem(service, map, item, ifMatch);
        // The SDK reads both of the answer (twilio-sync, syncmap.js `remove`).
        return {
          status: 200,
          body: { last_event_id: events.lastEventId(item), date_updated: isoTime(map.dateUpdated) },
        };
      },
    },
  ];

  const match = routeMatcher<SyncRoute>([
    { method: 'POST', path: '/v4/Subscriptions', handle: (_params, request) => subscribe(request) },
    {
      method: 'POST',
      path: '/v3/Insights/{Index}/Items',
      handle: ({ Index = '' }, { body }) => {
        const { query_string: text = '' } = (body ?? {}) as { query_string?: string };
        return { status: 200, body: liveQueries.open(Index, text) };
      },
    },
    ...documentRoutes,
    ...mapRoutes,
    ...itemRoutes,
  ]);

  return {
    seedMap(uniqueName, items) {
      if (service.maps.find(uniqueName)) return;
      const map = createMap(service, uniqueName);
      for (const [key, data] of Object.entries(items)) {
        createItem(service, map, key, parseData(JSON.stringify(data), ITEM_ERRORS.dataIsNull));
      }
    },
    host(request) {
      const { host, path, method } = request;
      if (!host.startsWith('cds.')) return undefined;
      const found = match(method, path);
      if (found.found === 'path-only') throw new TwilioError(405, 20004, 'Method not allowed');
      return found.found === 'route' ? found.route.handle(found.params, request) : undefined;
    },
    close: events.close,
  };
}

function fieldsOf(params: TunnelRequest['params']): Fields {
  const pairs = Object.entries(params).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
  // The SDK leaves the values of a query percent-encoded.
  const decoded = pairs.map(([name, value]) => [name!, decodeURIComponent(value!)]);
  return new Fields(new URLSearchParams(decoded), new URLSearchParams());
}

function nameOf(body: unknown): string | null {
  const name = (body as Body | undefined)?.unique_name;
  return name === undefined || name === null ? null : validName(name, 'UniqueName');
}

function dataText(body: unknown): string | undefined {
  return JSON.stringify((body as Body | undefined)?.data);
}

function writtenOf(body: unknown, nullCode: number): WrittenData | undefined {
  const text = dataText(body);
  return text === undefined ? undefined : parseData(text, nullCode);
}

function expiryOf(body: unknown): number | null | undefined {
  const seconds = (body as Body | undefined)?.ttl;
  return typeof seconds === 'number' ? expiryAfter(seconds, 'ttl') : undefined;
}
