import type { Account, Recording, Sid } from '../world/types';
import { API_VERSION } from './call-parameters';
import { isLive, type LiveCall } from './live-call';
import type { Board } from './stage';
import { cut, mix, voicedSpan, writeTelephoneWav } from './telephone-audio';
import type { HttpMethod } from './types';

/** What `<Record>` asked for, resolved. */
export interface RecordedSpan {
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
/** Twilio transcribes what is longer than 2 s and shorter than 120 s (error 13617). */
const TRANSCRIBED_S = { over: 2, under: 120 };

export function recordingUrl(account: Account, recordingSid: Sid): string {
  return `https://api.twilio.com/${API_VERSION}/Accounts/${account.accountSid}/Recordings/${recordingSid}`;
}

/**
 * Ends a recording now: what the caller said becomes its sound, callbacks and transcription follow by themselves.
 * @returns whether there is a recording: false for one that is too short or silent
 */
export function finishRecording(
  board: Board,
  call: LiveCall,
  recording: Recording,
  span: RecordedSpan,
  startedAt: number,
): boolean {
  const now = Date.now();
  const whole = { start: 0, end: now - startedAt };
  const voiced = voicedSpan(call.said, startedAt, now);
  const kept = voiced === null ? null : span.trim ? voiced : whole;
  if (kept === null || kept.end - kept.start < SHORTEST_MS) {
    recording.status = 'absent';
    recording.durationSeconds = 0;
    recording.errorCode = voiced === null && whole.end >= SHORTEST_MS ? SILENT : TOO_SHORT;
    const why = recording.errorCode === SILENT ? 'nothing was said' : 'too short';
    board.tell(call, `recording ${recording.sid} is absent: ${why}`);
    tellStatus(board, recording, span, 'absent');
    return false;
  }
  const wav = writeTelephoneWav(cut(mix(call.said, startedAt, now), kept));
  recording.status = 'processing';
  recording.durationSeconds = Math.round((kept.end - kept.start) / 1000);
  board.tell(call, `recording ${recording.sid} ended, ${recording.durationSeconds} s`);
  const transcript = call.said
    .filter((said) => said.transcript !== undefined && said.at < now && said.at + said.durationMs > startedAt)
    .map((said) => said.transcript)
    .join(' ');
  board.later(board.timing.processingMs, () => {
    // Somebody may have deleted it meanwhile.
    if (recording.status !== 'processing') return;
    recording.status = 'completed';
    recording.wav = wav;
    tellStatus(board, recording, span, 'completed');
    if (span.transcribe) transcribe(board, call, recording, span, transcript);
  });
  return true;
}

/** Sends a recording's status callback, when that event was asked for. It carries no From or To (as captured). */
export function tellStatus(
  board: Board,
  recording: Recording,
  span: RecordedSpan,
  status: 'in-progress' | 'completed' | 'absent',
): void {
  if (span.statusCallback === null || !span.statusEvents.has(status)) return;
  const { account } = board.world;
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
  void board.webhooks.send({
    kind: 'recording-status',
    callSid: recording.callSid,
    url: span.statusCallback,
    method: span.statusMethod,
    params,
  });
}

function transcribe(
  board: Board,
  call: LiveCall,
  recording: Recording,
  { transcribeCallback }: RecordedSpan,
  transcript: string,
): void {
  const { account, recordings } = board.world;
  const inLimits = recording.durationSeconds > TRANSCRIBED_S.over && recording.durationSeconds < TRANSCRIBED_S.under;
  if (!inLimits) {
    board.tell(call, `13617 recording ${recording.sid} is not transcribed: ${recording.durationSeconds} s`, {
      level: 'warning',
    });
  }
  board.later(board.timing.transcriptionMs, () => {
    if (recordings.get(recording.sid)?.status !== 'completed') return;
    const done = inLimits && transcript !== '';
    const text = done ? transcript : '';
    const transcription = recordings.addTranscription(recording.sid, done ? 'completed' : 'failed', text);
    board.tell(call, done ? `recording ${recording.sid} transcribed: “${text}”` : `no transcript of ${recording.sid}`);
    if (transcribeCallback === null) return;
    const url = recordingUrl(account, recording.sid);
    void board.webhooks.send({
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
