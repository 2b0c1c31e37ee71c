import { type EmailRecipient, type EmailSettings, recipientsFor } from '@callback-and-voicemail/contract';
import { EmailSendError, type Message } from '../email-providers/provider';
import { transcriptText } from '../ledger/entry';
import { errorCode, TwilioError } from '../runtime/errors';
import { type AudioFormat, type RecordingDownload, RecordingUnavailable } from '../twilio/recording-media';
import type { EmailJob, SendEmail } from './email-job';
import { emailStrings } from './email-strings';
import { createMailer, type Mailer, messageIdFor } from './mailer';
import { attachmentName, renderHtml, renderSubjectLine, renderText, type VoicemailEmail } from './message';
import { discardDownload } from './recording-download';

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
 * Sends the mail of a voicemail whose mail step the caller holds.
 * @returns never throws: what went wrong is an outcome to be written down
 */
export const sendEmail: SendEmail = async (job) => {
  const { entry, settings } = job;
  const mailer = createMailer(job.environment);
  const { recipients: readers } = recipientsFor(settings, job.rules, {
    queue: entry.queueName,
    number: entry.to,
    at: entry.createdAt,
    timeZone: job.timeZone,
  });
  // With rules, having no recipient is intended; without rules, recipients are missing.
  if (readers.length === 0 && job.rules.rules.some(({ enabled }) => enabled)) return { result: 'off' };
  if (readers.length === 0)
    return { result: 'later', lastError: 'no-recipients', deliveryUncertain: false, notAttempted: true };
  if (mailer === undefined)
    return { result: 'later', lastError: 'not-configured', deliveryUncertain: false, notAttempted: true };
  const messageId = messageIdFor(entry.id, mailer);
  const recipients = (state: 'accepted' | 'refused') => readers.map(({ address }) => ({ address, state }));
  let deliveryUncertain = entry.email.deliveryUncertainSince !== undefined;
  let attachment: RecordingDownload | undefined;
  let handedOver = false;
  try {
    if (deliveryUncertain) {
      const time = Math.min(PROVIDER_QUERY_TIMEOUT_MS, job.deadline.remaining() - LEDGER_WRITE_RESERVE_MS);
      const accepted = await job.deadline
        .within(time, () => mailer.provider.wasAccepted(messageId, time))
        .catch(() => 'unknown' as const);
      if (accepted === 'yes') return { result: 'sent', recipients: recipients('accepted'), possibleDuplicate: false };
      // Mailgun's records lag behind its sending: only a "no" that has had time to become a "yes" is one.
      const since = Date.now() - (entry.email.deliveryUncertainSince ?? 0);
      if (since < PROVIDER_RECORDS_LAG_MS)
        return {
          result: 'later',
          lastError: 'unconfirmed',
          lastErrorDetail: 'waiting-for-provider',
          deliveryUncertain,
          notAttempted: true,
        };
    }
    const recording = await resolveRecording(job, mailer.provider.maxMessageBytes);
    attachment = recording.download;
    const timeout = job.deadline.remaining() - LEDGER_WRITE_RESERVE_MS;
    if (timeout < MIN_SEND_MS)
      return { result: 'later', lastError: 'no-time-left', deliveryUncertain, notAttempted: true };
    handedOver = true;
    const message = composeMessage(job, mailer, messageId, readers, recording);
    const providerId = await job.deadline.within(timeout, () => mailer.provider.send(message, timeout));
    return {
      result: 'sent',
      providerId,
      recipients: recipients('accepted'),
      possibleDuplicate: deliveryUncertain,
      attachedBytes: attachment?.bytes,
    };
  } catch (error) {
    if (error instanceof EmailSendError) {
      deliveryUncertain ||= error.deliveryUncertain;
      const lastErrorDetail = `${error.code} ${error.detail}`.trim();
      const problem = { lastError: error.problem, lastErrorDetail };
      if (error.kind === 'permanent') return { result: 'failed', ...problem, recipients: recipients('refused') };
      if (error.kind === 'too-large')
        return { result: 'later', ...problem, deliveryUncertain, recordingOmitted: 'too-large' };
      return { result: 'later', ...problem, deliveryUncertain };
    }
    if (error instanceof RecordingUnavailable)
      return {
        result: 'later',
        lastError: 'recording-unavailable',
        lastErrorDetail: error.code,
        deliveryUncertain,
        recordingFetchFailed: true,
      };
    // Our own time ran out, most likely: once handed over, the mail may be on its way.
    if (handedOver)
      return {
        result: 'later',
        lastError: 'unconfirmed',
        lastErrorDetail: 'no-answer-in-time',
        deliveryUncertain: true,
      };
    const lastError = error instanceof TwilioError ? 'twilio-unavailable' : 'unknown';
    return { result: 'later', lastError, lastErrorDetail: errorCode(error), deliveryUncertain };
  } finally {
    attachment?.stream.destroy();
    if (attachment === undefined) await discardDownload(job.pendingDownload);
  }
};

