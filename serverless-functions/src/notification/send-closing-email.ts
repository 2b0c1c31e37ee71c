import { addressKey, isAllowedRecipient } from '@callback-and-voicemail/contract';
import { type LedgerEntry, numberToCall } from '../ledger/entry';
import type { ClosingOutcome } from '../ledger/outcomes';
import { isSettled } from '../ledger/settled-recipients';
import { errorCode } from '../runtime/errors';
import { allowedRecipients } from './allowed-recipients';
import { chosenRecipients } from './chosen-recipients';
import { composeClosing } from './compose-closing';
import { deliverMessage } from './deliver-message';
import type { ClosingJob } from './email-job';
import { messageIdFor } from './mail-account';
import { createMailer } from './mailer';

/** Kept back for the ledger. */
const LEDGER_WRITE_RESERVE_MS = 1_500;
/** The mail goes without the length of the call when Twilio takes longer to say it. */
const CALLS_TIMEOUT_MS = 2_000;

/**
 * Tells those who got the email of a voicemail that it was handled. Never throws. An email whose answer was lost is not
 * sent again: it is not worth a second one.
 */
export async function sendClosingEmail(job: ClosingJob): Promise<ClosingOutcome> {
  const { entry, environment, deadline, log } = job;
  const mailer = createMailer(environment);
  if (mailer === undefined) return { result: 'later' };
  const recipients = recipientsOf(job);
  if (recipients.length === 0) return { result: 'dropped' };
  const spokenSeconds = await readSpokenSeconds(job);
  const messageId = messageIdFor(`handled-${entry.id}`, mailer);
  try {
    const { settled, failure } = await deliverMessage(
      mailer.order,
      recipients,
      (_provider, some) => composeClosing(job, mailer, messageId, some, spokenSeconds),
      {
        remaining: () => deadline.remaining() - LEDGER_WRITE_RESERVE_MS,
        within: (ms, work) => deadline.within(ms, work),
      },
      job.allowance,
    );
    const isTaken = settled.some(({ state }) => state === 'accepted');
    if (failure === undefined || failure.deliveryUncertain || isTaken)
      return { result: isTaken || failure?.deliveryUncertain ? 'sent' : 'dropped' };
    log.warn('closing email not sent', { entry: entry.id, code: failure.code });
    return { result: 'later', retryAfterMs: failure.retryAfterMs };
  } catch (error) {
    log.warn('closing email not sent', { entry: entry.id, code: errorCode(error) });
    return { result: 'later' };
  }
}

/** Those who got the email of the voicemail, as far as they may get mail now. */
function recipientsOf(job: ClosingJob) {
  const { entry, environment, unconfirmed } = job;
  if (entry.email.state !== 'sent') return [];
  const { recipients: told } = entry.email;
  const domains = allowedRecipients(environment);
  // A document without room for all names those who did not get it.
  const refused = told.filter(({ state }) => state === 'refused');
  return (chosenRecipients(job) ?? [])
    .filter(({ address }) => isAllowedRecipient(address, domains) && !unconfirmed.includes(addressKey(address)))
    .filter(({ address }) => !isSettled(refused, address));
}

/** How long the last call to the caller lasted, as far as Twilio tells in time; undefined when there was none. */
async function readSpokenSeconds({ entry, voice, deadline }: ClosingJob): Promise<number | undefined> {
  const { task } = entry;
  if (task.state !== 'created' || entry.from === '') return undefined;
  const calls = await deadline
    .within(CALLS_TIMEOUT_MS, () => voice().listCallsOf(numberToCall(entry), task.createdAt))
    .catch(() => []);
  const last = calls.filter((call) => isCallToCaller(call, entry)).at(-1);
  return last?.seconds;
}

function isCallToCaller(
  { isInbound, seconds, startedAt }: { isInbound: boolean; seconds: number | undefined; startedAt: number },
  { task }: LedgerEntry,
): boolean {
  const handledAt = task.state === 'created' ? task.handledAt : undefined;
  return !isInbound && seconds !== undefined && seconds > 0 && (handledAt === undefined || startedAt <= handledAt);
}
