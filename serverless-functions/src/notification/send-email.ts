import type { EmailProblem } from '@callback-and-voicemail/contract';
import type { EmailOutcome } from '../ledger/outcomes';
import { isSettled } from '../ledger/settled-recipients';
import { errorCode, TwilioError } from '../runtime/errors';
import { RecordingUnavailable } from '../twilio/recording-media';
import { chosenRecipients } from './chosen-recipients';
import { composeEmail } from './compose-email';
import { deliverMessage } from './deliver-message';
import { outcomeOfEarlierAttempt } from './earlier-attempt';
import type { EmailJob, SendEmail } from './email-job';
import { messageIdFor } from './mail-account';
import { resolveRecording } from './mail-recording';
import { asMailed } from './mailed-recipients';
import { createMailer } from './mailer';
import { permittedRecipients } from './permitted-recipients';
import { discardDownload } from './recording-download';
import { NO_PLACE } from './send-allowance';
import { sendClosingEmail } from './send-closing-email';
import { sendReminders } from './send-reminders';
import { LEDGER_WRITE_RESERVE_MS, type Sending, settledOutcome, waitingFor } from './sending';

/**
 * Sends the email of a voicemail whose email step the caller holds. Never throws.
 * @returns the outcome, which the caller writes to the ledger
 */
async function sendVoicemailEmail(job: EmailJob): Promise<EmailOutcome> {
  const sending = prepare(job);
  if ('result' in sending) {
    await discardDownload(job.pendingDownload);
    return sending;
  }
  try {
    return (await outcomeOfEarlierAttempt(sending)) ?? (await send(sending));
  } catch (error) {
    return toFailureOutcome(error, sending);
  } finally {
    if (sending.recording?.attachable) sending.recording.discard();
    else await discardDownload(job.pendingDownload);
  }
}

/** What is to be sent to whom, or why nothing is. */
function prepare(job: EmailJob): Sending | EmailOutcome {
  const { entry } = job;
  const chosen = chosenRecipients(job);
  if (chosen === undefined) return { result: 'off' };
  const { recipients, problem } = permittedRecipients(job, chosen);
  if (problem !== undefined) return notAttempted(problem);
  const mailer = createMailer(job.environment);
  if (mailer === undefined) return notAttempted('not-configured');
  const earlier = entry.email.settled ?? [];
  return {
    job,
    mailer,
    recipients: recipients.filter(({ address }) => !isSettled(earlier, address)),
    earlier,
    messageId: messageIdFor(entry.id, mailer),
    deliveryUncertain: entry.email.deliveryUncertainSince !== undefined,
  };
}

const notAttempted = (lastError: EmailProblem): EmailOutcome => ({
  result: 'later',
  lastError,
  deliveryUncertain: false,
  notAttempted: true,
});

export const sendEmail: SendEmail = Object.assign(sendVoicemailEmail, {
  closing: sendClosingEmail,
  reminders: sendReminders,
});

async function send(sending: Sending): Promise<EmailOutcome> {
  const { job, mailer, messageId, recipients, deliveryUncertain } = sending;
  const timeLeft = () => job.deadline.remaining() - LEDGER_WRITE_RESERVE_MS;
  const recording = await resolveRecording(job, timeLeft());
  sending.recording = recording;
  const { settled, providerId, failure, waiting } = await deliverMessage(
    mailer.order,
    asMailed(job, recipients),
    (provider, some) => composeEmail(job, mailer, messageId, some, recording, provider),
    { remaining: timeLeft, within: (ms, work) => job.deadline.within(ms, work), release: job.release },
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
