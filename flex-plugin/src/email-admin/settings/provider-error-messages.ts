import type { ProviderProblem } from '@callback-and-voicemail/contract/email-admin-api';
import type { StringKey } from '../../strings/strings';

/** What a provider's answer means, and what to do. */
export const PROVIDER_ERROR_MESSAGES: Record<ProviderProblem['problem'], StringKey> = {
  'key-refused': 'ProviderKeyRefused',
  'key-other-region': 'ProviderKeyOtherRegion',
  'domain-unknown': 'ProviderDomainUnknown',
  'domain-not-verified': 'ProviderDomainNotVerified',
  'sandbox-domain': 'ProviderSandboxDomain',
  'from-not-aligned': 'ProviderFromNotAligned',
  'recipient-refused': 'ProviderRecipientRefused',
  'limit-reached': 'ProviderLimitReached',
  'account-disabled': 'ProviderAccountDisabled',
  'too-large': 'ProviderTooLarge',
  unreachable: 'ProviderUnreachable',
  'not-configured': 'ProviderNotConfigured',
  unknown: 'ProviderUnknown',
};
