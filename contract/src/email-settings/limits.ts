/** Names, versions and limits of the two documents; plain values, so that a browser needs no schema library for them. */
export const EMAIL_SETTINGS_DOCUMENT = 'email-settings';
export const EMAIL_SETTINGS_VERSION = 1;
/**
 * The rules are a document of their own: together with a hundred recipients they would not fit in one of Sync's. Each
 * save that changes them makes a new one, `email-rules-<something>`, which the settings name; this is the name while
 * they name none.
 */
export const EMAIL_RULES_DOCUMENT = 'email-rules';
export const RULES_DOCUMENT_NAME = /^email-rules(-[0-9a-f-]{1,40})?$/;
export const EMAIL_RULES_VERSION = 1;

/** Those of the plugin. */
export const MAIL_LANGUAGES = ['en-US', 'es-ES', 'es-MX', 'pt-BR', 'th', 'zh-Hans'] as const;

/** Different addresses in all: recipients, those of every rule, and the archive. One mail goes to no more either. */
export const MAX_RECIPIENTS = 100;
export const MAX_RULES = 30;
export const MAX_RECIPIENTS_PER_RULE = 50;
export const MAX_QUEUES_PER_RULE = 20;
export const MAX_NUMBERS_PER_RULE = 20;
export const MAX_HOLIDAYS = 60;
/** Sync takes 16 KiB a document; what the server notes beside the settings has its share. */
export const MAX_SETTINGS_BYTES = 14_000;
export const MAX_RULES_BYTES = 16_000;
/** Characters. */
export const MAX_LENGTH = {
  address: 254,
  recipientName: 100,
  ruleName: 80,
  queueName: 100,
  holidayName: 60,
  organization: 100,
  subject: 150,
  footer: 500,
  logoUrl: 500,
} as const;

export const RULE_ID = /^[a-z0-9-]{1,40}$/;
export const E164_NUMBER = /^\+[1-9]\d{6,14}$/;
export const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;
export const ISO_DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
export const LOGO_URL = /^https:\/\/[^\s"'<>]+$/;
/** What a line of a mail or a header must not hold: control, bidirectional and other invisible characters. */
export const INVISIBLE_CHARACTERS = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** True for a name of a time zone that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
