import { isSid } from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import type { Twilio } from 'twilio';
import { isTwilioError } from '../runtime/errors';

export interface CallRecording {
  recordingSid: string;
  status: 'in-progress' | 'paused' | 'stopped' | 'processing' | 'completed' | 'absent' | 'deleted';
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Whole seconds. */
  seconds: number;
}

/** A recording as the account lists it: of another program as well. */
export interface AccountRecording extends CallRecording {
  callSid: string;
  /** Made by `<Record>`: no recording of a conversation. */
  isMessage: boolean;
  /** By this time the account lists it; milliseconds since 1970. */
  createdAt: number;
}

/** Where a list of the account goes on. */
interface PlaceInList {
  page: number;
  token: string;
}

/** A request of Twilio's for a call. Names of parameters are in snake case. */
export interface CallRequest {
  url: string;
  parameters: Record<string, unknown>;
}

/** A call of the account. */
export interface CallSummary {
  callSid: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  isInbound: boolean;
  hasEnded: boolean;
  /** From the answer on; undefined until it has ended. */
  seconds: number | undefined;
}

/** A call of the account to a telephone. */
interface OutboundCall {
  /** A number of the account, which is shown. */
  from: string;
  /** In E.164. */
  to: string;
  /** Where its TwiML is, once somebody has answered. */
  url: string;
  /** Requested once it has ended, however that was. */
  statusCallback: string;
  ringSeconds: number;
  /** From the answer on. */
  timeLimitSeconds: number;
}

/** Live calls, their queues and their recordings. */
export interface VoiceClient {
  /** The name of a voice queue; for `<Enqueue workflowSid>` that is the workflow's sid. */
  fetchQueueName(queueSid: string): Promise<string | undefined>;
  /** Redirects the call to the TwiML at `url`. */
  redirectCall(callSid: string, url: string): Promise<void>;
  /**
   * Calls a telephone. Not to be repeated: without an answer, the call may be made all the same.
   * @returns the call's sid
   */
  placeCall(call: OutboundCall): Promise<string>;
  /** Whether a call of the account between these numbers is queued, rings or goes on. */
  hasCallBetween(numbers: { from: string; to: string }): Promise<boolean>;
  /** True once the call is over, or Twilio knows no such call. */
  hasCallEnded(callSid: string): Promise<boolean>;
  /**
   * When a call ended, in milliseconds since 1970; undefined while it goes on.
   * @returns undefined when Twilio knows no such call: it was deleted, or is of another region
   */
  fetchCallEnd(callSid: string): Promise<{ endedAt: number | undefined } | undefined>;
  /** Calls from or to a number that began since then, oldest first; at most the newest thousand each way. */
  listCallsOf(number: string, since: number): Promise<CallSummary[]>;
  /** What was recorded of a call, oldest first. */
  listRecordings(callSid: string): Promise<CallRecording[]>;
  /**
   * The account's messages by `<Record>` that were begun since then and are completed, oldest first.
   * @returns at most a thousand, the newest
   */
  listMessagesSince(since: number): Promise<(CallRecording & { callSid: string })[]>;
  /**
   * A page of the account's recordings that were begun between these times, the newest first; those that were deleted are
   * there as well, as long as Twilio knows of them.
   * @returns where the next page begins; undefined at the end
   */
  listRecordingsBetween(
    span: { from: number; to: number },
    place: PlaceInList | undefined,
  ): Promise<{ recordings: AccountRecording[]; next: PlaceInList | undefined }>;
  /** One recording, deleted ones as well, as long as Twilio knows of them. */
  fetchRecording(recordingSid: string): Promise<AccountRecording | undefined>;
  /** What Twilio requested for a call, oldest first; readable 15 minutes after its end. */
  listCallRequests(callSid: string): Promise<CallRequest[]>;
  /** The account's telephone numbers in E.164, at most a thousand. */
  listPhoneNumbers(): Promise<string[]>;
  /** Whether the account has this number, in E.164. */
  ownsPhoneNumber(number: string): Promise<boolean>;
  /** The sids of a recording's transcriptions; none when there is no such recording. */
  listTranscriptions(recordingSid: string): Promise<string[]>;
  /** A missing one is not an error. */
  deleteTranscription(sid: string): Promise<void>;
  /** A missing one is not an error. */
  deleteRecording(recordingSid: string): Promise<void>;
}

