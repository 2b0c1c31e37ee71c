import type { EmailRecipient } from '@callback-and-voicemail/contract';
import type { Act } from '../audit/with-audit';
import { withAudit } from '../audit/with-audit';
import type { Invocation } from '../invocation';
import type { LedgerEntry } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';
import { consumeQuota, type HourlyQuota } from '../limits/hourly-quota';
import { tooManyRequests } from '../limits/too-many-requests';
import { type EmailConfig, readEmailConfig } from '../notification/email-config';
import { type ListenLink, readListenLink } from '../notification/listen-link';
import { TwilioError } from '../runtime/errors';
import { startEarly } from '../runtime/start-early';
import { checkAccess } from './check-access';
import { ListenRefusal } from './listen-refusal';

/** A link that opens, and what it is for. */
export interface OpenedLink {
  link: ListenLink;
  current: VersionedEntry;
  entry: LedgerEntry;
  settings: (EmailConfig & { ok: true })['settings'];
  /** Whose link it is, as the settings name them now. */
  recipient: EmailRecipient;
}

/** Openings of the page within an hour; that sound was played counts as one more. */
const OPENINGS_PER_RECIPIENT = 60;
/** The Sync document that counts has room for so many. */
const OPENINGS_PER_VOICEMAIL = 120;

/** What recipients change from the page, within an hour. */
const CHANGES_PER_RECIPIENT = 20;
const CHANGES_PER_VOICEMAIL = 60;

const openingsOf = ({ entryId }: ListenLink): HourlyQuota => ({
  document: `listen-${entryId}`,
  perWorker: OPENINGS_PER_RECIPIENT,
  perAccount: OPENINGS_PER_VOICEMAIL,
  refusal: tooManyRequests,
});

const changesOf = ({ entryId }: ListenLink): HourlyQuota => ({
  document: `inbox-${entryId}`,
  perWorker: CHANGES_PER_RECIPIENT,
  perAccount: CHANGES_PER_VOICEMAIL,
  refusal: tooManyRequests,
});

/**
 * The link of a request, if we signed it and its time is not over. Reads nothing.
 * @throws ListenRefusal `bad-link`, `expired`; ConfigurationError without a key
 */
export function requireValidLink({ environment }: Invocation, event: Record<string, unknown>): ListenLink {
  const link = readListenLink(event, environment);
  if (link === undefined) throw new ListenRefusal('bad-link');
  if (!(link.until > Date.now())) throw new ListenRefusal('expired');
  return link;
}

/**
 * Does what a valid link is for, once it is known that it still opens, and records it in the audit, a refusal too.
 * Everything is read in parallel.
 * @param act what is recorded, and counted in Sync unless it has `once`; sound counts once an hour, since players repeat
 *   requests that failed
 * @throws ListenRefusal; FlexBadRequest `too-many-requests`, `audit-unavailable`; TwilioError; what `work` throws
 */
export async function withOpenLink<T>(
  invocation: Invocation,
  link: ListenLink,
  { once, ...act }: Pick<Act, 'act' | 'once' | 'detail'>,
  work: (opened: OpenedLink) => Promise<T>,
): Promise<T> {
  const { ledger, twilio, environment, timeZone } = invocation;
  const found = startEarly(() => ledger.find(link.entryId));
  const config = startEarly(() => readEmailConfig(() => twilio.sync, environment));
  const isChange = act.act.startsWith('inbox-');
  const subject = act.act === 'open-link' || isChange ? undefined : 'sound';
  const quota = isChange ? changesOf(link) : openingsOf(link);
  if (once === undefined) await consumeQuota(invocation, link.recipient, quota, subject);
  const [current, emailConfig] = await Promise.all([found, config]);
  if (!emailConfig.ok) throw new TwilioError('GET settings', { failure: 'unavailable' });
  const { settings } = emailConfig;
  const entry = current?.entry;
  const { recipient, problem } = checkAccess({ ...emailConfig, link, entry, environment, timeZone });
  const noted: Act = {
    ...act,
    entries: [link.entryId],
    ...(entry === undefined || entry.queueName === '' ? {} : { queues: [entry.queueName] }),
    ...(once === undefined ? {} : { once: `${link.entryId} ${once}` }),
  };
  return withAudit(invocation, { recipient: recipient?.address ?? '' }, noted, async () => {
    if (problem !== undefined) throw new ListenRefusal(problem);
    return work({ link, current: current!, entry: entry!, settings, recipient: recipient! });
  });
}
