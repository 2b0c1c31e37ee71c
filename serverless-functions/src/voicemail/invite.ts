import type { Invocation } from '../invocation';
import { closed, entryId } from '../ledger/entry';
import { speak } from '../prompts/speak';
import { errorCode } from '../runtime/errors';
import type { VoiceTwiml } from '../runtime/twiml';
import { entryFromUrl, entryLimits } from './entry-from-url';
import { concludeWithoutMessage } from './no-message';
import { experienceAt, readVoicemailAddress, type VoicemailAddress, voicemailPath } from './voicemail-url';

/**
 * Connection overrides for callbacks that must arrive: five retries on anything, 15 s in all (Twilio's most), ten of
 * them for one answer. What a longer outage loses the sweep finds.
 */
const INSISTENT = '#rc=5&rp=all&rt=10000&tt=15000';

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
  const address = readVoicemailAddress(event, {
    workflowSid: environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID ?? '',
    now: Date.now(),
  });
  const experience = experienceAt(address);
  if (address.askedAgain > experience.askAgainAfterSilence) {
    await letGo(invocation, { ...address, attempt: address.attempt - 1 });
    speak(twiml, experience, 'heardNothing');
    twiml.hangup();
    return;
  }
  if (!address.opened) await openEntry(invocation, address);
  log.info('recording invited', { callSid: address.callSid, attempt: address.attempt });
  const isFirst = address.askedAgain === 0 && !address.recordsAgain;
  if (experience.recordingNotice && isFirst) speak(twiml, experience, 'recordingNotice');
  speak(twiml, experience, isFirst ? 'leaveMessage' : address.askedAgain > 0 ? 'leaveMessageAgain' : 'recordAgain');
  const here = { ...address, opened: false, recordsAgain: undefined };
  const limits = entryLimits(experience);
  twiml.record({
    action: voicemailPath('voicemail-recorded', here),
    method: 'POST',
    maxLength: experience.maxRecordingSeconds,
    timeout: experience.recordingSilenceSeconds,
    finishOnKey: '#',
    playBeep: true,
    trim: 'trim-silence',
    recordingStatusCallback: `${voicemailPath('recording-status', here)}${INSISTENT}`,
    recordingStatusCallbackMethod: 'POST',
    recordingStatusCallbackEvent: ['completed', 'absent'],
    ...(limits.transcribed
      ? { transcribe: true, transcribeCallback: `${voicemailPath('transcription', here)}${INSISTENT}` }
      : {}),
  });
  // Only reached when nothing was recorded: with a recording Twilio goes to `action` instead.
  twiml.redirect(
    { method: 'POST' },
    voicemailPath('voicemail', {
      ...here,
      attempt: address.attempt + 1,
      askedAgain: address.askedAgain + 1,
    }),
  );
}

async function openEntry(invocation: Invocation, address: VoicemailAddress): Promise<void> {
  const { ledger, log } = invocation;
  try {
    const before =
      address.askedAgain === 0 && !address.recordsAgain
        ? undefined
        : await ledger.find(entryId(address.callSid, address.attempt - 1));
    const own = { ...entryFromUrl(address), leftLine: true };
    const entry = before && {
      ...own,
      priority: before.entry.priority,
      routing: before.entry.routing,
      conversationId: before.entry.conversationId,
      waitingTaskSid: before.entry.waitingTaskSid,
    };
    await ledger.open(entry ?? own);
    if (before) await ledger.change(before, (earlier) => closed(earlier, 'superseded', 'Asked again after silence'));
  } catch (error) {
    log.error('recording without ledger', { callSid: address.callSid, code: errorCode(error) });
  }
}

async function letGo(invocation: Invocation, last: VoicemailAddress): Promise<void> {
  try {
    await concludeWithoutMessage(invocation, last);
  } catch (error) {
    // The `absent` callback of the last recording decides again, and after it the sweep.
    invocation.log.error('missed voicemail not concluded', { callSid: last.callSid, code: errorCode(error) });
  }
}
