import type { EmailHealth } from '@callback-and-voicemail/contract/email-admin-api';
import type { EmailProviderName } from '@callback-and-voicemail/contract/email-providers';
import { formatList } from '../strings/formats';
import type { Translator } from '../strings/translator';

/** What the panel calls the providers of a deployment, and the variables of theirs that it names. */

const NAMES: Record<EmailProviderName, string> = {
  mailgun: 'Mailgun',
  sendgrid: 'SendGrid',
  smtp: 'SMTP',
  twilio: 'Twilio',
};
const REGIONS = { us: 'HealthRegionUs', eu: 'HealthRegionEu', other: 'HealthRegionOther' } as const;

type ChainLink = EmailHealth['provider']['chain'][number];

/** The providers in the order in which they are tried. Functions of earlier versions know Mailgun only, and name none. */
export function providersOf({ provider }: Pick<EmailHealth, 'provider'>): readonly ChainLink[] {
  const { chain } = provider as Partial<EmailHealth['provider']>;
  return chain ?? (provider.configured ? [{ name: 'mailgun' }] : []);
}

/** `Mailgun, EU: mg.example.com` */
export function describeProvider({ t }: Translator, { name, region, domain, host }: ChainLink): string {
  // SendGrid has one address for all the world, and another for the EU.
  const isRegionTold = region !== undefined && (name === 'mailgun' || region !== 'us');
  const who = isRegionTold ? t('ProviderIn', { name: NAMES[name], region: t(REGIONS[region]) }) : providerLabel(name);
  const place = domain ?? host;
  return place === undefined ? who : t('ProviderAt', { name: who, place });
}

/** Functions of a later version may know other providers. */
export const providerLabel = (name: EmailProviderName): string => NAMES[name] ?? name;

/** As a sentence calls the one that is meant; several that may be meant are "the email service". */
export function providerInSentence({ t }: Translator, providers: readonly EmailProviderName[]): string {
  const [only, other] = providers;
  if (only === undefined || other !== undefined) return t('ProviderUnnamed');
  return only === 'smtp' ? t('ProviderSmtp') : providerLabel(only);
}

const KEYS: Record<EmailProviderName, readonly string[]> = {
  mailgun: ['MAILGUN_API_KEY'],
  sendgrid: ['SENDGRID_API_KEY'],
  smtp: ['SMTP_URL'],
  twilio: ['TWILIO_API_KEY', 'TWILIO_API_SECRET'],
};
const DOMAINS: Record<EmailProviderName, readonly string[]> = {
  mailgun: ['MAILGUN_DOMAIN', 'MAILGUN_API_BASE_URL'],
  sendgrid: ['MAIL_FROM'],
  smtp: ['MAIL_FROM'],
  twilio: ['MAIL_FROM'],
};
const REGION_URLS: Record<EmailProviderName, readonly string[]> = {
  mailgun: ['MAILGUN_API_BASE_URL'],
  sendgrid: ['SENDGRID_API_BASE_URL'],
  smtp: ['SMTP_URL'],
  twilio: ['TWILIO_API_KEY'],
};
const VARIABLES: Readonly<Record<string, Record<EmailProviderName, readonly string[]>>> = {
  'key-refused': KEYS,
  'domain-unknown': DOMAINS,
  'key-other-region': REGION_URLS,
};

/** The variables to check after that problem with one of these providers: `MAILGUN_API_KEY or SMTP_URL`. */
export function variablesToCheck(
  translator: Translator,
  problem: string,
  providers: readonly EmailProviderName[],
): string {
  const names = providers.flatMap((name) => VARIABLES[problem]?.[name] ?? []);
  return formatList(translator, [...new Set(names)], 'disjunction');
}
