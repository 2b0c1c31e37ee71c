import { isSid } from '@callback-and-voicemail/contract';
import { addTranscriptToTask, processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { isUnderReview, type LedgerEntry, withRecordingProven, withReviewDone, withTranscript } from '../ledger/entry';
import { BadRequest, errorCode } from '../runtime/errors';
import { findOrRebuildEntry } from './rebuild-entry';
import { parseVoicemailUrlState } from './voicemail-url';

/** When a recording is looked for whose transcript came first; by then its own callback has long been delivered. */
const SOON_MS = 60_000;
/** Far above what two minutes of speech give; the ledger keeps less. */
const MAX_TRANSCRIPT_CHARACTERS = 20_000;

/**
 * Twilio's transcript of a recording, or that there is none: it adds its text to the ledger, the task, and to a mail
 * that waited for it. It never makes or loses a voicemail.
 * @returns the HTTP status to answer with
 * @throws BadRequest for a malformed request
 */
export async function handleTranscription(invocation: Invocation, event: Record<string, unknown>): Promise<number> {
  const { twilio, ledger, environment } = invocation;
  const urlState = parseVoicemailUrlState(event, {
    workflowSid: environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID ?? '',
    now: Date.now(),
  });
  const recordingSid = event.RecordingSid;
  if (!isSid('recording', recordingSid))
    throw new BadRequest('bad-recording-sid', 'RecordingSid is missing or malformed', 'Send the one Twilio gave.');
  const completed = event.TranscriptionStatus === 'completed' && typeof event.TranscriptionText === 'string';
  const text = completed ? String(event.TranscriptionText).slice(0, MAX_TRANSCRIPT_CHARACTERS) : undefined;
  // A transcript proves a recording: should its own callback never come, the sweep looks for it soon.
  const proven = (entry: LedgerEntry) => withRecordingProven(entry, recordingSid, Date.now() + SOON_MS);
  try {
    const current = await findOrRebuildEntry(ledger, urlState, recordingSid, urlState.waitingSince);
    const isNews = current.entry.transcript.state !== 'ready';
    // It comes when the caller has long hung up, without another word from Twilio.
    const isSent = isUnderReview(current.entry) && (await twilio.voice.hasCallEnded(urlState.callSid));
    const after = await processEntry(invocation, current, (entry) =>
      withTranscript(proven(isSent ? withReviewDone(entry) : entry), text, Date.now()),
    );
    // A task made in this very invocation has the text already; one being made elsewhere gets it from its maker.
    if (isNews && after && !after.createdTask && after.entry.transcript.state === 'ready')
      await addTranscriptToTask(invocation, after.entry);
    return 204;
  } catch (error) {
    invocation.log.error('transcript not kept', { callSid: urlState.callSid, code: errorCode(error) });
    return 503;
  }
}
