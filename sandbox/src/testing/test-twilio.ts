import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { type InProcessFunctions, startFunctionsInProcess } from '../functions-runtime/in-process';
import { createVisibilityLookup } from '../functions-runtime/resources';
import { createGateway, type Gateway } from '../gateway/gateway';
import { createMailProviders, type MailAccounts, type MailProviders } from '../mail/mail-providers';
import { type Mailbox, openMailbox } from '../mail/mailbox';
import type { Mailgun } from '../mail/mailgun';
import type { Smtp, SmtpOptions } from '../mail/smtp';
import { createRestApp, type RestApp, type RestOptions } from '../rest/rest-server';
import { createDeployedServices } from '../serverless/deployed-services';
import { createStudio, STUDIO_ORIGIN, type StudioFlow } from '../studio/studio';
import { postTaskRouterEvents } from '../taskrouter/event-callback';
import type { TaskRouterEventType } from '../taskrouter/types';
import { installInProcessAgent } from '../transport/in-process-agent';
import { installInProcessFetch } from '../transport/in-process-fetch';
import { installInProcessSockets } from '../transport/in-process-sockets';
import { listen, type Transport } from '../transport/transport';
import { createTwimlBinRouter, type TwimlBin } from '../twiml-bins';
import type { NumberConfig, Voice, VoiceOptions } from '../voice/types';
import { createVoice } from '../voice/voice';
import { createWebhooks } from '../voice/webhook';
import { createWorld, type SandboxWorld, type WorldOptions } from '../world/world';
import { installVirtualClock, type VirtualClock } from './virtual-clock';

/** Where things are once everything listens. */
interface TestAddresses {
  /** The product's TWILIO_STUB_URL; also where TwiML Bins are, `<stubUrl>/twiml-bins/<name>`. */
  stubUrl: string;
  /** The origin of the product's Functions as Twilio addresses it. */
  publicUrl: string;
  /** The product's SMTP_URL; undefined without a mail server. */
  smtpUrl: string | undefined;
}

export interface TestTwilioOptions {
  /**
   * How the product, REST, the gateway and the Functions runtime talk; default HTTP on loopback. `in-process` takes a
   * fraction of the processor time and behaves the same, but for what only sockets do (a client's own time limits).
   */
  transport?: Transport;
  /** Virtual time to begin with, milliseconds since the epoch. */
  start?: number;
  world?: WorldOptions;
  rest?: RestOptions;
  /** The mail providers' keys, domains and regions. Mails are kept in a folder that `close` removes. */
  mail?: MailAccounts;
  /** A mail server beside them; default none. */
  smtp?: Pick<SmtpOptions, 'users' | 'tls' | 'maxMessageBytes'>;
  voice?: Omit<VoiceOptions, 'numbers'>;
  numbers?: (addresses: TestAddresses) => Record<string, NumberConfig>;
  /** Where TaskRouter sends its events, and which (default all); without it none is sent. */
  taskRouterEvents?: (addresses: TestAddresses) => { url: string; filter?: readonly TaskRouterEventType[] };
  /** Documents the account keeps at Twilio, e.g. one that enqueues. */
  twimlBins?: (addresses: TestAddresses) => readonly TwimlBin[];
  /** Published Studio flows; a number's voiceUrl is `flowUrl(stubUrl, accountSid, sid)`. */
  studioFlows?: (addresses: TestAddresses) => readonly StudioFlow[];
  /** The built product, run in this process behind the gateway. Without it a test brings its own product. */
  functions?: {
    functionsDir: string;
    assetsDir: string;
    /** Its variables; ACCOUNT_SID, AUTH_TOKEN and DOMAIN_NAME are given as on Twilio. */
    env: (addresses: TestAddresses) => Record<string, string>;
    /** As callers of the product know it; default an address that only the voice engine can reach. */
    publicUrl?: string;
  };
}

export interface TestTwilio extends TestAddresses {
  world: SandboxWorld;
  rest: RestApp;
  voice: Voice;
  clock: VirtualClock;
  mailbox: Mailbox;
  mail: MailProviders;
  /** The same as in `mail`. */
  mailgun: Mailgun;
  smtp: Smtp | undefined;
  /** Where the gateway listens; null without Functions. */
  readonly gatewayUrl: string | null;
  /** Restarts the Functions with these variables over the others. @throws Error without Functions */
  redeploy(env: Record<string, string>): Promise<void>;
  /** Takes everything down; nothing keeps the process alive afterwards. */
  close(): Promise<void>;
}

const DEFAULT_START = Date.UTC(2026, 0, 5, 9, 0, 0);
const DEFAULT_PUBLIC_URL = 'http://functions-1234-dev.localhost';

