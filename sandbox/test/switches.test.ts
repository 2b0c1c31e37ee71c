import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { silentWav } from '../src/flex-desktop/silent-wav';
import { createMailProviders, type MailProviders } from '../src/mail/mail-providers';
import { type Mailbox, openMailbox } from '../src/mail/mailbox';
import type { Smtp } from '../src/mail/smtp';
import { createRestApp } from '../src/rest/rest-server';
import {
  callCapacitySwitch,
  mailSwitch,
  mediaAuthenticationSwitch,
  recordingSizeSwitch,
  recordingStorageSwitch,
  regionSwitch,
  supervisionSwitch,
  unverifiedCallersSwitch,
} from '../src/switches';
import type { MailProviderName } from '../src/world/types';
import { createWorld } from '../src/world/world';
import { type RouterServer, serveRouters } from './mail/fake-world';

const DOMAIN = 'mg.example.org';
const from = `v@${DOMAIN}`;
const to = 'ana@example.com';
const mailgunHeaders = { Authorization: `Basic ${Buffer.from('api:key-1').toString('base64')}` };

describe('the switch of the mail provider', () => {
  let directory: string;
  let world: ReturnType<typeof createWorld>;
  let mail: MailProviders;
  let mailbox: Mailbox;
  let server: RouterServer;
  let smtp: Smtp;
  let mailProvider: ReturnType<typeof mailSwitch>;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'switches-'));
    world = createWorld({ seed: 'switches' });
    mailbox = openMailbox(directory);
    mail = createMailProviders(world, mailbox, {
      mailgun: { domains: { [DOMAIN]: 'key-1' } },
      sendgrid: { keys: ['SG.1'] },
    });
    server = await serveRouters({ '/': createRestApp(world, { otherHosts: mail.hosts }).router });
    smtp = await mail.startSmtp({ users: { ana: 'secret' } });
    mailProvider = mailSwitch(mail.conditions);
  });
  afterEach(async () => {
    await smtp.close();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const post = async (path: string, headers: Record<string, string>, body: FormData | string) =>
    (await fetch(`${server.url}/${path}`, { method: 'POST', headers, body })).status;
  const json = { 'Content-Type': 'application/json' };
  const account = () => Buffer.from(`${world.account.accountSid}:${world.account.authToken}`).toString('base64');
  /** Sends one mail. @returns the status, or the code of the reply */
  const senders: Record<MailProviderName, () => Promise<number>> = {
    mailgun: () => {
      const body = new FormData();
      for (const [name, value] of Object.entries({ from, to, subject: 'Hi', text: 'x' })) body.append(name, value);
      return post(`api.mailgun.net/v3/${DOMAIN}/messages`, mailgunHeaders, body);
    },
    sendgrid: () =>
      post(
        'api.sendgrid.com/v3/mail/send',
        { ...json, Authorization: 'Bearer SG.1' },
        JSON.stringify({
          personalizations: [{ to: [{ email: to }] }],
          from: { email: from },
          subject: 'Hi',
          content: [{ type: 'text/plain', value: 'x' }],
        }),
      ),
    twilio: () =>
      post(
        'comms.twilio.com/v1/Emails',
        { ...json, Authorization: `Basic ${account()}` },
        JSON.stringify({
          from: { address: from, name: 'V' },
          to: [{ address: to }],
          content: { subject: 'Hi', html: '<p>x</p>' },
        }),
      ),
    smtp: () =>
      createTransport(smtp.url)
        .sendMail({ from, to, subject: 'Hi', text: 'x' })
        .then(
          () => 250,
          (error: { responseCode: number }) => error.responseCode,
        ),
  };

  it.each([
    ['mailgun', { 'key-refused': 401, down: 503, works: 200 }],
    ['sendgrid', { 'key-refused': 401, down: 503, works: 202 }],
    ['twilio', { 'key-refused': 401, down: 503, works: 202 }],
    ['smtp', { 'key-refused': 535, down: 421, works: 250 }],
  ] as const)('%s takes nothing while its key is refused or it is down', async (provider, statuses) => {
    for (const [value, status] of Object.entries(statuses)) {
      mailProvider.write(value);
      expect(mailProvider.read()).toBe(value);
      expect([value, await senders[provider]()]).toEqual([value, status]);
    }
    expect(mailbox.list()).toHaveLength(1);
  });

  it('lets mails bounce at every provider that tells of it, until it works again', async () => {
    const events = async () => {
      const answer = await fetch(`${server.url}/api.mailgun.net/v3/${DOMAIN}/events`, { headers: mailgunHeaders });
      const { items } = (await answer.json()) as { items: { event: string }[] };
      return items.map(({ event }) => event).filter((event) => event !== 'accepted');
    };
    const statuses = async () => {
      const headers = { Authorization: `Basic ${account()}` };
      const answer = await fetch(`${server.url}/comms.twilio.com/v1/Emails`, { headers });
      return ((await answer.json()) as { emails: { status: string }[] }).emails.map(({ status }) => status);
    };
    mailProvider.write('mailbox-full');
    expect(await senders.mailgun()).toBe(200);
    expect(await senders.twilio()).toBe(202);
    expect(await senders.smtp()).toBe(250);
    expect(mailbox.list().map(({ subject, to }) => [subject, to])).toContainEqual([
      'Undelivered Mail Returned to Sender',
      [from],
    ]);
    mailProvider.write('works');
    expect(await senders.mailgun()).toBe(200);
    expect(await senders.twilio()).toBe(202);
    expect(await events()).toEqual(['delivered', 'failed']);
    expect(await statuses()).toEqual(['DELIVERED', 'UNDELIVERED']);
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

  it('makes recordings too large for a mail, until they are as long as the message', () => {
    const world = createWorld({ seed: 'size' });
    const size = recordingSizeSwitch(world);
    expect(size.read()).toBe('as-recorded');
    size.write('large');
    expect(size.read()).toBe('large');
    expect(world.account.recordingPadding).toBeGreaterThan(20_000_000);
    size.write('as-recorded');
    expect(world.account.recordingPadding).toBeUndefined();
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
