import { closeAll, openRest, refusal, SYNC_SERVICE } from './rest-setup';

afterEach(closeAll);

test('when a missing resource is read again and again, logs the first refusal only', async () => {
  const { world, client } = await openRest();
  for (let n = 0; n < 3; n += 1) {
    expect(await refusal(client.recordings('RE00000000000000000000000000000001').fetch())).toMatchObject({
      status: 404,
    });
  }
  expect(world.eventLog.entries().filter(({ text }) => text.startsWith('404 GET'))).toHaveLength(1);
});

test('successful reads and missing Sync objects add no log lines', async () => {
  const { world, client } = await openRest();
  const sync = client.sync.v1.services(SYNC_SERVICE);
  for (let n = 0; n < 3; n += 1) {
    await client.taskrouter.v1.workspaces(world.workspaceSid).taskQueues.list();
    await sync.documents.list();
    await refusal(sync.documents('missing').fetch());
  }
  expect(world.eventLog.entries()).toEqual([]);
});
