import type { Account, Recording, Sid } from '../world/types';
import { API_VERSION } from './call-parameters';
import { waitingTime } from './caller-script';
import { isLive, type LiveCall } from './live-call';
import { mixUtterances, slicePcm, voicedSpan, writeTelephoneWav } from './telephone-audio';
import type { HttpMethod } from './types';
import type { VoiceContext } from './voice-context';

/** The options of `<Record>`, resolved. */
export interface RecordingOptions {
  trim: boolean;
  statusCallback: string | null;
  statusMethod: HttpMethod;
  statusEvents: ReadonlySet<string>;
  transcribe: boolean;
  transcribeCallback: string | null;
}

const TOO_SHORT = 16101;
const SILENT = 16102;
const SHORTEST_MS = 1000;
/** Twilio transcribes recordings of more than 2 s and less than 120 s (error 13617). */
const TRANSCRIBED_S = { over: 2, under: 120 };

export function recordingUrl(account: Account, recordingSid: Sid): string {
  return `https://api.twilio.com/${API_VERSION}/Accounts/${account.accountSid}/Recordings/${recordingSid}`;
}

/**
 * Ends a recording: stores what the caller said, and schedules callbacks and transcription.
 * @returns whether there is a recording: false for one that is too short or silent
 */
export function finishRecording(
  context: VoiceContext,
  call: LiveCall,
  recording: Recording,
  options: RecordingOptions,
  startedAt: number,
): boolean {
  const now = Date.now();
  const whole = { start: 0, end: now - startedAt };
  const voiced = voicedSpan(call.utterances, startedAt, now);
  const kept = voiced === null ? null : options.trim ? voiced : whole;
  if (kept === null || kept.end - kept.start < SHORTEST_MS) {
    recording.status = 'absent';
    recording.durationSeconds = 0;
    recording.errorCode = voiced === null && whole.end >= SHORTEST_MS ? SILENT : TOO_SHORT;
    const why = recording.errorCode === SILENT ? 'nothing was said' : 'too short';
    context.log(call, `recording ${recording.sid} is absent: ${why}`);
    void sendRecordingStatus(context, recording, options, 'absent');
    return false;
  }
  const wav = writeTelephoneWav(slicePcm(mixUtterances(call.utterances, startedAt, now), kept));
  recording.status = 'processing';
  recording.durationSeconds = Math.round((kept.end - kept.start) / 1000);
  context.log(call, `recording ${recording.sid} ended, ${recording.durationSeconds} s`);
  const transcript = call.utterances
    .filter((said) => said.transcript !== undefined && said.at < now && said.at + said.durationMs > startedAt)
    .map((said) => said.transcript)
    .join(' ');
  context.schedule(waitingTime(call, context.timing.processingMs), async () => {
    // It may have been deleted in the meantime.
    if (recording.status !== 'processing') return;
    recording.status = 'completed';
    recording.storage ??= context.world.account.recordingStorage;
    recording.wav = wav;
    const delivered = sendRecordingStatus(context, recording, options, 'completed');
    // Never before the recording itself is known, as on Twilio.
    if (call.script) await delivered;
    if (options.transcribe) scheduleTranscription(context, call, recording, options, transcript);
  });
  return true;
}

/**
 * Sends a recording's status callback if its event is subscribed. It has no From or To (as captured).
 * @returns resolves once it was answered, or given up
 */
export function sendRecordingStatus(
  context: VoiceContext,
  recording: Recording,
  options: RecordingOptions,
  status: 'in-progress' | 'completed' | 'absent',
): Promise<unknown> {
  if (options.statusCallback === null || !options.statusEvents.has(status)) return Promise.resolve();
  const { account } = context.world;
  const params: Record<string, string> = {
    AccountSid: account.accountSid,
    CallSid: recording.callSid,
    ErrorCode: String(recording.errorCode ?? 0),
    RecordingChannels: '1',
    RecordingSid: recording.sid,
    RecordingSource: recording.source,
    RecordingStartTime: new Date(recording.startTime).toUTCString().replace('GMT', '+0000'),
    RecordingStatus: status,
    RecordingUrl: recordingUrl(account, recording.sid),
  };
  if (status !== 'in-progress') params.RecordingDuration = String(recording.durationSeconds);
  return context.webhooks.send({
    kind: 'recording-status',
    callSid: recording.callSid,
    url: options.statusCallback,
    method: options.statusMethod,
    params,
  });
}

function scheduleTranscription(
  context: VoiceContext,
  call: LiveCall,
  recording: Recording,
  { transcribeCallback }: RecordingOptions,
  transcript: string,
): void {
  const { account, recordings } = context.world;
  const inLimits = recording.durationSeconds > TRANSCRIBED_S.over && recording.durationSeconds < TRANSCRIBED_S.under;
  if (!inLimits) {
    context.log(call, `13617 recording ${recording.sid} is not transcribed: ${recording.durationSeconds} s`, {
      level: 'warning',
    });
  }
  context.schedule(waitingTime(call, context.timing.transcriptionMs), () => {
    if (recordings.get(recording.sid)?.status !== 'completed') return;
    const done = inLimits && transcript !== '';
    const text = done ? transcript : '';
    const transcription = recordings.addTranscription(recording.sid, done ? 'completed' : 'failed', text);
    context.log(call, done ? `recording ${recording.sid} transcribed: “${text}”` : `no transcript of ${recording.sid}`);
    if (transcribeCallback === null) return;
    const url = recordingUrl(account, recording.sid);
    void context.webhooks.send({
      kind: 'transcription',
      callSid: call.sid,
      url: transcribeCallback,
      method: 'POST',
      params: {
        AccountSid: account.accountSid,
        ApiVersion: API_VERSION,
        CallSid: call.sid,
        CallStatus: isLive(call) ? 'in-progress' : 'completed',
        Called: call.to,
        Caller: call.from,
        Direction: call.direction,
        From: call.from,
        RecordingSid: recording.sid,
        RecordingUrl: url,
        To: call.to,
        TranscriptionSid: transcription.sid,
        TranscriptionStatus: transcription.status,
        TranscriptionText: transcription.text,
        TranscriptionType: 'fast',
        TranscriptionUrl: `${url}/Transcriptions/${transcription.sid}`,
        url: transcribeCallback,
        ...(call.forwardedFrom === undefined ? {} : { ForwardedFrom: call.forwardedFrom }),
      },
    });
  });
}
