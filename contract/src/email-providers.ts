/** The mail providers that the product can send through, in the order in which they are tried by default. */
export const EMAIL_PROVIDERS = ['mailgun', 'sendgrid', 'smtp', 'twilio'] as const;

export type EmailProviderName = (typeof EMAIL_PROVIDERS)[number];
