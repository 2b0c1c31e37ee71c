import {
  addressKey,
  type EmailProblem,
  type EmailRecipient,
  type EmailSettings,
  isAllowedLogo,
  isAllowedRecipient,
  mailedFormat,
  mailsTranscript,
} from '@callback-and-voicemail/contract';
import { EmailSendError, type Message } from '../email-providers/provider';
import { ALREADY_PROMISED_REASON, type RecordingIn, type SendableEntry, transcriptText } from '../ledger/entry';
import type { EmailOutcome } from '../ledger/outcomes';
import { type Environment, splitAddresses } from '../runtime/environment';
import { errorCode, TwilioError } from '../runtime/errors';
import {
  type AudioFormat,
  type RecordingDownload,
  type RecordingStorage,
  RecordingUnavailable,
} from '../twilio/recording-media';
import { allowedRecipients } from './allowed-recipients';
import { isAudio, peek } from './audio-format';
import { chosenRecipients } from './chosen-recipients';
import type { EmailJob, SendEmail } from './email-job';
import { emailStrings } from './email-strings';
import { logoHosts } from './logo-hosts';
import { messageIdFor } from './mail-account';
import { createMailer, type Mailer } from './mailer';
import { attachmentName, type RecordingOmission, type VoicemailEmail } from './message';
import { discardDownload } from './recording-download';
import { renderMail } from './render-mail';

/** ADR 0009: attached below this, whatever the provider takes. */
const MAX_RECORDING_BYTES = 20_000_000;
/** Base64 in lines of 76 and CRLF: 78 bytes for every 57. */
const encodedBytes = (raw: number) => Math.ceil(raw / 57) * 78;
/** Headers, boundaries and what the provider adds; measured messages need under 4 kB. */
const ENVELOPE_BYTES = 16_000;
/** A recording that cannot be fetched this often is mailed about without it: the news must not wait for the audio. */
const MAX_RECORDING_FETCHES = 4;
/** Kept back from a send, so that what came of it can be written into the ledger. */
const LEDGER_WRITE_RESERVE_MS = 1_500;
/** How long the provider may take to say whether it has a mail. */
const PROVIDER_QUERY_TIMEOUT_MS = 3_000;
/** How long after a lost answer the provider's "no" is not believed. */
const PROVIDER_RECORDS_LAG_MS = 10 * 60_000;
/** With less time than this, the response would arrive too late. */
const MIN_SEND_MS = 1_000;

/**
 * Sends the email of a voicemail whose email step the caller holds. Never throws.
 * @returns the outcome, which the caller writes to the ledger
 */
export const sendEmail: SendEmail = async (job) => {
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
  const sending: Sending = {
    job,
    mailer,
    recipients,
    messageId: messageIdFor(entry.id, mailer),
    deliveryUncertain: entry.email.deliveryUncertainSince !== undefined,
    isHandedOver: false,
  };
  try {
    return (await outcomeOfEarlierAttempt(sending)) ?? (await send(sending));
  } catch (error) {
    return toFailureOutcome(error, sending);
  } finally {
    sending.download?.stream.destroy();
    if (sending.download === undefined) await discardDownload(job.pendingDownload);
  }
};

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
  recipients: EmailRecipient[];
  messageId: string;
  /** The email may have been sent, by this attempt or an earlier one. */
  deliveryUncertain: boolean;
  /** The request to the provider was begun. */
  isHandedOver: boolean;
  download?: RecordingDownload;
}

const recipientOutcomes = ({ recipients }: Sending, state: 'accepted' | 'refused') =>
  recipients.map(({ address }) => ({ address, state }));

/** @returns undefined when no earlier attempt sent the email, as far as anything can tell */
async function outcomeOfEarlierAttempt(sending: Sending): Promise<EmailOutcome | undefined> {
  const { job, mailer, messageId, deliveryUncertain } = sending;
  if (!deliveryUncertain) return undefined;
  const time = Math.min(PROVIDER_QUERY_TIMEOUT_MS, job.deadline.remaining() - LEDGER_WRITE_RESERVE_MS);
  const accepted = await job.deadline
    .within(time, () => mailer.provider.wasAccepted(messageId, time))
    .catch(() => 'unknown' as const);
  if (accepted === 'yes')
    return {
      result: 'sent',
      recipients: recipientOutcomes(sending, 'accepted'),
      possibleDuplicate: false,
      others: job.others?.length,
    };
  // Mailgun's records lag behind its sending: only a "no" that has had time to become a "yes" is one.
  if (Date.now() - (job.entry.email.deliveryUncertainSince ?? 0) >= PROVIDER_RECORDS_LAG_MS) return undefined;
  return {
    result: 'later',
    lastError: 'unconfirmed',
    lastErrorDetail: 'waiting-for-provider',
    deliveryUncertain,
    notAttempted: true,
  };
}

