import { readFileSync } from 'node:fs';
import path from 'node:path';
import express from 'express';
import { startFlexDesktop } from './flex-desktop/flex-desktop';
import { SAMPLE_WORKERS } from './flex-desktop/sample-workers';
import { bundleFlexUi } from './flex-desktop/vendor-bundle';
import { freePort } from './free-port';
import { createVisibilityLookup } from './functions-runtime/resources';
import { spawnTwilioRun, type TwilioRunOptions } from './functions-runtime/twilio-run';
import { createGateway, type Gateway } from './gateway/gateway';
import { createMailProviders } from './mail/mail-providers';
import { openMailbox } from './mail/mailbox';
import { MAIL_DOMAIN, MAILGUN_KEY, SAMPLE_MAIL_ACCOUNTS, SENDGRID_KEY } from './mail/sample-account';
import { startNewAccount } from './new-account';
import { createPages } from './pages/pages';
import { FEATURE, isPoll } from './polled-functions';
import { claimPort, waitForInterrupt } from './process';
import { createRestApp } from './rest/rest-server';
import { createDeployedServices } from './serverless/deployed-services';
import { parseStartOptions, START_HELP } from './start-options';
import { createStudio, flowUrl, STUDIO_ORIGIN, type StudioFlow } from './studio/studio';
import {
  callCapacitySwitch,
  mailSwitch,
  mediaAuthenticationSwitch,
  recordingSizeSwitch,
  recordingStorageSwitch,
  regionSwitch,
  supervisionSwitch,
  unverifiedCallersSwitch,
} from './switches';
import { namedQueueSid } from './taskrouter/taskrouter';
import type { WorkflowConfiguration } from './taskrouter/types';
import { createEnqueueBin, createRedirectBin, createTwimlBinRouter } from './twiml-bins';
import { createVoice } from './voice/voice';
import { DEFAULT_ACCOUNT, DEFAULT_WORKFLOWS } from './world/defaults';
import { fixedSid } from './world/sids';
import type { MailProviderName } from './world/types';
import { createWorld } from './world/world';

const PREFERRED_PORT = 4000;
const MAIL_FROM = `Voicemail <voicemail@${MAIL_DOMAIN}>`;
const SMTP_USERS = { sandbox: 'sandbox-password' };
const OUTBOX_TOKEN = 'sandbox-outbox-token-0123456789abcdef';
/** Where the plugin's official build is, once it has been made. */
const PLUGIN_FILE = 'flex-plugin/build/plugin-callback-and-voicemail-with-email.js';
const SWEEP_EVERY_MS = 60_000;
const RESTART_AFTER_MS = 1_000;
/** The voice channel of Flex; nothing in the sandbox looks at it. */
const VOICE_CHANNEL_SID = fixedSid('TC', 'voice');
/**
 * What each line shows, and the keys that lead to its voicemail; those from 104 on are configured apart, in the
 * product's demonstration.
 */
const LINES = {
  support: { number: '+12025550101', title: 'Support', keys: '*2' },
  sales: { number: '+12025550102', title: 'Sales', keys: '*2' },
  voicemail: { number: '+12025550103', title: 'Straight to voicemail', keys: '' },
  spanish: { number: '+12025550104', title: 'In Spanish', keys: '*2' },
  review: { number: '+12025550105', title: 'Listen to the message before it is sent', keys: '*2' },
  overflow: { number: '+12025550106', title: 'No agent is signed in', keys: '2' },
  flow: { number: '+12025550110', title: 'A Studio flow', keys: '*2' },
} as const;

export interface SandboxOptions {
  /** The checkout. */
  root: string;
  print?: (line: string) => void;
  /** What follows `npm start --`; see `START_HELP`. */
  words?: readonly string[];
}

/**
 * The whole product on this machine: a local Twilio, the built Functions under twilio-run, a mailbox and the pages.
 * Ends with the process.
 */