/** A whole Twilio for one test: world, REST, voice, mail and virtual time, and the product behind its gateway. */
export async function createTestTwilio(options: TestTwilioOptions = {}): Promise<TestTwilio> {
  const world = createWorld(options.world);
  const transport = options.transport ?? 'http';
  const clock = installVirtualClock(world.activity, options.start ?? DEFAULT_START, transport);
  const uninstallClients =
    transport === 'in-process' ? [installInProcessFetch(), installInProcessAgent(), installInProcessSockets()] : [];
  const mailFolder = mkdtempSync(join(tmpdir(), 'sandbox-mail-'));
  const mailbox = openMailbox(mailFolder);
  const mail = createMailProviders(world, mailbox, options.mail);
  const rest = createRestApp(world, { ...options.rest, otherHosts: { ...mail.hosts, ...options.rest?.otherHosts } });
  const smtp = options.smtp && (await mail.startSmtp({ ...options.smtp, transport }));

  const app = express().disable('x-powered-by');
  const server = await listen(transport, app);
  const publicUrl = (options.functions?.publicUrl ?? DEFAULT_PUBLIC_URL).replace(/\/$/, '');
  const addresses: TestAddresses = { stubUrl: server.url, publicUrl, smtpUrl: smtp?.url };
  const origins: Record<string, string> = { ...options.voice?.webhooks?.origins, [STUDIO_ORIGIN]: server.url };
  const studio = createStudio(world, { flows: options.studioFlows?.(addresses) ?? [], origins });
  const deployed = createDeployedServices(world, {
    ...{ modulesFrom: process.cwd(), origins, url: server.url },
    variables: () => ({ TWILIO_STUB_URL: server.url }),
  });
  const bins = createTwimlBinRouter(options.twimlBins?.(addresses) ?? []);
  app.use(bins, studio.router, rest.router, deployed.router);

  let deployment = options.functions ? await deployFunctions(world, transport, addresses, options.functions) : null;
  if (deployment) origins[publicUrl] = deployment.gateway.url;
  const voice = createVoice(world, {
    ...options.voice,
    numbers: options.numbers?.(addresses) ?? {},
    webhooks: { ...options.voice?.webhooks, origins },
  });
  // Apart from the calls' webhooks: `voice.webhooks` lists what calls requested.
  const eventWebhooks = createWebhooks(world, { ...options.voice?.webhooks, origins });
  const stopEvents = postTaskRouterEvents(world, ({ url, params, callSid }) =>
    eventWebhooks.send({ kind: 'taskrouter-event', method: 'POST', url, params, callSid }),
  );
  const events = options.taskRouterEvents?.(addresses);
  if (events) Object.assign(world.taskRouter.eventCallback, { url: events.url, filter: events.filter ?? [] });

  return {
    ...addresses,
    world,
    rest,
    voice,
    clock,
    mailbox,
    mail,
    mailgun: mail.mailgun,
    smtp,
    get gatewayUrl() {
      return deployment?.gateway.url ?? null;
    },
    async redeploy(env) {
      if (!deployment || !options.functions) throw new Error('there are no Functions to deploy');
      await deployment.gateway.close();
      await deployment.functions.close();
      deployment = await deployFunctions(world, transport, addresses, options.functions, env);
      origins[publicUrl] = deployment.gateway.url;
    },
    async close() {
      stopEvents();
      eventWebhooks.close();
      voice.close();
      studio.close();
      await clock.settle();
      await deployment?.gateway.close();
      await deployment?.functions.close();
      await deployed.close();
      await server.close();
      await smtp?.close();
      for (const uninstall of uninstallClients) uninstall();
      clock.uninstall();
      rmSync(mailFolder, { recursive: true, force: true });
    },
  };
}

async function deployFunctions(
  world: SandboxWorld,
  transport: Transport,
  addresses: TestAddresses,
  { functionsDir, assetsDir, env }: NonNullable<TestTwilioOptions['functions']>,
  overrides: Record<string, string> = {},
): Promise<{ functions: InProcessFunctions; gateway: Gateway }> {
  const functions = await startFunctionsInProcess({
    functionsDir,
    assetsDir,
    url: addresses.publicUrl,
    transport,
    env: {
      ACCOUNT_SID: world.account.accountSid,
      AUTH_TOKEN: world.account.authToken,
      DOMAIN_NAME: new URL(addresses.publicUrl).host,
      ...env(addresses),
      ...overrides,
    },
  });
  const { publicUrl } = addresses;
  const visibility = createVisibilityLookup(functionsDir);
  const gateway = await createGateway({ world, target: functions.url, publicUrl, visibility, transport });
  return { functions, gateway };
}
