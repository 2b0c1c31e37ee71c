import type { SyncDocument, SyncMap, SyncMapItem, SyncObject, SyncService } from '../../sync/sync-store';
import { revisionText, type SyncValue } from '../../sync/sync-value';
import type { Sid } from '../../world/types';
import { isoDate } from '../dates';

export const SYNC = 'sync.twilio.com';

function serviceUrl(service: SyncService): string {
  return `https://${SYNC}/v1/Services/${service.sid}`;
}

export function serviceJson(accountSid: Sid, service: SyncService): Record<string, unknown> {
  const url = serviceUrl(service);
  return {
    sid: service.sid,
    unique_name: service.uniqueName,
    account_sid: accountSid,
    friendly_name: service.friendlyName,
    date_created: isoDate(service.dateCreated),
    date_updated: isoDate(service.dateUpdated),
    url,
    webhook_url: null,
    webhooks_from_rest_enabled: service.webhooksFromRestEnabled,
    reachability_webhooks_enabled: service.reachabilityWebhooksEnabled,
    acl_enabled: service.aclEnabled,
    reachability_debouncing_enabled: service.reachabilityDebouncingEnabled,
    reachability_debouncing_window: service.reachabilityDebouncingWindow,
    links: { documents: `${url}/Documents`, lists: `${url}/Lists`, maps: `${url}/Maps`, streams: `${url}/Streams` },
  };
}

export function documentJson(accountSid: Sid, service: SyncService, document: SyncDocument): Record<string, unknown> {
  const url = `${serviceUrl(service)}/Documents/${document.sid}`;
  return {
    ...objectJson(accountSid, service, document),
    ...valueJson(document),
    url,
    links: { permissions: `${url}/Permissions` },
  };
}

export function mapJson(accountSid: Sid, service: SyncService, map: SyncMap): Record<string, unknown> {
  const url = `${serviceUrl(service)}/Maps/${map.sid}`;
  return {
    ...objectJson(accountSid, service, map),
    revision: revisionText(map.revision),
    date_expires: map.expires === null ? null : isoDate(map.expires),
    date_created: isoDate(map.dateCreated),
    date_updated: isoDate(map.dateUpdated),
    url,
    links: { items: `${url}/Items`, permissions: `${url}/Permissions` },
  };
}

export function itemJson(
  accountSid: Sid,
  service: SyncService,
  map: SyncMap,
  item: SyncMapItem,
): Record<string, unknown> {
  return {
    key: item.key,
    account_sid: accountSid,
    service_sid: service.sid,
    map_sid: map.sid,
    created_by: 'system',
    ...valueJson(item),
    url: `${serviceUrl(service)}/Maps/${map.sid}/Items/${encodeURIComponent(item.key)}`,
  };
}

function objectJson(accountSid: Sid, service: SyncService, object: SyncObject): Record<string, unknown> {
  return {
    sid: object.sid,
    unique_name: object.uniqueName,
    account_sid: accountSid,
    service_sid: service.sid,
    created_by: 'system',
  };
}

function valueJson(value: SyncValue): Record<string, unknown> {
  return {
    revision: revisionText(value.revision),
    data: value.data,
    date_expires: value.expires === null ? null : isoDate(value.expires),
    date_created: isoDate(value.dateCreated),
    date_updated: isoDate(value.dateUpdated),
  };
}
