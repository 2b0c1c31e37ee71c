import { DEFAULT_WORKFLOWS } from '../../src/world/defaults';
import { closeAll, openRest, refusal } from './rest-setup';

afterEach(closeAll);

const WORKFLOW = DEFAULT_WORKFLOWS[0]!.sid;

async function workspace() {
  const setup = await openRest();
  return { ...setup, tasks: setup.client.taskrouter.v1.workspaces(setup.world.workspaceSid).tasks };
}

test('a task is created with Twilio’s defaults and the queue of its workflow', async () => {
  const { tasks } = await workspace();
  const task = await tasks.create({ workflowSid: WORKFLOW, attributes: '{"a":1}', taskChannel: 'voice' });
  expect(task).toMatchObject({
    attributes: '{"a":1}',
    assignmentStatus: 'pending',
    priority: 0,
    timeout: 86400,
    taskQueueFriendlyName: 'Support',
    taskChannelUniqueName: 'voice',
    workflowSid: WORKFLOW,
  });
  expect(task.sid).toMatch(/^WT[0-9a-f]{32}$/);
  expect((await tasks(task.sid).fetch()).dateCreated).toEqual(task.dateCreated);
});

test.each([
  ['no JSON', '{a', 400],
  ['no object', '[1]', 400],
  ['more than 4096 bytes', JSON.stringify({ a: 'é'.repeat(2048) }), 400],
])('attributes that are %s are refused', async (_what, attributes, status) => {
  const { tasks, world } = await workspace();
  expect(await refusal(tasks.create({ workflowSid: WORKFLOW, attributes }))).toMatchObject({ status });
  expect(world.tasks.list()).toEqual([]);
});

