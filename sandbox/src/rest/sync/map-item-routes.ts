import { createItem, findItem, findMap, ITEM_ERRORS, removeItem, updateItem } from '../../sync/maps';
import { liveItems, type SyncMap, type SyncMapItem, type SyncService } from '../../sync/sync-store';
import { parseData, revisionText } from '../../sync/sync-value';
import type { Sid } from '../../world/types';
import type { Fields } from '../fields';
import type { Order } from '../page';
import type { RestRequest, RestResponse, Route } from '../route';
import { listResponse, valueResponse } from './responses';
import { itemJson } from './sync-json';
import { readData, readExpiry } from './sync-parameters';

const LIST = '/v1/Services/{ServiceSid}/Maps/{MapSid}/Items';
const ITEM = `${LIST}/{Key}`;

/** Items of Sync Maps. */
export function mapItemRoutes(accountSid: Sid, getService: (sid: string) => SyncService): Route[] {
  const open = ({ params }: RestRequest) => {
    const service = getService(params.ServiceSid!);
    return { service, map: findMap(service, params.MapSid!) };
  };
  const find = (request: RestRequest) => {
    const { service, map } = open(request);
    return { service, map, item: findItem(map, request.params.Key!) };
  };
  const show = (status: number, service: SyncService, map: SyncMap, item: SyncMapItem): RestResponse =>
    valueResponse(status, item, itemJson(accountSid, service, map, item));
  const log = (map: SyncMap, item: SyncMapItem, what: string) => ({
    text: `Sync map ${map.uniqueName ?? map.sid}, item ${item.key} ${what}`,
  });

  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        const { service, map } = open(request);
        map.reads.take();
        const { items, order } = selectItems(map, request.fields);
        return listResponse(request, 'items', items, order, (item) => itemJson(accountSid, service, map, item));
      },
    },
    {
      method: 'POST',
      path: LIST,
      handle(request) {
        const { service, map } = open(request);
        const { fields } = request;
        const item = createItem(
          service,
          map,
          fields.text('Key') ?? '',
          parseData(fields.text('Data'), ITEM_ERRORS.dataIsNull),
          readExpiry(request, 'ItemTtl', 'Ttl') ?? null,
          readExpiry(request, 'CollectionTtl'),
        );
        return { ...show(201, service, map, item), log: log(map, item, 'created') };
      },
    },
    {
      method: 'GET',
      path: ITEM,
      handle(request) {
        const { service, map, item } = find(request);
        map.reads.take();
        return show(200, service, map, item);
      },
    },
    {
      method: 'POST',
      path: ITEM,
      handle(request) {
        const { service, map, item } = find(request);
        const written = readData(request, ITEM_ERRORS.dataIsNull);
        const change = { written, expires: readExpiry(request, 'ItemTtl', 'Ttl') };
        updateItem(service, map, item, change, request.ifMatch, readExpiry(request, 'CollectionTtl'));
        return {
          ...show(200, service, map, item),
          log: log(map, item, `written, revision ${revisionText(item.revision)}`),
        };
      },
    },
    {
      method: 'DELETE',
      path: ITEM,
      handle(request) {
        const { service, map, item } = find(request);
        removeItem(service, map, item, request.ifMatch);
        return { status: 204, log: log(map, item, 'deleted') };
      },
    },
  ];
}

/** The items that a list request asks for, by `From`, `Bounds` and `Order`. */
export function selectItems(map: SyncMap, fields: Fields): { items: SyncMapItem[]; order: Order<SyncMapItem> } {
  const direction = fields.text('Order') === 'desc' ? -1 : 1;
  const from = fields.text('From');
  const inclusive = fields.text('Bounds') !== 'exclusive';
  const isWithin = ({ key }: SyncMapItem) =>
    from === undefined || (key === from ? inclusive : key > from === (direction === 1));
  return { items: liveItems(map).filter(isWithin), order: { rank: ({ key }) => [key], directions: [direction] } };
}
