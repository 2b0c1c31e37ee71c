import { isSid } from '@callback-and-voicemail/contract';
import { processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { voicemailEntryId } from '../ledger/entry-id';
import { speak } from '../prompts/speak';
import { errorCode } from '../runtime/errors';
import type { VoiceTwiml } from '../runtime/twiml';
import { experienceForVoicemail, parseVoicemailUrlState, type VoicemailUrlState, voicemailPath } from './voicemail-url';

/** After this many recordings the last one is sent. */
const MAX_RECORDINGS = 5;
const MAX_REVIEW_PROMPTS = 2;

/** The state of a review; it travels in the URL of `voicemail-recorded`. */
interface ReviewState {
  urlState: VoicemailUrlState;
  recordingSid: string;
  /** How often the menu was spoken. */
  promptCount: number;
}

/**
 * After a message was recorded: thanks and goodbye. With `reviewMessage` the caller may listen to it, record another in
 * its place (the next attempt of the call), or send it. Silence and hanging up send it as well.
 */
export async function afterRecording(
  invocation: Invocation,
  event: Record<string, unknown>,
  twiml: VoiceTwiml,
): Promise<void> {
  const urlState = parseVoicemailUrlState(event, {
    workflowSid: invocation.environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID ?? '',
    now: Date.now(),
  });
  const recordingSid = [event.recordingSid, event.RecordingSid].find((sid) => isSid('recording', sid));
  const experience = experienceForVoicemail(urlState);
  const hasHungUp = event.CallStatus === 'completed';
  if (event.step === 'sent') return finishCall(invocation, urlState, twiml);
  if (!experience.reviewMessage || hasHungUp || typeof recordingSid !== 'string')
    return thankAndHangUp(invocation, urlState, twiml);
  const review: ReviewState = {
    urlState,
    recordingSid,
    promptCount: Math.min(MAX_REVIEW_PROMPTS, Math.max(0, Number(event.said) || 0)),
  };
  const choice = event.step === 'choice' ? event.Digits : undefined;
  switch (choice) {
    case '1':
      return offerReview(invocation, { ...review, promptCount: 0 }, twiml, true);
    case '2':
      return recordAgain(invocation, review, twiml);
    case '3':
      return sendMessage(invocation, review, twiml);
  }
  // Silence, or another key: the menu is repeated once before the message is sent.
  return review.promptCount < MAX_REVIEW_PROMPTS
    ? offerReview(invocation, review, twiml)
    : sendMessage(invocation, review, twiml);
}

function reviewPath({ urlState, recordingSid, promptCount }: ReviewState, step?: 'choice' | 'sent'): string {
  const query = new URLSearchParams({ recordingSid, said: String(promptCount) });
  if (step !== undefined) query.set('step', step);
  return `${voicemailPath('voicemail-recorded', urlState)}&${query}`;
}

function offerReview(
  { environment, origin }: Invocation,
  review: ReviewState,
  twiml: VoiceTwiml,
  listens = false,
): void {
  const experience = experienceForVoicemail(review.urlState);
  const next: ReviewState = { ...review, promptCount: review.promptCount + 1 };
  const gather = twiml.gather({
    input: ['dtmf'],
    numDigits: 1,
    finishOnKey: '',
    timeout: experience.menuSeconds,
    action: reviewPath(next, 'choice'),
    method: 'POST',
  });
  // Built from the validated sid, never taken from the request.
  if (listens)
    gather.play(
      `https://api.twilio.com/2010-04-01/Accounts/${environment.values.ACCOUNT_SID}/Recordings/${review.recordingSid}.mp3`,
    );
  speak(gather, { experience, origin }, 'review');
  twiml.redirect({ method: 'POST' }, reviewPath(next));
}

async function recordAgain(invocation: Invocation, review: ReviewState, twiml: VoiceTwiml): Promise<void> {
  const { ledger, log } = invocation;
  const { urlState } = review;
  if (urlState.attempt >= MAX_RECORDINGS) return sendMessage(invocation, review, twiml);
  try {
    const id = voicemailEntryId(urlState.callSid, urlState.attempt);
    const discarded = await ledger.apply(id, { type: 'message-discarded' });
    if (discarded?.entry.review !== 'discarded') return sendMessage(invocation, review, twiml);
  } catch (error) {
    // It would be sent in addition to the new one, so the caller is asked again.
    log.error('message not discarded', { callSid: urlState.callSid, code: errorCode(error) });
    speak(twiml, { experience: experienceForVoicemail(urlState), origin: invocation.origin }, 'troublePleaseHold');
    return offerReview(invocation, review, twiml);
  }
  log.info('message discarded', { callSid: urlState.callSid, attempt: urlState.attempt });
  const next: VoicemailUrlState = {
    ...urlState,
    attempt: urlState.attempt + 1,
    silenceRetries: 0,
    isRerecording: true,
  };
  twiml.redirect({ method: 'POST' }, voicemailPath('voicemail', next));
}

/** Creates the task at once. The email follows after the thanks: the caller does not wait for it on the telephone. */
async function sendMessage(invocation: Invocation, review: ReviewState, twiml: VoiceTwiml): Promise<void> {
  const { urlState } = review;
  await releaseMessage({ ...invocation, sendEmail: undefined }, urlState);
  speak(twiml, { experience: experienceForVoicemail(urlState), origin: invocation.origin }, 'thanks');
  twiml.redirect({ method: 'POST' }, reviewPath(review, 'sent'));
}

async function finishCall(invocation: Invocation, urlState: VoicemailUrlState, twiml: VoiceTwiml): Promise<void> {
  await releaseMessage(invocation, urlState);
  twiml.hangup();
}

async function releaseMessage(invocation: Invocation, { callSid, attempt }: VoicemailUrlState): Promise<void> {
  try {
    await processEntry(invocation, voicemailEntryId(callSid, attempt), [{ type: 'review-ended' }]);
  } catch (error) {
    // The sweep sends it once the call has ended.
    invocation.log.error('message not sent yet', { callSid, code: errorCode(error) });
  }
}

function thankAndHangUp({ origin }: Invocation, urlState: VoicemailUrlState, twiml: VoiceTwiml): void {
  speak(twiml, { experience: experienceForVoicemail(urlState), origin }, 'thanks');
  twiml.hangup();
}
