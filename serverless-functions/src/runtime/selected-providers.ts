import { EMAIL_PROVIDERS, type EmailProviderName } from '@callback-and-voicemail/contract/email-providers';
import type { Variable } from './environment';

/** What each provider needs; Twilio's own Email API needs no further key. */
const REQUIRED: Readonly<Record<EmailProviderName, readonly Variable[]>> = {
  mailgun: ['MAILGUN_API_KEY', 'MAILGUN_DOMAIN'],
  sendgrid: ['SENDGRID_API_KEY', 'MAIL_FROM'],
  smtp: ['SMTP_URL', 'MAIL_FROM'],
  twilio: ['ACCOUNT_SID', 'AUTH_TOKEN', 'MAIL_FROM'],
};

/** What shows that somebody means a provider, so that the rest of what it needs is missing. */
const CHOOSES: Readonly<Record<EmailProviderName, readonly Variable[]>> = {
  mailgun: ['MAILGUN_API_KEY', 'MAILGUN_DOMAIN'],
  sendgrid: ['SENDGRID_API_KEY'],
  smtp: ['SMTP_URL'],
  twilio: [],
};

/** A malformed value stops the provider that it is for: a default could send mail to another region. */
const MAY_BE_MALFORMED: Readonly<Record<EmailProviderName, readonly Variable[]>> = {
  mailgun: ['MAILGUN_API_BASE_URL'],
  sendgrid: ['SENDGRID_API_BASE_URL'],
  smtp: [],
  twilio: [],
};

interface Given {
  values: Partial<Record<Variable, string>>;
  malformed: ReadonlySet<Variable>;
}

/** @returns undefined when a name is unknown or comes twice, or there is none */
export function parseProviderNames(value: string): EmailProviderName[] | undefined {
  const names = value
    .split(/[\s,;]+/)
    .filter((name) => name !== '')
    .map((name) => name.toLowerCase());
  const known = names.flatMap((name) => EMAIL_PROVIDERS.filter((one) => one === name));
  return known.length === 0 || known.length < names.length || new Set(known).size < known.length ? undefined : known;
}

/**
 * The providers that mail is sent through, in order: those that EMAIL_PROVIDERS names, else all that are configured, else
 * Twilio's own where a sender is named. Pure.
 * @returns also the variables that are missing for those that somebody means
 */
export function selectProviders({ values, malformed }: Given): { order: EmailProviderName[]; missing: Variable[] } {
  const has = (variable: Variable) => values[variable] !== undefined;
  // A misspelled name could stand for the only provider that may see the mails, and a misspelled sender for anybody.
  if (malformed.has('EMAIL_PROVIDERS') || malformed.has('MAIL_FROM')) return { order: [], missing: [] };
  const named = values.EMAIL_PROVIDERS === undefined ? undefined : parseProviderNames(values.EMAIL_PROVIDERS);
  const isMeant = (name: EmailProviderName) =>
    [...CHOOSES[name], ...MAY_BE_MALFORMED[name]].some((variable) => has(variable) || malformed.has(variable));
  const meant =
    named ?? EMAIL_PROVIDERS.filter((name) => CHOOSES[name].some(has) || (name !== 'twilio' && isMeant(name)));
  const chosen: readonly EmailProviderName[] = meant.length > 0 ? meant : ['twilio'];
  const isUsable = (name: EmailProviderName) =>
    REQUIRED[name].every(has) && !MAY_BE_MALFORMED[name].some((variable) => malformed.has(variable));
  const missing = chosen.flatMap((name) =>
    REQUIRED[name].filter((variable) => !has(variable) && !malformed.has(variable)),
  );
  return { order: chosen.filter(isUsable), missing: [...new Set(missing)] };
}
