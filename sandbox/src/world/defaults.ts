import type { WorkflowOption } from '../taskrouter/taskrouter';
import type { NewWorker } from '../taskrouter/types';
import { createPhoneNumber } from './phone-numbers';
import { fixedSid } from './sids';
import type { PhoneNumber } from './types';

/** The account of an unconfigured sandbox. Made up, the same on every run, and of no use anywhere else. */
export const DEFAULT_ACCOUNT = {
  accountSid: fixedSid('AC', 'sandbox'),
  authToken: fixedSid('AC', 'sandbox auth token').slice(2),
  apiKeySid: fixedSid('SK', 'sandbox'),
  apiKeySecret: fixedSid('SK', 'sandbox secret').slice(2),
  workspaceSid: fixedSid('WS', 'Flex Task Assignment'),
  syncServiceSid: fixedSid('IS', 'voicemail'),
  /** The one Flex keeps its own things in; its tokens give access to no other. */
  flexSyncServiceSid: fixedSid('IS', 'flex'),
} as const;

/** Flex's own workflow, and a second one, so that code does not assume a single one. */
export const DEFAULT_WORKFLOWS: readonly WorkflowOption[] = [
  { sid: fixedSid('WW', 'Assign to Anyone'), friendlyName: 'Assign to Anyone', taskQueueName: 'Support' },
  { sid: fixedSid('WW', 'Assign to Sales'), friendlyName: 'Assign to Sales', taskQueueName: 'Sales' },
];

/** What an account has before anything happens. */
export interface AccountContents {
  /** Sync services besides Flex's. */
  syncServices: readonly string[];
  workflows: readonly WorkflowOption[];
  workers: readonly NewWorker[];
  phoneNumbers: readonly PhoneNumber[];
  /** API key sid -> secret. */
  apiKeys: Readonly<Record<string, string>>;
}

/**
 * The account of the demonstration and of the tests has the product's Sync service and an API key; one that has just been
 * made for Flex has nothing of the product's. Its number answers as Twilio's numbers do until they are told otherwise,
 * which is assumed, as the attributes of its one worker are.
 */
export const PRESETS = {
  demonstration: (): AccountContents => ({
    syncServices: [DEFAULT_ACCOUNT.syncServiceSid],
    workflows: DEFAULT_WORKFLOWS,
    workers: [],
    phoneNumbers: [],
    apiKeys: { [DEFAULT_ACCOUNT.apiKeySid]: DEFAULT_ACCOUNT.apiKeySecret },
  }),
  'new-flex-account': (): AccountContents => ({
    syncServices: [],
    workflows: [
      { sid: fixedSid('WW', 'Assign to Anyone'), friendlyName: 'Assign to Anyone', taskQueueName: 'Everyone' },
    ],
    workers: [
      {
        name: 'admin',
        attributes: { full_name: 'Admin', email: 'admin@example.com', contact_uri: 'client:admin', roles: ['admin'] },
        capacity: { voice: 1 },
      },
    ],
    phoneNumbers: [
      {
        ...createPhoneNumber('+12025550100'),
        voiceUrl: 'https://demo.twilio.com/welcome/voice/',
        capabilities: { voice: true, sms: true, mms: true, fax: false },
      },
    ],
    apiKeys: {},
  }),
};
export type Preset = keyof typeof PRESETS;
