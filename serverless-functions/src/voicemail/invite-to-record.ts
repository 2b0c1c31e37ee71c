import type { Invocation } from '../invocation';
import { closed, voicemailEntryId } from '../ledger/entry';
import { speak } from '../prompts/speak';
import { errorCode } from '../runtime/errors';
import type { VoiceTwiml } from '../runtime/twiml';
import { concludeWithoutMessage } from './no-message';
import { rebuildEntry, recordingLimits } from './rebuild-entry';
import { experienceForVoicemail, parseVoicemailUrlState, type VoicemailUrlState, voicemailPath } from './voicemail-url';

/**
 * Connection overrides for callbacks that must arrive: five retries on anything, 15 s in all (Twilio's most), ten of
 * them for one answer. What a longer outage loses the sweep finds.
 */
const WEBHOOK_RETRY_OVERRIDES = '#rc=5&rp=all&rt=10000&tt=15000';

/**
 * Invites the caller to speak, asks once more after silence, and after that lets them go with thanks.
 * The entry is in the ledger before the recording starts; a caller who comes straight here is recorded even when it
 * cannot be written, since it can be rebuilt from the URLs.
 */
export async function inviteToRecord(
  invocation: Invocation,
  event: Record<string, unknown>,
  twiml: VoiceTwiml,
): Promise<void> {
  const { environment, log } = invocation;
  const urlState = parseVoicemailUrlState(event, {
    workflowSid: environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID ?? '',
    now: Date.now(),
  });
  const experience = experienceForVoicemail(urlState);
  if (urlState.silenceRetries > experience.askAgainAfterSilence) {
    await concludeAfterSilence(invocation, { ...urlState, attempt: urlState.attempt - 1 });
    speak(twiml, experience, 'heardNothing');
    twiml.hangup();
    return;
  }
  if (!urlState.entryCreated) await createEntry(invocation, urlState);
  log.info('recording invited', { callSid: urlState.callSid, attempt: urlState.attempt });
  const isFirst = urlState.silenceRetries === 0 && !urlState.isRerecording;
  if (experience.recordingNotice && isFirst) speak(twiml, experience, 'recordingNotice');
  speak(
    twiml,
    experience,
    isFirst ? 'leaveMessage' : urlState.silenceRetries > 0 ? 'leaveMessageAgain' : 'recordAgain',
  );
  const here = { ...urlState, opened: false, recordsAgain: undefined };
  const limits = recordingLimits(experience);
  twiml.record({
    action: voicemailPath('voicemail-recorded', here),
    method: 'POST',
    maxLength: experience.maxRecordingSeconds,
    timeout: experience.recordingSilenceSeconds,
    finishOnKey: '#',
    playBeep: true,
    trim: 'trim-silence',
    recordingStatusCallback: `${voicemailPath('recording-status', here)}${WEBHOOK_RETRY_OVERRIDES}`,
    recordingStatusCallbackMethod: 'POST',
    recordingStatusCallbackEvent: ['completed', 'absent'],
    ...(limits.transcribed
      ? { transcribe: true, transcribeCallback: `${voicemailPath('transcription', here)}${WEBHOOK_RETRY_OVERRIDES}` }
      : {}),
  });
  // Only reached when nothing was recorded: with a recording Twilio goes to `action` instead.
  twiml.redirect(
    { method: 'POST' },
    voicemailPath('voicemail', {
      ...here,
      attempt: urlState.attempt + 1,
      silenceRetries: urlState.silenceRetries + 1,
    }),
  );
}

async function createEntry(invocation: Invocation, urlState: VoicemailUrlState): Promise<void> {
  const { ledger, log } = invocation;
  try {
    const before =
      urlState.silenceRetries === 0 && !urlState.isRerecording
        ? undefined
        : await ledger.find(voicemailEntryId(urlState.callSid, urlState.attempt - 1));
    const own = { ...rebuildEntry(urlState), leftLine: true };
    const entry = before && {
      ...own,
      priority: before.entry.priority,
      routing: before.entry.routing,
      conversationId: before.entry.conversationId,
      waitingTaskSid: before.entry.queueTaskSid,
    };
    await ledger.createIfAbsent(entry ?? own);
    if (before)
      await ledger.compareAndSwap(before, (earlier) => closed(earlier, 'superseded', 'Asked again after silence'));
  } catch (error) {
    log.error('recording without ledger', { callSid: urlState.callSid, code: errorCode(error) });
  }
}

async function concludeAfterSilence(invocation: Invocation, last: VoicemailUrlState): Promise<void> {
  try {
    await concludeWithoutMessage(invocation, last);
  } catch (error) {
    // The `absent` callback of the last recording decides again, and after it the sweep.
    invocation.log.error('missed voicemail not concluded', { callSid: last.callSid, code: errorCode(error) });
  }
}
