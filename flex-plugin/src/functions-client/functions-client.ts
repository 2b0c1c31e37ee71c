import type { RequeueResponse, VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import { FunctionsError } from './functions-error';
import { type FunctionsTransport, parseJson } from './functions-transport';

/** A piece of a recording. */
export interface AudioRange {
  bytes: Uint8Array;
  /** First byte of it in the file. */
  start: number;
  /** Of the whole file; undefined if unknown. */
  total: number | undefined;
}

/** An agent's calls to our Functions. All throw `FunctionsError`. */
export interface FunctionsClient {
  card(taskSid: string, signal?: AbortSignal): Promise<VoicemailCard>;
  audio(taskSid: string, start: number, length: number, signal?: AbortSignal): Promise<AudioRange>;
  /** Asked twice it is done once; the second answer is no error. */
  requeue(taskSid: string): Promise<RequeueResponse | 'already-requeued'>;
  deleteRecording(taskSid: string): Promise<void>;
  sweep(): Promise<void>;
}

/** @returns the calls, made by these requests */
export function createFunctionsClient({ requestWithRetry: call, request: once }: FunctionsTransport): FunctionsClient {
  return {
    card: (TaskSid, signal) => call('voicemail', { TaskSid }, parseJson<VoicemailCard>, signal),
    audio: (TaskSid, start, length, signal) =>
      call('voicemail-audio', { TaskSid, Start: String(start), Length: String(length) }, parseRange(start), signal),
    async requeue(TaskSid) {
      try {
        return await call('requeue-callback', { TaskSid }, parseJson<RequeueResponse>);
      } catch (error) {
        if (error instanceof FunctionsError && error.code === 'already-requeued') return 'already-requeued';
        throw error;
      }
    },
    async deleteRecording(TaskSid) {
      await call('delete-voicemail', { TaskSid }, parseJson<unknown>);
    },
    async sweep() {
      // Not asked again when it fails: the next one comes in a few minutes.
      await once('sweep', {}, parseJson<unknown>);
    },
  };
}

function parseRange(requestedStart: number) {
  return async (response: Response): Promise<AudioRange> => {
    const contentRange = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
    return {
      bytes: new Uint8Array(await response.arrayBuffer()),
      start: contentRange?.[1] === undefined ? requestedStart : Number(contentRange[1]),
      total: contentRange?.[2] === undefined || contentRange[2] === '*' ? undefined : Number(contentRange[2]),
    };
  };
}
