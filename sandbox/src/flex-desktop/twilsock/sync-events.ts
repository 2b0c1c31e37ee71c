import { liveItems, type Sync, type SyncChange, type SyncDocument, type SyncMap } from '../../sync/sync-store';
import { revisionText } from '../../sync/sync-value';
import type { Sid } from '../../world/types';
import { isoTime, itemUrl } from './sync-v3-json';
import type { Connection } from './twilsock-server';

/** Who hears of which Sync object's changes, and the numbers of the changes. */
export interface SyncEvents {
  /** Of a document, a map or a map's item; 0 before its first change. */
  lastEventId(of: object): number;
  /** Sends the changes made after the event `since`, and from now on each change. */
  subscribe(object: SyncDocument | SyncMap, since: number, connection: Connection): void;
  unsubscribe(sid: Sid, connection: Connection): void;
  close(): void;
}

/** Pushes all changes of Sync, from any client, to the subscribed pages (docs/flex-protocols.md 6). */
export function createSyncEvents(sync: Sync): SyncEvents {
  const numbers = new WeakMap<object, number>();
  const subscribers = new Map<Sid, Set<Connection>>();
  let events = 0;

  const lastEventId = (of: object) => numbers.get(of) ?? 0;
  const push = (change: SyncChange, id: number, to: Iterable<Connection>) => {
    const payload = {
      event_type: change.type,
      event_protocol_version: 3,
      event: { id, date_created: isoTime(change.object.dateUpdated), ...eventBody(change) },
      strictly_ordered: false,
    };
    for (const connection of to) connection.notify('twilio.sync.event', payload);
  };
  const stop = sync.subscribe((change) => {
    events += 1;
    numbers.set(change.object, events);
    if ('item' in change) numbers.set(change.item, events);
    push(change, events, subscribers.get(change.object.sid) ?? []);
    if (change.type === 'document_removed' || change.type === 'map_removed') subscribers.delete(change.object.sid);
  });

  return {
    lastEventId,
    subscribe(object, since, connection) {
      const all = subscribers.get(object.sid) ?? new Set();
      subscribers.set(object.sid, all.add(connection));
      connection.onClose(() => all.delete(connection));
      if ('data' in object) {
        const id = lastEventId(object);
        if (id > since) push({ type: 'document_updated', object }, id, [connection]);
        return;
      }
      for (const item of liveItems(object)) {
        const id = lastEventId(item);
        if (id > since) push({ type: 'map_item_updated', object, item }, id, [connection]);
      }
    },
    unsubscribe(sid, connection) {
      subscribers.get(sid)?.delete(connection);
    },
    close: stop,
  };
}

function eventBody(change: SyncChange): Record<string, unknown> {
  const ofMap = (map: SyncMap) => ({ map_sid: map.sid, map_unique_name: map.uniqueName });
  if ('item' in change) {
    const { object: map, item } = change;
    return {
      ...ofMap(map),
      map_revision: revisionText(map.revision),
      item_key: item.key,
      item_data: item.data,
      item_revision: revisionText(item.revision),
      item_url: itemUrl(map, item),
    };
  }
  if (change.type === 'map_removed') return ofMap(change.object);
  const { object: document } = change;
  return {
    document_sid: document.sid,
    document_revision: revisionText(document.revision),
    document_data: document.data,
    document_unique_name: document.uniqueName,
  };
}
