import type { RequeueResponse, VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import { FunctionsError } from './functions-error';
import { json, type Requests } from './requests';

/** A piece of a recording. */
export interface AudioRange {
  bytes: Uint8Array;
  /** First byte of it in the file. */
  start: number;
  /** Of the whole file; undefined when nobody said. */
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
export function createFunctionsClient({ call, once }: Requests): FunctionsClient {
  return {
    card: (TaskSid, signal) => call('voicemail', { TaskSid }, json<VoicemailCard>, signal),
    audio: (TaskSid, start, length, signal) =>
      call('voicemail-audio', { TaskSid, Start: String(start), Length: String(length) }, readRange(start), signal),
    async requeue(TaskSid) {
      try {
        return await call('requeue-callback', { TaskSid }, json<RequeueResponse>);
      } catch (error) {
        if (error instanceof FunctionsError && error.code === 'already-requeued') return 'already-requeued';
        throw error;
      }
    },
    async deleteRecording(TaskSid) {
      await call('delete-voicemail', { TaskSid }, json<unknown>);
    },
    async sweep() {
      // Not asked again when it fails: the next one comes in a few minutes.
      await once('sweep', {}, json<unknown>);
    },
  };
}

function readRange(asked: number) {
  return async (response: Response): Promise<AudioRange> => {
    const told = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
    return {
      bytes: new Uint8Array(await response.arrayBuffer()),
      start: told?.[1] === undefined ? asked : Number(told[1]),
      total: told?.[2] === undefined || told[2] === '*' ? undefined : Number(told[2]),
    };
  };
}
