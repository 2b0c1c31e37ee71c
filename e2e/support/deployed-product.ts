import path from 'node:path';
import type { EmailSettings } from '@callback-and-voicemail/contract';
import { flowUrl, type StudioFlow } from '../../sandbox/src/studio/studio';
import type { WorkflowConfiguration } from '../../sandbox/src/taskrouter/types';
import { createTestTwilio, type TestTwilio } from '../../sandbox/src/testing/test-twilio';
import { createEnqueueBin, createRedirectBin } from '../../sandbox/src/twiml-bins';
import type { WebhookInterceptor } from '../../sandbox/src/voice/webhook';
import { DEFAULT_ACCOUNT, DEFAULT_WORKFLOWS } from '../../sandbox/src/world/defaults';
import type { MailProviderName } from '../../sandbox/src/world/types';

/** The built Functions, deployed to the sandbox's account with its numbers, workflows and mail domain. */
export const ROOT = path.resolve(__dirname, '../..');
const functionsDir = path.join(ROOT, 'serverless-functions/dist/functions');
const DEMONSTRATION_ASSETS = path.join(ROOT, 'serverless-functions/dist/demonstration/assets');
export const FEATURE = '/features/callback-and-voicemail-with-email';
export const PUBLIC_URL = 'http://voicemail-1234.localhost';
export const DOMAIN = 'mg.example.com';
export const API_KEY = 'key-0123456789abcdef0123456789abcdef';
export const SENDGRID_KEY = 'SG.0123456789abcdefghijkl.0123456789abcdef0123456789abcdef0123456789a';
export const SMTP_PASSWORD = 'smtp-password-of-the-tests';
const MAIL_FROM = `Voicemail <voicemail@${DOMAIN}>`;
export const OUTBOX_TOKEN = 'outbox-token-of-the-tests-0123456789';
const START = Date.UTC(2026, 10, 22, 14, 0, 0);
/** What answers them is the same for most; what they offer is in `sandbox/assets`. */
export const NUMBERS = {
  support: '+12025550101',
  sales: '+12025550102',
  voicemail: '+12025550103',
  spanish: '+12025550104',
  review: '+12025550105',
  overflow: '+12025550106',
  recordedPrompts: '+12025550107',
  noCallbacks: '+12025550108',
  noTypedNumbers: '+12025550109',
};
/** Numbers with a document of their own; the others are answered as `support` is. */
const NUMBERS_WITH_OWN_BIN = new Set(['sales', 'voicemail']);
export const [SUPPORT, SALES] = DEFAULT_WORKFLOWS as [
  (typeof DEFAULT_WORKFLOWS)[number],
  (typeof DEFAULT_WORKFLOWS)[number],
];

export interface HarnessOptions {
  /** Default `in-process`. */
  transport?: 'http' | 'in-process';
  /** Over the usual variables; an empty text removes one. */
  environment?: Record<string, string>;
  /** Over the defaults; without it there is no settings document. */
  settings?: Partial<EmailSettings>;
  /** What the wait URL carries: its workflow, or what Twilio knows of the caller's number. */
  waitUrlQuery?: 'workflow' | 'verdict';
  /** The Studio flow that answers a number, instead of the number's TwiML Bin. */
  studio?: Partial<Record<keyof typeof NUMBERS, StudioFlow>>;
  /** Where Mailgun's domains and SendGrid's subuser live; default us, which SendGrid calls global. */
  region?: 'us' | 'eu';
  /**
   * The mail providers, in the order in which they are tried; default Mailgun alone, without EMAIL_PROVIDERS.
   */
  mailProviders?: readonly MailProviderName[];
  /** The keys that Mailgun takes for the domain; a test may add and remove some meanwhile. */
  mailKeys?: string[];
  /** The assets to deploy; default those with the sandbox's caller experience. */
  assetsDir?: string;
  /** Where another origin's files really are, e.g. recorded prompts. */
  origins?: Record<string, string>;
  /** The configuration of the workflow behind `support`. */
  workflow?: WorkflowConfiguration;
  /** Handles webhooks instead of the default delivery; see `holdWebhooks`. */
  deliver?: WebhookInterceptor;
}

const WAIT_URL_QUERIES = { workflow: `?workflowSid=${SUPPORT.sid}`, verdict: '?StirVerstat={{StirVerstat}}' };

