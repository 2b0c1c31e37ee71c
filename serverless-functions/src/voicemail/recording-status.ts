import { attachedFormat, waitsForTranscript } from '@callback-and-voicemail/contract';
import { completeErasureOrDefer } from '../fulfilment/complete-erasure';
import { findOrCreateTask } from '../fulfilment/find-or-create-task';
import { startReadingCallerMails } from '../fulfilment/mail-count';
import { isOwnRecording, recordingProgress } from '../fulfilment/own-recording';
import { processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { isUnderReview, type LedgerEntry } from '../ledger/entry';
import { isErased } from '../ledger/erasure-changes';
import type { LedgerEvent } from '../ledger/events';
import { transitionAll } from '../ledger/transitions';
import { type EmailConfig, readEmailConfig } from '../notification/email-config';
import { startDownload } from '../notification/recording-download';
import { AccountCache } from '../runtime/account-cache';
import { errorCode } from '../runtime/errors';
import type { AudioFormat } from '../twilio/recording-media';
import { concludeWithoutMessage } from './no-message';
import { findOrRebuildEntry, rebuildEntry, recordingLimits } from './rebuild-entry';
import {
  experienceForVoicemail,
  readRecordingSid,
  readVoicemailUrlState,
  type VoicemailUrlState,
} from './voicemail-url';

/** Twilio records at most 24 hours. */
const MAX_SECONDS = 86_400;
/** What the settings said last: what a download is started with before they are read. */
interface EmailExpectation {
  /** `none`: emails hold no audio. */
  format: AudioFormat | 'none';
  waitsForTranscript: boolean;
}
const lastExpectations = new AccountCache<EmailExpectation>();
const DEFAULT_EXPECTATION: EmailExpectation = { format: 'wav', waitsForTranscript: true };

/** A recording that Twilio reports as completed. */
interface CompletedRecording {
  recordingSid: string;
  seconds: number;
  /** Milliseconds since 1970. */
  startedAt: number;
}

/**
 * Twilio's report that a recording is completed, or that there is none. This webhook, and no other, makes a voicemail.
 * @returns the HTTP status to respond with; after 503 Twilio delivers the webhook again
 * @throws BadRequest for a malformed request
 */
export async function handleRecordingStatus(invocation: Invocation, event: Record<string, unknown>): Promise<number> {
  const { urlState } = readVoicemailUrlState(invocation.environment, 'recording-status', event);
  if (event.RecordingStatus === 'absent') return handleAbsent(invocation, urlState, event.RecordingSid);
  if (event.RecordingStatus === 'failed') return handleFailed(invocation, urlState, event);
  // `in-progress`, and whatever Twilio adds: the sweep looks at a recording that is never reported as completed.
  if (event.RecordingStatus !== 'completed') return 204;
  return handleCompleted(invocation, urlState, {
    recordingSid: readRecordingSid(event),
    seconds: readSeconds(event),
    startedAt: readStartTime(event, urlState),
  });
}

function readSeconds({ RecordingDuration }: Record<string, unknown>): number {
  const duration = Number(RecordingDuration);
  return Number.isFinite(duration) && duration >= 0 ? Math.min(MAX_SECONDS, Math.round(duration)) : 0;
}

/** When the recording began, as Twilio reports it; otherwise when the call began to wait. */
function readStartTime({ RecordingStartTime }: Record<string, unknown>, { waitingSince }: VoicemailUrlState): number {
  const startedAt = typeof RecordingStartTime === 'string' ? Date.parse(RecordingStartTime) : Number.NaN;
  return startedAt >= waitingSince && startedAt <= Date.now() ? startedAt : waitingSince;
}

async function handleCompleted(
  invocation: Invocation,
  urlState: VoicemailUrlState,
  { recordingSid, seconds, startedAt }: CompletedRecording,
): Promise<number> {
  const { twilio, environment, log } = invocation;
  const events: LedgerEvent[] = [{ type: 'recording-completed', recordingSid, seconds }];
  // The settings and the download are fetched in parallel with the entry.
  const emailConfig = readEmailConfig(() => twilio.sync, environment);
  const { format, waitsForTranscript: waits } = lastExpectations.get(environment) ?? DEFAULT_EXPECTATION;
  const isSentLater =
    invocation.sendEmail === undefined || (waits && recordingLimits(experienceForVoicemail(urlState)).transcribed);
  const download =
    format === 'none' || isSentLater ? undefined : startDownload(() => twilio.recordingMedia, recordingSid, format);
  const callerMails = isSentLater ? undefined : startReadingCallerMails(invocation, urlState.from);
  const remembered = emailConfig.then((config) => rememberExpectation(invocation, config));
  try {
    const current = await findOrRebuildEntry(invocation, urlState, recordingSid, startedAt);
    // A caller who hangs up while recording has sent the message; one who is still there listens to it first.
    if (isUnderReview(current.entry) && (await hasCallEnded(invocation, urlState.callSid)))
      events.push({ type: 'review-ended' });
    const after = await processEntry(invocation, current, events, { emailConfig, download, callerMails });
    if (after && isErased(after.entry)) await completeErasureOrDefer(invocation, after);
    return 204;
  } catch (error) {
    log.error('ledger unavailable', { callSid: urlState.callSid, recordingSid, code: errorCode(error) });
    await createTaskWithoutLedger(
      invocation,
      transitionAll(rebuildEntry(environment, urlState, startedAt), events, Date.now()),
    );
    return 503;
  } finally {
    await Promise.all([remembered, callerMails?.document]);
  }
}

function rememberExpectation({ environment }: Invocation, emailConfig: EmailConfig): void {
  if (!emailConfig.ok) return;
  const { settings } = emailConfig;
  lastExpectations.set(environment, {
    format: (settings.enabled ? attachedFormat(settings) : undefined) ?? 'none',
    waitsForTranscript: waitsForTranscript(settings),
  });
}

/**
 * Sync is down or not configured, but an agent must still learn of the message. Twilio delivers the webhook again after
 * the 503; until Sync is back, each delivery finds the task that the first one created.
 */
async function createTaskWithoutLedger(invocation: Invocation, entry: LedgerEntry): Promise<void> {
  // A caller who is still on the line may record again. If they do not, the sweep finds this recording.
  if (isUnderReview(entry) && !(await hasCallEnded(invocation, entry.callSid))) return;
  const { log, twilio, timeZone } = invocation;
  const outcome = await findOrCreateTask(entry, () => twilio.taskRouter, timeZone);
  if (outcome.created) log.warn('task created without ledger', { entry: entry.id, taskSid: outcome.taskSid });
  else log.error('task not created', { entry: entry.id, code: outcome.error });
}

/**
 * Nothing was recorded. That is final only once the caller cannot be asked again: they hung up, or it was the last
 * attempt. The report of an earlier attempt may come late, when a message was left at a later one.
 */
async function handleAbsent(invocation: Invocation, urlState: VoicemailUrlState, absentSid: unknown): Promise<number> {
  const { voice } = invocation.twilio;
  const { callSid } = urlState;
  const isLast = urlState.silenceRetries >= experienceForVoicemail(urlState).askAgainAfterSilence;
  try {
    if (!isLast && (!(await voice.hasCallEnded(callSid)) || (await hasLaterMessage(invocation, urlState, absentSid))))
      return 204;
    await concludeWithoutMessage(invocation, urlState);
    return 204;
  } catch (error) {
    invocation.log.error('missed voicemail not concluded', { callSid, code: errorCode(error) });
    return 503;
  }
}

/**
 * The message was recorded and is lost, e.g. since its encryption failed. The caller is called back where the settings
 * say so; mail, card and history tell it.
 */
async function handleFailed(
  invocation: Invocation,
  urlState: VoicemailUrlState,
  event: Record<string, unknown>,
): Promise<number> {
  const { callSid } = urlState;
  invocation.log.error('recording failed', { callSid, code: String(event.ErrorCode ?? 'unknown').slice(0, 20) });
  try {
    await concludeWithoutMessage(invocation, urlState, { recordingFailed: true });
    return 204;
  } catch (error) {
    invocation.log.error('missed voicemail not concluded', { callSid, code: errorCode(error) });
    return 503;
  }
}

/** An earlier message may have been discarded, which is another matter. */
async function hasLaterMessage(
  { twilio }: Invocation,
  { callSid, waitingSince }: VoicemailUrlState,
  absentSid: unknown,
): Promise<boolean> {
  const recordings = await twilio.voice.listRecordings(callSid);
  // Oldest first; all of them, when the absent one is not listed.
  const position = recordings.findIndex(({ recordingSid }) => recordingSid === absentSid);
  return recordings
    .slice(position + 1)
    .some((one) => recordingProgress(one.status) !== 'none' && isOwnRecording(one, waitingSince));
}

/** False when Twilio cannot be reached: the call is then taken to go on. */
async function hasCallEnded({ twilio, log }: Invocation, callSid: string): Promise<boolean> {
  try {
    return await twilio.voice.hasCallEnded(callSid);
  } catch (error) {
    log.warn('call not looked up', { callSid, code: errorCode(error) });
    return false;
  }
}
