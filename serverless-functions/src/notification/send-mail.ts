import { type EmailRecipient, type EmailSettings, recipientsFor } from '@callback-and-voicemail/contract';
import { MailNotAccepted, type Message } from '../email-providers/provider';
import { transcriptText } from '../ledger/entry';
import { errorCode } from '../runtime/errors';
import { type AudioFormat, type RecordingDownload, RecordingUnavailable } from '../twilio/recording-media';
import type { MailJob, SendMail } from './mail-job';
import { mailWords } from './mail-words';
import { type Mailer, mailerOf, messageIdOf } from './mailer';
import { attachmentName, htmlOf, subjectOf, textOf, type VoicemailMail } from './message';
import { dropDownload } from './recording-download';

/** ADR 0009: attached below this, whatever the provider takes. */
const MAX_RECORDING_BYTES = 20_000_000;
/** Base64 in lines of 76 and CRLF: 78 bytes for every 57. */
const encodedBytes = (raw: number) => Math.ceil(raw / 57) * 78;
/** Headers, boundaries and what the provider adds; measured messages need under 4 kB. */
const ENVELOPE_BYTES = 16_000;
/** A recording that cannot be fetched this often is mailed about without it: the news must not wait for the audio. */
const TRIES_WITH_RECORDING = 4;
/** Kept back from a send, so that what came of it can be written into the ledger. */
const TIME_TO_WRITE_IT_DOWN_MS = 1_500;
/** How long the provider may take to say whether it has a mail. */
const MAX_QUESTION_MS = 3_000;
/** How long after a lost answer the provider's "no" is not believed. */
const RECORDS_LAG_MS = 10 * 60_000;
/** Below this much time a send would only end as an answer nobody hears. */
const MIN_SEND_MS = 1_000;

/**
 * Sends the mail of a voicemail whose mail step the caller holds.
 * @returns never throws: what went wrong is an outcome to be written down
 */
export const sendMail: SendMail = async (job) => {
  const { entry, settings } = job;
  const mailer = mailerOf(job.environment);
  const { recipients: readers } = recipientsFor(settings, job.rules, {
    queue: entry.queueName,
    number: entry.to,
    at: entry.createdAt,
    timeZone: job.timeZone,
  });
  // Where rules decide, they may decide that nobody gets it; without any, somebody was forgotten.
  if (readers.length === 0 && job.rules.rules.some(({ enabled }) => enabled)) return { result: 'off' };
  if (readers.length === 0)
    return { result: 'later', lastError: 'no-recipients', deliveryUncertain: false, notAttempted: true };
  if (mailer === undefined)
    return { result: 'later', lastError: 'mail-not-configured', deliveryUncertain: false, notAttempted: true };
  const messageId = messageIdOf(entry.id, mailer);
  const recipients = (state: 'accepted' | 'refused') => readers.map(({ address }) => ({ address, state }));
  let mayHaveBeenSent = entry.email.deliveryUncertainSince !== undefined;
  let attachment: RecordingDownload | undefined;
  let handedOver = false;
  try {
    if (mayHaveBeenSent) {
      const time = Math.min(MAX_QUESTION_MS, job.deadline.remaining() - TIME_TO_WRITE_IT_DOWN_MS);
      const answer = await job.deadline
        .within(time, () => mailer.provider.wasAccepted(messageId, time))
        .catch(() => 'unknown' as const);
      if (answer === 'yes') return { result: 'sent', recipients: recipients('accepted'), possibleDuplicate: false };
      // Mailgun's records lag behind its sending: only a "no" that has had time to become a "yes" is one.
      const since = Date.now() - (entry.email.deliveryUncertainSince ?? 0);
      if (since < RECORDS_LAG_MS)
        return {
          result: 'later',
          lastError: 'waiting-for-provider',
          deliveryUncertain: mayHaveBeenSent,
          notAttempted: true,
        };
    }
    const recording = await recordingFor(job, mailer.provider.maxMessageBytes);
    attachment = recording.download;
    const timeout = job.deadline.remaining() - TIME_TO_WRITE_IT_DOWN_MS;
    if (timeout < MIN_SEND_MS)
      return { result: 'later', lastError: 'no-time-left', deliveryUncertain: mayHaveBeenSent, notAttempted: true };
    handedOver = true;
    const message = compose(job, mailer, messageId, readers, recording);
    const providerId = await job.deadline.within(timeout, () => mailer.provider.send(message, timeout));
    return {
      result: 'sent',
      providerId,
      recipients: recipients('accepted'),
      possibleDuplicate: mayHaveBeenSent,
      attachedBytes: attachment?.bytes,
    };
  } catch (error) {
    if (error instanceof MailNotAccepted) {
      mayHaveBeenSent ||= error.mayHaveBeenSent;
      if (error.failure === 'permanent')
        return { result: 'failed', lastError: error.code, recipients: recipients('refused') };
      if (error.failure === 'too-large')
        return {
          result: 'later',
          lastError: error.code,
          deliveryUncertain: mayHaveBeenSent,
          recordingOmitted: 'too-large',
        };
      return { result: 'later', lastError: error.code, deliveryUncertain: mayHaveBeenSent };
    }
    if (error instanceof RecordingUnavailable)
      return { result: 'later', lastError: error.code, deliveryUncertain: mayHaveBeenSent, recordingFetchFailed: true };
    // Our own time ran out, most likely: once handed over, the mail may be on its way.
    const problem = handedOver ? 'no-answer-in-time' : errorCode(error);
    return { result: 'later', lastError: problem, deliveryUncertain: mayHaveBeenSent || handedOver };
  } finally {
    attachment?.stream.destroy();
    if (attachment === undefined) await dropDownload(job.started);
  }
};