interface RecordingForMail {
  download?: RecordingDownload;
  presentation: VoicemailEmail['recording'];
}

/** Decides attach or not, and fetches what is to be attached. @throws RecordingUnavailable */
async function resolveRecording(job: EmailJob, limit: number): Promise<RecordingForMail> {
  const { entry, settings, pendingDownload } = job;
  const notAttached = (reason: 'too-large' | 'gone' | 'notice-only'): RecordingForMail => ({
    presentation: { attached: false, reason },
  });
  if (settings.recording_format === 'notice') return notAttached('notice-only');
  if (entry.email.recordingOmitted !== undefined) return notAttached(entry.email.recordingOmitted);
  const format = settings.recording_format;
  const { recordingSid } = entry.recording;
  let download: RecordingDownload;
  try {
    if (pendingDownload?.recordingSid === recordingSid && pendingDownload.format === format)
      download = await pendingDownload.download;
    else {
      await discardDownload(pendingDownload);
      download = await job.media().download(recordingSid, format);
    }
  } catch (error) {
    if (error instanceof RecordingUnavailable && (entry.email.recordingFetchFailures ?? 0) + 1 >= MAX_RECORDING_FETCHES)
      return notAttached('gone');
    throw error;
  }
  const bytes = download.bytes ?? estimatedBytes(entry.recording.seconds ?? 0, format);
  if (bytes >= MAX_RECORDING_BYTES || encodedBytes(bytes) + ENVELOPE_BYTES > limit) {
    download.stream.destroy();
    return notAttached('too-large');
  }
  return { download, presentation: { attached: true, fileName: attachmentName(voicemailFacts(job), format) } };
}

/** 128 kbit/s for wav, 32 kbit/s for mp3: Twilio's own figures for recordings. */
function estimatedBytes(seconds: number, format: AudioFormat): number {
  return (seconds + 1) * (format === 'wav' ? 16_000 : 4_000) + 44;
}

function voicemailFacts({ entry, settings, timeZone }: EmailJob) {
  return {
    from: entry.from,
    to: entry.to,
    queueName: entry.queueName,
    receivedAt: entry.createdAt,
    waitingSince: entry.waitingSince,
    timeZone: settings.time_zone ?? timeZone,
    seconds: entry.recording.seconds,
    transcript: settings.include_transcript ? transcriptText(entry) : undefined,
    ...appearance(settings),
  };
}

/** How mails of these settings look, whatever they tell. */
export function appearance(
  settings: EmailSettings,
): Pick<VoicemailEmail, 'words' | 'organization' | 'subject' | 'logoUrl' | 'footer'> {
  const { organization, subject, logo_url: logoUrl, footer, language } = settings;
  return { words: emailStrings(language), organization, subject, logoUrl, footer };
}

function composeMessage(
  job: EmailJob,
  mailer: Mailer,
  messageId: string,
  recipients: EmailRecipient[],
  recording: RecordingForMail,
): Message {
  const mail: VoicemailEmail = { ...voicemailFacts(job), recording: recording.presentation };
  const { download, presentation } = recording;
  return {
    messageId,
    from: mailer.from,
    recipients,
    subject: renderSubjectLine(mail),
    text: renderText(mail),
    html: renderHtml(mail),
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
