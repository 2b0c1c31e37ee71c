import type { WorkflowOption } from '../taskrouter/taskrouter';
import { fixedSid } from './sids';

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
