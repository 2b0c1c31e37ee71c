import { type Healthy, healthySnapshot, QUEUE } from '../../../test/support/healthy-snapshot';
import type { Finding } from '../finding';
import { type Snapshot, Unread } from '../snapshot';
import { diagnose } from '.';

const bad = (findings: readonly Finding[]) => findings.filter(({ verdict }) => verdict === 'wrong');
/** What no API tells is unknown in every account. */
const NO_API = 4;

test('an account in which nothing is wrong has no finding but what no API tells', () => {
  const findings = diagnose(healthySnapshot());
  expect(bad(findings)).toEqual([]);
  expect(findings.filter(({ verdict }) => verdict === 'unknown')).toHaveLength(NO_API);
});

const features = ({ flexConfiguration }: Healthy) => flexConfiguration.ui_attributes.custom_data.features;
const routing = (account: Healthy, task_routing: object) => {
  account.workflows[0]!.configuration = JSON.stringify({ task_routing });
};
const set = (name: string, value: string) => (account: Healthy) => {
  account.functions.variables[name] = value;
};
const unset = (name: string) => (account: Healthy) => {
  delete account.functions.variables[name];
};
const ALERT = { error_code: '11200', date_generated: '2026-11-29T11:00:00Z' };

const MISTAKES: [string, string, (account: Healthy) => unknown][] = [
  ['the account is suspended', 'account', (one) => Object.assign(one.account, { status: 'suspended' })],
  ['the account is a trial', 'account-trial', (one) => Object.assign(one.account, { type: 'Trial' })],
  ['a country of callbacks is closed', 'countries', (one) => one.permittedCountries.pop()],
  ['the Functions were never deployed', 'functions', (one) => Object.assign(one, { functions: undefined })],
  ['nothing is deployed', 'functions', (one) => Object.assign(one.functions, { build: undefined })],
  [
    'the Functions do not answer',
    'functions',
    (one) => Object.assign(one.functions, { healthProblem: 'it answered 500' }),
  ],
  ['an older version is deployed', 'functions-version', set('DEPLOYED_BUILD', 'b'.repeat(64))],
  [
    'the runtime handler is one that Twilio refuses',
    'functions-handler',
    (one) => Object.assign(one.functions.build.dependencies[0]!, { version: '2.1.0' }),
  ],
  ['the runtime is too old', 'functions-runtime', (one) => Object.assign(one.functions.build, { runtime: 'node18' })],
  ['the workspace is another one', 'workspace', set('TWILIO_FLEX_WORKSPACE_SID', `WS${'e'.repeat(32)}`)],
  ['a variable is malformed', 'variable-MAIL_FROM', set('MAIL_FROM', 'no address')],
  ['a variable is missing', 'variable-ADMIN_EMAIL', unset('ADMIN_EMAIL')],
  ['half of a pair is missing', 'variable-BACKUP_SMS_FROM', set('BACKUP_SMS_TO', '+12025550123')],
  ['a time zone is none', 'variable-BUSINESS_TIME_ZONE', set('BUSINESS_TIME_ZONE', 'Mars/Olympus')],
  ['the sandbox’s variable is deployed', 'variable-stub', set('TWILIO_STUB_URL', 'http://127.0.0.1:4000')],
  ['a variable’s name is misspelled', 'variable-unknown', set('ADMIN_MAIL', 'admin@example.com')],
  ['no scheduler can call', 'outbox-token', unset('OUTBOX_TOKEN')],
  ['the key for recordings was revoked', 'recordings-key', (one) => Object.assign(one, { recordingsKey: undefined })],
  [
    'recordings are fetched with the auth token',
    'recordings-key',
    (one) => {
      unset('TWILIO_API_KEY')(one);
      unset('TWILIO_API_SECRET')(one);
    },
  ],
  ['the Sync service was deleted', 'sync', (one) => Object.assign(one, { syncService: undefined })],
  [
    'the Sync service has no access control',
    'sync-acl',
    (one) => Object.assign(one.syncService, { acl_enabled: false }),
  ],
  [
    'the Sync service is Flex’s own',
    'sync-shared',
    (one) => {
      one.flexConfiguration.flex_service_instance_sid = one.syncService.sid;
    },
  ],
  ['the workflow was deleted', 'workflow-missing', (one) => one.workflows.pop()],
  [
    'the workflow has no default filter',
    'workflow-no-default-filter',
    (one) => routing(one, { filters: [{ expression: "direction == 'inbound'", targets: [{ queue: QUEUE }] }] }),
  ],
  [
    'the last step of a filter ends',
    'workflow-last-step-timeout',
    (one) =>
      routing(one, {
        filters: [{ expression: '1==1', targets: [{ queue: QUEUE, timeout: 30 }] }],
        default_filter: { queue: QUEUE },
      }),
  ],
  [
    'the last step of a filter matches nobody',
    'workflow-never-offered',
    (one) =>
      routing(one, {
        filters: [{ expression: '1==1', targets: [{ queue: QUEUE, expression: '1==0' }] }],
        default_filter: { queue: QUEUE },
      }),
  ],
  ['a queue of the workflow was deleted', 'queue', (one) => one.queues.pop()],
  ['the workspace has no workers', 'workers', (one) => one.workers.pop()],
  ['an agent may get a second live call', 'voice-capacity', (one) => Object.assign(one.workers[0]!, { voice: 2 })],
  ['an agent gets no calls', 'voice-capacity-none', (one) => Object.assign(one.workers[0]!, { voice: 0 })],
  ['the flow is a draft', 'flow-published', (one) => Object.assign(one.flows[0]!, { status: 'draft' })],
  [
    'the flow calls another domain',
    'flow-domain',
    (one) =>
      Object.assign(one.flows[0]!.definition, {
        old: 'https://old-1234-dev.twil.io/features/callback-and-voicemail-with-email/studio/voicemail',
      }),
  ],
  [
    'the flow has a value that nobody set',
    'flow-values',
    (one) => Object.assign(one.flows[0]!.definition, { channel: '$' + '{channel_sid}' }),
  ],
  [
    'the flow names a workflow that is gone',
    'flow-workflow',
    (one) => Object.assign(one.flows[0]!.definition, { workflow: `WW${'f'.repeat(32)}` }),
  ],
  [
    'no number leads to it',
    'number',
    (one) => Object.assign(one.numbers[0]!, { voice_url: 'https://demo.twilio.com/welcome/voice/' }),
  ],
  [
    'a TwiML app goes before the number’s URL',
    'number-shadowed',
    (one) => Object.assign(one.numbers[0]!, { voice_application_sid: `AP${'1'.repeat(32)}` }),
  ],
  ['Flex UI is version 1', 'flex-version', (one) => Object.assign(one.flexConfiguration, { ui_version: '~1.34.0' })],
  ['agents may not call out', 'outbound', (one) => Object.assign(one.flexConfiguration, { outbound_call_flows: {} })],
  [
    'outbound calls have no caller id',
    'outbound-number',
    (one) => {
      delete one.flexConfiguration.outbound_call_flows.default.caller_id;
    },
  ],
  [
    'a mail key stands in Flex’s configuration',
    'flex-secrets',
    (one) => Object.assign(one.flexConfiguration.ui_attributes.custom_data, { mailgun_api_key: 'key-1' }),
  ],
  [
    'an address stands in Flex’s configuration for nothing',
    'flex-unread',
    (one) => Object.assign(one.flexConfiguration.ui_attributes.custom_data, { admin_email: 'a@example.com' }),
  ],
  [
    'the plugin asks other Functions',
    'flex-domain',
    (one) => Object.assign(features(one).callback_and_voicemail_with_email, { functions_domain: 'other-1.twil.io' }),
  ],
  [
    'the feature is switched off',
    'flex-enabled',
    (one) => Object.assign(features(one).callback_and_voicemail_with_email, { enabled: false }),
  ],
  [
    'the plain feature is on beside it',
    'flex-plain-feature',
    (one) => Object.assign(features(one), { callback_and_voicemail: { enabled: true } }),
  ],
  ['the plugin is not released', 'plugin', (one) => one.releasedPlugins.pop()],
  [
    'an older plugin is released',
    'plugin-version',
    (one) => Object.assign(one.releasedPlugins[0]!, { version: '0.0.9' }),
  ],
  [
    'no mail provider is configured',
    'mail-provider',
    (one) => {
      for (const name of ['MAILGUN_DOMAIN', 'MAILGUN_API_KEY', 'MAIL_FROM']) unset(name)(one);
    },
  ],
  ['the mail key is refused', 'mail-key', (one) => Object.assign(one.mailProvider, { key: 'refused' })],
  ['the mail domain is unknown', 'mail-key', (one) => Object.assign(one.mailProvider, { key: 'domain-unknown' })],
  ['the mail domain is a sandbox', 'mail-sandbox', set('MAILGUN_DOMAIN', 'sandbox0123456789abcdef.mailgun.org')],
  [
    'the sender’s domain has no SPF record',
    'mail-spf',
    (one) => Object.assign(one.senderDomain.records, { spf: undefined }),
  ],
  [
    'the sender’s domain has no DMARC policy',
    'mail-dmarc',
    (one) => Object.assign(one.senderDomain.records, { dmarc: undefined }),
  ],
  ['no scheduler ever called', 'scheduler', (one) => Object.assign(one, { schedulerSeenAt: undefined })],
  ['the scheduler stopped', 'scheduler', (one) => Object.assign(one, { schedulerSeenAt: one.takenAt - 3_600_000 })],
  [
    'Twilio noted errors',
    'alerts',
    (one) => one.alerts.push({ ...ALERT, request_url: `https://${one.functions.domain}/features/x` }),
  ],
];

