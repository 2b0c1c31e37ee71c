// What is used of nodemailer, loaded at its first use (ADR 0040): how a message is written, and the protocol.
export { default as MailComposer } from 'nodemailer/lib/mail-composer';
export { default as SMTPConnection } from 'nodemailer/lib/smtp-connection';
