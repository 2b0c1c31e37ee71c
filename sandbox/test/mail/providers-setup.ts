import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMailProviders, type MailAccounts, type MailProviders } from '../../src/mail/mail-providers';
import { type Mailbox, openMailbox } from '../../src/mail/mailbox';
import { createRestServer, type RestServer } from '../../src/rest/rest-server';
import { createWorld, type SandboxWorld } from '../../src/world/world';

export const DOMAIN = 'mg.example.org';
export const SENDER = `voicemail@${DOMAIN}`;
export const MAILGUN_KEY = 'key-1';
export const SENDGRID_KEY = 'SG.1.2';

export interface ProvidersSetup {
  world: SandboxWorld;
  mailbox: Mailbox;
  mail: MailProviders;
  server: RestServer;
  /** A request to one of their hosts, e.g. `api.sendgrid.com/v3/mail/send`. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** What the log has of failures. */
  problems(): string[];
  /** The text of each mail, the newest first. */
  texts(): Promise<string[]>;
  close(): Promise<void>;
}

/** All mail providers behind their hosts, with one mailbox. */
export async function openProviders(accounts: MailAccounts = {}): Promise<ProvidersSetup> {
  const directory = mkdtempSync(join(tmpdir(), 'mail-providers-'));
  const world = createWorld();
  const mailbox = openMailbox(directory);
  const mail = createMailProviders(world, mailbox, {
    mailgun: { domains: { [DOMAIN]: MAILGUN_KEY } },
    sendgrid: { keys: [SENDGRID_KEY] },
    ...accounts,
  });
  const server = await createRestServer(world, { otherHosts: mail.hosts });
  return {
    ...{ world, mailbox, mail, server },
    request: (path, init) => fetch(`${server.url}/${path}`, init),
    problems: () => world.eventLog.entries().flatMap(({ level, text }) => (level === 'info' ? [] : [text])),
    texts: () => Promise.all(mailbox.list().map(async ({ id }) => (await mailbox.parsed(id))!.text.trim())),
    async close() {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
