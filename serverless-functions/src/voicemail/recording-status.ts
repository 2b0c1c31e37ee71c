import { isSid } from '@callback-and-voicemail/contract';
import { advance } from '../fulfilment/advance';
import { makeTask } from '../fulfilment/make-task';
import type { Invocation } from '../invocation';
import { isUnderReview, type LedgerEntry, withRecording, withReviewDone } from '../ledger/entry';
import { readEmailConfig } from '../notification/email-config';
import { startDownload } from '../notification/recording-download';
import { BadRequest, errorCode } from '../runtime/errors';
import type { AudioFormat } from '../twilio/recording-media';
import { entryFromUrl, holdEntryOf } from './entry-from-url';
import { concludeWithoutMessage } from './no-message';
import { experienceAt, readVoicemailAddress, type VoicemailAddress } from './voicemail-url';

/** A recording longer than Twilio's own 24 hours is no recording. */
const MAX_SECONDS = 86_400;
/** The format mailed last time by this process: only a guess at what to start downloading, checked before use. */
let likelyFormat: AudioFormat | undefined = 'wav';

/**
 * Twilio's word that a recording is complete, or that there is none. It owns the voicemail: ADR 0004.
 * @returns the HTTP status to answer with; 503 asks Twilio to deliver it again
 * @throws BadRequest for a malformed request
 */
export async function handleRecordingStatus(invocation: Invocation, event: Record<string, unknown>): Promise<number> {
  const address = readVoicemailAddress(event, {
    workflowSid: invocation.environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID ?? '',
    now: Date.now(),
  });
  if (event.RecordingStatus === 'absent') return handleAbsent(invocation, address);
  if (event.RecordingStatus !== 'completed') return 204;
  const recordingSid = event.RecordingSid;
  if (!isSid('recording', recordingSid))
    throw new BadRequest('bad-recording-sid', 'RecordingSid is missing or malformed', 'Send the one Twilio gave.');
  const duration = Number(event.RecordingDuration);
  const seconds = Number.isFinite(duration) && duration >= 0 ? Math.min(MAX_SECONDS, Math.round(duration)) : 0;
  return handleCompleted(invocation, address, { sid: recordingSid, seconds, begunAt: begunAt(event, address) });
}

/** When the recording began, as Twilio says it; without that, no earlier than the call came. */
function begunAt(event: Record<string, unknown>, { waitingSince }: VoicemailAddress): number {
  const told = typeof event.RecordingStartTime === 'string' ? Date.parse(event.RecordingStartTime) : Number.NaN;
  return told >= waitingSince && told <= Date.now() ? told : waitingSince;
}

async function handleCompleted(
  invocation: Invocation,
  address: VoicemailAddress,
  { sid: recordingSid, seconds, begunAt }: { sid: string; seconds: number; begunAt: number },
): Promise<number> {
  const { twilio, environment, ledger } = invocation;
  let isSent = false;
  const arrived = (entry: LedgerEntry) => {
    const recorded = withRecording(entry, recordingSid, seconds, Date.now());
    return isSent ? withReviewDone(recorded) : recorded;
  };
  // All three start now: nothing of the mail waits for the ledger but the send itself.
  const plan = readEmailConfig(() => twilio.sync, environment);
  const download =
    likelyFormat === undefined ? undefined : startDownload(() => twilio.recordingMedia, recordingSid, likelyFormat);
  const remembered = plan.then((reading) => {
    if (!reading.ok) return;
    const { enabled, recording_format: format } = reading.settings;
    likelyFormat = enabled && format !== 'notice' ? format : undefined;
  });
  try {
    const held = await holdEntryOf(ledger, address, recordingSid, begunAt);
    // Who hangs up while recording has sent the message; who is still there listens to it first.
    if (isUnderReview(held.entry)) isSent = await hasEnded(invocation, address.callSid);
    await advance(invocation, held, arrived, { plan, download });
    return 204;
  } catch (error) {
    invocation.log.error('ledger out of reach', { callSid: address.callSid, recordingSid, code: errorCode(error) });
    await makeTaskWithoutLedger(invocation, arrived(entryFromUrl(address, begunAt)));
    return 503;
  } finally {
    await remembered;
  }
}

/**
 * Sync is down, or not configured: an agent must hear of the message all the same. Twilio delivers again after the 503, and until Sync is
 * back each time looks for the task first.
 */
async function makeTaskWithoutLedger(invocation: Invocation, entry: LedgerEntry): Promise<void> {
  // Who is still on the line may record another; if they do not, the sweep finds this one.
  if (isUnderReview(entry) && !(await hasEnded(invocation, entry.callSid))) return;
  const outcome = await makeTask(entry, () => invocation.twilio.taskRouter, invocation.timeZone);
  if (outcome.made) invocation.log.warn('task made without ledger', { entry: entry.id, taskSid: outcome.sid });
  else invocation.log.error('task not made', { entry: entry.id, code: outcome.problem });
}

/**
 * Nothing was recorded. That is final only once the caller cannot be asked again: they hung up, or it was the last. Of an
 * earlier attempt it may come late, when a message was left at a later one.
 */
async function handleAbsent(invocation: Invocation, address: VoicemailAddress): Promise<number> {
  const { voice } = invocation.twilio;
  const { callSid } = address;
  const isLast = address.askedAgain >= experienceAt(address).askAgainAfterSilence;
  try {
    if (!isLast && (!(await voice.hasCallEnded(callSid)) || (await leftMessage(invocation, callSid)))) return 204;
    await concludeWithoutMessage(invocation, address);
    return 204;
  } catch (error) {
    invocation.log.error('missed voicemail not concluded', { callSid, code: errorCode(error) });
    return 503;
  }
}

async function leftMessage({ twilio }: Invocation, callSid: string): Promise<boolean> {
  return (await twilio.voice.listRecordings(callSid)).some(({ status }) => status !== 'absent' && status !== 'deleted');
}

/** When nobody can say, the call goes on. */
async function hasEnded({ twilio, log }: Invocation, callSid: string): Promise<boolean> {
  try {
    return await twilio.voice.hasCallEnded(callSid);
  } catch (error) {
    log.warn('call not looked up', { callSid, code: errorCode(error) });
    return false;
  }
}
