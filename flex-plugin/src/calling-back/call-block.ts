import type { CallBlockReason } from '@callback-and-voicemail/contract/flex-api';
import type { StringKey } from '../strings/strings';

/** Why the agent may not call now. */
export type BlockReason =
  | CallBlockReason
  | 'unconfirmed'
  | 'no-number'
  | 'outbound-not-enabled'
  | 'offline'
  | 'on-a-call';

export interface CallConditions {
  number: string;
  /** The Functions are asked for the number: any agent can write the attributes of a task. */
  isBeingChecked: boolean;
  callBlock: CallBlockReason | undefined;
  isOutboundEnabled: boolean;
  isOffline: boolean;
  isOnCall: boolean;
}

/**
 * The agent's capacity is no reason: TaskRouter ignores it for tasks with a routing target, as Flex's calls are (OpenAPI
 * taskrouter v1, CreateTask.IgnoreCapacity), so agents call with a full voice channel, too.
 * @returns the reason to show, permanent ones before those the agent can resolve; undefined: not blocked
 */
export function callBlockReason(conditions: CallConditions): BlockReason | undefined {
  if (conditions.callBlock !== undefined) return conditions.callBlock;
  if (conditions.number === '') return 'no-number';
  if (conditions.isBeingChecked) return 'unconfirmed';
  if (!conditions.isOutboundEnabled) return 'outbound-not-enabled';
  if (conditions.isOffline) return 'offline';
  if (conditions.isOnCall) return 'on-a-call';
  return undefined;
}

/** The message for each reason. */
export const BLOCK_MESSAGES: Record<BlockReason, StringKey> = {
  'number-withheld': 'BlockedWithheld',
  'number-not-a-number': 'BlockedNotANumber',
  'number-country-not-allowed': 'BlockedCountry',
  'number-ours': 'BlockedOurs',
  'number-premium': 'BlockedPremium',
  'number-satellite': 'BlockedSatellite',
  'number-high-cost': 'BlockedHighCost',
  'number-not-callable': 'BlockedNotCallable',
  unconfirmed: 'BlockedUnconfirmed',
  'no-number': 'BlockedNoNumber',
  'outbound-not-enabled': 'BlockedOutbound',
  offline: 'BlockedOffline',
  'on-a-call': 'BlockedOnCall',
};
