import { TwilioError } from '../../world/twilio-error';
import type { Sid } from '../../world/types';
import type { SandboxWorld } from '../../world/world';
import type { LiveQueries } from './live-queries';
import type { Connection, TunnelHost, TunnelRequest, TunnelResponse } from './twilsock-server';

const BASE = 'https://cds.us1.twilio.com';
/** The service Flex keeps its own things in; the product's services are reached over REST, not from the browser. */
const SERVICE = 'IS00000000000000000000000000000002';
const NOT_FOUND = { Documents: 54100, Maps: 54200 } as const;
const PREFIX = { Documents: 'ET', Maps: 'MP' } as const;
const NAME_TAKEN = 54301;
const PAGE_SIZE = 50;

type Kind = keyof typeof PREFIX;
interface SyncObject {
  kind: Kind;
  sid: Sid;
  uniqueName: string | null;
  dateCreated: string;
  dateUpdated: string;
  revision: number;
  lastEventId: number;
  data: unknown;
  items: Map<string, SyncItem>;
}
interface SyncItem {
  key: string;
  data: unknown;
  revision: number;
  lastEventId: number;
  dateCreated: string;
  dateUpdated: string;
}

/** Sync as far as Flex itself needs it. */
export interface FlexSync {
  host: TunnelHost;
  /** Adds a map unless one has the name. */
  seedMap(uniqueName: string, items: Record<string, unknown>): void;
}

/**
 * Documents and maps of Flex's own Sync service, with pushes (docs/flex-protocols.md 6). Lists, streams and
 * the removal of items are not modeled.
 */