test.each(MISTAKES)('when %s, %s says so and what to do', (_name, check, plant) => {
  const account = healthySnapshot();
  plant(account);
  const found = bad(diagnose(account));
  expect(found.map((finding) => finding.check)).toContain(check);
  for (const { text, advice } of found) {
    expect(text).not.toMatch(/undefined|\[object/);
    expect(advice).toMatch(/\w/);
  }
});

test('one mistake is one finding', () => {
  const several = MISTAKES.map(([name, check, plant]) => {
    const account = healthySnapshot();
    plant(account);
    return [
      name,
      bad(diagnose(account))
        .map((one) => one.check)
        .filter((one) => one !== check),
    ] as const;
  }).filter(([, others]) => others.length > 0);
  // What hangs on the mistake is wrong with it.
  expect(Object.fromEntries(several)).toMatchInlineSnapshot(`
    {
      "a variable is malformed": [
        "mail-provider",
      ],
      "no mail provider is configured": [
        "variable-MAIL_FROM",
      ],
      "the workflow was deleted": [
        "flow-workflow",
      ],
    }
  `);
});

test('what cannot be read is unknown, never right and never wrong', () => {
  const parts = Object.keys(healthySnapshot()).filter(
    (key) => !['accountSid', 'takenAt', 'local', 'senderDomain'].includes(key),
  );
  for (const part of parts) {
    const account = { ...healthySnapshot(), [part]: new Unread('Twilio answered 503') } as Snapshot;
    const findings = diagnose(account);
    expect([part, bad(findings)]).toEqual([part, []]);
    expect([part, findings.filter(({ verdict }) => verdict === 'unknown').length]).not.toEqual([part, NO_API]);
  }
});

test('errors with other services of the account are not the product’s', () => {
  const account = healthySnapshot();
  account.alerts.push({ ...ALERT, request_url: 'https://other.example.com/' });
  expect(bad(diagnose(account))).toEqual([]);
});

test('no finding shows a secret, an address or a number', () => {
  for (const [, , plant] of MISTAKES) {
    const account = healthySnapshot();
    plant(account);
    const text = JSON.stringify(diagnose(account));
    expect(text).not.toMatch(/@example\.com|\+1202|key-0|key-1|t{20}|s{20}|k{20}/);
  }
});
