import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { createMailProviders, type MailAccounts, type MailProviders } from '../mail/mail-providers';
import { openMailbox } from '../mail/mailbox';
import { createRestApp, type RestApp, type RestOptions } from '../rest/rest-server';
import { createDeployedServices } from '../serverless/deployed-services';
import { createStudio, STUDIO_ORIGIN } from '../studio/studio';
import { listenOnLoopback } from '../transport/loopback-server';
import type { Voice } from '../voice/types';
import { createVoice } from '../voice/voice';
import { createWorld, type SandboxWorld, type WorldOptions } from '../world/world';
import { redirectTwilioHosts } from './redirect-hosts';

export interface LocalTwilioOptions {
  world?: WorldOptions;
  rest?: RestOptions;
  /** The mail providers' keys, domains and regions. */
  mail?: MailAccounts;
  /** The checkout, whose `node_modules` deployed Functions use. */
  root: string;
}

export interface LocalTwilio {
  /** Where its REST hosts are, `<url>/<host>`, and the domains of what is deployed. */
  url: string;
  world: SandboxWorld;
  rest: RestApp;
  voice: Voice;
  mail: MailProviders;
  /** The environment of a process that takes this for Twilio: Node's own variable alone. */
  environment: { NODE_OPTIONS: string };
  close(): Promise<void>;
}

/**
 * A whole Twilio in real time, for programs that run as processes of their own: what sets an account up, deploys to it
 * and checks it. Builds are complete at once. Nothing is deployed but what they deploy.
 */
export async function startLocalTwilio(options: LocalTwilioOptions): Promise<LocalTwilio> {
  const world = createWorld(options.world);
  world.serverless.buildMs = 0;
  const mailFolder = mkdtempSync(join(tmpdir(), 'sandbox-mail-'));
  const mail = createMailProviders(world, openMailbox(mailFolder), options.mail);
  const app = express().disable('x-powered-by');
  const server = await listenOnLoopback(app);
  const origins: Record<string, string> = { [STUDIO_ORIGIN]: server.url };
  const studio = createStudio(world, { flows: [], origins });
  const deployed = createDeployedServices(world, { modulesFrom: options.root, origins, url: server.url });
  const rest = createRestApp(world, { ...options.rest, otherHosts: { ...mail.hosts, ...options.rest?.otherHosts } });
  app.use(studio.router, deployed.router, rest.router);
  const voice = createVoice(world, { webhooks: { origins } });
  return {
    ...{ url: server.url, world, rest, voice, mail },
    environment: { NODE_OPTIONS: `--import=${redirectTwilioHosts(server.url, Object.keys(mail.hosts))}` },
    async close() {
      voice.close();
      studio.close();
      await deployed.close();
      await server.close();
      rmSync(mailFolder, { recursive: true, force: true });
    },
  };
}