async function send(sending: Sending): Promise<EmailOutcome> {
  const { job, mailer, messageId, recipients, deliveryUncertain } = sending;
  const recording = await resolveRecording(job, mailer.provider.maxMessageBytes);
  sending.download = recording.download;
  const timeout = job.deadline.remaining() - LEDGER_WRITE_RESERVE_MS;
  if (timeout < MIN_SEND_MS)
    return { result: 'later', lastError: 'no-time-left', deliveryUncertain, notAttempted: true };
  sending.isHandedOver = true;
  const message = composeMessage(job, mailer, messageId, recipients, recording);
  const providerId = await job.deadline.within(timeout, () => mailer.provider.send(message, timeout));
  return {
    result: 'sent',
    providerId,
    recipients: recipientOutcomes(sending, 'accepted'),
    possibleDuplicate: deliveryUncertain,
    others: job.others?.length,
    attachedBytes: recording.download?.bytes,
  };
}

function toFailureOutcome(error: unknown, sending: Sending): EmailOutcome {
  const { deliveryUncertain, isHandedOver } = sending;
  if (error instanceof EmailSendError) {
    const problem = { lastError: error.problem, lastErrorDetail: `${error.code} ${error.detail}`.trim() };
    if (error.kind === 'permanent')
      return { result: 'failed', ...problem, recipients: recipientOutcomes(sending, 'refused') };
    return {
      result: 'later',
      ...problem,
      deliveryUncertain: deliveryUncertain || error.deliveryUncertain,
      ...(error.kind === 'too-large' ? { recordingOmitted: 'too-large' as const } : {}),
    };
  }
  const lastErrorDetail = errorCode(error);
  if (error instanceof RecordingUnavailable)
    return {
      result: 'later',
      lastError: 'recording-unavailable',
      lastErrorDetail,
      deliveryUncertain,
      recordingFetchFailed: true,
    };
  // Most likely the time ran out: once handed over, the email may have been sent.
  if (isHandedOver)
    return {
      result: 'later',
      lastError: 'unconfirmed',
      lastErrorDetail: 'no-answer-in-time',
      deliveryUncertain: true,
    };
  const lastError = error instanceof TwilioError ? 'twilio-unavailable' : 'unknown';
  return { result: 'later', lastError, lastErrorDetail, deliveryUncertain };
}

interface RecordingForMail {
  download?: RecordingDownload;
  presentation: VoicemailEmail['recording'];
}

const notAttached = (reason: RecordingOmission): RecordingForMail => ({ presentation: { attached: false, reason } });

/** Decides attach or not, and fetches what is to be attached. @throws RecordingUnavailable */
async function resolveRecording(job: EmailJob, limit: number): Promise<RecordingForMail> {
  const { entry, settings } = job;
  const { recording } = entry;
  if (recording.state === 'failed') return notAttached(isCalledBack(entry) ? 'failed' : 'failed-no-callback');
  const format = mailedFormat(settings);
  if (format === 'notice') return notAttached('notice-only');
  if (entry.email.recordingOmitted !== undefined) return notAttached(entry.email.recordingOmitted);
  return fetchRecording(job, recording, format, limit);
}

