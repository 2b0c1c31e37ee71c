import { validFriendlyName } from '../../serverless/rules';
import type { ServerlessContent } from '../../serverless/types';
import type { World } from '../../world/types';
import type { Route } from '../route';
import { findContent, findService, listResponse, SERVICE } from './finding';
import { serverlessJson } from './serverless-json';

/** Functions or assets themselves, which are names for their versions. */
export function contentRoutes(world: World, kind: ServerlessContent['kind']): Route[] {
  const { serverless, account } = world;
  const json = serverlessJson(account.accountSid).content;
  const key = `${kind.toLowerCase()}s`;
  const list = `${SERVICE}/${kind}s`;
  const one = `${list}/{Sid}`;
  const log = ({ friendlyName }: ServerlessContent, what: string) => ({ text: `${kind} ${friendlyName} ${what}` });
  return [
    {
      method: 'GET',
      path: list,
      handle(request) {
        const service = findService(world, request);
        const contents = [...service.contents.values()].filter((content) => content.kind === kind);
        return listResponse(request, key, contents, (content) => json(service, content));
      },
    },
    {
      method: 'POST',
      path: list,
      handle(request) {
        const service = findService(world, request);
        const content = serverless.addContent(service, kind, request.fields.text('FriendlyName')!);
        return { status: 201, body: json(service, content), log: log(content, 'created') };
      },
    },
    {
      method: 'GET',
      path: one,
      handle(request) {
        const { service, content } = findContent(world, kind, request);
        return { status: 200, body: json(service, content) };
      },
    },
    {
      method: 'POST',
      path: one,
      handle(request) {
        const { service, content } = findContent(world, kind, request);
        content.friendlyName = validFriendlyName(request.fields.text('FriendlyName')!);
        content.dateUpdated = Date.now();
        return { status: 200, body: json(service, content), log: log(content, 'renamed') };
      },
    },
    {
      method: 'DELETE',
      path: one,
      handle(request) {
        const { service, content } = findContent(world, kind, request);
        service.contents.delete(content.sid);
        return { status: 204, log: log(content, 'deleted') };
      },
    },
  ];
}
