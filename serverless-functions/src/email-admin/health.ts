import type { EmailHealth } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { HEALTH_MAP, HEALTH_NOTES } from '../notification/health-notes';
import { mailerOf } from '../notification/mailer';
import type { Environment, Variable } from '../runtime/environment';
import type { SyncMapItem } from '../twilio/sync';
import { recentTrouble } from './recent-trouble';

const MAIL_VARIABLES: Variable[] = [
  'ADMIN_EMAIL',
  'MAILGUN_DOMAIN',
  'MAILGUN_API_KEY',
  'MAILGUN_API_BASE_URL',
  'MAIL_FROM',
  'ALLOWED_EMAIL_DOMAINS',
];
const SCHEDULER_IS_LATE_MS = 15 * 60_000;

/** Whether mails go out, and since when not. */
export async function readHealth(invocation: Invocation, aclEnabled: boolean | undefined): Promise<EmailHealth> {
  const { twilio, environment } = invocation;
  const [notes, trouble] = await Promise.all([
    twilio.sync.listMapItems(HEALTH_MAP, { order: 'desc', limit: HEALTH_NOTES.length }),
    recentTrouble(invocation),
  ]);
  const { success, failure, sweep, scheduler } = byKey(notes);
  const last = Math.max(sweep?.at ?? 0, scheduler?.at ?? 0);
  return {
    provider: providerOf(environment),
    sync: { reachable: true, ...(aclEnabled === undefined ? {} : { aclEnabled }) },
    ...(success === undefined ? {} : { lastSuccessAt: iso(success.at) }),
    ...(failure === undefined ? {} : { lastFailure: { at: iso(failure.at), problem: failure.problem ?? 'unknown' } }),
    ...(last === 0 ? {} : { lastSweepAt: iso(last) }),
    schedulerRuns: scheduler !== undefined && Date.now() - scheduler.at <= SCHEDULER_IS_LATE_MS,
    failedMails: trouble.filter(({ email: mail }) => mail?.state === 'failed').length,
    waitingMails: trouble.filter(({ email: mail }) => mail?.state === 'waiting').length,
  };
}

type Note = { at: number; problem?: string };
const byKey = (items: SyncMapItem[]): Record<string, Note | undefined> =>
  Object.fromEntries(items.map(({ key, data }) => [key, data as unknown as Note]));
const iso = (at: number) => new Date(at).toISOString();

/** What is known of the provider without asking it, and never a value that is secret. */
export function providerOf(environment: Environment): EmailHealth['provider'] {
  const { values, problems: faults } = environment;
  const mailer = mailerOf(environment);
  const host = values.MAILGUN_API_BASE_URL ?? 'api.mailgun.net';
  const region = /api\.eu\.mailgun\.net/.test(host) ? 'eu' : /api\.mailgun\.net/.test(host) ? 'us' : 'other';
  return {
    name: 'mailgun',
    configured: mailer !== undefined,
    ...(values.MAILGUN_DOMAIN === undefined ? {} : { domain: values.MAILGUN_DOMAIN }),
    region,
    ...(mailer === undefined ? {} : { from: mailer.from }),
    configErrors: faults.map(({ variable }) => variable).filter((variable) => MAIL_VARIABLES.includes(variable)),
  };
}
