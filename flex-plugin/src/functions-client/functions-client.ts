import type { ConfirmCallerResponse, RequeueResponse, VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import type { SweepResponse } from '@callback-and-voicemail/contract/flex-functions';
import { FunctionsError } from './functions-error';
import { type FunctionsTransport, parseJson } from './functions-transport';

/** A part of a recording. */
export interface AudioRange {
  bytes: Uint8Array;
  /** Offset of the first byte in the file. */
  start: number;
  /** Bytes of the whole file; undefined when the response does not say. */
  total: number | undefined;
}

/** What the sound is for, if not to be played. */
export type AudioPurpose = 'download';

/** An agent's requests to the Functions. All throw `FunctionsError`, or the `AbortError` of `signal`. */
export interface FunctionsClient {
  card(taskSid: string, signal?: AbortSignal): Promise<VoicemailCard>;
  /** @param start offset in bytes @param length bytes, at most `MAX_AUDIO_RANGE_BYTES` */
  audio(
    taskSid: string,
    start: number,
    length: number,
    signal?: AbortSignal,
    purpose?: AudioPurpose,
  ): Promise<AudioRange>;
  /**
   * Idempotent: a repeated request answers `already-requeued`, which is not an error.
   * @param voicemailId as the task's attributes say, for the server to read ahead
   */
  requeue(taskSid: string, voicemailId: string | undefined): Promise<RequeueResponse | 'already-requeued'>;
  /**
   * Has somebody at the number to call asked. While a call asks, another request makes none.
   * @param voicemailId the entry's, for the server to read ahead
   */
  confirmCaller(taskSid: string, voicemailId: string | undefined): Promise<ConfirmCallerResponse>;
  /** @param voicemailId the entry's, for the server to read ahead */
  deleteRecording(taskSid: string, voicemailId: string): Promise<void>;
  sweep(): Promise<void>;
}

/** @returns an agent's requests, sent by `transport` */
export function createFunctionsClient({ requestWithRetry, request }: FunctionsTransport): FunctionsClient {
  return {
    card: (TaskSid, signal) => requestWithRetry('voicemail', { TaskSid }, parseJson<VoicemailCard>, signal),
    audio: (TaskSid, start, length, signal, Purpose) =>
      requestWithRetry(
        'voicemail-audio',
        { TaskSid, Start: String(start), Length: String(length), Purpose },
        parseRange(start),
        signal,
      ),
    async requeue(TaskSid, Voicemail) {
      try {
        return await requestWithRetry('requeue-callback', { TaskSid, Voicemail }, parseJson<RequeueResponse>);
      } catch (error) {
        if (error instanceof FunctionsError && error.code === 'already-requeued') return 'already-requeued';
        throw error;
      }
    },
    confirmCaller: (TaskSid, Voicemail) =>
      // Not retried: each request counts, also one for which no call was made.
      request('confirm-caller', { TaskSid, Voicemail }, parseJson<ConfirmCallerResponse>),
    async deleteRecording(TaskSid, Voicemail) {
      await requestWithRetry('delete-voicemail', { TaskSid, Voicemail }, parseJson<{ ok: true }>);
    },
    async sweep() {
      // Not retried: the next sweep follows in a few minutes.
      await request('sweep', {}, parseJson<SweepResponse>);
    },
  };
}

function parseRange(requestedStart: number) {
  return async (response: Response): Promise<AudioRange> => {
    const contentRange = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
    const [, start, total] = contentRange ?? [];
    return {
      bytes: new Uint8Array(await response.arrayBuffer()),
      start: start === undefined ? requestedStart : Number(start),
      total: total === undefined || total === '*' ? undefined : Number(total),
    };
  };
}
