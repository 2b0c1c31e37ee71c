import { Twilio } from 'twilio';
import { createTaskRouterClient } from './taskrouter';

const WORKFLOW = `WW${'3'.repeat(32)}`;
const sid = (n: number) => `WT${n.toString(16).padStart(32, '0')}`;

/** A workspace whose newest task is number 0, and its lists as TaskRouter pages them. */
function workspaceWith(tasks: number) {
  let requests = 0;
  const httpClient = {
    async request({ uri, params = {} }: { uri: string; params?: Record<string, unknown> }) {
      requests += 1;
      const { searchParams } = new URL(uri);
      for (const [name, value] of Object.entries(params)) searchParams.set(name, String(value));
      const size = Number(searchParams.get('PageSize'));
      const page = Number(searchParams.get('Page') ?? 0);
      const count = Math.max(0, Math.min(size, tasks - page * size));
      const next = `https://taskrouter.twilio.com/v1/Workspaces/WS/Tasks?PageSize=${size}&Page=${page + 1}`;
      const body = {
        tasks: Array.from({ length: count }, (_, n) => ({
          sid: sid(page * size + n),
          workflow_sid: WORKFLOW,
          assignment_status: 'pending',
          attributes: '{}',
          date_created: new Date(Date.UTC(2026, 10, 22) - (page * size + n) * 1_000).toISOString(),
        })),
        meta: { key: 'tasks', next_page_url: (page + 1) * size < tasks ? next : null },
      };
      return { statusCode: 200, body, headers: {} };
    },
  };
  const sdk = new Twilio(`AC${'0'.repeat(32)}`, 'token', { httpClient } as never);
  return { client: createTaskRouterClient(sdk, `WS${'0'.repeat(32)}`), requests: () => requests };
}

const find = async (tasks: number, at: number) => {
  const { client, requests } = workspaceWith(tasks);
  const task = await client.findTask({ workflowSid: WORKFLOW, matches: (one) => one.sid === sid(at) });
  return { found: task?.sid, requests: requests() };
};

test.each([
  [0, 1],
  [99, 1],
  [100, 2],
  [999, 2],
  [1_000, 3],
  [2_000, 4],
  [3_999, 5],
  [4_999, 6],
])('a task at place %d in a line of 5,000 is found with %d lists', async (place, requests) => {
  expect(await find(5_000, place)).toEqual({ found: sid(place), requests });
});

test.each([
  [50, 1],
  [100, 2],
  [5_000, 6],
  [20_000, 6],
])('in a line of %d, a task that does not exist costs %d lists', async (tasks, requests) => {
  expect(await find(tasks, -1)).toEqual({ found: undefined, requests });
});

test('a search ends at tasks that are too old, without reading on', async () => {
  const { client, requests } = workspaceWith(5_000);
  const until = ({ createdAt }: { createdAt: number }) => createdAt < Date.UTC(2026, 10, 22) - 150_000;
  expect(await client.findTask({ workflowSid: WORKFLOW, matches: () => false, until })).toBeUndefined();
  expect(requests()).toBe(2);
});
