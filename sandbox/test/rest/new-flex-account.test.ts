import twilio from 'twilio';
import { createRestServer } from '../../src/rest/rest-server';
import { stubHttpClient } from '../../src/testing/stub-http-client';
import { createVoice } from '../../src/voice/voice';
import { DEFAULT_ACCOUNT } from '../../src/world/defaults';
import { createWorld } from '../../src/world/world';

async function openNewAccount() {
  const world = createWorld({ preset: 'new-flex-account' });
  const server = await createRestServer(world);
  const { accountSid, authToken } = world.account;
  return { world, server, client: twilio(accountSid, authToken, { httpClient: stubHttpClient(server.url) }) };
}

test('a new Flex account has one queue, one workflow, one admin, one number, and nothing of the product', async () => {
  const { client, server } = await openNewAccount();
  const [workspace] = await client.taskrouter.v1.workspaces.list();
  expect(workspace!.friendlyName).toBe('Flex Task Assignment');
  const one = client.taskrouter.v1.workspaces(workspace!.sid);
  const queues = await one.taskQueues.list();
  expect(queues.map(({ friendlyName, targetWorkers }) => [friendlyName, targetWorkers])).toEqual([
    ['Everyone', '1==1'],
  ]);
  const workflows = await one.workflows.list();
  expect(workflows.map(({ friendlyName }) => friendlyName)).toEqual(['Assign to Anyone']);
  expect(JSON.parse(workflows[0]!.configuration)).toEqual({
    task_routing: { filters: [], default_filter: { queue: queues[0]!.sid } },
  });
  expect((await one.activities.list()).map(({ friendlyName }) => friendlyName)).toContain('Available');
  const channels = await one.taskChannels.list();
  expect(channels.map(({ uniqueName }) => uniqueName)).toEqual(['default', 'voice', 'chat', 'sms', 'video', 'email']);
  const [admin] = await one.workers.list();
  expect(JSON.parse(admin!.attributes)).toMatchObject({ roles: ['admin'] });
  expect((await one.workers(admin!.sid).workerChannels('voice').fetch()).configuredCapacity).toBe(1);

  const numbers = await client.incomingPhoneNumbers.list();
  expect(numbers.map(({ voiceUrl }) => new URL(voiceUrl).hostname)).toEqual(['demo.twilio.com']);
  expect((await client.sync.v1.services.list()).map(({ sid }) => sid)).toEqual([DEFAULT_ACCOUNT.flexSyncServiceSid]);
  const configuration = await client.flexApi.v1.configuration().fetch();
  expect(configuration).toMatchObject({
    uiAttributes: { version_compatibility: 'yes' },
    taskrouterTargetWorkflowSid: workflows[0]!.sid,
    taskrouterTargetTaskqueueSid: queues[0]!.sid,
  });
  for (const list of [
    client.studio.v2.flows.list(),
    client.serverless.v1.services.list(),
    client.flexApi.v1.plugins.list(),
    client.keys.list(),
    client.monitor.v1.alerts.list(),
  ]) {
    expect(await list).toEqual([]);
  }
  expect(server.mismatches).toEqual([]);
  await server.close();
});

test('a call to a new account’s number is answered by what REST has set', async () => {
  const { client, server, world } = await openNewAccount();
  const [number] = await client.incomingPhoneNumbers.list();
  const voice = createVoice(world);
  await client.incomingPhoneNumbers(number!.sid).update({ voiceUrl: 'http://127.0.0.1:9/answer' });
  voice.placeCall({ from: '+12025550177', to: number!.phoneNumber });
  expect(voice.webhooks.map(({ url }) => url)).toEqual(['http://127.0.0.1:9/answer']);
  voice.close();
  await server.close();
});
