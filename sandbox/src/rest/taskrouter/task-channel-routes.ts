import { channelName, channelSid, TASK_CHANNELS } from '../../taskrouter/task-channels';
import type { Sid, World } from '../../world/types';
import type { Order } from '../page';
import type { Route } from '../route';
import { listRoute, orNotFound, requireWorkspace, WORKSPACE } from './listing';
import { taskChannelJson } from './resource-json';

const LIST = `${WORKSPACE}/TaskChannels`;

interface TaskChannel {
  sid: Sid;
  name: string;
}
const BY_TASK_CHANNEL: Order<TaskChannel> = { rank: ({ name }) => [TASK_CHANNELS.indexOf(name)] };

/** The workspace's task channels, to be read: which there are is Flex's to say. */
export function taskChannelRoutes(world: World): Route[] {
  const made = Date.now();
  const json = (name: string) => taskChannelJson(world, name, made);
  return [
    listRoute(
      world,
      LIST,
      'channels',
      () => TASK_CHANNELS.map((name) => ({ name, sid: channelSid(name) })),
      BY_TASK_CHANNEL,
      ({ name }) => json(name),
    ),
    {
      method: 'GET',
      path: `${LIST}/{Sid}`,
      handle(request) {
        requireWorkspace(world, request);
        return { status: 200, body: json(orNotFound(channelName(request.params.Sid!), request)) };
      },
    },
  ];
}
