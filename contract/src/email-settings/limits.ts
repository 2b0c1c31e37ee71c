/** Names, versions and limits of the two documents. Limits of single fields are in their schemas. */
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
/** The recipients who wait for confirmation: a document that the settings name, like that of the rules. */
export const UNCONFIRMED_DOCUMENT_NAME = /^email-unconfirmed-[0-9a-f-]{1,40}$/;
export const UNCONFIRMED_VERSION = 1;

/** Those of the plugin. */
export const MAIL_LANGUAGES = ['en-US', 'es-ES', 'es-MX', 'pt-BR', 'th', 'zh-Hans'] as const;

/** Total of different addresses: recipients, rules and archive. Also the most recipients of one email. */
export const MAX_RECIPIENTS = 100;
export const MAX_RULES = 30;
export const MAX_HOLIDAYS = 60;
/** Sync's limit is 16 KiB per document; the rest is for the server's notes. */
export const MAX_SETTINGS_BYTES = 14_000;
export const MAX_RULES_BYTES = 16_000;
export const MAX_UNCONFIRMED_BYTES = 16_000;
