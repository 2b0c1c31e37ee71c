import {
  addressKey,
  type EmailProblem,
  type EmailRecipient,
  isAllowedRecipient,
} from '@callback-and-voicemail/contract';
import type { Recipient } from '../email-providers/provider';
import type { RecipientOutcome, WaitingRecipient } from '../ledger/entry';
import type { EmailOutcome } from '../ledger/outcomes';
import { isDoubtAccepted } from '../ledger/schedule';
import { isReached, isSettled } from '../ledger/settled-recipients';
import { errorCode, TwilioError } from '../runtime/errors';
import { RecordingUnavailable } from '../twilio/recording-media';
import { allowedRecipients } from './allowed-recipients';
import { chosenRecipients } from './chosen-recipients';
import { composeEmail } from './compose-email';
import { deliverMessage } from './deliver-message';
import type { EmailJob, SendEmail } from './email-job';
import { messageIdFor } from './mail-account';
import { type MailRecording, resolveRecording } from './mail-recording';
import { createMailer, type Mailer } from './mailer';
import { discardDownload } from './recording-download';
import { NO_PLACE } from './send-allowance';
import { sendClosingEmail } from './send-closing-email';
import { sendReminders } from './send-reminders';

/** Kept back from a send, so that what came of it can be written into the ledger. */
const LEDGER_WRITE_RESERVE_MS = 1_500;
/** How long the provider may take to say whether it has a mail. */
const PROVIDER_QUERY_TIMEOUT_MS = 3_000;
/** How long after a lost answer the provider's "no" is not believed. */
const PROVIDER_RECORDS_LAG_MS = 10 * 60_000;

/**
 * Sends the email of a voicemail whose email step the caller holds. Never throws.
 * @returns the outcome, which the caller writes to the ledger
 */
async function sendVoicemailEmail(job: EmailJob): Promise<EmailOutcome> {
  const { entry } = job;
  const chosen = chosenRecipients(job);
  if (chosen === undefined) return { result: 'off' };
  const { recipients, problem } = permittedRecipients(job, chosen);
  const notAttempted = (lastError: EmailProblem): EmailOutcome => ({
    result: 'later',
    lastError,
    deliveryUncertain: false,
    notAttempted: true,
  });
  if (problem !== undefined) return notAttempted(problem);
  const mailer = createMailer(job.environment);
  if (mailer === undefined) return notAttempted('not-configured');
  const earlier = job.entry.email.settled ?? [];
  const sending: Sending = {
    job,
    mailer,
    recipients: recipients.filter(({ address }) => !isSettled(earlier, address)),
    earlier,
    messageId: messageIdFor(entry.id, mailer),
    deliveryUncertain: entry.email.deliveryUncertainSince !== undefined,
  };
  try {
    return (await outcomeOfEarlierAttempt(sending)) ?? (await send(sending));
  } catch (error) {
    return toFailureOutcome(error, sending);
  } finally {
    if (sending.recording?.attachable) sending.recording.discard();
    else await discardDownload(job.pendingDownload);
  }
}

export const sendEmail: SendEmail = Object.assign(sendVoicemailEmail, {
  closing: sendClosingEmail,
  reminders: sendReminders,
});

/**
 * The chosen recipients that may get mail now, or why none may. The settings may be older than the list of allowed
 * domains, or were not saved in the panel.
 */
function permittedRecipients(
  { entry, environment, unconfirmed, log }: EmailJob,
  chosen: readonly EmailRecipient[],
): { recipients: EmailRecipient[]; problem?: EmailProblem } {
  if (chosen.length === 0) return { recipients: [], problem: 'no-recipients' };
  const domains = allowedRecipients(environment);
  const allowed = chosen.filter(({ address }) => isAllowedRecipient(address, domains));
  if (allowed.length < chosen.length)
    log.warn('recipients not allowed', { entry: entry.id, recipients: chosen.length - allowed.length });
  if (allowed.length === 0) return { recipients: [], problem: 'recipients-not-allowed' };
  const recipients = allowed.filter(({ address }) => !unconfirmed.includes(addressKey(address)));
  if (recipients.length < allowed.length)
    log.info('recipients not confirmed', { entry: entry.id, recipients: allowed.length - recipients.length });
  return recipients.length === 0 ? { recipients, problem: 'recipients-unconfirmed' } : { recipients };
}

