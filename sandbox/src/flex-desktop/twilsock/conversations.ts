import type { SandboxWorld } from '../../world/world';
import type { FlexSync } from './flex-sync';
import type { TunnelHost } from './twilsock-server';

const BASE = 'https://aim.us1.twilio.com/Client/v2';
const MEDIA = 'https://mcs.us1.twilio.com/v1/Services/IS00000000000000000000000000000001';

/** An empty Conversations service: its client connects and finds no conversation (docs/flex-protocols.md 6). */
export function conversationsHost(world: SandboxWorld, sync: FlexSync): TunnelHost {
  return ({ host, path, method, user: who }) => {
    if (!host.startsWith('aim.')) return undefined;
    const { identity } = who.token;
    const userMap = `user.info.${identity}`;
    const conversationsMap = `my.conversations.${identity}`;
    if (method === 'GET' && path === '/Client/v2/Configuration') {
      const { full_name: name } = JSON.parse(who.worker.attributes) as { full_name?: string };
      sync.seedMap(userMap, {
        friendlyName: { value: name ?? identity },
        attributes: { value: '{}' },
        reachability: { online: true, notifiable: false },
      });
      sync.seedMap(conversationsMap, {});
      const body = {
        identity,
        sync_objects: { my_user_info: userMap, my_conversations: conversationsMap },
        links: {
          my_conversations: `${BASE}/MyConversations`,
          conversations: `${BASE}/Conversations`,
          users: `${BASE}/Users`,
          current_user: `${BASE}/Users/${identity}`,
          typing: `${BASE}/Typing`,
          media_service: `${MEDIA}/Media`,
          media_set_service: `${MEDIA}/MediaSet`,
          messages_receipts: `${BASE}/Conversations/{sid}/Receipts`,
        },
        options: {
          media_attachments_count_limit: 10,
          media_attachment_size_limit_in_mb: 150,
          media_attachments_total_size_limit_in_mb: 150,
          email_histories_allowed_mime_types: ['text/html', 'text/plain'],
          email_bodies_allowed_mime_types: ['text/html', 'text/plain'],
          user_infos_to_subscribe: 100,
          reachability_enabled: false,
          http_cache_interval: 'PT30S',
          consumption_report_interval: 'PT5S',
        },
      };
      return { status: 200, body };
    }
    if (method === 'GET' && path === '/Client/v2/MyConversations') {
      const meta = { next_token: null, previous_token: null, page_size: 50 };
      return { status: 200, body: { conversations: [], meta } };
    }
    // Flex writes its user's name there; it is the worker's, which TaskRouter keeps.
    const name = decodeURIComponent(/^\/Client\/v2\/Users\/([^/]+)$/.exec(path)?.[1] ?? '');
    if (world.taskRouter.workers().some(({ friendlyName }) => friendlyName === name)) {
      return { status: 200, body: { identity: name, sync_objects: { user_info_map: `user.info.${name}` } } };
    }
    return undefined;
  };
}
