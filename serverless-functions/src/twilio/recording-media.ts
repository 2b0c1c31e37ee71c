import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { isSid } from '@callback-and-voicemail/contract';
import type { Deadline } from '../runtime/deadline';
import { ProductError } from '../runtime/errors';
import { CALL_TIMEOUT_MS, reach } from './http-client';

export type AudioFormat = 'wav' | 'mp3';

/** A recording on its way from Twilio; nothing is read before someone reads the stream. */
export interface RecordingDownload {
  format: AudioFormat;
  stream: Readable;
  /** Bytes, from Content-Length; undefined when Twilio did not say. */
  bytes: number | undefined;
}

/** A recording that could not be fetched; `gone` when Twilio has no such audio, as after its deletion. */
export class RecordingUnavailable extends ProductError {
  constructor(
    readonly gone: boolean,
    cause?: unknown,
  ) {
    super(
      gone ? 'recording-gone' : 'recording-unavailable',
      gone ? 'Twilio has no audio for this recording' : 'Twilio did not give the recording',
      gone ? 'It was deleted, or is not ready yet.' : 'It is fetched again later.',
      { cause },
    );
  }
}

/** The door to recorded audio. */
export interface RecordingMediaDoor {
  /** Starts a download. @throws RecordingUnavailable */
  open(recordingSid: string, format: AudioFormat): Promise<RecordingDownload>;
}

/**
 * @param credentials an API key where there is one, since it can be revoked alone; else the account's own token
 */
export function recordingMediaDoor(
  credentials: { accountSid: string; user: string; password: string },
  deadline: Deadline,
  stubUrl: string | undefined,
): RecordingMediaDoor {
  return {
    async open(recordingSid, format) {
      // The address is built from checked sids, never taken from a request: DESIGN 7.
      if (!isSid('recording', recordingSid)) throw new RecordingUnavailable(true);
      const url = new URL(
        `https://api.twilio.com/2010-04-01/Accounts/${credentials.accountSid}/Recordings/${recordingSid}.${format}`,
      );
      // Twilio must begin to answer within a call's time; the audio itself may take until the deadline.
      const begun = new AbortController();
      const slow = setTimeout(() => begun.abort(new Error('timeout')), CALL_TIMEOUT_MS);
      let response: Response;
      try {
        response = await fetch(reach(url, stubUrl), {
          headers: {
            authorization: `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`,
            // Content-Length must be that of the audio, as it is what the mail announces.
            'accept-encoding': 'identity',
          },
          signal: AbortSignal.any([deadline.signal, begun.signal]),
        });
      } catch (cause) {
        throw new RecordingUnavailable(false, cause);
      } finally {
        clearTimeout(slow);
      }
      const type = response.headers.get('content-type') ?? '';
      if (!response.ok || response.body === null || !/^(audio\/|application\/octet-stream)/.test(type)) {
        await response.body?.cancel().catch(() => undefined);
        throw new RecordingUnavailable(response.status === 404 || response.status === 410);
      }
      const length = Number(response.headers.get('content-length') ?? Number.NaN);
      const stream = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
      // A download that is dropped or dies before anyone reads it must not end the process as an unhandled error.
      stream.on('error', () => undefined);
      return { format, stream, bytes: Number.isSafeInteger(length) && length > 0 ? length : undefined };
    },
  };
}
