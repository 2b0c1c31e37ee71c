import type { EmailResendResponse } from '@callback-and-voicemail/contract';
import { type Act, withAudit } from '../audit/with-audit';
import { processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { isMailWorthy, type LedgerEntry } from '../ledger/entry';
import { isEntryId } from '../ledger/entry-id';
import type { VersionedEntry } from '../ledger/ledger';
import { isRefusedForSome } from '../ledger/recipient-deliveries';
import { resendAllowedAt } from '../ledger/schedule';
import { tooManyRequests } from '../limits/too-many-requests';
import { readEmailConfig } from '../notification/email-config';
import { errorCode, FlexBadRequest } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import { isInScope, queueScopeOf } from '../runtime/queue-scope';
import type { FlexUser } from '../twilio/flex-token';
import { requireEntryInScope } from './entry-scope';
import { queuesOf } from './queues-of';
import { listRecentFailures } from './recent-failures';
import { asSettingsUnreachable } from './stored-settings';

/** The longest time for one email. With less left, the others are only made due, and a sweep sends them. */
const MIN_TIME_PER_EMAIL_MS = 4_000;
const REQUEUE_BATCH_SIZE = 10;

/**
 * Sends one email again to those who do not have it, or all that failed. It uses the sweep's claim, so that simultaneous requests and a sweep send
 * it once. If an email may have been sent, the provider is queried first.
 * @throws FlexBadRequest `no-such-entry`, `not-your-queue`, `nothing-to-resend`, 429 `too-many-requests`, 503 `settings-unreachable`
 */
export async function resendEmails(
  invocation: Invocation,
  user: FlexUser,
  event: Record<string, unknown>,
): Promise<EmailResendResponse> {
  try {
    if (event.All === 'true') return await resendAll(invocation, user);
    const id = textField(event, 'Voicemail');
    if (!isEntryId(id))
      throw new FlexBadRequest('no-such-entry', 'Voicemail is missing or malformed', 'Send its id, or All=true.', 404);
    const current = await invocation.ledger.find(id);
    const act: Act = { act: 'resend', entries: [id], ...queuesOf(current === undefined ? [] : [current.entry]) };
    return await withAudit(invocation, user, act, () => resendEntry(invocation, user, current));
  } catch (error) {
    throw asSettingsUnreachable(error);
  }
}

async function resendEntry(
  invocation: Invocation,
  { workerSid }: FlexUser,
  current: VersionedEntry | undefined,
): Promise<EmailResendResponse> {
  if (current === undefined)
    throw new FlexBadRequest(
      'no-such-entry',
      'There is no such voicemail',
      'It may have been deleted: see the retention settings.',
      404,
    );
  requireEntryInScope(queueScopeOf(invocation.environment, workerSid), current.entry);
  const { email } = current.entry;
  const isSent = email.state === 'sent' && !isRefusedForSome(email);
  if (isSent || email.state === 'off' || !isMailWorthy(current.entry))
    throw new FlexBadRequest('nothing-to-resend', 'There is no mail to be sent again', 'Reload the history.', 409);
  return summarize([await resendOne(invocation, current)]);
}

async function resendAll(invocation: Invocation, user: FlexUser): Promise<EmailResendResponse> {
  const scope = queueScopeOf(invocation.environment, user.workerSid);
  const failed = (await listRecentFailures(invocation)).filter(
    ({ email, queueName }) => email?.state === 'failed' && isInScope(scope, queueName),
  );
  const ids = failed.map(({ id }) => id);
  if (ids.length === 0) return summarize([]);
  const act: Act = { act: 'resend', entries: ids, ...queuesOf(failed) };
  return withAudit(invocation, user, act, () => resendEntries(invocation, ids));
}

async function resendEntries(invocation: Invocation, ids: readonly string[]): Promise<EmailResendResponse> {
  const states: (LedgerEntry['email']['state'] | undefined)[] = [];
  const config = readConfig(invocation);
  const refusals: FlexBadRequest[] = [];
  let next = 0;
  for (; next < ids.length && invocation.deadline.remaining() >= MIN_TIME_PER_EMAIL_MS; next += 1)
    states.push(await logAndContinue(invocation, ids[next]!, (id) => resendOne(invocation, id, config), refusals));
  for (; next < ids.length; next += REQUEUE_BATCH_SIZE)
    states.push(
      ...(await Promise.all(
        ids
          .slice(next, next + REQUEUE_BATCH_SIZE)
          .map((id) => logAndContinue(invocation, id, (one) => requeueEmail(invocation, one))),
      )),
    );
  if (refusals.length === ids.length) throw refusals[0]!;
  return summarize(states);
}

/** @throws FlexBadRequest 429 `too-many-requests`, with `retryAfterSeconds` */
async function resendOne(invocation: Invocation, ref: string | VersionedEntry, config = readConfig(invocation)) {
  const from = typeof ref === 'string' ? await invocation.ledger.find(ref) : ref;
  if (from === undefined) return undefined;
  const { email } = from.entry;
  const waitMs = email.state === 'sending' ? 0 : resendAllowedAt(email, Date.now()) - Date.now();
  if (waitMs > 0) throw tooManyRequests(Math.ceil(waitMs / 1_000));
  const sent = await processEntry(invocation, from, [{ type: 'resend-requested' }], { emailConfig: config });
  if (sent === undefined) return undefined;
  // Refused again, nobody got anything.
  return isRefusedForSome(sent.entry.email) ? 'failed' : sent.entry.email.state;
}

/** Read beforehand: a failed mail does not read settings by itself. */
const readConfig = ({ twilio, environment }: Invocation) => readEmailConfig(() => twilio.sync, environment);

async function requeueEmail({ ledger }: Invocation, id: string) {
  return (await ledger.apply(id, { type: 'resend-requested' }))?.entry.email.state;
}

/** One that could not be reached keeps the others from nothing. */
async function logAndContinue<T>(
  { log }: Invocation,
  id: string,
  work: (id: string) => Promise<T>,
  refusals: FlexBadRequest[] = [],
): Promise<T | undefined> {
  try {
    return await work(id);
  } catch (error) {
    log.warn('mail not sent again', { entry: id, code: errorCode(error) });
    if (error instanceof FlexBadRequest) refusals.push(error);
    return undefined;
  }
}

function summarize(states: (LedgerEntry['email']['state'] | undefined)[]): EmailResendResponse {
  const of = (...matches: LedgerEntry['email']['state'][]) =>
    states.filter((state) => state !== undefined && matches.includes(state)).length;
  const failed = of('failed') + states.filter((state) => state === undefined).length;
  return { sent: of('sent'), queued: of('pending', 'sending'), failed };
}