interface RecordingForMail {
  download?: RecordingDownload;
  shown: VoicemailMail['recording'];
}

/** Decides attach or not, and fetches what is to be attached. @throws RecordingUnavailable */
async function recordingFor(job: MailJob, limit: number): Promise<RecordingForMail> {
  const { entry, settings, started } = job;
  const without = (why: 'too-large' | 'gone' | 'notice-only'): RecordingForMail => ({
    shown: { attached: false, why },
  });
  if (settings.recording_format === 'notice') return without('notice-only');
  if (entry.email.recordingOmitted !== undefined) return without(entry.email.recordingOmitted);
  const format = settings.recording_format;
  const { recordingSid } = entry.recording;
  let download: RecordingDownload;
  try {
    if (started?.recordingSid === recordingSid && started.format === format) download = await started.download;
    else {
      await dropDownload(started);
      download = await job.media().download(recordingSid, format);
    }
  } catch (error) {
    if (error instanceof RecordingUnavailable && (entry.email.recordingFetchFailures ?? 0) + 1 >= TRIES_WITH_RECORDING)
      return without('gone');
    throw error;
  }
  const bytes = download.bytes ?? estimatedBytes(entry.recording.seconds ?? 0, format);
  if (bytes >= MAX_RECORDING_BYTES || encodedBytes(bytes) + ENVELOPE_BYTES > limit) {
    download.stream.destroy();
    return without('too-large');
  }
  return { download, shown: { attached: true, fileName: attachmentName(mailFacts(job), format) } };
}

/** 128 kbit/s for wav, 32 kbit/s for mp3: Twilio's own figures for recordings. */
function estimatedBytes(seconds: number, format: AudioFormat): number {
  return (seconds + 1) * (format === 'wav' ? 16_000 : 4_000) + 44;
}

function mailFacts({ entry, settings, timeZone }: MailJob) {
  return {
    from: entry.from,
    to: entry.to,
    queueName: entry.queueName,
    receivedAt: entry.createdAt,
    waitingSince: entry.waitingSince,
    timeZone: settings.time_zone ?? timeZone,
    seconds: entry.recording.seconds,
    transcript: settings.include_transcript ? transcriptText(entry) : undefined,
    ...lookOf(settings),
  };
}

/** How mails of these settings look, whatever they tell. */
export function lookOf(
  settings: EmailSettings,
): Pick<VoicemailMail, 'words' | 'organization' | 'subject' | 'logoUrl' | 'footer'> {
  const { organization, subject, logo_url: logoUrl, footer, language } = settings;
  return { words: mailWords(language), organization, subject, logoUrl, footer };
}

function compose(
  job: MailJob,
  mailer: Mailer,
  messageId: string,
  recipients: EmailRecipient[],
  recording: RecordingForMail,
): Message {
  const mail: VoicemailMail = { ...mailFacts(job), recording: recording.shown };
  const { download, shown } = recording;
  return {
    messageId,
    from: mailer.from,
    recipients,
    subject: subjectOf(mail),
    text: textOf(mail),
    html: htmlOf(mail),
    ...(download !== undefined && shown.attached
      ? {
          attachment: {
            fileName: shown.fileName,
            contentType: download.format === 'wav' ? 'audio/wav' : 'audio/mpeg',
            stream: download.stream,
            bytes: download.bytes,
          },
        }
      : {}),
  };
}
