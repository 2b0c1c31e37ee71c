import { cutText, isSid } from '@callback-and-voicemail/contract';
import { completeErasureOrDefer } from '../fulfilment/complete-erasure';
import { addTranscriptToTask, processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { isUnderReview } from '../ledger/entry';
import { isErased } from '../ledger/erasure-changes';
import type { LedgerEvent } from '../ledger/events';
import type { Environment } from '../runtime/environment';
import { errorCode } from '../runtime/errors';
import { toCleanLines } from '../runtime/text';
import { redactTranscript } from '../transcripts/redact-digits';
import { findOrRebuildEntry } from './rebuild-entry';
import { readRecordingSid, readVoicemailUrlState } from './voicemail-url';

/** When to look for a recording whose transcript came first; by then its own webhook has long been delivered. */
const RECORDING_CHECK_MS = 60_000;
/** Far more than two minutes of speech; the ledger keeps less. */
const MAX_TRANSCRIPT_CHARACTERS = 20_000;

/**
 * Twilio's transcript of a recording, or that there is none. It adds the text to the ledger, the task, and an email that
 * waited for it. It never creates or loses a voicemail.
 * @returns the HTTP status to respond with
 * @throws BadRequest for a malformed request
 */
export async function handleTranscription(invocation: Invocation, event: Record<string, unknown>): Promise<number> {
  const { twilio, environment, log } = invocation;
  const { urlState } = readVoicemailUrlState(environment, 'transcription', event);
  const recordingSid = readRecordingSid(event);
  const events: LedgerEvent[] = [
    { type: 'recording-announced', recordingSid, checkAt: Date.now() + RECORDING_CHECK_MS },
    { type: 'transcript-received', text: readTranscript(environment, event) },
  ];
  try {
    const current = await findOrRebuildEntry(invocation, urlState, recordingSid, urlState.waitingSince);
    // The transcript comes when the caller has long hung up, and Twilio reports nothing else.
    if (isUnderReview(current.entry) && (await twilio.voice.hasCallEnded(urlState.callSid)))
      events.unshift({ type: 'review-ended' });
    const after = await processEntry(invocation, current, events);
    if (after && (isErased(after.entry) || after.entry.recording.state === 'deleted'))
      await eraseTranscription(invocation, event.TranscriptionSid);
    if (after && isErased(after.entry)) await completeErasureOrDefer(invocation, after);
    // A task that this invocation created has the text already; other invocations add it to the tasks they create.
    const isNew = current.entry.transcript.state !== 'ready' && after?.entry.transcript.state === 'ready';
    if (after && isNew && !after.createdTask) await addTranscriptToTask(invocation, after.entry);
    return 204;
  } catch (error) {
    log.error('transcript not kept', { callSid: urlState.callSid, recordingSid, code: errorCode(error) });
    return 503;
  }
}

/** It may have been made after its recording was deleted. */
async function eraseTranscription({ twilio }: Invocation, sid: unknown): Promise<void> {
  if (isSid('transcription', sid)) await twilio.voice.deleteTranscription(sid);
}

/** @returns undefined when Twilio could not transcribe the recording */
function readTranscript(
  environment: Environment,
  { TranscriptionStatus, TranscriptionText }: Record<string, unknown>,
): string | undefined {
  if (TranscriptionStatus !== 'completed' || typeof TranscriptionText !== 'string') return undefined;
  const readable = toCleanLines(cutText(TranscriptionText, MAX_TRANSCRIPT_CHARACTERS)).join('\n');
  return redactTranscript(environment, readable);
}
