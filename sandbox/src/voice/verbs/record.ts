import { callParameters } from '../call-parameters';
import { recordingStart, speakAndHangUp, waitingTime } from '../caller-script';
import { Interrupted } from '../cancel-scope';
import { listenForKeys } from '../key-queue';
import type { LiveCall } from '../live-call';
import { finishRecording, type RecordingOptions, recordingUrl, sendRecordingStatus } from '../recording-outcome';
import { lastVoiceTime } from '../telephone-audio';
import type { Verb } from '../twiml-document';
import {
  CONTINUE,
  type Playback,
  parseHttpMethod,
  resolveUrl,
  type VerbResult,
  type VoiceContext,
} from '../voice-context';

const DEFAULTS = { timeoutS: 5, maxLengthS: 3600, maxLengthTranscribedS: 120, finishOnKey: '1234567890*#' };

/**
 * Records the caller until silence, a finishing key, the greatest length or the end of the call. An empty recording
 * requests no action: the next verb follows. On hang-up the action is requested, and its answer ignored (as captured).
 */
export async function record(playback: Playback, verb: Verb): Promise<VerbResult> {
  const { context, call, scope, document } = playback;
  const { attributes } = verb;
  const transcribe = attributes.transcribe === 'true' || attributes.transcribeCallback !== undefined;
  const longest = transcribe ? DEFAULTS.maxLengthTranscribedS : DEFAULTS.maxLengthS;
  const callbackUrl = (url: string | undefined) => (url === undefined ? null : resolveUrl(document, url));
  const options: RecordingOptions = {
    trim: attributes.trim !== 'do-not-trim',
    statusCallback: callbackUrl(attributes.recordingStatusCallback),
    statusMethod: parseHttpMethod(attributes.recordingStatusCallbackMethod),
    statusEvents: new Set((attributes.recordingStatusCallbackEvent ?? 'completed').split(/\s+/)),
    transcribe,
    transcribeCallback: callbackUrl(attributes.transcribeCallback),
  };
  const action = resolveUrl(document, attributes.action);

  if (attributes.playBeep !== 'false') {
    context.emit(call, { type: 'beep' });
    await scope.sleep(waitingTime(call, context.timing.beepMs));
  }

  const recording = context.world.recordings.create(call.sid);
  const longestMs = Number(attributes.maxLength ?? longest) * 1000;
  const startedAt = recordingStart(call, longestMs);
  recording.startTime = startedAt;
  context.emit(call, { type: 'recording', on: true });
  context.log(call, `recording ${recording.sid} started`);
  void sendRecordingStatus(context, recording, options, 'in-progress');

  const finish = () => {
    context.emit(call, { type: 'recording', on: false });
    return finishRecording(context, call, recording, options, startedAt);
  };
  const actionParams = (digits: string) => ({
    Digits: digits,
    RecordingDuration: String(recording.durationSeconds),
    RecordingSid: recording.sid,
    RecordingUrl: recordingUrl(context.world.account, recording.sid),
  });

  speakAndHangUp(context, call, startedAt);
  let digits: string;
  try {
    digits = await waitForRecordingEnd(playback, startedAt, {
      limitAt: startedAt + longestMs,
      timeoutMs: Number(attributes.timeout ?? DEFAULTS.timeoutS) * 1000,
      finishOnKey: attributes.finishOnKey ?? DEFAULTS.finishOnKey,
    });
  } catch (error) {
    const kept = finish();
    if (kept && error instanceof Interrupted && error.reason === 'hangup') {
      notifyActionOnHangup(context, call, action, parseHttpMethod(attributes.method), actionParams('hangup'));
    }
    throw error;
  }
  if (!finish()) return CONTINUE;
  return {
    kind: 'document',
    request: {
      kind: 'record-action',
      url: action,
      method: parseHttpMethod(attributes.method),
      params: actionParams(digits),
    },
  };
}

/** @returns the key that ended it, or '' for silence and for the greatest length. @throws Interrupted */
async function waitForRecordingEnd(
  { context, call, scope }: Playback,
  startedAt: number,
  limits: { limitAt: number; timeoutMs: number; finishOnKey: string },
): Promise<string> {
  const keys = listenForKeys(context, call);
  try {
    for (;;) {
      const now = Date.now();
      const silentSince = lastVoiceTime(call.utterances, startedAt, now) ?? startedAt;
      const until = Math.min(limits.limitAt, silentSince + limits.timeoutMs);
      if (until <= now) return '';
      const key = await keys.next(scope, until - now);
      if (key !== null && limits.finishOnKey.includes(key)) return key;
    }
  } finally {
    keys.close();
  }
}

function notifyActionOnHangup(
  context: VoiceContext,
  call: LiveCall,
  url: string,
  method: 'GET' | 'POST',
  params: Record<string, string>,
): void {
  void context.webhooks.send({
    kind: 'record-action',
    callSid: call.sid,
    url,
    method,
    params: { ...callParameters(context.world.account, call), ...params },
  });
}
