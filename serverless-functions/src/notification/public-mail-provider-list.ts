import domains from 'email-providers/all.json';

/** Domains of public mail providers, in lower case; loaded at first use (ADR 0040). */
export const PUBLIC_MAIL_PROVIDERS: ReadonlySet<string> = new Set(domains);
