import { TwilioError } from '../world/twilio-error';
import { isExpired, type SyncMap, type SyncMapItem, type SyncService } from './sync-store';
import {
  requireRevision,
  updateValue,
  type ValueChange,
  type ValueErrorCodes,
  validName,
  type WrittenData,
} from './sync-value';

/** Sync's own numbers: https://www.twilio.com/docs/api/errors/<number>. */
const MAP_NOT_FOUND = 54200;
const KEY_EXISTS = 54208;
export const ITEM_ERRORS: ValueErrorCodes = { notFound: 54201, dataIsNull: 54206, revisionMismatch: 54205 };

/** @throws TwilioError 404 when the service has no such map */
export function findMap(service: SyncService, sidOrName: string): SyncMap {
  const map = service.maps.find(sidOrName);
  if (!map) throw new TwilioError(404, MAP_NOT_FOUND, `Map not found: ${sidOrName}`);
  return map;
}

/** @throws TwilioError 409 when the unique name is taken */
export function createMap(service: SyncService, uniqueName: string | null, expires: number | null = null): SyncMap {
  return service.maps.add(uniqueName, expires, { revision: 0, items: new Map() });
}

/** Sets when the whole map expires. @throws TwilioError 429 */
export function setMapExpiry(map: SyncMap, expires: number | null): void {
  map.writes.take();
  map.expires = expires;
  map.dateUpdated = Date.now();
}

/** @throws TwilioError 429 */
export function removeMap(service: SyncService, map: SyncMap): void {
  map.writes.take();
  service.maps.remove(map);
  service.notify({ type: 'map_removed', object: map });
}

/** @throws TwilioError 404 when the map has no item with the key */
export function findItem(map: SyncMap, key: string): SyncMapItem {
  const item = map.items.get(key);
  if (!item || isExpired(item)) throw new TwilioError(404, ITEM_ERRORS.notFound, `Map Item not found: ${key}`);
  return item;
}

/**
 * All items share their map's rate limit (https://www.twilio.com/docs/sync/limits).
 * @param mapExpires when the map expires from now on; undefined leaves it
 * @throws TwilioError 400 for the key, 409 when it is taken, 429
 */
export function createItem(
  service: SyncService,
  map: SyncMap,
  key: string,
  written: WrittenData,
  expires: number | null = null,
  mapExpires?: number | null,
): SyncMapItem {
  validName(key, 'Key');
  map.writes.take(written.bytes);
  const existing = map.items.get(key);
  if (existing && !isExpired(existing)) throw new TwilioError(409, KEY_EXISTS, `Map Item already exists: ${key}`);
  const now = Date.now();
  const item: SyncMapItem = { key, ...written, revision: 0, dateCreated: now, dateUpdated: now, expires };
  map.items.set(key, item);
  touch(map, mapExpires);
  service.notify({ type: 'map_item_added', object: map, item });
  return item;
}

/** @throws TwilioError 400, 412 or 429 when Sync refuses the update. @param mapExpires as in `createItem` */
export function updateItem(
  service: SyncService,
  map: SyncMap,
  item: SyncMapItem,
  change: ValueChange,
  ifMatch: string | undefined,
  mapExpires?: number | null,
): void {
  updateValue(item, map.writes, change, ifMatch, ITEM_ERRORS, mapExpires !== undefined);
  touch(map, mapExpires);
  if (change.written) service.notify({ type: 'map_item_updated', object: map, item });
}

/** @throws TwilioError 412 or 429 when Sync refuses the removal */
export function removeItem(service: SyncService, map: SyncMap, item: SyncMapItem, ifMatch: string | undefined): void {
  map.writes.take();
  requireRevision(item, ifMatch, ITEM_ERRORS.revisionMismatch);
  map.items.delete(item.key);
  touch(map, undefined);
  service.notify({ type: 'map_item_removed', object: map, item });
}

function touch(map: SyncMap, expires: number | null | undefined): void {
  map.revision += 1;
  map.dateUpdated = Date.now();
  if (expires !== undefined) map.expires = expires;
}
