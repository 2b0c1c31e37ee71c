import type { EmailResendResponse } from '@callback-and-voicemail/contract';
import { processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import type { LedgerEntry } from '../ledger/entry';
import { isEntryId } from '../ledger/entry-id';
import type { VersionedEntry } from '../ledger/ledger';
import { readMailPlan } from '../notification/mail-plan';
import { BadRequest, errorCode } from '../runtime/errors';
import { textField } from './form-fields';
import { recentTrouble } from './recent-trouble';
import { unreachable } from './stored-settings';

/** One mail may take this long; with less left the rest is only made due, and a sweep goes on. */
const TIME_FOR_A_MAIL_MS = 4_000;
const AT_ONCE = 10;

/**
 * Sends one mail again, or every one that failed. It goes the way of the sweep, by the same claim, so that two who ask at
 * once and a sweep beside them send it once; and a mail that may have gone out is asked after first.
 * @throws BadRequest `no-such-entry`, `nothing-to-resend`, 503 `settings-unreachable`
 */
export async function resend(invocation: Invocation, event: Record<string, unknown>): Promise<EmailResendResponse> {
  try {
    if (event.All === 'true') return await resendAll(invocation);
    const id = textField(event, 'Voicemail');
    if (!isEntryId(id))
      throw new BadRequest('no-such-entry', 'Voicemail is missing or malformed', 'Send its id, or All=true.', 404);
    const current = await invocation.ledger.find(id);
    if (current === undefined)
      throw new BadRequest('no-such-entry', 'There is no such voicemail', 'It may be older than 30 days.', 404);
    const { email, recording } = current.entry;
    const isOpen = email.state === 'failed' || email.state === 'pending' || email.state === 'sending';
    if (!isOpen || recording.state !== 'completed')
      throw new BadRequest('nothing-to-resend', 'There is no mail to be sent again', 'Reload the history.', 409);
    return count([await sendOne(invocation, current)]);
  } catch (error) {
    throw unreachable(error);
  }
}

async function resendAll(invocation: Invocation): Promise<EmailResendResponse> {
  const ids = (await recentTrouble(invocation)).flatMap(({ id, email: mail }) =>
    mail?.state === 'failed' ? [id] : [],
  );
  const states: (LedgerEntry['email']['state'] | undefined)[] = [];
  if (ids.length === 0) return count(states);
  const plan = planOf(invocation);
  let next = 0;
  for (; next < ids.length && invocation.deadline.remaining() >= TIME_FOR_A_MAIL_MS; next += 1)
    states.push(await quietly(invocation, ids[next]!, (id) => sendOne(invocation, id, plan)));
  for (; next < ids.length; next += AT_ONCE)
    states.push(
      ...(await Promise.all(
        ids.slice(next, next + AT_ONCE).map((id) => quietly(invocation, id, (one) => makeDue(invocation, one))),
      )),
    );
  return count(states);
}

async function sendOne(invocation: Invocation, from: string | VersionedEntry, plan = planOf(invocation)) {
  const sent = await processEntry(invocation, from, [{ type: 'resend-requested' }], { plan });
  return sent?.entry.email.state;
}

/** Read beforehand: by itself nobody looks at settings for a mail that had failed. */
const planOf = ({ twilio, environment }: Invocation) => readMailPlan(() => twilio.sync, environment);

async function makeDue({ ledger }: Invocation, id: string) {
  return (await ledger.apply(id, { type: 'resend-requested' }))?.entry.email.state;
}

/** One that could not be reached keeps the others from nothing. */
async function quietly<T>({ log }: Invocation, id: string, work: (id: string) => Promise<T>): Promise<T | undefined> {
  try {
    return await work(id);
  } catch (error) {
    log.warn('mail not sent again', { entry: id, code: errorCode(error) });
    return undefined;
  }
}

function count(states: (LedgerEntry['email']['state'] | undefined)[]): EmailResendResponse {
  const of = (...matches: LedgerEntry['email']['state'][]) =>
    states.filter((state) => state !== undefined && matches.includes(state)).length;
  const failed = of('failed') + states.filter((state) => state === undefined).length;
  return { sent: of('sent'), queued: of('pending', 'sending'), failed };
}
