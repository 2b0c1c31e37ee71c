import type { PromptName } from '../caller-experience';
import { callAttributes, carryAttributes } from '../fulfilment/carried-attributes';
import { LATE_REQUEST_MS, readCallAge, removeAgain } from '../fulfilment/replayed-request';
import type { Invocation } from '../invocation';
import type { LedgerEntry } from '../ledger/entry';
import { voicemailEntryId } from '../ledger/entry-id';
import type { VersionedEntry } from '../ledger/ledger';
import { numberForSpeech } from '../numbers/callback-number';
import { speak } from '../prompts/speak';
import { errorCode } from '../runtime/errors';
import type { VoiceTwiml } from '../runtime/twiml';
import { concludeWithoutMessage, type NoMessageConclusion } from './no-message';
import { createAttempt, rebuildEntry, recordingLimits } from './rebuild-entry';
import { experienceForVoicemail, readVoicemailUrlState, type VoicemailUrlState, voicemailPath } from './voicemail-url';

/**
 * Connection overrides for webhooks that must arrive: five retries on any error, 15 s in all (Twilio's maximum), ten of
 * them for one response. The sweep finds what a longer outage loses.
 * https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
const WEBHOOK_RETRY_OVERRIDES = '#rc=5&rp=all&rt=10000&tt=15000';

/**
 * Invites the caller to speak, asks again after silence, and then says goodbye. The entry is written before the
 * recording starts. When it cannot be written, a caller who comes straight here is recorded all the same, since the
 * entry can be rebuilt from the URLs.
 */
export async function inviteToRecord(
  invocation: Invocation,
  event: Record<string, unknown>,
  twiml: VoiceTwiml,
): Promise<void> {
  const { environment, origin, log } = invocation;
  const { urlState, own } = readVoicemailUrlState(environment, 'voicemail', event);
  const experience = experienceForVoicemail(urlState);
  if (urlState.silenceRetries > experience.askAgainAfterSilence) {
    const conclusion = await concludeAfterSilence(invocation, { ...urlState, attempt: urlState.attempt - 1 });
    const number = conclusion.kind === 'callback' ? numberForSpeech(conclusion.number, urlState.to) : '';
    speak(twiml, { experience, origin }, CONCLUSION_PROMPTS[conclusion.kind], number);
    twiml.hangup();
    return;
  }
  if (!urlState.entryCreated && (await beginEntry(invocation, urlState, event, own === undefined)) === 'over') {
    log.warn('voicemail of an ended call not begun', { callSid: urlState.callSid });
    twiml.hangup();
    return;
  }
  log.info('recording invited', { callSid: urlState.callSid, attempt: urlState.attempt });
  const isFirst = urlState.silenceRetries === 0 && !urlState.isRerecording;
  if (experience.recordingNotice && isFirst) speak(twiml, { experience, origin }, 'recordingNotice');
  speak(twiml, { experience, origin }, invitation(urlState));
  const here: VoicemailUrlState = { ...urlState, entryCreated: false, isRerecording: undefined };
  const limits = recordingLimits(experience);
  twiml.record({
    action: voicemailPath(environment, 'voicemail-recorded', here),
    method: 'POST',
    maxLength: experience.maxRecordingSeconds,
    timeout: experience.recordingSilenceSeconds,
    finishOnKey: '#',
    playBeep: true,
    trim: 'trim-silence',
    recordingStatusCallback: `${voicemailPath(environment, 'recording-status', here)}${WEBHOOK_RETRY_OVERRIDES}`,
    recordingStatusCallbackMethod: 'POST',
    recordingStatusCallbackEvent: ['completed', 'absent'],
    ...(limits.transcribed
      ? {
          transcribe: true,
          transcribeCallback: `${voicemailPath(environment, 'transcription', here)}${WEBHOOK_RETRY_OVERRIDES}`,
        }
      : {}),
  });
  // Only reached when nothing was recorded: with a recording Twilio requests `action` instead.
  twiml.redirect(
    { method: 'POST' },
    voicemailPath(environment, 'voicemail', {
      ...here,
      attempt: urlState.attempt + 1,
      silenceRetries: urlState.silenceRetries + 1,
    }),
  );
}

/**
 * Writes the entry. The state in our URLs ends before the entry does; without it, the call itself must be a current one.
 * It is looked up beside the write, so that no caller waits for it. Of a call that Twilio does not know there is no entry:
 * if somebody is on the line after all, it is rebuilt from the URLs.
 */
async function beginEntry(
  invocation: Invocation,
  urlState: VoicemailUrlState,
  event: Record<string, unknown>,
  isUnsigned: boolean,
): Promise<'begun' | 'over'> {
  const [written, age] = await Promise.all([
    createEntry(invocation, urlState, event),
    isUnsigned ? readCallAge(invocation, urlState.callSid, LATE_REQUEST_MS) : 'current',
  ]);
  if (age !== 'current' && written !== undefined) await removeAgain(invocation, written);
  return age === 'over' ? 'over' : 'begun';
}

/**
 * A later attempt inherits the position in the queue from the one before.
 * @returns the entry, where this invocation wrote it as the first of its call
 */
async function createEntry(
  { ledger, log, environment }: Invocation,
  urlState: VoicemailUrlState,
  event: Record<string, unknown>,
): Promise<VersionedEntry | undefined> {
  const { callSid, attempt, silenceRetries, isRerecording } = urlState;
  try {
    const isFirst = silenceRetries === 0 && !isRerecording;
    const before = isFirst ? undefined : await ledger.find(voicemailEntryId(callSid, attempt - 1));
    const carried = carryAttributes(callAttributes(event), log, { callSid });
    const own: LedgerEntry = { ...rebuildEntry(environment, urlState, undefined, carried), dequeued: true };
    if (before === undefined) {
      const stored = await ledger.createIfAbsent(own);
      return stored.created ? stored : undefined;
    }
    const { priority, routing, conversationId, queueTaskSid } = before.entry;
    await createAttempt(ledger, { ...own, priority, routing, conversationId, queueTaskSid }, [before]);
    await ledger.apply(before, { type: 'attempt-closed', as: 'superseded', reason: 'Asked again after silence' });
  } catch (error) {
    log.error('recording without ledger', { callSid, code: errorCode(error) });
  }
  return undefined;
}

function invitation({ silenceRetries, isRerecording }: VoicemailUrlState) {
  if (silenceRetries > 0) return 'leaveMessageAgain';
  return isRerecording ? 'recordAgain' : 'leaveMessage';
}

const CONCLUSION_PROMPTS: Record<NoMessageConclusion['kind'], PromptName> = {
  'earlier-message-kept': 'earlierMessageKept',
  callback: 'heardNothingCallback',
  'callback-booked-before': 'heardNothingBooked',
  nothing: 'heardNothing',
};

/** Promises nothing while it is unknown what comes of it. */
async function concludeAfterSilence(invocation: Invocation, last: VoicemailUrlState): Promise<NoMessageConclusion> {
  try {
    return await concludeWithoutMessage(invocation, last);
  } catch (error) {
    // The `absent` webhook of the last recording tries again, and then the sweep.
    invocation.log.error('missed voicemail not concluded', { callSid: last.callSid, code: errorCode(error) });
    return { kind: 'nothing' };
  }
}
