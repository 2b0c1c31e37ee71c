import type { SyncService, SyncServiceSettings } from '../../sync/sync-store';
import { badRequest } from '../../world/twilio-error';
import type { World } from '../../world/types';
import type { RestRequest, Route } from '../route';
import { listResponse } from './responses';
import { serviceJson } from './sync-json';

const LIST = '/v1/Services';
const ONE = `${LIST}/{Sid}`;

/** @throws TwilioError 400 for an address of webhooks, which the sandbox does not send */
function readSettings({ fields }: RestRequest): Partial<SyncServiceSettings> {
  if (fields.text('WebhookUrl')) throw badRequest('The sandbox does not model WebhookUrl');
  return {
    friendlyName: fields.text('FriendlyName'),
    aclEnabled: fields.flag('AclEnabled'),
    webhooksFromRestEnabled: fields.flag('WebhooksFromRestEnabled'),
    reachabilityWebhooksEnabled: fields.flag('ReachabilityWebhooksEnabled'),
    reachabilityDebouncingEnabled: fields.flag('ReachabilityDebouncingEnabled'),
    reachabilityDebouncingWindow: fields.integer('ReachabilityDebouncingWindow'),
  };
}

/** Sync services themselves. */
export function serviceRoutes({ sync, account }: World): Route[] {
  const json = (service: SyncService) => serviceJson(account.accountSid, service);
  const log = (service: SyncService, what: string) => ({
    text: `Sync service ${service.friendlyName ?? service.sid} ${what}`,
  });
  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        const order = { rank: ({ dateCreated, sid }: SyncService) => [dateCreated, sid] };
        return listResponse(request, 'services', sync.services(), order, json);
      },
    },
    {
      method: 'POST',
      path: LIST,
      handle(request) {
        const service = sync.addService(readSettings(request));
        return { status: 201, body: json(service), log: log(service, 'created') };
      },
    },
    { method: 'GET', path: ONE, handle: ({ params }) => ({ status: 200, body: json(sync.service(params.Sid!)) }) },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const service = sync.service(request.params.Sid!);
        sync.updateService(service, readSettings(request));
        const what = `changed: ${request.fields.names().join(', ')}`;
        return { status: 200, body: json(service), log: log(service, what) };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle({ params }) {
        const service = sync.service(params.Sid!);
        sync.removeService(service);
        return { status: 204, log: log(service, 'deleted') };
      },
    },
  ];
}