const MAX_RECORDINGS_PER_CALL = 20;
const LARGEST_PAGE = 1_000;
/** Calls are listed the newest first. */
const NEWEST_CALLS = 20;
/** How many of the account's numbers are listed. */
export const LARGEST_NUMBER_LIST = LARGEST_PAGE;
const MAX_TRANSCRIPTIONS_PER_RECORDING = 20;

const ignoreNotFound = (error: unknown) => {
  if (!isTwilioError(error, 'not-found')) throw error;
};

export function createVoiceClient(client: Twilio): VoiceClient {
  return {
    async fetchQueueName(queueSid) {
      if (!isSid('queue', queueSid)) return undefined;
      return (await client.api.v2010.account.queues(queueSid).fetch()).friendlyName;
    },
    async redirectCall(callSid, url) {
      await client.api.v2010.account.calls(callSid).update({ url, method: 'POST' });
    },
    async placeCall({ ringSeconds, timeLimitSeconds, ...call }) {
      // Without answering machine detection: a machine presses no key. `completed` follows busy and no answer as well.
      // OpenAPI api v2010, CreateCall; twilio.com/docs/voice/api/call-resource
      const { sid } = await client.api.v2010.account.calls.create({
        ...call,
        ...{ method: 'POST', statusCallbackMethod: 'POST', statusCallbackEvent: ['completed'] },
        ...{ timeout: ringSeconds, timeLimit: timeLimitSeconds },
      });
      return sid;
    },
    async hasCallBetween({ from, to }) {
      const calls = await client.api.v2010.account.calls.list({
        from,
        to,
        pageSize: NEWEST_CALLS,
        limit: NEWEST_CALLS,
      });
      return calls.some((call) => !hasEnded(call));
    },
    async hasCallEnded(callSid) {
      try {
        return hasEnded(await client.api.v2010.account.calls(callSid).fetch());
      } catch (error) {
        if (isTwilioError(error, 'not-found')) return true;
        throw error;
      }
    },
    async fetchCallEnd(callSid) {
      try {
        const call = await client.api.v2010.account.calls(callSid).fetch();
        // `EndTime` is empty for a call that did not complete (OpenAPI api v2010, account.call).
        const { endTime, dateUpdated, dateCreated } = call;
        return { endedAt: hasEnded(call) ? (endTime ?? dateUpdated ?? dateCreated).getTime() : undefined };
      } catch (error) {
        if (isTwilioError(error, 'not-found')) return undefined;
        throw error;
      }
    },
    async listCallsOf(number, since) {
      // `StartTime>` is compared by days (OpenAPI api v2010, ListCall).
      const bounds = { startTimeAfter: new Date(since), pageSize: LARGEST_PAGE, limit: LARGEST_PAGE };
      const lists = await Promise.all([
        client.api.v2010.account.calls.list({ ...bounds, from: number }),
        client.api.v2010.account.calls.list({ ...bounds, to: number }),
      ]);
      return lists
        .flat()
        .map((call) => ({
          callSid: call.sid,
          startedAt: (call.startTime ?? call.dateCreated).getTime(),
          isInbound: call.direction === 'inbound',
          hasEnded: hasEnded(call),
          seconds: call.status === 'completed' ? Number(call.duration) : undefined,
        }))
        .filter(({ startedAt }) => startedAt >= since)
        .sort((a, b) => a.startedAt - b.startedAt);
    },
    async listMessagesSince(since) {
      const recordings = await client.api.v2010.account.recordings.list({
        dateCreatedAfter: new Date(since),
        pageSize: LARGEST_PAGE,
        limit: LARGEST_PAGE,
      });
      return recordings
        .filter(({ source, status }) => source === 'RecordVerb' && status === 'completed')
        .map((recording) => ({ ...toCallRecording(recording), callSid: recording.callSid }))
        .sort((a, b) => a.startedAt - b.startedAt);
    },
    async listRecordingsBetween({ from, to }, place) {
      // Filters, paging ("The default is 50, and the maximum is 1000") and IncludeSoftDeleted ("metadata are kept after
      // deletion for a retention period of 40 days"): ListRecording in
      // https://github.com/twilio/twilio-oai/blob/main/spec/json/twilio_api_v2010.json
      // The filters' descriptions speak of days: the list may hold more than was asked for.
      const page = await client.api.v2010.account.recordings.page({
        dateCreatedAfter: new Date(from),
        dateCreatedBefore: new Date(to),
        includeSoftDeleted: true,
        pageSize: LARGEST_PAGE,
        ...(place === undefined ? {} : { pageNumber: place.page, pageToken: place.token }),
      });
      const recordings = page.instances
        .map(toAccountRecording)
        .filter(({ createdAt }) => createdAt >= from && createdAt < to);
      return { recordings, next: readPlace(page.nextPageUrl) };
    },
    async fetchRecording(recordingSid) {
      if (!isSid('recording', recordingSid)) return undefined;
      try {
        const recording = client.api.v2010.account.recordings(recordingSid);
        return toAccountRecording(await recording.fetch({ includeSoftDeleted: true }));
      } catch (error) {
        if (isTwilioError(error, 'not-found')) return undefined;
        throw error;
      }
    },
    async listCallRequests(callSid) {
      const events = await client.api.v2010.account
        .calls(callSid)
        .events.list({ limit: LARGEST_PAGE })
        .catch((error: unknown) => {
          if (isTwilioError(error, 'not-found')) return [];
          throw error;
        });
      return events.flatMap(({ request }: { request: unknown }) => {
        if (!isRecord(request) || typeof request.url !== 'string') return [];
        return [{ url: request.url, parameters: isRecord(request.parameters) ? request.parameters : {} }];
      });
    },
    async listPhoneNumbers() {
      const numbers = await client.api.v2010.account.incomingPhoneNumbers.list({
        pageSize: LARGEST_PAGE,
        limit: LARGEST_NUMBER_LIST,
      });
      return numbers.map(({ phoneNumber }) => phoneNumber);
    },
    async ownsPhoneNumber(number) {
      // The filter takes parts of numbers as well.
      const numbers = await client.api.v2010.account.incomingPhoneNumbers.list({ phoneNumber: number, limit: 20 });
      return numbers.some(({ phoneNumber }) => phoneNumber === number);
    },
    async listTranscriptions(recordingSid) {
      if (!isSid('recording', recordingSid)) return [];
      const recording = client.api.v2010.account.recordings(recordingSid);
      try {
        const transcriptions = await recording.transcriptions.list({ limit: MAX_TRANSCRIPTIONS_PER_RECORDING });
        return transcriptions.map(({ sid }) => sid);
      } catch (error) {
        if (isTwilioError(error, 'not-found')) return [];
        throw error;
      }
    },
    async deleteTranscription(sid) {
      await client.api.v2010.account.transcriptions(sid).remove().catch(ignoreNotFound);
    },
    async deleteRecording(recordingSid) {
      if (!isSid('recording', recordingSid)) return;
      await client.api.v2010.account.recordings(recordingSid).remove().catch(ignoreNotFound);
    },
    async listRecordings(callSid) {
      const recordings = await client.api.v2010.account
        .calls(callSid)
        .recordings.list({ pageSize: MAX_RECORDINGS_PER_CALL, limit: MAX_RECORDINGS_PER_CALL });
      return (
        recordings
          // A deployment may record its calls as well; a conversation with an agent is no voicemail.
          .filter(({ source }) => source === 'RecordVerb')
          .map(toCallRecording)
          .sort((a, b) => a.startedAt - b.startedAt)
      );
    },
  };
}

const hasEnded = ({ status }: { status: string }) => !['queued', 'ringing', 'in-progress'].includes(status);

/** The `Page` and `PageToken` of the URL that leads to a list's next page. */
function readPlace(url: string | undefined): PlaceInList | undefined {
  if (url === undefined || url === '') return undefined;
  const query = new URL(url).searchParams;
  const token = query.get('PageToken');
  return token === null ? undefined : { page: Number(query.get('Page')) || 0, token };
}

function toAccountRecording(
  recording: Parameters<typeof toCallRecording>[0] & { callSid: string; source: string },
): AccountRecording {
  return {
    ...toCallRecording(recording),
    callSid: recording.callSid,
    isMessage: recording.source === 'RecordVerb',
    createdAt: recording.dateCreated.getTime(),
  };
}

function toCallRecording(recording: {
  sid: string;
  status: CallRecording['status'];
  startTime?: Date | null;
  dateCreated: Date;
  duration?: string | null;
}): CallRecording {
  return {
    recordingSid: recording.sid,
    status: recording.status,
    startedAt: (recording.startTime ?? recording.dateCreated).getTime(),
    seconds: Math.max(0, Number.parseInt(String(recording.duration ?? '0'), 10) || 0),
  };
}
