import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { isSid } from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import type { Deadline } from '../runtime/deadline';
import { ProductError } from '../runtime/errors';
import { parseJsonObject } from '../runtime/json';
import { resolveUrl, type TwilioEndpoint } from './hosts';
import { CALL_TIMEOUT_MS } from './http-client';

export type AudioFormat = 'wav' | 'mp3';

const TWILIO_MEDIA = /^https:\/\/api(\.[a-z0-9-]+)*\.twilio\.com\//;

/** A recording on its way from Twilio; nothing is read before someone reads the stream. */
export interface RecordingDownload {
  recordingSid: string;
  format: AudioFormat;
  stream: Readable;
  /** Bytes, from Content-Length; undefined when Twilio did not say. */
  bytes: number | undefined;
}

/** A recording that could not be fetched; `gone` when Twilio has no such audio, as after its deletion. */
export class RecordingUnavailable extends ProductError {
  constructor(
    readonly isGone: boolean,
    cause?: unknown,
  ) {
    super(
      isGone ? 'recording-gone' : 'recording-unavailable',
      isGone ? 'Twilio has no audio for this recording' : 'Twilio did not give the recording',
      isGone ? 'It was deleted, or is not ready yet.' : 'It is fetched again later.',
      { cause },
    );
  }
}

/**
 * Where the account's settings put a recording: with Twilio, encrypted with the account's own key, or in a bucket of the
 * account's (twilio.com/docs/voice/recording-settings). We can play neither of the last two.
 */
export type RecordingStorage = 'twilio' | 'encrypted' | 'external';

/** The audio of recordings. */
export interface RecordingMediaClient {
  /** Starts a download. @throws RecordingUnavailable */
  download(recordingSid: string, format: AudioFormat): Promise<RecordingDownload>;
  /**
   * Reads some bytes of a recording, and no more than that from where Twilio takes ranges.
   * @returns fewer bytes at the end of the file @throws RecordingUnavailable
   */
  readRange(
    recordingSid: string,
    format: AudioFormat,
    start: number,
    length: number,
  ): Promise<{ bytes: Buffer; start: number; total: number | undefined }>;
  /** Where a recording is that cannot be played. @throws RecordingUnavailable when Twilio does not say */
  readStorage(recordingSid: string): Promise<RecordingStorage>;
}

/**
 * @param credentials an API key where there is one, since it can be revoked alone; else the account's own token
 */
export function createRecordingMediaClient(
  credentials: { accountSid: string; user: string; password: string },
  deadline: Deadline,
  endpoint: TwilioEndpoint,
): RecordingMediaClient {
  const request = async (recordingSid: string, format: AudioFormat | 'json', headers: Record<string, string>) => {
    // The address is built from checked sids, never taken from a request: ADR 0009.
    if (!isSid('recording', recordingSid)) throw new RecordingUnavailable(true);
    const url = new URL(
      `https://api.twilio.com/2010-04-01/Accounts/${credentials.accountSid}/Recordings/${recordingSid}.${format}`,
    );
    // Twilio must begin to answer within a call's time; the audio itself may take until the deadline.
    const connecting = new AbortController();
    const connectTimer = setTimeout(() => connecting.abort(new Error('timeout')), CALL_TIMEOUT_MS);
    let response: Response;
    try {
      response = await fetch(resolveUrl(url, endpoint), {
        headers: {
          authorization: `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`,
          // Content-Length must be that of the audio: the email announces it.
          'accept-encoding': 'identity',
          ...headers,
        },
        signal: AbortSignal.any([deadline.signal, connecting.signal]),
      });
    } catch (cause) {
      throw new RecordingUnavailable(false, cause);
    } finally {
      clearTimeout(connectTimer);
    }
    if (response.status === 416) return response;
    const type = response.headers.get('content-type') ?? '';
    const expected = format === 'json' ? /^application\/json/ : /^(audio\/|application\/octet-stream)/;
    if (!response.ok || response.body === null || !expected.test(type)) {
      await response.body?.cancel().catch(() => undefined);
      throw new RecordingUnavailable(response.status === 404 || response.status === 410);
    }
    return response;
  };
  return {
    async download(recordingSid, format) {
      const response = await request(recordingSid, format, {});
      const length = Number(response.headers.get('content-length') ?? Number.NaN);
      const stream = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
      // A download that is dropped or dies before anyone reads it must not end the process as an unhandled error.
      stream.on('error', () => undefined);
      return { recordingSid, format, stream, bytes: Number.isSafeInteger(length) && length > 0 ? length : undefined };
    },

    async readStorage(recordingSid) {
      const response = await request(recordingSid, 'json', {});
      const recording = parseJsonObject(await response.text().catch(() => '')) ?? {};
      if (isRecord(recording.encryption_details)) return 'encrypted';
      // Twilio's own addresses differ by region; a bucket is never one of them.
      const { media_url: mediaUrl } = recording;
      return typeof mediaUrl === 'string' && !TWILIO_MEDIA.test(mediaUrl) ? 'external' : 'twilio';
    },

    async readRange(recordingSid, format, start, length) {
      const range = `bytes=${start}-${start + length - 1}`;
      const response = await request(recordingSid, format, { range });
      const contentRange = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
      if (response.status === 416) {
        await response.body?.cancel().catch(() => undefined);
        return {
          bytes: Buffer.alloc(0),
          start,
          total: contentRange?.[2] === undefined ? undefined : parseCount(contentRange[2]),
        };
      }
      // Without support for ranges the whole file comes: skip to the start, and stop reading at the end.
      const isPart = response.status === 206 && contentRange !== null;
      const total = isPart ? parseCount(contentRange[2]!) : parseCount(response.headers.get('content-length') ?? '');
      const bytes = await readBytes(response, isPart ? 0 : start, length);
      return { bytes, start, total };
    },
  };
}

function parseCount(text: string): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** @throws RecordingUnavailable when the connection dies first */
async function readBytes(response: Response, skip: number, length: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let position = 0;
  let read = 0;
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  try {
    while (read < length) {
      const { done, value } = await reader.read();
      if (done) break;
      const from = Math.max(0, skip - position);
      position += value.length;
      const part = Buffer.from(value).subarray(from, from + length - read);
      read += part.length;
      if (part.length > 0) parts.push(part);
    }
  } catch (cause) {
    throw new RecordingUnavailable(false, cause);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return Buffer.concat(parts);
}