/** @param intercept delivers the calls' webhooks */
export function deployProduct(options: HarnessOptions, intercept: WebhookInterceptor): Promise<TestTwilio> {
  const waitUrl = (query = '') => `${PUBLIC_URL}${FEATURE}/studio/wait-experience${query}`;
  const usesSmtp = options.mailProviders?.includes('smtp') === true;
  return createTestTwilio({
    transport: options.transport ?? 'in-process',
    start: START,
    mail: {
      mailgun: { domains: { [DOMAIN]: options.mailKeys ?? API_KEY }, region: options.region },
      sendgrid: { keys: [SENDGRID_KEY], region: options.region === 'eu' ? 'eu' : 'global', senderDomains: [DOMAIN] },
      twilio: { senderDomains: [DOMAIN] },
    },
    smtp: usesSmtp ? { users: { voicemail: SMTP_PASSWORD } } : undefined,
    world: { workflows: [options.workflow ? { ...SUPPORT, configuration: options.workflow } : SUPPORT, SALES] },
    twimlBins: () => [
      createEnqueueBin('support', 'Support', {
        workflowSid: SUPPORT.sid,
        waitUrl: waitUrl(options.waitUrlQuery && WAIT_URL_QUERIES[options.waitUrlQuery]),
        attributes: { skill: 'support' },
        priority: 7,
      }),
      createEnqueueBin('sales', 'Sales', {
        workflowSid: SALES.sid,
        waitUrl: waitUrl(),
        attributes: { skill: 'sales' },
      }),
      createRedirectBin('voicemail', 'Straight to voicemail', `${PUBLIC_URL}${FEATURE}/studio/voicemail`),
    ],
    numbers: ({ stubUrl }) =>
      Object.fromEntries(
        Object.entries(NUMBERS).map(([name, number]) => {
          const flow = options.studio?.[name as keyof typeof NUMBERS];
          const voiceUrl = flow
            ? flowUrl(stubUrl, DEFAULT_ACCOUNT.accountSid, flow.sid)
            : `${stubUrl}/twiml-bins/${NUMBERS_WITH_OWN_BIN.has(name) ? name : 'support'}`;
          return [number, { voiceUrl }];
        }),
      ),
    studioFlows: () => Object.values(options.studio ?? {}),
    voice: { webhooks: { origins: options.origins, intercept } },
    functions: {
      functionsDir,
      assetsDir: options.assetsDir ?? DEMONSTRATION_ASSETS,
      publicUrl: PUBLIC_URL,
      env: (addresses) => functionVariables(addresses, options),
    },
  });
}

/** What makes the Functions send through the providers of `mailProviders`. */
function mailVariables(
  { mailProviders = ['mailgun'], region }: HarnessOptions,
  { stubUrl, smtpUrl }: Pick<TestTwilio, 'stubUrl' | 'smtpUrl'>,
): Record<string, string> {
  const api = `${stubUrl}/api.${region === 'eu' ? 'eu.' : ''}`;
  const variables: Record<MailProviderName, Record<string, string>> = {
    mailgun: { MAILGUN_DOMAIN: DOMAIN, MAILGUN_API_KEY: API_KEY, MAILGUN_API_BASE_URL: `${api}mailgun.net` },
    sendgrid: { SENDGRID_API_KEY: SENDGRID_KEY, SENDGRID_API_BASE_URL: `${api}sendgrid.com`, MAIL_FROM },
    twilio: { MAIL_FROM },
    smtp: { SMTP_URL: smtpUrl ?? '', MAIL_FROM },
  };
  const isDefault = mailProviders.length === 1 && mailProviders[0] === 'mailgun';
  const order = isDefault ? {} : { EMAIL_PROVIDERS: mailProviders.join(',') };
  return Object.assign(order, ...mailProviders.map((name) => variables[name]));
}
/** The variables of the Functions, without those that Twilio sets. */
export const functionVariables = (
  addresses: Pick<TestTwilio, 'stubUrl' | 'smtpUrl'>,
  options: HarnessOptions,
): Record<string, string> => ({
  TWILIO_FLEX_WORKSPACE_SID: DEFAULT_ACCOUNT.workspaceSid,
  TWILIO_FLEX_CALLBACK_WORKFLOW_SID: SUPPORT.sid,
  VOICEMAIL_SYNC_SERVICE_SID: DEFAULT_ACCOUNT.syncServiceSid,
  ADMIN_EMAIL: 'admin@example.com',
  ...mailVariables(options, addresses),
  OUTBOX_TOKEN,
  TWILIO_STUB_URL: addresses.stubUrl,
  ...options.environment,
});

/** The account's credentials, as a request to Twilio's REST APIs carries them. */
export function accountAuthorization({ account }: TestTwilio['world']): string {
  return `Basic ${Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64')}`;
}
