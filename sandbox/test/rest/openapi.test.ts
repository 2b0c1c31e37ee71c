import { createRestServer } from '../../src/rest/rest-server';
import { DEFAULT_WORKFLOWS } from '../../src/world/defaults';
import { createWorld } from '../../src/world/world';
import { basic, closeAll, openRest, SYNC_SERVICE } from './rest-setup';

afterEach(closeAll);

const WORKFLOW = DEFAULT_WORKFLOWS[0]!.sid;

async function refused(method: string, path: string, form?: Record<string, string>) {
  const setup = await openRest();
  const at = path.replace('{ws}', setup.world.workspaceSid).replace('{ac}', setup.world.account.accountSid);
  const answer = await setup.send(method, at, form ? { form } : {});
  return { status: answer.status, body: (await answer.json()) as { code: number; message: string }, ...setup };
}

test.each<[string, string, string, Record<string, string> | undefined, string]>([
  [
    'a misspelt field',
    'POST',
    'taskrouter.twilio.com/v1/Workspaces/{ws}/Tasks',
    { WorkflowSID: WORKFLOW },
    'WorkflowSID',
  ],
  [
    'an integer with letters',
    'POST',
    'taskrouter.twilio.com/v1/Workspaces/{ws}/Tasks',
    { Priority: 'high' },
    'Priority',
  ],
  [
    'a sid of another kind',
    'POST',
    'taskrouter.twilio.com/v1/Workspaces/{ws}/Tasks',
    { WorkflowSid: `WQ${'0'.repeat(32)}` },
    'WorkflowSid',
  ],
  [
    'a time that is none',
    'POST',
    'taskrouter.twilio.com/v1/Workspaces/{ws}/Tasks',
    { VirtualStartTime: 'today' },
    'VirtualStartTime',
  ],
  [
    'an unknown query field',
    'GET',
    'taskrouter.twilio.com/v1/Workspaces/{ws}/Tasks?Status=pending',
    undefined,
    'Status',
  ],
  [
    'a value outside of its list',
    'GET',
    `sync.twilio.com/v1/Services/${SYNC_SERVICE}/Maps/m/Items?Order=up`,
    undefined,
    'Order',
  ],
  [
    'a required field left out',
    'POST',
    `sync.twilio.com/v1/Services/${SYNC_SERVICE}/Maps/m/Items`,
    { Data: '{}' },
    'Key',
  ],
  [
    'a boolean that is none',
    'GET',
    'api.twilio.com/2010-04-01/Accounts/{ac}/Recordings.json?IncludeSoftDeleted=1',
    undefined,
    'IncludeSoftDeleted',
  ],
])('%s is refused by name and logged as an error', async (_what, method, path, form, name) => {
  const { status, body, world } = await refused(method, path, form);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: 20001, message: expect.stringContaining(name) });
  const error = world.eventLog.entries().find(({ level }) => level === 'error');
  expect(error?.text).toContain(name);
});

test('a task’s attributes cannot be read under a sid of another kind', async () => {
  const { status, body } = await refused('GET', 'taskrouter.twilio.com/v1/Workspaces/{ws}/Tasks/..%2FWorkers');
  expect(status).toBe(404);
  expect(body.code).toBe(20404);
});

test.each([
  ['a route of a known host', 'GET', 'taskrouter.twilio.com/v1/Workspaces/{ws}/CumulativeStatistics', 404],
  ['an unknown host', 'GET', 'video.twilio.com/v1/Rooms', 404],
  ['a method', 'POST', 'taskrouter.twilio.com/v1/Workspaces/{ws}/Activities', 405],
])('%s that is not modeled is refused in Twilio’s shape, with a warning', async (_what, method, path, status) => {
  const answer = await refused(method, path, method === 'POST' ? {} : undefined);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({
    code: expect.any(Number),
    message: expect.any(String),
    status,
    more_info: expect.any(String),
  });
  expect(answer.world.eventLog.entries().map(({ level, text }) => `${level}: ${text}`)).toContainEqual(
    expect.stringMatching(/^warning: the sandbox does not model /),
  );
});

test('broken percent-encoding, a foreign content type and a body too large are refused', async () => {
  const { server, world, send } = await openRest();
  expect((await send('GET', `sync.twilio.com/v1/Services/${SYNC_SERVICE}/Documents/%E0%A4%A`)).status).toBe(400);
  const post = (type: string, body: string) =>
    fetch(`${server.url}/sync.twilio.com/v1/Services/${SYNC_SERVICE}/Documents`, {
      method: 'POST',
      headers: { Authorization: basic(world.account.accountSid, world.account.authToken), 'Content-Type': type },
      body,
    });
  expect((await post('text/xml', '<a/>')).status).toBe(415);
  const large = await post('application/x-www-form-urlencoded', `Data=${'x'.repeat(2 << 20)}`);
  expect(large.status).toBe(413);
  expect(await large.json()).toMatchObject({ status: 413 });
});

test('without credentials every host gives 401', async () => {
  const { server } = await openRest();
  for (const path of [
    'api.twilio.com/2010-04-01/Accounts/x/Calls.json',
    'sync.twilio.com/v1/Services/x',
    'iam.twilio.com/v1/x',
    'taskrouter.twilio.com/v1/Workspaces',
    'studio.twilio.com/v2/Flows',
    'serverless.twilio.com/v1/Services',
    'flex-api.twilio.com/v1/Configuration',
    'monitor.twilio.com/v1/Alerts',
    'voice.twilio.com/v1/DialingPermissions/Countries',
  ]) {
    const answer = await fetch(`${server.url}/${path}`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 20003 });
  }
});

test('a path that names no host goes to the next handler', async () => {
  const { server } = await openRest();
  expect((await fetch(`${server.url}/index.html`)).headers.get('Content-Type')).toContain('text/html');
});

test('a second server of another world is ready within a second', async () => {
  const before = process.cpuUsage();
  const world = createWorld();
  const server = await createRestServer(world);
  const answer = await fetch(
    `${server.url}/api.twilio.com/2010-04-01/Accounts/${world.account.accountSid}/Recordings.json`,
    {
      headers: { Authorization: basic(world.account.accountSid, world.account.authToken) },
    },
  );
  expect(answer.status).toBe(200);
  await server.close();
  // CPU time: other programs on the machine do not count.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(1000);
});