/** One attempt, as far as it has come. */
interface Sending {
  job: EmailJob;
  mailer: Mailer;
  /** Those without a mail, as far as is known. */
  recipients: EmailRecipient[];
  /** What earlier attempts settled. */
  earlier: readonly RecipientOutcome[];
  messageId: string;
  /** An earlier attempt may have sent the email to some of `recipients`. */
  deliveryUncertain: boolean;
  recording?: MailRecording;
}

/**
 * After a lost answer, asks the providers who has the email.
 * @returns undefined when somebody is to be sent it now; `recipients` are those who have none, as far as anything tells
 */
async function outcomeOfEarlierAttempt(sending: Sending): Promise<EmailOutcome | undefined> {
  const { job, mailer, messageId, deliveryUncertain, recipients } = sending;
  // A provider's report may have settled all of them meanwhile.
  if (recipients.length === 0) return settledOutcome(sending, []);
  if (!deliveryUncertain) return undefined;
  const time = Math.min(PROVIDER_QUERY_TIMEOUT_MS, job.deadline.remaining() - LEDGER_WRITE_RESERVE_MS);
  const answers = await Promise.all(
    mailer.providers.map((provider) =>
      job.deadline.within(time, () => provider.findAccepted(messageId, time)).catch(() => undefined),
    ),
  );
  // A provider may list addresses in lower case, however they were written.
  const accepted = new Set(answers.flatMap((addresses) => addresses ?? []).map((address) => address.toLowerCase()));
  const hasIt = ({ address }: EmailRecipient) => accepted.has(address.toLowerCase());
  const found = recipients.filter(hasIt);
  const settled = found.map(({ address }): RecipientOutcome => ({ address, state: 'accepted' }));
  sending.recipients = recipients.filter((recipient) => !hasIt(recipient));
  if (sending.recipients.length === 0) return settledOutcome(sending, settled);
  sending.earlier = [...sending.earlier, ...settled];
  // Providers' records lag behind their sending: only a "no" that has had time to become a "yes" is one.
  if (Date.now() - (job.entry.email.deliveryUncertainSince ?? 0) >= PROVIDER_RECORDS_LAG_MS) {
    // Each of them said so, and none could not say.
    if (answers.every((addresses) => addresses !== undefined)) sending.deliveryUncertain = false;
    return sending.deliveryUncertain && isLeftToPerson(job) ? unconfirmedOutcome(sending, settled) : undefined;
  }
  return {
    result: 'later',
    lastError: 'unconfirmed',
    lastErrorDetail: 'waiting-for-provider',
    deliveryUncertain,
    notAttempted: true,
    settled,
    waiting: waitingFor(sending.recipients, 'unconfirmed'),
  };
}

/** A person who had it sent again since the answer was lost has decided. */
const isLeftToPerson = ({ settings, entry: { email } }: EmailJob) =>
  settings.unconfirmed_emails === 'ask' && !isDoubtAccepted(email);

/** Nobody can say who has it: it is not sent again before a person wants that. */
const unconfirmedOutcome = ({ recipients }: Sending, settled: RecipientOutcome[]): EmailOutcome => ({
  result: 'failed',
  lastError: 'unconfirmed',
  lastErrorDetail: 'left-to-person',
  recipients: settled,
  waiting: waitingFor(recipients, 'unconfirmed'),
});

const waitingFor = (recipients: readonly EmailRecipient[], problem: EmailProblem): WaitingRecipient[] =>
  recipients.map(({ address }) => ({ address, problem }));

