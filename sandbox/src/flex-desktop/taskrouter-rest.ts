import { Fields } from '../rest/fields';
import { type RestResponse, routeMatcher } from '../rest/route';
import { TASKROUTER } from '../rest/taskrouter/resource-json';
import { taskRouterRoutes } from '../rest/taskrouter/taskrouter-routes';
import type { World } from '../world/types';

interface RestCall {
  method: 'GET' | 'POST';
  /** Without the host, e.g. `/v1/Workspaces/WS…/Tasks`. */
  path: string;
  query?: URLSearchParams;
  form?: Record<string, string>;
  ifMatch?: string | undefined;
}
/**
 * Has a route of TaskRouter's REST API answer, at once: a new task is shown before it is offered to a worker.
 * @returns undefined when there is no such route
 * @throws TwilioError
 */
export type TaskRouterRest = (call: RestCall) => RestResponse | undefined;

/** TaskRouter's REST API without HTTP: the one router behind Flex's hosts and its event bridge. */
export function createTaskRouterRest(world: World): TaskRouterRest {
  const match = routeMatcher(taskRouterRoutes(world, undefined));
  return ({ method, path, query = new URLSearchParams(), form = {}, ifMatch }) => {
    const found = match(method, path);
    if (found.found !== 'route') return undefined;
    const { route, params } = found;
    const fields = new Fields(query, new URLSearchParams(form));
    const answer = route.handle({ host: TASKROUTER, method, path, query, params, fields, json: undefined, ifMatch });
    if (answer instanceof Promise) throw new Error(`${method} ${route.path} does not answer at once`);
    return answer;
  };
}
