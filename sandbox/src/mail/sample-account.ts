/** What the mail providers of `npm start` take. Good for nothing but this sandbox's own mailbox. */
export const MAIL_DOMAIN = 'mg.example.com';
export const MAILGUN_KEY = 'key-sandbox-0123456789abcdef0123456789';
export const SENDGRID_KEY = 'SG.sandbox-0123456789.sandbox-0123456789abcdef0123456789';

/** For `createMailProviders`. */
export const SAMPLE_MAIL_ACCOUNTS = {
  mailgun: { domains: { [MAIL_DOMAIN]: MAILGUN_KEY } },
  sendgrid: { keys: [SENDGRID_KEY], senderDomains: [MAIL_DOMAIN] },
  twilio: { senderDomains: [MAIL_DOMAIN] },
};