/** The outcome once every recipient is settled. */
function settledOutcome(
  { job, earlier, deliveryUncertain }: Sending,
  settled: RecipientOutcome[],
  sent: { providerId?: string; attachedBytes?: number; mayBeDuplicate?: boolean } = {},
): EmailOutcome {
  const all = [...earlier, ...settled];
  const refused = all.find(({ state }) => state === 'refused');
  if (!all.some(isReached))
    return { result: 'failed', lastError: refused?.problem ?? 'recipient-refused', recipients: settled };
  return {
    result: 'sent',
    providerId: sent.providerId,
    recipients: settled,
    possibleDuplicate: sent.mayBeDuplicate === true && deliveryUncertain,
    others: job.others?.length,
    attachedBytes: sent.attachedBytes,
  };
}

async function send(sending: Sending): Promise<EmailOutcome> {
  const { job, mailer, messageId, recipients, deliveryUncertain } = sending;
  const timeLeft = () => job.deadline.remaining() - LEDGER_WRITE_RESERVE_MS;
  const recording = await resolveRecording(job, timeLeft());
  sending.recording = recording;
  const { settled, providerId, failure, waiting } = await deliverMessage(
    mailer.order,
    asMailed(job, recipients),
    (provider, some) => composeEmail(job, mailer, messageId, some, recording, provider),
    { remaining: timeLeft, within: (ms, work) => job.deadline.within(ms, work) },
    job.allowance,
  );
  const attachedBytes = recording.attachable ? recording.bytes : undefined;
  if (failure === undefined)
    return settledOutcome(sending, settled, { providerId, attachedBytes, mayBeDuplicate: true });
  return {
    result: 'later',
    lastError: failure.problem,
    lastErrorDetail: `${failure.code} ${failure.detail}`.trim(),
    deliveryUncertain: deliveryUncertain || failure.deliveryUncertain,
    ...(failure.deliveryUncertain ? { answerLost: true } : {}),
    retryAfterMs: failure.retryAfterMs,
    settled: [...sending.earlier.slice(job.entry.email.settled?.length ?? 0), ...settled],
    waiting,
    ...(failure.code === 'no-time-left' || failure.code === NO_PLACE ? { notAttempted: true } : {}),
    ...(failure.kind === 'too-large' ? { recordingOmitted: 'too-large' as const } : {}),
    ...(failure.isIncomplete && recording.attachable ? { recordingFetchFailed: true } : {}),
  };
}

/** What an address is does not depend on the rule by which it gets the mail. */
function asMailed({ settings, rules }: EmailJob, recipients: readonly EmailRecipient[]): Recipient[] {
  const named = [
    ...settings.recipients,
    ...(settings.archive === undefined ? [] : [settings.archive]),
    ...rules.rules.flatMap((rule) => rule.recipients),
  ];
  const desks = new Set(named.filter((one) => one.service_desk).map(({ address }) => addressKey(address)));
  return recipients.map(({ address, name }) => ({
    address,
    name,
    ...(desks.has(addressKey(address)) ? { omitAutoSubmitted: true } : {}),
  }));
}

function toFailureOutcome(error: unknown, { job, earlier, recipients, deliveryUncertain }: Sending): EmailOutcome {
  const lastErrorDetail = errorCode(error);
  const settled = earlier.slice(job.entry.email.settled?.length ?? 0);
  if (error instanceof RecordingUnavailable)
    return {
      result: 'later',
      lastError: 'recording-unavailable',
      lastErrorDetail,
      deliveryUncertain,
      recordingFetchFailed: true,
      settled,
      waiting: waitingFor(recipients, 'recording-unavailable'),
    };
  const lastError = error instanceof TwilioError ? 'twilio-unavailable' : 'unknown';
  const waiting = waitingFor(recipients, lastError);
  return { result: 'later', lastError, lastErrorDetail, deliveryUncertain, settled, waiting };
}
