import { createMailgunProvider } from '../email-providers/mailgun';
import type { EmailProvider } from '../email-providers/provider';
import type { Environment } from '../runtime/environment';

/** The deployment's provider and sender; undefined while its variables are missing or malformed. */
export interface Mailer {
  provider: EmailProvider;
  from: string;
  /** Right of the @ in Message-IDs. */
  domain: string;
}

/** Without angle brackets; the same for every try of one voicemail. */
export const messageIdFor = (entryId: string, { domain }: Mailer) => `${entryId}@${domain}`;

const MAILGUN_US = 'https://api.mailgun.net';

export function createMailer({ values, problems: faults }: Environment): Mailer | undefined {
  const { MAILGUN_API_KEY: apiKey, MAILGUN_DOMAIN: domain } = values;
  // A malformed host or sender is not replaced by a default: mail could go to the wrong region or from a wrong sender.
  const malformed = faults.some(({ variable }) => variable === 'MAILGUN_API_BASE_URL' || variable === 'MAIL_FROM');
  if (apiKey === undefined || domain === undefined || malformed) return undefined;
  return {
    provider: createMailgunProvider({ apiKey, domain, baseUrl: values.MAILGUN_API_BASE_URL ?? MAILGUN_US }),
    from: values.MAIL_FROM ?? `Voicemail <voicemail@${domain}>`,
    domain,
  };
}
