import { type CallerExperience, TRANSCRIPTION_LIMIT_SECONDS } from '@callback-and-voicemail/contract';
import { type LedgerEntry, newVoicemailEntry, voicemailEntryId } from '../ledger/entry';
import type { Ledger, VersionedEntry } from '../ledger/ledger';
import { experienceForVoicemail, type VoicemailUrlState } from './voicemail-url';

/**
 * The entry of a call that never waited in line, or one rebuilt since Sync was down when its recording began.
 * @param begunAt when that was: its task may have been made since
 */
export function rebuildEntry(urlState: VoicemailUrlState, begunAt = Date.now()): LedgerEntry {
  const experience = experienceForVoicemail(urlState);
  return newVoicemailEntry(
    {
      callSid: urlState.callSid,
      attempt: urlState.attempt,
      from: urlState.from,
      to: urlState.to,
      callerName: urlState.callerName,
      queueName: urlState.queueName,
      workflowSid: urlState.workflowSid,
      priority: 0,
      routing: {},
      conversationId: urlState.callSid,
      waitingSince: Math.min(urlState.waitingSince, Date.now()),
      language: experience.language,
    },
    recordingLimits(experience),
    begunAt,
  );
}

/**
 * The entry of a recording: its attempt's own; one of an earlier attempt that the sweep gave it to while its own could
 * not be written; or its own, rebuilt.
 * @throws TwilioError when Sync is out of reach
 */
export async function findOrRebuildEntry(
  ledger: Ledger,
  urlState: VoicemailUrlState,
  recordingSid: string,
  begunAt: number,
): Promise<VersionedEntry> {
  const { callSid, attempt } = urlState;
  const own = await ledger.find(voicemailEntryId(callSid, attempt));
  if (own) return own;
  const earlier = await Promise.all(
    Array.from({ length: attempt - 1 }, (_, index) => ledger.find(voicemailEntryId(callSid, index + 1))),
  );
  const keeper = earlier.find((one) => one?.entry.recording.recordingSid === recordingSid);
  return keeper ?? ledger.createIfAbsent(rebuildEntry(urlState, begunAt));
}

/**
 * What a new entry waits for. Transcribed only when every message stays below Twilio's limit, else it would fail for the long ones; and only in
 * English, the one language `<Record transcribe>` understands.
 */
export function recordingLimits({ maxRecordingSeconds, language, reviewMessage }: CallerExperience) {
  const transcribed = maxRecordingSeconds < TRANSCRIPTION_LIMIT_SECONDS && language.startsWith('en-');
  return { maxRecordingSeconds, transcribed, reviewed: reviewMessage };
}
