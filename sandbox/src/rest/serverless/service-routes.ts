import { validFriendlyName } from '../../serverless/rules';
import type { World } from '../../world/types';
import type { Route } from '../route';
import { findService, listResponse } from './finding';
import { serverlessJson } from './serverless-json';

const LIST = '/v1/Services';
const ONE = `${LIST}/{Sid}`;

/** Services of Functions and assets. */
export function serviceRoutes(world: World): Route[] {
  const { serverless, account } = world;
  const json = serverlessJson(account.accountSid).service;
  return [
    {
      method: 'GET',
      path: LIST,
      handle: (request) => listResponse(request, 'services', serverless.services(), json),
    },
    {
      method: 'POST',
      path: LIST,
      handle({ fields }) {
        const service = serverless.addService({
          uniqueName: fields.text('UniqueName')!,
          friendlyName: fields.text('FriendlyName')!,
          includeCredentials: fields.flag('IncludeCredentials'),
          uiEditable: fields.flag('UiEditable'),
        });
        return { status: 201, body: json(service), log: { text: `service ${service.uniqueName} created` } };
      },
    },
    { method: 'GET', path: ONE, handle: (request) => ({ status: 200, body: json(findService(world, request)) }) },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const service = findService(world, request);
        const { fields } = request;
        const name = fields.text('FriendlyName');
        service.friendlyName = name === undefined ? service.friendlyName : validFriendlyName(name);
        service.includeCredentials = fields.flag('IncludeCredentials') ?? service.includeCredentials;
        service.uiEditable = fields.flag('UiEditable') ?? service.uiEditable;
        service.dateUpdated = Date.now();
        const text = `service ${service.uniqueName} changed: ${fields.names().join(', ')}`;
        return { status: 200, body: json(service), log: { text } };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle(request) {
        const service = findService(world, request);
        serverless.removeService(service);
        return { status: 204, log: { text: `service ${service.uniqueName} deleted` } };
      },
    },
  ];
}
