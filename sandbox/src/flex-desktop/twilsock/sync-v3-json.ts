import type { SyncDocument, SyncMap, SyncMapItem, SyncObject } from '../../sync/sync-store';
import { revisionText } from '../../sync/sync-value';
import { DEFAULT_ACCOUNT } from '../../world/defaults';
import type { Sid } from '../../world/types';

const BASE = 'https://cds.us1.twilio.com/v3';

/** Sync's resources as its JavaScript SDK takes them (docs/flex-protocols.md 6). */
export interface SyncV3Json {
  document(document: SyncDocument): Record<string, unknown>;
  map(map: SyncMap): Record<string, unknown>;
  item(map: SyncMap, item: SyncMapItem): Record<string, unknown>;
}

/** @param lastEventId of an object or an item */
export function createSyncV3Json(accountSid: Sid, lastEventId: (of: object) => number): SyncV3Json {
  const dates = ({ dateCreated, dateUpdated, expires }: SyncObject | SyncMapItem) => ({
    date_created: isoTime(dateCreated),
    date_updated: isoTime(dateUpdated),
    date_expires: expires === null ? null : isoTime(expires),
  });
  const object = (one: SyncDocument | SyncMap) => ({
    sid: one.sid,
    unique_name: one.uniqueName,
    service_sid: DEFAULT_ACCOUNT.flexSyncServiceSid,
    account_sid: accountSid,
    created_by: 'system',
    ...dates(one),
    revision: revisionText(one.revision),
    last_event_id: lastEventId(one),
  });
  return {
    document: (document) => ({
      ...object(document),
      data: document.data,
      url: `${BASE}/Documents/${document.sid}`,
      links: {},
    }),
    map: (map) => ({ ...object(map), url: mapUrl(map), links: { items: `${mapUrl(map)}/Items` } }),
    item: (map, item) => ({
      key: item.key,
      data: item.data,
      ...dates(item),
      revision: revisionText(item.revision),
      last_event_id: lastEventId(item),
      url: itemUrl(map, item),
    }),
  };
}

/** Where an item is, as its resource and its events show it. */
export function itemUrl(map: SyncMap, { key }: SyncMapItem): string {
  return `${mapUrl(map)}/Items/${encodeURIComponent(key)}`;
}

/** With milliseconds, unlike the dates of the REST API. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

function mapUrl({ sid }: SyncMap): string {
  return `${BASE}/Maps/${sid}`;
}
