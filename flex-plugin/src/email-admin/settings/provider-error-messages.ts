import type { ProviderProblem } from '@callback-and-voicemail/contract/email-admin-api';
import type { EmailProviderName } from '@callback-and-voicemail/contract/email-providers';
import type { StringKey } from '../../strings/strings';
import type { Translator } from '../../strings/translator';
import { providerInSentence, variablesToCheck } from '../mail-providers';

type Problem = ProviderProblem['problem'];

const MESSAGES: Record<Problem, StringKey> = {
  'key-refused': 'ProviderKeyRefused',
  'key-other-region': 'ProviderKeyRefused',
  'domain-unknown': 'ProviderDomainUnknown',
  'domain-not-verified': 'ProviderDomainNotVerified',
  'sandbox-domain': 'ProviderSandboxDomain',
  'from-not-aligned': 'ProviderFromNotAligned',
  'recipient-refused': 'ProviderRecipientRefused',
  'recipient-later': 'EmailProblemLater',
  'limit-reached': 'ProviderLimitReached',
  'account-disabled': 'ProviderAccountDisabled',
  'too-large': 'ProviderTooLarge',
  unreachable: 'ProviderUnreachable',
  'not-configured': 'ProviderNotConfigured',
  unknown: 'ProviderUnknown',
};
/** Where one provider's cure is another one than everybody's. */
const MESSAGES_OF: Record<EmailProviderName, Partial<Record<Problem, StringKey>>> = {
  mailgun: {
    'key-refused': 'ProviderKeyRefusedMailgun',
    'key-other-region': 'ProviderKeyOtherRegion',
    'from-not-aligned': 'ProviderFromNotAlignedMailgun',
  },
  sendgrid: { 'key-refused': 'ProviderKeyRefusedSendgrid', 'key-other-region': 'ProviderKeyOtherRegion' },
  smtp: { 'key-refused': 'ProviderKeyRefusedSmtp', unreachable: 'ProviderUnreachableSmtp' },
  twilio: { 'key-refused': 'ProviderKeyRefusedTwilio' },
};
/**
 * The addresses of their regions: https://documentation.mailgun.com/docs/mailgun/api-reference/api-overview and
 * https://github.com/sendgrid/sendgrid-csharp/pull/1190
 */
const ADDRESSES: Partial<Record<EmailProviderName, { eu: string; us: string }>> = {
  mailgun: { eu: 'https://api.eu.mailgun.net', us: 'https://api.mailgun.net' },
  sendgrid: { eu: 'https://api.eu.sendgrid.com', us: 'https://api.sendgrid.com' },
};

/**
 * What a provider's answer means, and what to do.
 * @param configured the deployment's providers, of which one is meant where the answer names none
 */
export function providerErrorMessage(
  translator: Translator,
  { problem, provider }: ProviderProblem,
  configured: readonly EmailProviderName[],
): string {
  const meant = provider === undefined ? configured : [provider];
  const only = meant.length === 1 ? meant[0] : undefined;
  // Functions of a later version may know other problems, and other providers.
  const key = (only && MESSAGES_OF[only]?.[problem]) ?? MESSAGES[problem] ?? 'ProviderUnknown';
  return startSentence(
    translator,
    translator.t(key, {
      provider: providerInSentence(translator, meant),
      names: variablesToCheck(translator, problem, meant),
      ...(only && ADDRESSES[only]),
    }),
  );
}

/** "your SMTP server" may come first. */
export const startSentence = ({ locale }: Translator, text: string): string =>
  text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1);
