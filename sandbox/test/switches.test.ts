import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentWav } from '../src/flex-desktop/silent-wav';
import { openMailbox } from '../src/mail/mailbox';
import { createMailgun } from '../src/mail/mailgun';
import { createRestApp } from '../src/rest/rest-server';
import {
  callCapacitySwitch,
  mailSwitch,
  mediaAuthenticationSwitch,
  recordingStorageSwitch,
  regionSwitch,
  supervisionSwitch,
  unverifiedCallersSwitch,
} from '../src/switches';
import { createWorld } from '../src/world/world';
import { type RouterServer, serveRouters } from './mail/fake-world';

const DOMAIN = 'mg.example.org';
const KEY = 'key-1';
const headers = { Authorization: `Basic ${Buffer.from(`api:${KEY}`).toString('base64')}` };

describe('the switch of Mailgun', () => {
  let directory: string;
  let server: RouterServer;
  let mail: ReturnType<typeof mailSwitch>;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'switches-'));
    const world = createWorld({ seed: 'switches' });
    const mailgun = createMailgun({ world, mailbox: openMailbox(directory), domains: { [DOMAIN]: KEY } });
    server = await serveRouters({ '/': createRestApp(world, { otherHosts: { 'api.mailgun.net': mailgun } }).router });
    mail = mailSwitch(world, mailgun);
  });
  afterEach(async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const send = async () => {
    const body = new FormData();
    for (const [name, value] of Object.entries({
      from: `v@${DOMAIN}`,
      to: 'ana@example.com',
      subject: 'Hi',
      text: 'x',
    }))
      body.append(name, value);
    const answer = await fetch(`${server.url}/api.mailgun.net/v3/${DOMAIN}/messages`, {
      method: 'POST',
      headers,
      body,
    });
    return { status: answer.status, text: await answer.text() };
  };
  const lastEvent = async () => {
    const answer = await fetch(`${server.url}/api.mailgun.net/v3/${DOMAIN}/events?ascending=no`, { headers });
    const { items } = (await answer.json()) as { items: { event: string }[] };
    return items.map(({ event }) => event).find((event) => event !== 'accepted');
  };

  it.each([
    ['key-refused', { status: 401, text: 'Forbidden' }],
    ['down', { status: 503, text: expect.any(String) }],
  ])('%s: nothing is accepted until it works again', async (value, answer) => {
    mail.write(value);
    expect(mail.read()).toBe(value);
    expect(await send()).toEqual(answer);
    mail.write('works');
    expect(await send()).toMatchObject({ status: 200 });
  });

  it('mailbox-full: mails are accepted and bounce', async () => {
    mail.write('mailbox-full');
    expect(await send()).toMatchObject({ status: 200 });
    expect(await lastEvent()).toBe('failed');
    mail.write('works');
    await send();
    expect(await lastEvent()).toBe('delivered');
  });
});

describe('the switch of media authentication', () => {
  it('decides whether a recording is given to everyone who knows its address', async () => {
    const world = createWorld({ seed: 'media' });
    const server = await serveRouters({ '/': createRestApp(world).router });
    const recording = world.recordings.create(`CA${'1'.repeat(32)}`);
    Object.assign(recording, { status: 'completed', durationSeconds: 1, wav: silentWav() });
    const url = `${server.url}/api.twilio.com/2010-04-01/Accounts/${world.account.accountSid}/Recordings/${recording.sid}.wav`;
    const statuses: number[] = [];
    const media = mediaAuthenticationSwitch(world);
    for (const value of ['on', 'off', 'on']) {
      media.write(value);
      expect(media.read()).toBe(value);
      statuses.push((await fetch(url)).status);
    }
    await server.stop();
    expect(statuses).toEqual([401, 200, 401]);
  });
});

describe('the switches of the account', () => {
  it('gives agents who are signed in room for a second call, which they are offered at once', async () => {
    const world = createWorld({ seed: 'capacity' });
    world.taskRouter.addWorker({ name: 'ana', activity: 'Available' });
    const [workflow] = world.workflows.values();
    const call = () => world.tasks.create({ workflowSid: workflow!.sid, taskChannel: 'voice', attributes: '{}' });
    const tasks = [call(), call()];
    const waiting = () => tasks.filter(({ sid }) => world.tasks.get(sid)?.assignmentStatus === 'pending').length;
    // TaskRouter answers first and routes then.
    await Promise.resolve();
    expect(waiting()).toBe(1);
    const capacity = callCapacitySwitch(world);
    capacity.write('2');
    expect(capacity.read()).toBe('2');
    await Promise.resolve();
    expect(waiting()).toBe(0);
  });

  it.each(['encrypted', 'external'] as const)('decides that recordings are %s, until they are not', (value) => {
    const world = createWorld({ seed: 'storage' });
    const storage = recordingStorageSwitch(world);
    expect(storage.read()).toBe('twilio');
    storage.write(value);
    expect(storage.read()).toBe(value);
    expect(world.account.recordingStorage).toBe(value);
    storage.write('twilio');
    expect(world.account.recordingStorage).toBeUndefined();
  });

  it('limits Sue to her queue and asks for a second person, until it is free again', async () => {
    const applied: object[] = [];
    const supervision = supervisionSwitch({ sue: 'WK1', adam: 'WK2' }, async (variables) => {
      applied.push(variables);
    });
    expect(supervision.read()).toBe('free');
    await supervision.write('strict');
    expect(supervision.read()).toBe('strict');
    await supervision.write('free');
    expect(applied).toEqual([
      { SUPERVISOR_QUEUES: '{"WK1":["Sales"],"WK2":"all"}', RECIPIENT_CONFIRMATION: 'required' },
      { SUPERVISOR_QUEUES: '', RECIPIENT_CONFIRMATION: '' },
    ]);
  });

  it('tells the Functions what to do with callers who are not verified', async () => {
    const applied: string[] = [];
    const callers = unverifiedCallersSwitch(async (next) => void applied.push(next));
    expect(callers.read()).toBe('allow');
    await callers.write('confirm');
    expect([callers.read(), applied]).toEqual(['confirm', ['confirm']]);
  });

  it('keeps the region before, when the Functions do not start in another', async () => {
    const regions: string[] = [];
    const region = regionSwitch(async (next) => {
      if (regions.length > 0) throw new Error('does not start');
      regions.push(next);
    });
    await region.write('ie1');
    expect(region.read()).toBe('ie1');
    await expect(region.write('us1')).rejects.toThrow('does not start');
    expect(region.read()).toBe('ie1');
    expect(regions).toEqual(['ie1']);
  });
});
