import { isSid } from '@callback-and-voicemail/contract';
import type { Twilio } from 'twilio';
import { failedAs } from '../runtime/errors';

export interface CallRecording {
  sid: string;
  status: 'in-progress' | 'paused' | 'stopped' | 'processing' | 'completed' | 'absent' | 'deleted';
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Whole seconds. */
  seconds: number;
}

/** The door to live calls, their queues and what was recorded of them. */
export interface VoiceDoor {
  /** The name of a voice queue; for `<Enqueue workflowSid>` that is the workflow's sid. */
  queueName(queueSid: string): Promise<string | undefined>;
  /** Takes the call out of whatever it is doing and plays the document at `url` to it. */
  move(callSid: string, url: string): Promise<void>;
  /** True once the call is over, or Twilio knows no such call. */
  hasEnded(callSid: string): Promise<boolean>;
  /** What was recorded of a call, oldest first. */
  recordingsOf(callSid: string): Promise<CallRecording[]>;
  /** The account's telephone numbers in E.164, at most a thousand. */
  numbers(): Promise<string[]>;
  /** Removes a recording and its transcriptions; what is gone already is no error. */
  deleteRecording(recordingSid: string): Promise<void>;
}

const RECORDINGS_OF_A_CALL = 20;
const TRANSCRIPTIONS_OF_A_RECORDING = 20;

export function voiceDoor(client: Twilio): VoiceDoor {
  return {
    async queueName(queueSid) {
      if (!isSid('queue', queueSid)) return undefined;
      return (await client.api.v2010.account.queues(queueSid).fetch()).friendlyName;
    },
    async move(callSid, url) {
      await client.api.v2010.account.calls(callSid).update({ url, method: 'POST' });
    },
    async hasEnded(callSid) {
      try {
        const { status } = await client.api.v2010.account.calls(callSid).fetch();
        return status !== 'queued' && status !== 'ringing' && status !== 'in-progress';
      } catch (error) {
        if (failedAs(error, 'not-found')) return true;
        throw error;
      }
    },
    async numbers() {
      const numbers = await client.api.v2010.account.incomingPhoneNumbers.list({ pageSize: 1_000, limit: 1_000 });
      return numbers.map(({ phoneNumber }) => phoneNumber);
    },
    async deleteRecording(recordingSid) {
      if (!isSid('recording', recordingSid)) return;
      const account = client.api.v2010.account;
      const gone = (error: unknown) => {
        if (!failedAs(error, 'not-found')) throw error;
      };
      // The words first: with the recording gone nobody could find them.
      const transcriptions = await account
        .recordings(recordingSid)
        .transcriptions.list({ limit: TRANSCRIPTIONS_OF_A_RECORDING })
        .catch((error: unknown) => {
          gone(error);
          return [];
        });
      await Promise.all(transcriptions.map(({ sid }) => account.transcriptions(sid).remove().catch(gone)));
      await account.recordings(recordingSid).remove().catch(gone);
    },
    async recordingsOf(callSid) {
      const recordings = await client.api.v2010.account
        .calls(callSid)
        .recordings.list({ pageSize: RECORDINGS_OF_A_CALL, limit: RECORDINGS_OF_A_CALL });
      return (
        recordings
          // A deployment may record its calls as well; a conversation with an agent is no voicemail.
          .filter(({ source }) => source === 'RecordVerb')
          .map((recording) => ({
            sid: recording.sid,
            status: recording.status,
            startedAt: (recording.startTime ?? recording.dateCreated).getTime(),
            seconds: Math.max(0, Number.parseInt(String(recording.duration ?? '0'), 10) || 0),
          }))
          .sort((a, b) => a.startedAt - b.startedAt)
      );
    },
  };
}