export function createFlexSync(world: SandboxWorld, liveQueries: LiveQueries): FlexSync {
  const objects = new Map<Sid, SyncObject>();
  const subscribers = new Map<Sid, Set<Connection>>();
  let events = 0;

  const find = (kind: Kind, sidOrName: string): SyncObject | undefined => {
    for (const object of objects.values()) {
      if (object.kind === kind && (object.sid === sidOrName || object.uniqueName === sidOrName)) return object;
    }
    return undefined;
  };
  const add = (kind: Kind, uniqueName: string | null, data: unknown): SyncObject => {
    if (uniqueName !== null && find(kind, uniqueName)) {
      throw new TwilioError(409, NAME_TAKEN, `Unique name already exists: ${uniqueName}`);
    }
    const now = new Date().toISOString();
    const sid = world.newSid(PREFIX[kind]);
    const object: SyncObject = {
      ...{ kind, sid, uniqueName, data, dateCreated: now, dateUpdated: now, revision: 0, lastEventId: 0 },
      items: new Map(),
    };
    objects.set(sid, object);
    return object;
  };
  const urlOf = ({ kind, sid }: SyncObject) => `${BASE}/v3/${kind}/${sid}`;
  const itemJson = (map: SyncObject, item: SyncItem) => ({
    key: item.key,
    data: item.data,
    url: `${urlOf(map)}/Items/${encodeURIComponent(item.key)}`,
    revision: String(item.revision),
    last_event_id: item.lastEventId,
    date_created: item.dateCreated,
    date_updated: item.dateUpdated,
    date_expires: null,
  });
  const objectJson = (object: SyncObject) => ({
    sid: object.sid,
    unique_name: object.uniqueName,
    service_sid: SERVICE,
    account_sid: world.account.accountSid,
    created_by: 'system',
    date_created: object.dateCreated,
    date_updated: object.dateUpdated,
    date_expires: null,
    revision: String(object.revision),
    last_event_id: object.lastEventId,
    url: urlOf(object),
    ...(object.kind === 'Documents' ? { data: object.data } : {}),
    links: object.kind === 'Maps' ? { items: `${urlOf(object)}/Items` } : {},
  });
  const push = (
    object: SyncObject,
    eventType: string,
    event: Record<string, unknown>,
    to: Iterable<Connection> = subscribers.get(object.sid) ?? [],
  ) => {
    for (const connection of to) {
      connection.notify('twilio.sync.event', {
        event_type: eventType,
        event_protocol_version: 3,
        event: { id: object.lastEventId, date_created: object.dateUpdated, ...event },
        strictly_ordered: false,
      });
    }
  };
  const touched = (object: SyncObject) => {
    events += 1;
    object.revision += 1;
    object.lastEventId = events;
    object.dateUpdated = new Date().toISOString();
  };
  const setItem = (map: SyncObject, key: string, data: unknown): SyncItem => {
    touched(map);
    const before = map.items.get(key);
    const item: SyncItem = {
      ...{ key, data, lastEventId: map.lastEventId, dateUpdated: map.dateUpdated },
      revision: before ? before.revision + 1 : 0,
      dateCreated: before?.dateCreated ?? map.dateUpdated,
    };
    map.items.set(key, item);
    pushItem(map, item, before ? 'map_item_updated' : 'map_item_added');
    return item;
  };
  const pushItem = (map: SyncObject, item: SyncItem, eventType: string, to?: Iterable<Connection>) => {
    const event = {
      id: item.lastEventId,
      map_sid: map.sid,
      map_unique_name: map.uniqueName,
      item_key: item.key,
      item_data: item.data,
      item_revision: String(item.revision),
    };
    push(map, eventType, event, to);
  };
  const pushDocument = (object: SyncObject, to?: Iterable<Connection>) => {
    const event = {
      document_sid: object.sid,
      document_revision: String(object.revision),
      document_data: object.data,
      document_unique_name: object.uniqueName,
    };
    push(object, 'document_updated', event, to);
  };
  /** Sends the changes made after the subscriber read the object and before it subscribed. */
  const replay = (object: SyncObject, since: number, to: Connection) => {
    if (object.kind === 'Documents' && object.lastEventId > since) pushDocument(object, [to]);
    for (const item of object.items.values()) {
      if (item.lastEventId > since) pushItem(object, item, 'map_item_updated', [to]);
    }
  };

  const subscribe = ({ body, connection }: TunnelRequest): TunnelResponse => {
    const {
      action,
      correlation_id: correlation,
      requests,
    } = body as {
      action: 'establish' | 'cancel';
      correlation_id: number;
      requests: { object_sid: Sid; object_type: string; last_event_id?: number }[];
    };
    const tell = (eventType: string, one: (typeof requests)[number], more: object) =>
      connection.notify('twilio.sync.event', {
        event_type: eventType,
        correlation_id: correlation,
        event_protocol_version: 3,
        event: { object_sid: one.object_sid, object_type: one.object_type, ...more },
      });
    const then = () => {
      for (const one of requests) {
        if (one.object_type === 'live_query') {
          if (action === 'establish') liveQueries.subscribe(one.object_sid, connection);
          else liveQueries.unsubscribe(one.object_sid, connection);
        } else if (action === 'establish') {
          const all = subscribers.get(one.object_sid) ?? new Set();
          subscribers.set(one.object_sid, all.add(connection));
          connection.onClose(() => all.delete(connection));
          const object = objects.get(one.object_sid);
          if (object) replay(object, one.last_event_id ?? object.lastEventId, connection);
        } else {
          subscribers.get(one.object_sid)?.delete(connection);
        }
        const lastEventId = objects.get(one.object_sid)?.lastEventId ?? 0;
        if (action === 'establish') {
          tell('subscription_established', one, { replay_status: 'completed', last_event_id: lastEventId });
        } else tell('subscription_canceled', one, {});
      }
    };
    const answer = { max_batch_size: 100, subscription_ttl_in_s: 86_400, estimated_delivery_in_ms: 5000 };
    return { status: 202, body: answer, afterResponse: then };
  };

  const serveObject = (kind: Kind, name: string, { method, params, body }: TunnelRequest): TunnelResponse => {
    let object = find(kind, name);
    // A call's state, which TaskRouter keeps for Flex: there is one for every call task (docs/flex-protocols.md 6).
    if (!object && kind === 'Maps' && /^WT\w+\.CS$/.test(name)) object = add('Maps', name, undefined);
    if (!object) throw new TwilioError(404, NOT_FOUND[kind], 'Not Found');
    if (method === 'GET') {
      const items = params.Include === 'items' ? [...object.items.values()].map((one) => itemJson(object, one)) : null;
      return { status: 200, body: { ...objectJson(object), ...(items ? { items } : {}) } };
    }
    if (method === 'DELETE') {
      objects.delete(object.sid);
      return { status: 204 };
    }
    if (method !== 'POST' || kind !== 'Documents') throw new TwilioError(405, 20004, 'Method not allowed');
    touched(object);
    object.data = (body as { data: unknown }).data;
    pushDocument(object);
    return { status: 200, body: objectJson(object) };
  };

  const serveItems = (name: string, { method, params, body }: TunnelRequest): TunnelResponse => {
    const map = find('Maps', name);
    if (!map) throw new TwilioError(404, NOT_FOUND.Maps, 'Not Found');
    if (method === 'POST') {
      const { key, data } = body as { key: string; data: unknown };
      return { status: 201, body: itemJson(map, setItem(map, key, data)) };
    }
    const key = typeof params.Key === 'string' ? decodeURIComponent(params.Key) : undefined;
    const items = [...map.items.values()].filter((one) => key === undefined || one.key === key);
    const meta = { page_size: PAGE_SIZE, next_token: null, previous_token: null, key: 'items' };
    return { status: 200, body: { items: items.map((one) => itemJson(map, one)), meta } };
  };

  return {
    seedMap(uniqueName, items) {
      if (find('Maps', uniqueName)) return;
      const map = add('Maps', uniqueName, undefined);
      for (const [key, data] of Object.entries(items)) setItem(map, key, data);
    },
    host(request) {
      const { host, path, method, body } = request;
      if (!host.startsWith('cds.')) return undefined;
      if (path === '/v4/Subscriptions' && method === 'POST') return subscribe(request);
      const query = /^\/v3\/Insights\/([\w-]+)\/Items$/.exec(path);
      if (query && method === 'POST') {
        const { query_string: text = '' } = (body ?? {}) as { query_string?: string };
        return { status: 200, body: liveQueries.open(query[1]!, text) };
      }
      const [, kind, name, items] =
        /^\/v3\/(?:Services\/\w+\/)?(Documents|Maps)(?:\/([^/]+))?(\/Items)?$/.exec(path) ?? [];
      if (kind === undefined) return undefined;
      if (name !== undefined && items !== undefined) return serveItems(name, request);
      if (name !== undefined) return serveObject(kind as Kind, name, request);
      if (method !== 'POST') return undefined;
      const { unique_name: uniqueName = null, data = {} } = (body ?? {}) as { unique_name?: string; data?: unknown };
      return { status: 201, body: objectJson(add(kind as Kind, uniqueName, data)) };
    },
  };
}