export async function main({ root, print = console.log, words = [] }: SandboxOptions): Promise<void> {
  const startOptions = parseStartOptions(words);
  if (startOptions.help) return print(START_HELP);
  const port = await claimPort(Number(process.env.PORT) || PREFERRED_PORT, print);
  if (startOptions.isNewAccount) return startNewAccount({ root, port, print });
  const url = `http://localhost:${port}`;
  // One for each port: two sandboxes at once do not share a mailbox.
  const cacheDir = path.join(root, '.cache/sandbox', String(port));
  // Another seed each time: sids of an earlier run are still on the mails in the mailbox.
  const world = createWorld({ seed: String(Date.now()) });
  const mailbox = openMailbox(path.join(cacheDir, 'mailbox'));
  const mail = createMailProviders(world, mailbox, SAMPLE_MAIL_ACCOUNTS);

  const projectDir = path.join(root, 'serverless-functions');
  const functionsPort = await freePort(port + 1);
  const gatewayPort = await freePort(functionsPort + 1);
  const publicUrl = `http://localhost:${gatewayPort}`;
  const flexPorts: number[] = [];
  for (const _worker of SAMPLE_WORKERS) flexPorts.push(await freePort((flexPorts.at(-1) ?? gatewayPort) + 1));
  const smtpPort = await freePort((flexPorts.at(-1) ?? gatewayPort) + 1);
  const smtp = await mail.startSmtp({ users: SMTP_USERS, senderDomains: [MAIL_DOMAIN], port: smtpPort });
  const functionUrl = (page: string) => `${publicUrl}${FEATURE}/${page}`;
  const [support, sales] = DEFAULT_WORKFLOWS;
  for (const { sid, taskQueueName } of DEFAULT_WORKFLOWS)
    world.taskRouter.updateWorkflow(sid, { configuration: readWorkflow(root, namedQueueSid(taskQueueName)) });
  const verdict = '?StirVerstat={{StirVerstat}}';
  const waitUrl = functionUrl(`studio/wait-experience${verdict}`);
  const bins = [
    ...(['support', 'spanish', 'review', 'overflow'] as const).map((name) =>
      createEnqueueBin(name, LINES[name].title, {
        workflowSid: support!.sid,
        waitUrl,
        attributes: { skill: 'support' },
      }),
    ),
    createEnqueueBin('sales', LINES.sales.title, {
      workflowSid: sales!.sid,
      waitUrl,
      attributes: { skill: 'sales' },
      priority: 5,
    }),
    createRedirectBin('voicemail', LINES.voicemail.title, functionUrl(`studio/voicemail${verdict}`)),
  ];
  const flow = importFlow(path.join(root, 'infra-as-code/studio/callback-and-voicemail.json'), {
    'https://${functions_domain}': publicUrl,
    '${workflow_sid}': support!.sid,
    '${channel_sid}': VOICE_CHANNEL_SID,
  });
  const origins: Record<string, string> = { [STUDIO_ORIGIN]: url };
  const studio = createStudio(world, { flows: [flow], origins });
  const voice = createVoice(world, {
    numbers: {
      ...Object.fromEntries(
        Object.entries(LINES).map(([name, { number }]) => [number, { voiceUrl: `${url}/twiml-bins/${name}` }]),
      ),
      [LINES.flow.number]: { voiceUrl: flowUrl(STUDIO_ORIGIN, world.account.accountSid, flow.sid) },
    },
    webhooks: { origins },
  });
  const titles = Object.fromEntries(Object.values(LINES).map(({ number, title }) => [number, title]));
  const vendor = await bundleFlexUi(root, path.join(root, '.cache/flex-ui'), print);
  const flex = await startFlexDesktop({
    world,
    voice,
    vendor,
    pageDir: path.join(root, 'sandbox/dist/flex-desktop'),
    pluginFiles: [path.join(root, PLUGIN_FILE)],
    passthroughOrigins: [publicUrl],
    ports: flexPorts,
    configuration: {
      runtimeDomain: publicUrl,
      outbound: {
        callerId: LINES.support.number,
        queueSid: namedQueueSid(support!.taskQueueName),
        workflowSid: support!.sid,
      },
      customData: {
        serverless_functions_domain: publicUrl,
        features: {
          callback_and_voicemail_with_email: {
            enabled: true,
            allow_requeue: true,
            max_attempts: 3,
            auto_select_task: true,
            enable_email_notifications: true,
          },
        },
      },
    },
  });
  const webDir = path.join(root, 'sandbox/dist/web');
  const voicemailKeys = Object.fromEntries(Object.values(LINES).map(({ number, keys }) => [number, keys]));
  const workerSidOf = (key: string) => flex.desktops.find(({ sample }) => sample.key === key)!.worker.sid;
  const switches = [
    mailSwitch(mail.conditions),
    mediaAuthenticationSwitch(world),
    recordingStorageSwitch(world),
    recordingSizeSwitch(world),
    callCapacitySwitch(world),
    regionSwitch((region) => redeploy({ TWILIO_REGION: region })),
    unverifiedCallersSwitch((value) => redeploy({ UNVERIFIED_CALLERS: value })),
    supervisionSwitch({ sue: workerSidOf('sue'), adam: workerSidOf('adam') }, (variables) => redeploy(variables)),
  ];
  const pages = createPages({ world, voice, mailbox, webDir, titles, voicemailKeys, switches, links: flex.links });
  const rest = createRestApp(world, { otherHosts: mail.hosts });
  const deployed = createDeployedServices(world, { modulesFrom: root, origins, url });
  const server = express()
    .disable('x-powered-by')
    .use(studio.router, rest.router, deployed.router, createTwimlBinRouter(bins), pages)
    .listen(port, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  const runtime: TwilioRunOptions = {
    projectDir,
    functionsFolder: 'dist/functions',
    assetsFolder: 'dist/demonstration/assets',
    port: functionsPort,
    cacheDir,
    env: {
      ACCOUNT_SID: world.account.accountSid,
      AUTH_TOKEN: world.account.authToken,
      DOMAIN_NAME: `localhost:${gatewayPort}`,
      TWILIO_FLEX_WORKSPACE_SID: world.workspaceSid,
      TWILIO_FLEX_CALLBACK_WORKFLOW_SID: support!.sid,
      VOICEMAIL_SYNC_SERVICE_SID: DEFAULT_ACCOUNT.syncServiceSid,
      ADMIN_EMAIL: 'supervisor@example.com',
      ...mailVariables(startOptions.mail, url, smtp.url),
      BUSINESS_TIME_ZONE: Intl.DateTimeFormat().resolvedOptions().timeZone,
      FLEX_ORIGINS: flex.desktops.map(({ origin }) => origin).join(','),
      OUTBOX_TOKEN,
      TWILIO_STUB_URL: url,
    },
    onLine: (line) => logFunctionOutput(line),
    onUnexpectedExit: () => {
      const text = 'The process of the Functions has ended; it is started again.';
      print(text);
      world.eventLog.append({ source: 'sandbox', level: 'error', text });
      // Not at once: one that cannot start would be started without end.
      setTimeout(() => {
        restart().catch((error: unknown) => {
          print(`The Functions do not start: ${error instanceof Error ? error.message : String(error)}`);
          process.exit(1);
        });
      }, RESTART_AFTER_MS);
    },
  };
  let functions = await spawnTwilioRun(runtime);
  const restart = async () => {
    functions = await spawnTwilioRun(runtime);
  };
  const redeploy = async (variables: Record<string, string>) => {
    await functions.close();
    Object.assign(runtime.env, variables);
    await restart();
  };
  const gateway = await createGateway({
    world,
    target: functions.url,
    visibility: createVisibilityLookup(path.join(projectDir, 'dist/functions')),
    isPoll,
    publicUrl,
    port: gatewayPort,
  });
  const scheduler = startScheduler(gateway);

  print(`
  Telephone   ${url}/telephone
  Mailbox     ${url}/mailbox (mail goes through ${startOptions.mail.join(', ')})
${flex.desktops.map(({ sample, origin }) => `  ${`Flex, ${sample.key}`.padEnd(12)}${origin}`).join('\n')}
  Log         ${url}/log
  Start page  ${url}
  To stop     press Ctrl+C`);

  await waitForInterrupt();
  clearInterval(scheduler);
  voice.close();
  studio.close();
  pages.close();
  await Promise.all([
    functions.close(),
    gateway.close(),
    flex.close(),
    smtp.close(),
    deployed.close(),
    new Promise((resolve) => server.close(resolve)),
    server.closeAllConnections(),
  ]);
  process.exit(0);

  /** Adds the product's log lines to the event log; the output of twilio-run itself is left out. */
  function logFunctionOutput(line: string): void {
    if (!line.startsWith('{')) return;
    try {
      const { level, event, ...detail } = JSON.parse(line) as Record<string, unknown>;
      if (event === 'answered') return;
      const known = level === 'warn' ? 'warning' : level === 'error' ? 'error' : 'info';
      const callSid = typeof detail.callSid === 'string' ? detail.callSid : undefined;
      world.eventLog.append({
        source: 'product',
        level: known,
        callSid,
        text: `${String(event)}${summarize(detail)}`,
        detail,
      });
    } catch {
      world.eventLog.append({ source: 'product', text: line });
    }
  }
}

/** What makes the Functions send through these providers, in this order. */
function mailVariables(names: readonly MailProviderName[], url: string, smtpUrl: string): Record<string, string> {
  const variables: Record<MailProviderName, Record<string, string>> = {
    mailgun: {
      MAILGUN_DOMAIN: MAIL_DOMAIN,
      MAILGUN_API_KEY: MAILGUN_KEY,
      MAILGUN_API_BASE_URL: `${url}/api.mailgun.net`,
    },
    sendgrid: { SENDGRID_API_KEY: SENDGRID_KEY, SENDGRID_API_BASE_URL: `${url}/api.sendgrid.com`, MAIL_FROM },
    twilio: { MAIL_FROM },
    smtp: { SMTP_URL: smtpUrl, MAIL_FROM },
  };
  return Object.assign({ EMAIL_PROVIDERS: names.join(',') }, ...names.map((name) => variables[name]));
}

function summarize(detail: Record<string, unknown>): string {
  const parts = ['state', 'outcome', 'code', 'advice'].flatMap((name) =>
    typeof detail[name] === 'string' ? [String(detail[name])] : [],
  );
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

/** The workflow that the product ships, with its delays between attempts; one queue takes calls and callbacks. */
function readWorkflow(root: string, queueSid: string): WorkflowConfiguration {
  const text = readFileSync(path.join(root, 'infra-as-code/taskrouter/workflow.json'), 'utf8');
  return JSON.parse(text.replaceAll(/\$\{(?:callback|call)_queue_sid\}/g, queueSid));
}

/** What an administrator does with a flow's file: sets its values and imports it. */
function importFlow(file: string, values: Record<string, string>): StudioFlow {
  const text = Object.entries(values).reduce(
    (before, [placeholder, value]) => before.replaceAll(placeholder, value),
    readFileSync(file, 'utf8'),
  );
  return { sid: fixedSid('FW', path.basename(file)), definition: JSON.parse(text) };
}

/** What an account's scheduler would do. */
function startScheduler({ url }: Gateway): NodeJS.Timeout {
  const timer = setInterval(() => {
    fetch(`${url}${FEATURE}/email/run-outbox`, {
      method: 'POST',
      headers: { authorization: `Bearer ${OUTBOX_TOKEN}` },
    }).catch(() => undefined);
  }, SWEEP_EVERY_MS);
  return timer.unref();
}