/** @throws RecordingUnavailable */
async function fetchRecording(
  job: EmailJob,
  { recordingSid, seconds = 0 }: RecordingIn<'completed'>,
  format: AudioFormat,
  limit: number,
): Promise<RecordingForMail> {
  const { entry, pendingDownload } = job;
  let download: RecordingDownload;
  try {
    if (pendingDownload?.recordingSid === recordingSid && pendingDownload.format === format)
      download = await pendingDownload.download;
    else {
      await discardDownload(pendingDownload);
      download = await job.media().download(recordingSid, format);
    }
  } catch (error) {
    if (!(error instanceof RecordingUnavailable)) throw error;
    const storage = await readStorage(job, recordingSid);
    if (storage !== 'twilio') return notAttached(storage);
    if ((entry.email.recordingFetchFailures ?? 0) + 1 >= MAX_RECORDING_FETCHES) return notAttached('gone');
    throw error;
  }
  const bytes = download.bytes ?? estimatedBytes(seconds, format);
  if (bytes >= MAX_RECORDING_BYTES || encodedBytes(bytes) + ENVELOPE_BYTES > limit) {
    download.stream.destroy();
    return notAttached('too-large');
  }
  // An encrypted recording is sent as it is, under the name of a sound.
  const isPlayable = await peek(download.stream).then(
    (beginning) => isAudio(beginning, format),
    () => true,
  );
  if (!isPlayable) {
    const storage = await readStorage(job, recordingSid);
    if (storage !== 'twilio') {
      download.stream.destroy();
      return notAttached(storage);
    }
  }
  return { download, presentation: { attached: true, fileName: attachmentName(voicemailFacts(job), format) } };
}

/** Whether a callback was made in the place of a message that could not be recorded, by this entry or another one. */
const isCalledBack = ({ task }: SendableEntry) =>
  task.state === 'none' ? task.reason === ALREADY_PROMISED_REASON : true;

/** Where a recording is that could not be had; with Twilio, as long as Twilio does not say otherwise. */
async function readStorage({ media }: EmailJob, recordingSid: string): Promise<RecordingStorage> {
  try {
    return await media().readStorage(recordingSid);
  } catch {
    return 'twilio';
  }
}

/** 128 kbit/s for wav, 32 kbit/s for mp3: Twilio's own figures for recordings. */
function estimatedBytes(seconds: number, format: AudioFormat): number {
  return (seconds + 1) * (format === 'wav' ? 16_000 : 4_000) + 44;
}

function voicemailFacts({ entry, settings, timeZone, environment }: EmailJob) {
  return {
    from: entry.from,
    to: entry.to,
    queueName: entry.queueName,
    receivedAt: entry.createdAt,
    waitingSince: entry.waitingSince,
    timeZone: settings.time_zone ?? timeZone,
    seconds: entry.recording.seconds,
    callerName: entry.callerName,
    transcript: mailsTranscript(settings) ? transcriptText(entry) : undefined,
    flexUrl: flexUrl(environment),
    ...appearance(settings, environment),
  };
}

const FLEX_URL = 'https://flex.twilio.com';

/** Flex documents no address for a single task, so it is where Flex itself is. */
export function flexUrl({ values }: Environment): string {
  return splitAddresses(values.FLEX_ORIGINS ?? '')[0] ?? FLEX_URL;
}

/** How mails of these settings look, whatever they tell. A logo at a host that is not allowed, or not any more, is left out. */
export function appearance(
  settings: EmailSettings,
  environment: Environment,
): Pick<VoicemailEmail, 'words' | 'organization' | 'subject' | 'logoUrl' | 'logoSize' | 'footer' | 'chosenBy'> {
  const { organization, subject, logo_url: url, logo_size: logoSize, footer, language, saved } = settings;
  // Nobody has saved anything: the recipients are those of ADMIN_EMAIL.
  const chosenBy = saved === undefined ? 'administrator' : 'supervisor';
  const logoUrl = url !== undefined && isAllowedLogo(url, logoHosts(environment)) ? url : undefined;
  return { words: emailStrings(language), organization, subject, logoUrl, logoSize, footer, chosenBy };
}

function composeMessage(
  job: EmailJob,
  mailer: Mailer,
  messageId: string,
  recipients: EmailRecipient[],
  recording: RecordingForMail,
): Message {
  const mail: VoicemailEmail = { ...voicemailFacts(job), recording: recording.presentation, others: job.others };
  const { download, presentation } = recording;
  return {
    messageId,
    from: mailer.from,
    replyTo: mailer.replyTo,
    listId: mailer.listId,
    recipients,
    ...renderMail(mail, job.settings.email_content),
    ...(download !== undefined && presentation.attached
      ? {
          attachment: {
            fileName: presentation.fileName,
            contentType: download.format === 'wav' ? 'audio/wav' : 'audio/mpeg',
            stream: download.stream,
            bytes: download.bytes,
          },
        }
      : {}),
  };
}
