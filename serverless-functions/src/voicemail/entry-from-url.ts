import { type CallerExperience, TRANSCRIPTION_LIMIT_SECONDS } from '../caller-experience';
import { entryId, type LedgerEntry, newEntry } from '../ledger/entry';
import type { Held, Ledger } from '../ledger/ledger';
import { experienceAt, type VoicemailAddress } from './voicemail-url';

/**
 * The entry of a call that never waited in line, or one rebuilt since Sync was down when its recording began.
 * @param begunAt when that was: its task may have been made since
 */
export function entryFromUrl(address: VoicemailAddress, begunAt = Date.now()): LedgerEntry {
  const experience = experienceAt(address);
  return newEntry(
    {
      callSid: address.callSid,
      attempt: address.attempt,
      from: address.from,
      to: address.to,
      callerName: address.callerName,
      queueName: address.queueName,
      workflowSid: address.workflowSid,
      priority: 0,
      routing: {},
      conversationId: address.callSid,
      waitingSince: Math.min(address.waitingSince, Date.now()),
      language: experience.language,
    },
    entryLimits(experience),
    begunAt,
  );
}

/**
 * The entry of a recording: its attempt's own; one of an earlier attempt that the sweep gave it to while its own could
 * not be written; or its own, rebuilt.
 * @throws TwilioError when Sync is out of reach
 */
export async function holdEntryOf(
  ledger: Ledger,
  address: VoicemailAddress,
  recordingSid: string,
  begunAt: number,
): Promise<Held> {
  const { callSid, attempt } = address;
  const own = await ledger.find(entryId(callSid, attempt));
  if (own) return own;
  const earlier = await Promise.all(
    Array.from({ length: attempt - 1 }, (_, index) => ledger.find(entryId(callSid, index + 1))),
  );
  const keeper = earlier.find((one) => one?.entry.recording.sid === recordingSid);
  return keeper ?? ledger.open(entryFromUrl(address, begunAt));
}

/**
 * What a new entry waits for. Transcribed only when every message stays below Twilio's limit, else it would fail for the long ones; and only in
 * English, the one language `<Record transcribe>` understands.
 */
export function entryLimits({ maxRecordingSeconds, language, reviewMessage }: CallerExperience) {
  const transcribed = maxRecordingSeconds < TRANSCRIPTION_LIMIT_SECONDS && language.startsWith('en-');
  return { maxRecordingSeconds, transcribed, reviewed: reviewMessage };
}
