import type { Calls, CallView } from '../../src/world/types';
import { closeAll, openRest, refusal } from './rest-setup';

afterEach(closeAll);

const CALL = `CA${'a'.repeat(32)}`;

async function ringing(status: CallView['status'] = 'in-progress', more: Partial<CallView> = {}) {
  const setup = await openRest();
  const now = Date.now();
  const call: CallView = {
    sid: CALL,
    from: '+15550100',
    to: '+15550199',
    status,
    direction: 'inbound',
    startTime: now - 30_000,
    endTime: status === 'completed' ? now - 5000 : null,
    dateCreated: now - 30_000,
    ...more,
  };
  const updates: Parameters<Calls['update']>[1][] = [];
  setup.world.calls = {
    get: (sid) => (sid === CALL ? call : undefined),
    list: () => [call],
    create: () => call,
    update(_sid, change) {
      updates.push(change);
      if (change.status) call.status = change.status;
      return call;
    },
  };
  return { ...setup, updates };
}

test('lists no calls before the first call', async () => {
  const { client } = await openRest();
  expect(await refusal(client.calls(CALL).fetch())).toMatchObject({ status: 404, code: 20404 });
  expect(await client.calls.list()).toEqual([]);
});

test('a call is fetched and listed', async () => {
  const { client } = await ringing('completed');
  expect(await client.calls(CALL).fetch()).toMatchObject({ status: 'completed', direction: 'inbound', duration: '25' });
  expect(await client.calls.list({ status: 'completed', from: '+15550100' })).toHaveLength(1);
  expect(await client.calls.list({ to: '+15550100' })).toHaveLength(0);
});

test('a dialed call names its parent, and is listed by it', async () => {
  const parentCallSid = `CA${'b'.repeat(32)}`;
  const { client } = await ringing('in-progress', { direction: 'outbound-dial', parentCallSid });
  expect(await client.calls(CALL).fetch()).toMatchObject({ direction: 'outbound-dial', parentCallSid });
  expect(await client.calls.list({ parentCallSid })).toHaveLength(1);
  expect(await client.calls.list({ parentCallSid: CALL })).toHaveLength(0);
});

test.each([
  ['answered', '5', Date.UTC(2026, 0, 5, 9, 0, 20)],
  ['never answered', null, undefined],
])('a call that the account made and that was %s has the duration %s', async (_what, duration, answeredAt) => {
  const times = { startTime: Date.UTC(2026, 0, 5, 9), answeredAt, endTime: Date.UTC(2026, 0, 5, 9, 0, 25) };
  const { client } = await ringing('completed', { direction: 'outbound-api', ...times });
  expect((await client.calls(CALL).fetch()).duration).toBe(duration);
});

test('calls are listed from the day on that was asked for, whatever the time of that day', async () => {
  const { client } = await ringing('completed');
  const startTime = (await client.calls.list())[0]!.startTime;
  const endOfDay = new Date(`${startTime.toISOString().slice(0, 10)}T23:59:59Z`);
  expect(await client.calls.list({ startTimeAfter: endOfDay })).toHaveLength(1);
  expect(await client.calls.list({ startTimeAfter: new Date(endOfDay.getTime() + 2_000) })).toHaveLength(0);
});

test('a live call is redirected, given TwiML, ended', async () => {
  const { client, updates } = await ringing();
  await client.calls(CALL).update({ url: 'https://example.com/next?a=1', method: 'POST' });
  await client.calls(CALL).update({ twiml: '<Response><Hangup/></Response>' });
  expect((await client.calls(CALL).update({ status: 'completed' })).status).toBe('completed');
  expect(updates).toEqual([
    { url: 'https://example.com/next?a=1', method: 'POST' },
    { twiml: '<Response><Hangup/></Response>' },
    { status: 'completed' },
  ]);
});

test('what Twilio refuses is refused in its own numbers and does not reach the call', async () => {
  const { client, updates } = await ringing();
  const update = (change: Parameters<ReturnType<typeof client.calls>['update']>[0]) =>
    refusal(client.calls(CALL).update(change));
  expect(await update({ twiml: `<Response>${' '.repeat(4000)}</Response>` })).toMatchObject({
    status: 400,
    code: 32018,
  });
  expect(await update({ url: 'ftp://example.com/' })).toMatchObject({ status: 400, code: 21205 });
  expect(await update({})).toMatchObject({ status: 400 });
  expect(await update({ url: 'https://example.com/', twiml: '<Response/>' })).toMatchObject({ status: 400 });
  expect(updates).toEqual([]);
});

test('an ended call cannot be redirected', async () => {
  const { client } = await ringing('completed');
  expect(await refusal(client.calls(CALL).update({ url: 'https://example.com/' }))).toMatchObject({
    status: 400,
    code: 21220,
  });
});

test('voice queues show who waits, in order', async () => {
  const { client, world } = await openRest();
  const queue = world.queues.getOrCreate(`WW${'0'.repeat(32)}`);
  queue.members.push(
    { callSid: CALL, enqueuedAt: Date.now() - 20_000 },
    { callSid: `CA${'b'.repeat(32)}`, enqueuedAt: Date.now() },
  );
  expect(await client.queues(queue.sid).fetch()).toMatchObject({ currentSize: 2, maxSize: 100, averageWaitTime: 10 });
  expect((await client.queues.list()).map(({ sid }) => sid)).toEqual([queue.sid]);
  const members = await client.queues(queue.sid).members.list();
  expect(members.map(({ callSid, position, waitTime }) => ({ callSid, position, waitTime }))).toEqual([
    { callSid: CALL, position: 1, waitTime: 20 },
    { callSid: `CA${'b'.repeat(32)}`, position: 2, waitTime: 0 },
  ]);
  expect((await client.queues(queue.sid).members('Front').fetch()).callSid).toBe(CALL);
  expect(await refusal(client.queues(`QU${'0'.repeat(32)}`).fetch())).toMatchObject({ status: 404 });
});

test('a call is begun by REST, with what the published interface names', async () => {
  const { client, world } = await ringing();
  const asked: unknown[] = [];
  const { create } = world.calls;
  world.calls.create = (call) => {
    asked.push(call);
    return create(call);
  };
  const made = await client.calls.create({
    ...{ from: '+15550100', to: '+15550199', url: 'https://example.com/ask?a=1', method: 'POST' },
    ...{ statusCallback: 'https://example.com/ended', statusCallbackEvent: ['completed'], timeout: 25, timeLimit: 60 },
  });
  expect(made).toMatchObject({ sid: CALL, status: 'queued' });
  expect(asked).toEqual([
    {
      ...{ from: '+15550100', to: '+15550199', url: 'https://example.com/ask?a=1', method: 'POST' },
      ...{ statusCallback: 'https://example.com/ended', statusCallbackMethod: 'POST' },
      ...{ timeoutSeconds: 25, timeLimitSeconds: 60 },
    },
  ]);
});

test.each([
  ['a number that is none', { to: '911' }, 21211],
  ['a caller id that is none', { from: 'Anna' }, 21212],
  ['an address that is none', { url: 'ftp://example.com/' }, 21205],
  ['a time that is too long', { timeout: 601 }, 21208],
])('a new call with %s is refused in Twilio’s numbers', async (_what, change, code) => {
  const { client } = await ringing();
  const call = { from: '+15550100', to: '+15550199', url: 'https://example.com/', ...change };
  expect(await refusal(client.calls.create(call))).toMatchObject({ status: 400, code });
});
