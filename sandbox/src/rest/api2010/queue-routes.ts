import { notFound } from '../../world/twilio-error';
import type { VoiceQueue, World } from '../../world/types';
import { rfc2822Date } from '../dates';
import { pageUris, paginate } from '../page';
import type { RestRequest, Route } from '../route';
import { ACCOUNT_PATH, accountPath, LARGEST_PAGE, requireAccount } from './account-path';

const LIST = `${ACCOUNT_PATH}/Queues.json`;
const ONE = `${ACCOUNT_PATH}/Queues/{Sid}.json`;
const MEMBERS = `${ACCOUNT_PATH}/Queues/{QueueSid}/Members.json`;
const MEMBER = `${ACCOUNT_PATH}/Queues/{QueueSid}/Members/{CallSid}.json`;

interface Member {
  callSid: string;
  enqueuedAt: number;
  /** From 1, the front. */
  position: number;
}

/** Voice queues and who waits in them; filled by the voice engine. */
export function queueRoutes(world: World): Route[] {
  const find = (request: RestRequest, sid: string | undefined): VoiceQueue => {
    requireAccount(world, request);
    const queue = world.queues.get(sid!);
    if (!queue) throw notFound(request.path);
    return queue;
  };
  const members = (queue: VoiceQueue): Member[] =>
    queue.members.map((member, index) => ({ ...member, position: index + 1 }));

  const queueJson = (queue: VoiceQueue) => ({
    sid: queue.sid,
    account_sid: world.account.accountSid,
    friendly_name: queue.friendlyName,
    date_created: rfc2822Date(queue.dateCreated),
    date_updated: rfc2822Date(queue.dateCreated),
    current_size: queue.members.length,
    max_size: queue.maxSize,
    average_wait_time: average(queue.members.map(({ enqueuedAt }) => waited(enqueuedAt))),
    uri: `${accountPath(world)}/Queues/${queue.sid}.json`,
    subresource_uris: { members: `${accountPath(world)}/Queues/${queue.sid}/Members.json` },
  });
  const memberJson = (queue: VoiceQueue, member: Member) => ({
    call_sid: member.callSid,
    date_enqueued: rfc2822Date(member.enqueuedAt),
    position: member.position,
    queue_sid: queue.sid,
    wait_time: waited(member.enqueuedAt),
    uri: `${accountPath(world)}/Queues/${queue.sid}/Members/${member.callSid}.json`,
  });

  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        requireAccount(world, request);
        const order = { rank: (queue: VoiceQueue) => [queue.dateCreated, queue.sid] };
        const page = paginate(world.queues.list(), order, request.fields, request.query, LARGEST_PAGE);
        return { status: 200, body: { ...pageUris(page, request.path), queues: page.items.map(queueJson) } };
      },
    },
    {
      method: 'GET',
      path: ONE,
      handle: (request) => ({ status: 200, body: queueJson(find(request, request.params.Sid)) }),
    },
    {
      method: 'GET',
      path: MEMBERS,
      handle(request) {
        const queue = find(request, request.params.QueueSid);
        const order = { rank: (member: Member) => [member.enqueuedAt, member.position] };
        const page = paginate(members(queue), order, request.fields, request.query, LARGEST_PAGE);
        const shown = page.items.map((member) => memberJson(queue, member));
        return { status: 200, body: { ...pageUris(page, request.path), queue_members: shown } };
      },
    },
    {
      method: 'GET',
      path: MEMBER,
      handle(request) {
        const queue = find(request, request.params.QueueSid);
        const asked = request.params.CallSid!;
        // OpenAPI api v2010, FetchMember: the call's sid or the word Front.
        const member = members(queue).find(({ callSid, position }) =>
          asked.toLowerCase() === 'front' ? position === 1 : callSid === asked,
        );
        if (!member) throw notFound(request.path);
        return { status: 200, body: memberJson(queue, member) };
      },
    },
  ];
}

/** Whole seconds since then. */
function waited(since: number): number {
  return Math.max(0, Math.floor((Date.now() - since) / 1000));
}

function average(seconds: number[]): number {
  return seconds.length === 0 ? 0 : Math.round(seconds.reduce((sum, one) => sum + one, 0) / seconds.length);
}
