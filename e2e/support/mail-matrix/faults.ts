import { proxyPage } from '../../../sandbox/src/mail/proxy-page';
import type { Fault, MailFault, MailProviderName } from '../../../sandbox/src/world/types';
import { dieAtRequest, type FaultTarget } from '../fault-modes';
import type { Harness } from '../harness';

/** What goes wrong with one outside call: arms it. @returns disarms it, and lets another process start */
export interface MatrixFault {
  name: string;
  arm(harness: Harness, target: FaultTarget): () => void;
  /** The provider says in its own words that it does not take the mail, so that it may fail for that reason. */
  isRefusal?: boolean;
  /** The provider says that the message is too large: it goes without the recording. */
  isTooLarge?: boolean;
  /** What was asked for is done, and the answer does not say so: a mail may be sent again. */
  losesAnswer?: boolean;
  /** The invocation dies, and Twilio gets no answer. */
  isDeath?: boolean;
}

/** What hosts answer, of their own or in the name of one behind them. */
const STATUSES = [400, 401, 403, 404, 409, 412, 413, 429, 500, 502, 503];
/**
 * The same of mail servers (RFC 5321, section 4.2.3; RFC 4954, section 6). None of them is given for a message that was
 * taken: then the client keeps it, and sends it again (RFC 5321, section 4.5.4.1).
 */
const REPLIES = [421, 450, 451, 452, 454, 500, 501, 503, 530, 535, 550, 552, 554];
/** Nearly as long as a request may take. */
const SLOW_MS = 3_000;
const PAGE = { headers: { 'Content-Type': 'text/html' } };

const fault = (name: string, how: Omit<Fault, 'host' | 'path' | 'method'>, more: Partial<MatrixFault> = {}) => ({
  name,
  arm: (harness: Harness, { match }: FaultTarget) =>
    harness.injectFault({ ...match, times: timesOf(match, how), ...how }),
  losesAnswer: /^(done|cut|late)/.test(how.kind),
  ...more,
});

/** What is repeated at once is struck twice: a fault that is over within its invocation shows little. */
const timesOf = ({ method }: FaultTarget['match'], { status }: Partial<Fault>) =>
  method === 'GET' || status === 429 || status === 503 ? 2 : 1;

const mailFault = (name: string, how: Omit<MailFault, 'provider'>, more: Partial<MatrixFault> = {}) => ({
  name,
  arm: (harness: Harness, { match }: FaultTarget) =>
    harness.faults.mail({ provider: PROVIDER_OF_HOST[match.host!], times: 1, after: match.after, ...how }),
  losesAnswer: how.when === 'after-delivery',
  ...more,
});

const PROVIDER_OF_HOST: Record<string, MailProviderName> = {
  'api.mailgun.net': 'mailgun',
  'api.sendgrid.com': 'sendgrid',
  'comms.twilio.com': 'twilio',
};
export const SMTP_HOST = 'mail.example.net';

/** How any call can end. */
const ENDINGS: MatrixFault[] = [
  fault('reset before the body', { kind: 'reset' }),
  fault('reset after the body, done', { kind: 'done-then-reset' }),
  fault('time-out', { kind: 'no-answer' }),
  fault('time-out, done', { kind: 'done-then-no-answer' }),
  fault('time-out, done late', { kind: 'late' }),
  fault('slow', { kind: 'delay', delayMs: SLOW_MS }),
  fault('wrong length', { kind: 'cut-short' }),
  fault('garbage', { kind: 'garbage' }),
];

const HTTP_FAULTS: MatrixFault[] = [
  ...STATUSES.map((status) => fault(String(status), { kind: 'status', status })),
  fault('502, done', { kind: 'done-then-status', status: 502 }),
  fault('HTML', { kind: 'status', status: 200, body: proxyPage(200), ...PAGE }),
  fault('502 in HTML', { kind: 'status', status: 502, body: proxyPage(502), ...PAGE }),
  ...ENDINGS,
];

/** A message's upload. */
const SENDING_FAULTS: MatrixFault[] = [
  ...STATUSES.map((status) =>
    mailFault(
      String(status),
      { when: 'after-body', status },
      { isRefusal: status < 500 && status !== 429, isTooLarge: status === 413 },
    ),
  ),
  ...[429, 502, 503].map((status) => mailFault(`${status} before the body`, { when: 'before-body', status })),
  mailFault('429 with Retry-After', { when: 'before-body', status: 429, headers: { 'Retry-After': '90' } }),
  ...[500, 502].map((status) => mailFault(`${status}, done`, { when: 'after-delivery', status })),
  mailFault('502 in HTML', { when: 'after-body', status: 502, body: proxyPage(502) }),
  mailFault('502 in HTML, done', { when: 'after-delivery', status: 502, body: proxyPage(502) }),
  mailFault('413 in HTML', { when: 'before-body', status: 413, body: proxyPage(413) }),
  mailFault('HTML', { when: 'after-body', status: 200, body: proxyPage(200) }),
  mailFault('garbage, done', { when: 'after-delivery', status: 200, body: '{"id":' }),
  mailFault('reset after the body', { when: 'after-body' }),
  ...ENDINGS,
];

const SMTP_FAULTS: MatrixFault[] = [
  ...REPLIES.map((status) =>
    fault(String(status), { kind: 'status', status }, { isRefusal: status >= 500, isTooLarge: status === 552 }),
  ),
  ...ENDINGS,
];

/** A killed process does what it was about to do, or has done it and hears nothing of that. */
export const DEATHS: MatrixFault[] = [false, true].map((isDone) => ({
  name: isDone ? 'killed after it' : 'killed before it',
  arm: (harness, target) => dieAtRequest(harness, target, isDone),
  isDeath: true,
}));

export const isSending = ({ match: { host, method } }: FaultTarget) =>
  host === SMTP_HOST || (method === 'POST' && host! in PROVIDER_OF_HOST);
/** What a provider is asked after a lost answer. */
export const isQuestion = ({ match: { host, method } }: FaultTarget) => method === 'GET' && host! in PROVIDER_OF_HOST;

/**
 * The one case in which the product does not do what it should: Sync says, wrongly, that no settings are saved. Then mail
 * goes to ADMIN_EMAIL, as in an account where nobody has saved any. A 404 is a statement, and no trouble: a product that
 * doubted it could never send mail there.
 */
const isExcepted = ({ name }: FaultTarget, fault: MatrixFault) =>
  name.startsWith('GET sync/Documents/email-settings') && fault.name === '404';

/** All that may happen to a call. */
export function faultsOf(target: FaultTarget): MatrixFault[] {
  if (target.match.host === SMTP_HOST) return SMTP_FAULTS;
  return isSending(target) ? SENDING_FAULTS : HTTP_FAULTS.filter((one) => !isExcepted(target, one));
}
