// Mailgun's official client, loaded at its first use (ADR 0040).
// The `form-data` package is needed: with Node's own FormData the client buffers the stream and loses its type.
export { default as FormData } from 'form-data';
export { default as Mailgun } from 'mailgun.js';
