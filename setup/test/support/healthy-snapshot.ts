import type { Resource } from '../../src/account/rest';
import type { Snapshot } from '../../src/doctor/snapshot';

const sid = (prefix: string, digit: string) => prefix + digit.repeat(32);
const ACCOUNT = sid('AC', '1');
const WORKFLOW = sid('WW', '2');
export const QUEUE = sid('WQ', '3');
const SYNC = sid('IS', '4');
const KEY = sid('SK', '5');
const FLOW = sid('FW', '6');
const DOMAIN = 'callback-and-voicemail-with-email-1234-prod.twil.io';
const HASH = 'a'.repeat(64);
const NOW = Date.parse('2026-11-29T12:00:00Z');

/** An account in which nothing is wrong. Made anew each time, to be changed. */
export function healthySnapshot() {
  return {
    accountSid: ACCOUNT,
    takenAt: NOW,
    account: { status: 'active', type: 'Full', friendly_name: 'Example' },
    flexConfiguration: {
      account_sid: ACCOUNT,
      ui_version: '~2.17.0',
      taskrouter_workspace_sid: sid('WS', '7'),
      flex_service_instance_sid: sid('IS', '8'),
      outbound_call_flows: { default: { enabled: true, caller_id: '+12025550100' } },
      ui_attributes: { custom_data: { features: { callback_and_voicemail_with_email: { functions_domain: DOMAIN } } } },
    } as Resource,
    queues: [{ sid: QUEUE, friendly_name: 'Callbacks and voicemail' }],
    workflows: [
      {
        sid: WORKFLOW,
        friendly_name: 'Callbacks and voicemail',
        configuration: JSON.stringify({
          task_routing: {
            filters: [{ filter_friendly_name: 'All', expression: '1==1', targets: [{ queue: QUEUE }] }],
            default_filter: { queue: QUEUE },
          },
        }),
      },
    ],
    workers: [{ sid: sid('WK', '9'), name: 'sam', channelUrl: 'https://taskrouter.twilio.com/channel', voice: 1 }],
    flows: [
      {
        sid: FLOW,
        friendly_name: 'Callbacks and voicemail',
        status: 'published',
        definition: {
          url: `https://${DOMAIN}/features/callback-and-voicemail-with-email/studio/wait-experience`,
          workflow: WORKFLOW,
        },
      },
    ] as Resource[],
    numbers: [
      { sid: sid('PN', 'a'), voice_url: `https://webhooks.twilio.com/v1/Accounts/${ACCOUNT}/Flows/${FLOW}` },
    ] as Resource[],
    releasedPlugins: [{ unique_name: 'plugin-callback-and-voicemail-with-email', version: '0.1.0-b1' }],
    alerts: [] as Resource[],
    permittedCountries: ['US', 'CA'],
    functions: {
      serviceSid: sid('ZS', 'b'),
      environmentSid: sid('ZE', 'c'),
      domain: DOMAIN,
      variables: {
        TWILIO_FLEX_WORKSPACE_SID: sid('WS', '7'),
        TWILIO_FLEX_CALLBACK_WORKFLOW_SID: WORKFLOW,
        VOICEMAIL_SYNC_SERVICE_SID: SYNC,
        TWILIO_API_KEY: KEY,
        TWILIO_API_SECRET: 's'.repeat(32),
        ADMIN_EMAIL: 'admin@example.com',
        MAILGUN_DOMAIN: 'mg.example.com',
        MAILGUN_API_KEY: 'key-0123456789',
        MAIL_FROM: 'voicemail@mg.example.com',
        CALLBACK_COUNTRIES: 'US,CA',
        OUTBOX_TOKEN: 't'.repeat(43),
        SIGNING_KEYS: 'k'.repeat(43),
        DEPLOYED_BUILD: HASH,
      } as Record<string, string>,
      build: {
        sid: sid('ZB', 'd'),
        status: 'completed',
        runtime: 'node22',
        dependencies: [{ name: '@twilio/runtime-handler', version: '2.0.1' }],
      },
    },
    syncService: { sid: SYNC, friendly_name: 'Callbacks and voicemail', acl_enabled: true },
    recordingsKey: { sid: KEY },
    schedulerSeenAt: NOW - 60_000,
    senderDomain: {
      domain: 'mg.example.com',
      records: { spf: 'v=spf1 include:mailgun.org ~all', dmarc: 'v=DMARC1; p=none', dkimSelectors: ['mg'] },
    },
    mailProvider: { provider: 'mailgun', key: 'accepted' as const },
    local: {
      buildHash: HASH,
      pluginName: 'plugin-callback-and-voicemail-with-email',
      pluginVersion: '0.1.0-b1',
    },
  } satisfies Snapshot;
}

export type Healthy = ReturnType<typeof healthySnapshot>;
