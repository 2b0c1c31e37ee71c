import path from 'node:path';
import express from 'express';
import { createMailProviders } from './mail/mail-providers';
import { openMailbox } from './mail/mailbox';
import { MAIL_DOMAIN, MAILGUN_KEY, SAMPLE_MAIL_ACCOUNTS, SENDGRID_KEY } from './mail/sample-account';
import { createPages } from './pages/pages';
import { waitForInterrupt } from './process';
import { createRestApp } from './rest/rest-server';
import { createDeployedServices } from './serverless/deployed-services';
import { createStudio, STUDIO_ORIGIN } from './studio/studio';
import { mailSwitch, mediaAuthenticationSwitch } from './switches';
import { createVoice } from './voice/voice';
import { createWorld } from './world/world';

/**
 * An account in which Flex has just been set up, with a telephone and a mailbox, and nothing of the product: what is
 * deployed to it runs. Ends with the process.
 */
export async function startNewAccount({
  root,
  port,
  print,
}: {
  /** The checkout. */
  root: string;
  port: number;
  print(line: string): void;
}): Promise<void> {
  const url = `http://localhost:${port}`;
  const world = createWorld({ preset: 'new-flex-account', seed: String(Date.now()) });
  const mailbox = openMailbox(path.join(root, '.cache/sandbox', `new-account-${port}`, 'mailbox'));
  const mail = createMailProviders(world, mailbox, SAMPLE_MAIL_ACCOUNTS);
  const origins: Record<string, string> = { [STUDIO_ORIGIN]: url };
  const studio = createStudio(world, { flows: [], origins });
  const voice = createVoice(world, { numbers: {}, webhooks: { origins } });
  const deployed = createDeployedServices(world, {
    modulesFrom: root,
    origins,
    url,
    variables: ({ MAILGUN_API_KEY: mailgun, SENDGRID_API_KEY: sendgrid }) => ({
      TWILIO_STUB_URL: url,
      ...(mailgun === undefined ? {} : { MAILGUN_API_BASE_URL: `${url}/api.mailgun.net` }),
      ...(sendgrid === undefined ? {} : { SENDGRID_API_BASE_URL: `${url}/api.sendgrid.com` }),
    }),
  });
  const pages = createPages({
    world,
    voice,
    mailbox,
    webDir: path.join(root, 'sandbox/dist/web'),
    titles: Object.fromEntries(world.phoneNumbers.map(({ phoneNumber }) => [phoneNumber, 'The number of the account'])),
    voicemailKeys: Object.fromEntries(world.phoneNumbers.map(({ phoneNumber }) => [phoneNumber, '*2'])),
    switches: [mailSwitch(mail.conditions), mediaAuthenticationSwitch(world)],
  });
  const rest = createRestApp(world, { otherHosts: mail.hosts });
  const server = express()
    .disable('x-powered-by')
    .use(studio.router, rest.router, deployed.router, pages)
    .listen(port, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  const { accountSid, authToken } = world.account;
  print(`
  A new Flex account. In another terminal:

    export TWILIO_ACCOUNT_SID=${accountSid}
    export TWILIO_AUTH_TOKEN=${authToken}
    export TWILIO_STUB_URL=${url}
    npm run setup

  Its mail domain is ${MAIL_DOMAIN}: Twilio Email takes voicemail@${MAIL_DOMAIN},
  Mailgun ${MAILGUN_KEY}, SendGrid ${SENDGRID_KEY}

  Telephone   ${url}/telephone
  Mailbox     ${url}/mailbox
  Log         ${url}/log
  To stop     press Ctrl+C`);
  await waitForInterrupt();
  voice.close();
  studio.close();
  pages.close();
  await deployed.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
