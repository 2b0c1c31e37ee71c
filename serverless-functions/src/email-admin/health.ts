import {
  choice,
  EMAIL_PROBLEMS,
  type EmailHealth,
  type Infer,
  object,
  optional,
  parseIfValid,
  timestamp,
  withFallback,
} from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import type { FailureRow } from '../ledger/history-row';
import { HEALTH_KEYS, HEALTH_MAP } from '../notification/email-health';
import { readMailAccount } from '../notification/mail-account';
import { readLimitStatus } from '../notification/send-allowance';
import { RETENTION_KEY } from '../retention/retention-status';
import { configuredProviders, type Environment, type Variable } from '../runtime/environment';
import { isInScope, type QueueScope } from '../runtime/queue-scope';
import type { SyncMapItem } from '../twilio/sync';
import { listRecentFailures } from './recent-failures';

const MAIL_VARIABLES: Variable[] = [
  'ADMIN_EMAIL',
  'EMAIL_PROVIDERS',
  'MAILGUN_DOMAIN',
  'MAILGUN_API_KEY',
  'MAILGUN_API_BASE_URL',
  'SENDGRID_API_KEY',
  'SENDGRID_API_BASE_URL',
  'SMTP_URL',
  'MAIL_FROM',
  'EMAIL_HOURLY_LIMITS',
  'ALLOWED_EMAIL_DOMAINS',
];
const SCHEDULER_TIMEOUT_MS = 15 * 60_000;

/** Whether mails go out, and since when not; with the numbers of mails in some queues. */
type HealthIn = (scope: QueueScope) => EmailHealth;

/** What one map says: the health, and what was noted of retention. */
export interface HealthReading {
  healthIn: HealthIn;
  retentionNote: unknown;
}

/** Reads it for all queues. @throws TwilioError when Sync is out of reach */
export async function readHealth(invocation: Invocation): Promise<HealthReading> {
  const { twilio, environment } = invocation;
  const providers = configuredProviders(environment);
  const [records, failures, limits] = await Promise.all([
    twilio.sync.listMapItems(HEALTH_MAP, { order: 'desc', limit: HEALTH_KEYS.length + 1 }),
    listRecentFailures(invocation),
    readLimitStatus(environment, twilio.sync, providers),
  ]);
  const { success, test, failure, sweep, scheduler } = byKey(records);
  const lastSweepAt = Math.max(sweep?.at ?? 0, scheduler?.at ?? 0);
  const countEmails = (scope: QueueScope, isCounted: (email: NonNullable<FailureRow['email']>) => boolean) =>
    failures.filter(({ email, queueName }) => email && isCounted(email) && isInScope(scope, queueName)).length;
  const healthIn: HealthIn = (scope) => ({
    provider: providerHealth(environment),
    ...(limits === undefined ? {} : { limits }),
    sync: { reachable: true },
    ...(success === undefined ? {} : { lastSuccessAt: iso(success.at) }),
    ...(test === undefined ? {} : { lastTestAt: iso(test.at) }),
    ...(failure === undefined ? {} : { lastFailure: { at: iso(failure.at), problem: failure.problem ?? 'unknown' } }),
    ...(lastSweepAt === 0 ? {} : { lastSweepAt: iso(lastSweepAt) }),
    schedulerRuns: scheduler !== undefined && Date.now() - scheduler.at <= SCHEDULER_TIMEOUT_MS,
    failedEmails: countEmails(scope, ({ state }) => state === 'failed'),
    waitingEmails: countEmails(scope, ({ state }) => state === 'waiting'),
    // As the attention list has them.
    refusedEmails: countEmails(scope, ({ state, refused }) => state !== 'failed' && refused !== undefined),
  });
  return { healthIn, retentionNote: records.find(({ key }) => key === RETENTION_KEY)?.data };
}

const healthRecordSchema = object({
  at: timestamp(),
  problem: optional(withFallback(choice(...EMAIL_PROBLEMS), 'unknown')),
});
type HealthRecord = Infer<typeof healthRecordSchema>;

/** Records that cannot be read are left out. */
function byKey(items: SyncMapItem[]): Record<string, HealthRecord | undefined> {
  return Object.fromEntries(items.map(({ key, data }) => [key, parseIfValid(healthRecordSchema, data)]));
}

const iso = (at: number) => new Date(at).toISOString();

const EU_HOSTS = /\/api\.eu\.(mailgun\.net|sendgrid\.com)/;
const US_HOSTS = /\/api\.(mailgun\.net|sendgrid\.com)/;

function regionOf(baseUrl: string): 'eu' | 'us' | 'other' {
  if (EU_HOSTS.test(baseUrl)) return 'eu';
  return US_HOSTS.test(baseUrl) ? 'us' : 'other';
}

/** What is known of the providers without asking them, and never a value that is secret. */
export function providerHealth(environment: Environment): EmailHealth['provider'] {
  const { problems: faults } = environment;
  const account = readMailAccount(environment);
  const configErrors = faults.map(({ variable }) => variable).filter((variable) => MAIL_VARIABLES.includes(variable));
  if (account === undefined) return { configured: false, chain: [], configErrors };
  return {
    configured: true,
    chain: account.providers.map((provider) => ({
      name: provider.name,
      ...(provider.name === 'mailgun' ? { domain: provider.domain } : {}),
      ...('baseUrl' in provider ? { region: regionOf(provider.baseUrl) } : {}),
      ...(provider.name === 'smtp' ? { host: new URL(provider.url).hostname } : {}),
    })),
    from: account.from,
    configErrors,
  };
}
