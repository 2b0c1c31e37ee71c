import { type CallerExperience, TRANSCRIPTION_LIMIT_SECONDS } from '../caller-experience';
import { taskKeyFor } from '../fulfilment/task-proof';
import type { Invocation } from '../invocation';
import { type LedgerEntry, newVoicemailEntry } from '../ledger/entry';
import { voicemailEntryId } from '../ledger/entry-id';
import { asTombstone } from '../ledger/erasure-changes';
import type { Ledger, VersionedEntry } from '../ledger/ledger';
import type { Environment } from '../runtime/environment';
import { experienceForVoicemail, type VoicemailUrlState } from './voicemail-url';

/**
 * The entry of a call that never waited in line; or of one whose entry is missing, since Sync was down when its
 * recording began.
 * @param startedAt when the recording began: its task may have been created since
 * @param routing what its task carries, where that is known
 */
export function rebuildEntry(
  environment: Environment,
  urlState: VoicemailUrlState,
  startedAt = Date.now(),
  routing: Record<string, unknown> = {},
): LedgerEntry {
  const experience = experienceForVoicemail(urlState);
  return newVoicemailEntry(
    {
      taskKey: taskKeyFor(environment, voicemailEntryId(urlState.callSid, urlState.attempt)),
      callSid: urlState.callSid,
      attempt: urlState.attempt,
      from: urlState.from,
      to: urlState.to,
      callerName: urlState.callerName,
      callerVerdict: urlState.callerVerdict,
      queueName: urlState.queueName,
      workflowSid: urlState.workflowSid,
      priority: 0,
      routing,
      conversationId: urlState.callSid,
      waitingSince: Math.min(urlState.waitingSince, Date.now()),
      language: experience.language,
    },
    recordingLimits(experience),
    startedAt,
  );
}

/**
 * The entry of a recording: that of its attempt; that of an earlier attempt, when the sweep assigned the recording to it
 * while its own could not be written; or its own, rebuilt.
 * @throws TwilioError when Sync is out of reach
 */
export async function findOrRebuildEntry(
  { ledger, environment }: Invocation,
  urlState: VoicemailUrlState,
  recordingSid: string,
  startedAt: number,
): Promise<VersionedEntry> {
  const { callSid, attempt } = urlState;
  const own = await ledger.find(voicemailEntryId(callSid, attempt));
  if (own) return own;
  const earlier = await findEarlierAttempts(ledger, urlState);
  const withRecording = earlier.find(({ entry }) => entry.recording.recordingSid === recordingSid);
  return withRecording ?? createAttempt(ledger, rebuildEntry(environment, urlState, startedAt), earlier);
}

/**
 * The entry of an attempt, or its own, rebuilt.
 * @throws TwilioError when Sync is out of reach
 */
export async function findOrRebuildAttempt(
  { ledger, environment }: Invocation,
  urlState: VoicemailUrlState,
): Promise<VersionedEntry> {
  const own = await ledger.find(voicemailEntryId(urlState.callSid, urlState.attempt));
  if (own) return own;
  return createAttempt(ledger, rebuildEntry(environment, urlState), await findEarlierAttempts(ledger, urlState));
}

/**
 * Writes the entry of a call's attempt. If an earlier attempt's personal data were deleted while the call went on, what
 * is recorded now is deleted as well: a tombstone is written.
 * @throws TwilioError when Sync is out of reach
 */
export function createAttempt(
  ledger: Ledger,
  entry: LedgerEntry,
  earlier: readonly VersionedEntry[],
): Promise<VersionedEntry> {
  const erasure = earlier.map((one) => one.entry.erasure).find((one) => one !== undefined);
  return ledger.createIfAbsent(erasure === undefined ? entry : asTombstone(entry, erasure, Date.now()));
}

async function findEarlierAttempts(ledger: Ledger, { callSid, attempt }: VoicemailUrlState): Promise<VersionedEntry[]> {
  const found = await Promise.all(
    Array.from({ length: attempt - 1 }, (_, index) => ledger.find(voicemailEntryId(callSid, index + 1))),
  );
  return found.filter((one) => one !== undefined);
}

/**
 * Limits of a recording, and whether Twilio transcribes it: only when every message stays below Twilio's limit, since
 * longer ones fail; and only in English, the one language `<Record transcribe>` supports.
 */
export function recordingLimits({ maxRecordingSeconds, language, reviewMessage }: CallerExperience) {
  const transcribed = maxRecordingSeconds < TRANSCRIPTION_LIMIT_SECONDS && language.startsWith('en-');
  return { maxRecordingSeconds, transcribed, reviewed: reviewMessage };
}
