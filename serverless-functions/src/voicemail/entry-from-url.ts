import { TRANSCRIPTION_LIMIT_SECONDS } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { newEntry, type VoicemailEntry } from '../ledger/entry';
import type { VoicemailAddress } from './voicemail-url';

/** The entry of a call that never waited in line, or one rebuilt since Sync was down when its recording began. */
export function entryFromUrl({ experience }: Invocation, address: VoicemailAddress): VoicemailEntry {
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

/** Transcribed only when every message stays below Twilio's limit; else it would fail for the long ones. */
export function entryLimits({ maxRecordingSeconds }: { maxRecordingSeconds: number }) {
  return { maxRecordingSeconds, transcribed: maxRecordingSeconds < TRANSCRIPTION_LIMIT_SECONDS };
}
