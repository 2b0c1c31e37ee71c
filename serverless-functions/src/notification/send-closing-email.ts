import type { Recipient } from '../email-providers/provider';
import { type LedgerEntry, numberToCall } from '../ledger/entry';
import type { ClosingOutcome } from '../ledger/outcomes';
import { digest, isSettled } from '../ledger/settled-recipients';
import { errorCode } from '../runtime/errors';
import type { CallSummary } from '../twilio/voice';
import { chosenRecipients } from './chosen-recipients';
import { composeClosing } from './compose-closing';
import { deliverMessage } from './deliver-message';
import type { ClosingJob } from './email-job';
import { messageIdFor } from './mail-account';
import { asMailed } from './mailed-recipients';
import { createMailer } from './mailer';
import { permittedRecipients } from './permitted-recipients';
import { LEDGER_WRITE_RESERVE_MS } from './sending';

/** The mail goes without the length of the call when Twilio takes longer to say it. */
const CALLS_TIMEOUT_MS = 2_000;

/**
 * Tells those who got the email of a voicemail that it was handled. Never throws. Each of them gets it at most once: where
 * an answer was lost, it is not sent again. Those whom nobody took it for are tried again later.
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
    const { settled, failure, uncertain } = await deliverMessage(
      mailer.order,
      recipients,
      (_provider, some) => composeClosing(job, mailer, messageId, some, spokenSeconds),
      {
        remaining: () => deadline.remaining() - LEDGER_WRITE_RESERVE_MS,
        within: (ms, work) => deadline.within(ms, work),
      },
      job.allowance,
    );
    const done = [...settled.map(({ address }) => address), ...uncertain];
    if (failure === undefined || done.length === recipients.length) {
      const isSent = uncertain.length > 0 || settled.some(({ state }) => state === 'accepted');
      return { result: isSent || earlierSettled(entry).length > 0 ? 'sent' : 'dropped' };
    }
    log.warn('closing email not sent', { entry: entry.id, code: failure.code, recipients: recipients.length });
    return { result: 'later', retryAfterMs: failure.retryAfterMs, settled: done };
  } catch (error) {
    log.warn('closing email not sent', { entry: entry.id, code: errorCode(error) });
    return { result: 'later' };
  }
}

/** Those who got the email of the voicemail and not this one, as far as they may get mail now. */
function recipientsOf(job: ClosingJob): Recipient[] {
  const { entry } = job;
  if (entry.email.state !== 'sent') return [];
  // A document without room for all names those who did not get it.
  const refused = entry.email.recipients.filter(({ state }) => state === 'refused');
  const earlier = earlierSettled(entry);
  const { recipients } = permittedRecipients(job, chosenRecipients(job) ?? []);
  return asMailed(
    job,
    recipients.filter(({ address }) => !isSettled(refused, address) && !earlier.includes(digest(address))),
  );
}

/** Digests of those with whom an earlier attempt was done. */
const earlierSettled = ({ closing }: LedgerEntry): readonly string[] =>
  closing?.state === 'sending' ? (closing.settled ?? []) : [];

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

/** By a person: the calls that ask whether a callback is wanted are automated, and come before the answer (ADR 0123). */
function isCallToCaller(
  { callSid, isInbound, seconds, startedAt }: CallSummary,
  { task, confirmation }: LedgerEntry,
): boolean {
  const handledAt = task.state === 'created' ? task.handledAt : undefined;
  const asks = confirmation !== undefined && (confirmation.callSid === callSid || startedAt < confirmation.at);
  return (
    !isInbound && !asks && seconds !== undefined && seconds > 0 && (handledAt === undefined || startedAt <= handledAt)
  );
}