test('of two updates with the same ETag one wins, the other gets 412 and succeeds with the new one', async () => {
  const { tasks } = await workspace();
  const { sid } = await tasks.create({ workflowSid: WORKFLOW, attributes: '{"n":0}' });
  const { headers } = await tasks(sid).fetchWithHttpInfo();
  const etag = (headers as Record<string, string>).etag!;
  const write = (n: number, ifMatch: string) => tasks(sid).update({ attributes: `{"n":${n}}`, ifMatch });
  const outcomes = await Promise.allSettled([write(1, etag), write(2, etag)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await refusal(write(3, etag))).toMatchObject({ status: 412, code: 20412 });

  const fresh = (await tasks(sid).fetchWithHttpInfo()).headers as Record<string, string>;
  expect((await write(4, fresh.etag!)).attributes).toBe('{"n":4}');
  expect(await refusal(tasks(sid).remove({ ifMatch: etag }))).toMatchObject({ status: 412 });
  await expect(tasks(sid).remove({ ifMatch: '*' })).resolves.toBe(true);
  expect(await refusal(tasks(sid).fetch())).toMatchObject({ status: 404, code: 20404 });
});

test('only a waiting task can be canceled and only an assigned one completed', async () => {
  const { tasks, world } = await workspace();
  const { sid } = await tasks.create({ workflowSid: WORKFLOW, attributes: '{}' });
  expect(await refusal(tasks(sid).update({ assignmentStatus: 'completed' }))).toMatchObject({
    status: 400,
    code: 20001,
  });
  expect(await refusal(tasks(sid).update({ assignmentStatus: 'assigned' }))).toMatchObject({ status: 400 });
  world.tasks.update(sid, { assignmentStatus: 'assigned' });
  expect((await refusal(tasks(sid).update({ assignmentStatus: 'canceled', reason: 'no' }))).message).toContain(
    'is not pending or reserved',
  );
  const done = await tasks(sid).update({ assignmentStatus: 'completed', reason: 'spoke' });
  expect(done).toMatchObject({ assignmentStatus: 'completed', reason: 'spoke' });
});

test('500 tasks come in pages, each once, at addresses of Twilio’s own host, though tasks end meanwhile', async () => {
  const { tasks, world, send } = await workspace();
  for (let n = 0; n < 500; n += 1) world.tasks.create({ workflowSid: WORKFLOW, attributes: `{"n":${n}}` });
  expect(await tasks.list({ pageSize: 100 })).toHaveLength(500);
  expect(await tasks.list({ limit: 5000 })).toHaveLength(500);

  const seen: number[] = [];
  let next: string | null =
    `taskrouter.twilio.com/v1/Workspaces/${world.workspaceSid}/Tasks?AssignmentStatus=pending&PageSize=120`;
  let previous: string | null = null;
  while (next) {
    const page = (await (await send('GET', next)).json()) as {
      tasks: { sid: string; attributes: string }[];
      meta: { next_page_url: string | null; previous_page_url: string | null; page_size: number; key: string };
    };
    for (const { sid, attributes } of page.tasks) {
      seen.push((JSON.parse(attributes) as { n: number }).n);
      world.tasks.update(sid, { assignmentStatus: 'canceled', reason: 'seen' });
    }
    expect(page.meta).toMatchObject({ page_size: 120, key: 'tasks' });
    previous = page.meta.previous_page_url;
    if (page.meta.next_page_url) expect(page.meta.next_page_url).toMatch(/^https:\/\/taskrouter\.twilio\.com\/v1\//);
    next = page.meta.next_page_url?.replace('https://', '') ?? null;
  }
  expect(seen).toEqual(Array.from({ length: 500 }, (_, n) => n));
  expect(previous).toBeNull();
});

test('a page leads back to the one before it', async () => {
  const { tasks, world } = await workspace();
  for (let n = 0; n < 5; n += 1) world.tasks.create({ workflowSid: WORKFLOW, attributes: `{"n":${n}}` });
  const first = await tasks.page({ pageSize: 2 });
  const second = (await first.nextPage())!;
  expect((await second.previousPage())!.instances.map(({ sid }) => sid)).toEqual(first.instances.map(({ sid }) => sid));
});

test('lists are filtered and ordered', async () => {
  const { tasks, world } = await workspace();
  const sales = DEFAULT_WORKFLOWS[1]!.sid;
  const make = (workflowSid: string, n: number, priority: number, virtualStartTime?: number) =>
    world.tasks.create({
      workflowSid,
      attributes: `{"n":${n},"kind":"${n % 2 ? 'odd' : 'even'}"}`,
      priority,
      virtualStartTime,
    }).sid;
  const hourAgo = Date.now() - 3_600_000;
  const [a, b, c] = [make(WORKFLOW, 1, 5), make(sales, 2, 9, hourAgo), make(WORKFLOW, 3, 5)];
  world.tasks.update(c, { assignmentStatus: 'reserved' });
  const sids = async (query: Parameters<typeof tasks.list>[0]) => (await tasks.list(query)).map(({ sid }) => sid);

  expect(await sids({})).toEqual([a, b, c]);
  expect(await sids({ workflowSid: WORKFLOW })).toEqual([a, c]);
  expect(await sids({ taskQueueName: 'Sales' })).toEqual([b]);
  expect(await sids({ assignmentStatus: ['reserved'] })).toEqual([c]);
  expect(await sids({ assignmentStatus: ['pending,reserved'] })).toEqual([a, b, c]);
  expect(await sids({ ordering: 'DateCreated:desc' })).toEqual([c, b, a]);
  expect(await sids({ ordering: 'VirtualStartTime:asc' })).toEqual([b, a, c]);
  expect(await sids({ ordering: 'Priority:desc,DateCreated:asc' })).toEqual([b, a, c]);
  expect(await sids({ evaluateTaskAttributes: "kind == 'odd'", hasAddons: false })).toEqual([a, c]);
  expect(await sids({ evaluateTaskAttributes: "n IN [1, 2] AND NOT kind == 'even'" })).toEqual([a]);
  expect(await refusal(tasks.list({ ordering: 'DateCreated:asc,VirtualStartTime:asc' }))).toMatchObject({
    status: 400,
  });
  expect(await refusal(tasks.list({ evaluateTaskAttributes: 'n IN 1,2' }))).toMatchObject({
    status: 400,
    message: expect.stringContaining('position 6'),
  });
});

test('refuses a fourth evaluation of attributes within a second, with Retry-After', async () => {
  const { world, send } = await workspace();
  const path = `taskrouter.twilio.com/v1/Workspaces/${world.workspaceSid}/Tasks?EvaluateTaskAttributes=${encodeURIComponent("a == '1'")}`;
  const answers = await Promise.all([1, 2, 3, 4].map(() => send('GET', path)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
  const refused = answers.find(({ status }) => status === 429)!;
  expect(refused.headers.get('Retry-After')).toBe('1');
  expect(refused.headers.get('X-Rate-Limit-Limit')).toBe('3');
  expect(await refused.json()).toMatchObject({ code: 20429, status: 429 });
});

test('a virtual start time must lie between 1900 and now', async () => {
  const { tasks } = await workspace();
  const create = (virtualStartTime: Date) =>
    tasks.create({ workflowSid: WORKFLOW, attributes: '{}', virtualStartTime });
  expect(await refusal(create(new Date(Date.now() + 60_000)))).toMatchObject({ status: 400 });
  expect(await refusal(create(new Date('1899-12-31T00:00:00Z')))).toMatchObject({ status: 400 });
  expect((await create(new Date('2020-05-01T10:00:00Z'))).virtualStartTime).toEqual(new Date('2020-05-01T10:00:00Z'));
});

test('a task for one worker ignores their capacity, unless configured otherwise', async () => {
  const { tasks, world, send } = await workspace();
  const { sid: routingTarget } = world.taskRouter.addWorker({ name: 'Ana', activity: 'Available' });
  const create = (ignoreCapacity?: string) =>
    tasks.create({ workflowSid: WORKFLOW, attributes: '{}', routingTarget, ignoreCapacity });
  expect([(await create()).ignoreCapacity, (await create('true')).ignoreCapacity]).toEqual([true, true]);
  expect((await create('false')).ignoreCapacity).toBe(false);
  expect(world.tasks.list().map(({ assignmentStatus }) => assignmentStatus)).toEqual([
    'reserved',
    'reserved',
    'pending',
  ]);
  expect((await tasks.create({ workflowSid: WORKFLOW, attributes: '{}' })).ignoreCapacity).toBe(false);
  const form = { WorkflowSid: WORKFLOW, IgnoreCapacity: 'true' };
  const path = `taskrouter.twilio.com/v1/Workspaces/${world.workspaceSid}/Tasks`;
  expect((await send('POST', path, { form })).status).toBe(400);
});

test('workspace, workflows and task queues can be read', async () => {
  const { client, world } = await workspace();
  const one = client.taskrouter.v1.workspaces(world.workspaceSid);
  expect((await one.fetch()).friendlyName).toBe('Flex Task Assignment');
  expect((await one.workflows.list()).map(({ friendlyName }) => friendlyName)).toEqual([
    'Assign to Anyone',
    'Assign to Sales',
  ]);
  expect((await one.workflows(WORKFLOW).fetch()).friendlyName).toBe('Assign to Anyone');
  const [sales, support] = await one.taskQueues.list();
  expect([sales!.friendlyName, support!.friendlyName]).toEqual(['Sales', 'Support']);
  expect((await one.taskQueues(sales!.sid).fetch()).sid).toBe(sales!.sid);
});
