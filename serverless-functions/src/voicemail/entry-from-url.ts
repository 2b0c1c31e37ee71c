import { type CallerExperience, TRANSCRIPTION_LIMIT_SECONDS } from '@callback-and-voicemail/contract';
import { type LedgerEntry, newEntry } from '../ledger/entry';
import { experienceAt, type VoicemailAddress } from './voicemail-url';

/** The entry of a call that never waited in line, or one rebuilt since Sync was down when its recording began. */
export function entryFromUrl(address: VoicemailAddress): LedgerEntry {
  const experience = experienceAt(address);
  return newEntry(
    {
      callSid: address.callSid,
      attempt: address.attempt,
      from: address.from,
      to: address.to,
      queueName: address.queueName,
      workflowSid: address.workflowSid,
      priority: 0,
      routing: {},
      conversationId: address.callSid,
      waitingSince: Math.min(address.waitingSince, Date.now()),
      language: experience.language,
    },
    entryLimits(experience),
    Date.now(),
  );
}

/**
 * What a new entry waits for. Transcribed only when every message stays below Twilio's limit, else it would fail for the long ones; and only in
 * English, the one language `<Record transcribe>` understands.
 */
export function entryLimits({ maxRecordingSeconds, language, reviewMessage }: CallerExperience) {
  const transcribed = maxRecordingSeconds < TRANSCRIPTION_LIMIT_SECONDS && language.startsWith('en-');
  return { maxRecordingSeconds, transcribed, reviewed: reviewMessage };
}
