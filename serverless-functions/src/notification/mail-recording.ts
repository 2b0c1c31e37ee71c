import type { Readable } from 'node:stream';
import { mailedFormat } from '@callback-and-voicemail/contract';
import type { EmailProvider } from '../email-providers/provider';
import { ALREADY_PROMISED_REASON, type RecordingIn, type SendableEntry } from '../ledger/entry';
import {
  type AudioFormat,
  type RecordingDownload,
  type RecordingStorage,
  RecordingUnavailable,
} from '../twilio/recording-media';
import { isAudio, peek } from './audio-format';
import type { EmailJob } from './email-job';
import type { RecordingOmission } from './message';
import { discardDownload } from './recording-download';

/** ADR 0009: attached below this, whatever the provider takes. */
const MAX_RECORDING_BYTES = 20_000_000;
/** Base64 in lines of 76 and CRLF: 78 bytes for every 57. */
const encodedBytes = (raw: number) => Math.ceil(raw / 57) * 78;
/** Headers, boundaries and what the provider adds; measured messages need under 4 kB. */
const ENVELOPE_BYTES = 16_000;
/** A recording that cannot be fetched or sent whole this often is mailed about without it: the news must not wait. */
const MAX_RECORDING_FETCHES = 4;

/** What an email can do with the recording of its voicemail. */
export type MailRecording = { attachable: false; reason: RecordingOmission } | AttachableRecording;

export interface AttachableRecording {
  attachable: true;
  format: AudioFormat;
  /** From Content-Length; undefined when Twilio did not say. */
  bytes: number | undefined;
  /** `bytes`, or what a recording of its length usually has. */
  expectedBytes: number;
  /** From its beginning, each time it is called. @throws RecordingUnavailable */
  open(): Promise<Readable>;
  /** Ends the download that nobody opened. */
  discard(): void;
}

/** True when a provider takes a message with that recording. */
export function fitsProvider({ expectedBytes }: AttachableRecording, { maxMessageBytes }: EmailProvider): boolean {
  return encodedBytes(expectedBytes) + ENVELOPE_BYTES <= maxMessageBytes;
}

const omitted = (reason: RecordingOmission): MailRecording => ({ attachable: false, reason });

/**
 * Decides whether the recording may be attached, and begins to fetch it.
 * @param waitMs how long Twilio may take for its first bytes
 * @throws RecordingUnavailable when it may be had later
 */
export async function resolveRecording(job: EmailJob, waitMs: number): Promise<MailRecording> {
  const { entry, settings } = job;
  const { recording, email } = entry;
  if (recording.state === 'failed') return omitted(isCalledBack(entry) ? 'failed' : 'failed-no-callback');
  const format = mailedFormat(settings);
  if (format === 'notice') return omitted('notice-only');
  if (format === 'link') return omitted(await omissionByStorage(job, recording.recordingSid, 'by-link'));
  if (email.recordingOmitted !== undefined) return omitted(email.recordingOmitted);
  if (fetchFailures(job) >= MAX_RECORDING_FETCHES)
    return omitted(await omissionByStorage(job, recording.recordingSid, 'gone'));
  return fetchRecording(job, recording, format, waitMs);
}

/** @throws RecordingUnavailable */
async function fetchRecording(
  job: EmailJob,
  { recordingSid, seconds = 0 }: RecordingIn<'completed'>,
  format: AudioFormat,
  waitMs: number,
): Promise<MailRecording> {
  let download: RecordingDownload;
  try {
    download = await firstDownload(job, recordingSid, format);
  } catch (error) {
    if (!(error instanceof RecordingUnavailable)) throw error;
    const isLast = fetchFailures(job) + 1 >= MAX_RECORDING_FETCHES;
    const reason = await omissionByStorage(job, recordingSid, isLast ? ('gone' as const) : undefined);
    if (reason !== undefined) return omitted(reason);
    throw error;
  }
  const expectedBytes = download.bytes ?? estimatedBytes(seconds, format);
  job.log.info('recording size', { entry: job.entry.id, size: expectedBytes });
  if (expectedBytes >= MAX_RECORDING_BYTES) {
    download.stream.destroy();
    return omitted('too-large');
  }
  const beginning = await firstBytes(job, download, waitMs);
  if (beginning.length === 0) return omitted('empty');
  // An encrypted recording is sent as it is, under the name of a sound.
  if (!isAudio(beginning, format)) {
    const reason = await omissionByStorage(job, recordingSid, undefined);
    if (reason !== undefined) {
      download.stream.destroy();
      return omitted(reason);
    }
  }
  let first: RecordingDownload | undefined = download;
  return {
    attachable: true,
    format,
    bytes: download.bytes,
    expectedBytes,
    async open() {
      const { stream } = first ?? (await job.media().download(recordingSid, format));
      first = undefined;
      return stream;
    },
    discard: () => first?.stream.destroy(),
  };
}

/** How often the recording could not be fetched, or not be sent whole. */
const fetchFailures = ({ entry }: EmailJob) => entry.email.recordingFetchFailures ?? 0;

/** The download that was begun beside the claim, if it is the one that is wanted. @throws RecordingUnavailable */
async function firstDownload(
  { pendingDownload, media }: EmailJob,
  recordingSid: string,
  format: AudioFormat,
): Promise<RecordingDownload> {
  if (pendingDownload?.recordingSid === recordingSid && pendingDownload.format === format)
    return pendingDownload.download;
  await discardDownload(pendingDownload);
  return media().download(recordingSid, format);
}

/** @returns none when the recording is empty @throws RecordingUnavailable when they do not come in time */
async function firstBytes({ deadline }: EmailJob, { stream }: RecordingDownload, waitMs: number): Promise<Buffer> {
  try {
    return await deadline.within(waitMs, () => peek(stream));
  } catch (cause) {
    stream.destroy();
    throw new RecordingUnavailable(false, cause);
  }
}

/** Whether a callback was made in the place of a message that could not be recorded, by this entry or another one. */
const isCalledBack = ({ task }: SendableEntry) =>
  task.state === 'none' ? task.reason === ALREADY_PROMISED_REASON : true;

/** Why a recording cannot be had that is not with Twilio; `otherwise` when it is, or Twilio does not say. */
async function omissionByStorage<Otherwise>(
  { media }: EmailJob,
  recordingSid: string,
  otherwise: Otherwise,
): Promise<Exclude<RecordingStorage, 'twilio'> | Otherwise> {
  try {
    const storage = await media().readStorage(recordingSid);
    return storage === 'twilio' ? otherwise : storage;
  } catch {
    return otherwise;
  }
}

/** 128 kbit/s for wav, 32 kbit/s for mp3: Twilio's own figures for recordings. */
function estimatedBytes(seconds: number, format: AudioFormat): number {
  return (seconds + 1) * (format === 'wav' ? 16_000 : 4_000) + 44;
}
