import { callParameters } from '../call-parameters';
import { listenForKeys } from '../key-queue';
import type { LiveCall } from '../live-call';
import { finishRecording, type RecordedSpan, recordingUrl, tellStatus } from '../recording-outcome';
import { Interrupted } from '../run';
import { type Board, methodOf, NEXT, type Next, resolveUrl, type Stage } from '../stage';
import { lastVoice } from '../telephone-audio';
import type { Verb } from '../twiml-document';

const DEFAULTS = { timeoutS: 5, maxLengthS: 3600, maxLengthTranscribedS: 120, finishOnKey: '1234567890*#' };

/**
 * Records the caller until silence, a finishing key, the greatest length or the end of the call. An empty recording
 * asks no action: the next verb follows. On hang-up the action is asked too, and its answer ignored (as captured).
 */
export async function record(stage: Stage, verb: Verb): Promise<Next> {
  const { board, call, run, document } = stage;
  const { attributes } = verb;
  const transcribe = attributes.transcribe === 'true' || attributes.transcribeCallback !== undefined;
  const longest = transcribe ? DEFAULTS.maxLengthTranscribedS : DEFAULTS.maxLengthS;
  const callbackUrl = (url: string | undefined) => (url === undefined ? null : resolveUrl(document, url));
  const span: RecordedSpan = {
    trim: attributes.trim !== 'do-not-trim',
    statusCallback: callbackUrl(attributes.recordingStatusCallback),
    statusMethod: methodOf(attributes.recordingStatusCallbackMethod),
    statusEvents: new Set((attributes.recordingStatusCallbackEvent ?? 'completed').split(/\s+/)),
    transcribe,
    transcribeCallback: callbackUrl(attributes.transcribeCallback),
  };
  const action = resolveUrl(document, attributes.action);

  if (attributes.playBeep !== 'false') {
    board.emit(call, { type: 'beep' });
    await run.sleep(board.timing.beepMs);
  }

  const recording = board.world.recordings.create(call.sid);
  const startedAt = Date.now();
  recording.startTime = startedAt;
  board.emit(call, { type: 'recording', on: true });
  board.tell(call, `recording ${recording.sid} started`);
  tellStatus(board, recording, span, 'in-progress');

  const finish = () => {
    board.emit(call, { type: 'recording', on: false });
    return finishRecording(board, call, recording, span, startedAt);
  };
  const actionParams = (digits: string) => ({
    Digits: digits,
    RecordingDuration: String(recording.durationSeconds),
    RecordingSid: recording.sid,
    RecordingUrl: recordingUrl(board.world.account, recording.sid),
  });

  let digits: string;
  try {
    digits = await untilItEnds(stage, startedAt, {
      limitAt: startedAt + Number(attributes.maxLength ?? longest) * 1000,
      timeoutMs: Number(attributes.timeout ?? DEFAULTS.timeoutS) * 1000,
      finishOnKey: attributes.finishOnKey ?? DEFAULTS.finishOnKey,
    });
  } catch (error) {
    const kept = finish();
    if (kept && error instanceof Interrupted && error.reason === 'hangup') {
      askOnHangup(board, call, action, methodOf(attributes.method), actionParams('hangup'));
    }
    throw error;
  }
  if (!finish()) return NEXT;
  return {
    kind: 'document',
    request: { kind: 'record-action', url: action, method: methodOf(attributes.method), params: actionParams(digits) },
  };
}

/** @returns the key that ended it, or '' for silence and for the greatest length. @throws Interrupted */
async function untilItEnds(
  { board, call, run }: Stage,
  startedAt: number,
  limits: { limitAt: number; timeoutMs: number; finishOnKey: string },
): Promise<string> {
  const keys = listenForKeys(board, call);
  try {
    for (;;) {
      const now = Date.now();
      const silentSince = lastVoice(call.said, startedAt, now) ?? startedAt;
      const until = Math.min(limits.limitAt, silentSince + limits.timeoutMs);
      if (until <= now) return '';
      const key = await keys.next(run, until - now);
      if (key !== null && limits.finishOnKey.includes(key)) return key;
    }
  } finally {
    keys.close();
  }
}

function askOnHangup(
  board: Board,
  call: LiveCall,
  url: string,
  method: 'GET' | 'POST',
  params: Record<string, string>,
): void {
  void board.webhooks.send({
    kind: 'record-action',
    callSid: call.sid,
    url,
    method,
    params: { ...callParameters(board.world.account, call), ...params },
  });
}
