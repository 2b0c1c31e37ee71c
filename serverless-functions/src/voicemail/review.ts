import { isSid } from '@callback-and-voicemail/contract';
import { processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { voicemailEntryId } from '../ledger/entry-id';
import { speak } from '../prompts/speak';
import { errorCode } from '../runtime/errors';
import type { VoiceTwiml } from '../runtime/twiml';
import { playableUrl } from './review-audio';
import { experienceForVoicemail, readVoicemailUrlState, type VoicemailUrlState, voicemailPath } from './voicemail-url';

/** After this many recordings the last one is sent. */
const MAX_RECORDINGS = 5;
const MAX_REVIEW_PROMPTS = 2;
/** Twilio processes a recording for some seconds after its end. Callers who want to hear it wait at most that long. */
const MAX_WAITS = 5;
const WAIT_SECONDS = 2;

/** The state of a review; it travels in the URL of `voicemail-recorded`. */
interface ReviewState {
  urlState: VoicemailUrlState;
  recordingSid: string;
  /** How often the menu was spoken. */
  promptCount: number;
  /** How often the caller has waited for the recording to be ready. */
  waits: number;
}

/**
 * After a message was recorded: thanks and goodbye. With `reviewMessage` the caller may listen to it, record another in
 * its place (the next attempt of the call), or send it. Silence and hanging up send it as well. A message is discarded
 * before another is recorded, and restored when there is no other: `concludeEntryWithoutMessage`.
 */
export async function afterRecording(
  invocation: Invocation,
  event: Record<string, unknown>,
  twiml: VoiceTwiml,
): Promise<void> {
  const { urlState, own = {} } = readVoicemailUrlState(invocation.environment, 'voicemail-recorded', event);
  const recordingSid = [own.recordingSid, event.RecordingSid].find((sid) => isSid('recording', sid));
  const experience = experienceForVoicemail(urlState);
  const hasHungUp = event.CallStatus === 'completed';
  if (own.step === 'sent') return finishCall(invocation, urlState, twiml);
  if (!experience.reviewMessage || hasHungUp || typeof recordingSid !== 'string')
    return thankAndHangUp(invocation, urlState, twiml);
  const review: ReviewState = {
    urlState,
    recordingSid,
    promptCount: Math.min(MAX_REVIEW_PROMPTS, Math.max(0, Number(own.said) || 0)),
    waits: Math.min(MAX_WAITS, Math.max(0, Number(own.waited) || 0)),
  };
  if (own.step === 'listen') return playMessage(invocation, review, twiml);
  const choice = own.step === 'choice' ? event.Digits : undefined;
  switch (choice) {
    case '1':
      return playMessage(invocation, { ...review, promptCount: 0 }, twiml);
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

function reviewPath(
  { environment }: Invocation,
  { urlState, recordingSid, promptCount, waits }: ReviewState,
  step?: 'choice' | 'listen' | 'sent',
): string {
  return voicemailPath(environment, 'voicemail-recorded', urlState, {
    recordingSid,
    said: String(promptCount),
    ...(waits > 0 ? { waited: String(waits) } : {}),
    ...(step === undefined ? {} : { step }),
  });
}

/** The message, and the menu after it. Without a recording that Twilio can fetch, the message is sent as it is. */
async function playMessage(invocation: Invocation, review: ReviewState, twiml: VoiceTwiml): Promise<void> {
  const url = await playableUrl(invocation, review.recordingSid);
  if (url !== undefined) return offerReview(invocation, { ...review, waits: 0 }, twiml, url);
  if (review.waits >= MAX_WAITS) return sendMessage(invocation, review, twiml);
  const next: ReviewState = { ...review, waits: review.waits + 1 };
  listenForChoice(invocation, twiml, next, WAIT_SECONDS);
  twiml.redirect({ method: 'POST' }, reviewPath(invocation, next, 'listen'));
}

/** @param messageUrl of the message, when it is to be heard first */
function offerReview(invocation: Invocation, review: ReviewState, twiml: VoiceTwiml, messageUrl?: string): void {
  const { origin } = invocation;
  const experience = experienceForVoicemail(review.urlState);
  const next: ReviewState = { ...review, promptCount: review.promptCount + 1 };
  const gather = listenForChoice(invocation, twiml, next, experience.menuSeconds);
  if (messageUrl !== undefined) gather.play(messageUrl);
  speak(gather, { experience, origin }, 'review');
  twiml.redirect({ method: 'POST' }, reviewPath(invocation, next));
}

function listenForChoice(invocation: Invocation, twiml: VoiceTwiml, review: ReviewState, timeout: number) {
  return twiml.gather({
    input: ['dtmf'],
    numDigits: 1,
    finishOnKey: '',
    timeout,
    action: reviewPath(invocation, review, 'choice'),
    method: 'POST',
  });
}

async function recordAgain(invocation: Invocation, review: ReviewState, twiml: VoiceTwiml): Promise<void> {
  const { ledger, log } = invocation;
  const { urlState } = review;
  if (urlState.attempt >= MAX_RECORDINGS) return sendMessage(invocation, review, twiml);
  try {
    const id = voicemailEntryId(urlState.callSid, urlState.attempt);
    const discarded = await ledger.apply(id, {
      type: 'message-discarded',
      recordingSid: review.recordingSid,
    });
    if (discarded?.entry.review !== 'discarded') return sendMessage(invocation, review, twiml);
  } catch (error) {
    // It would be sent in addition to the new one, so the review repeats.
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
  twiml.redirect({ method: 'POST' }, voicemailPath(invocation.environment, 'voicemail', next));
}

/** Creates the task at once. The email follows after the thanks: the caller does not wait for it on the telephone. */
async function sendMessage(invocation: Invocation, review: ReviewState, twiml: VoiceTwiml): Promise<void> {
  const { urlState } = review;
  await releaseMessage({ ...invocation, sendEmail: undefined }, urlState);
  speak(twiml, { experience: experienceForVoicemail(urlState), origin: invocation.origin }, 'thanks');
  twiml.redirect({ method: 'POST' }, reviewPath(invocation, review, 'sent'));
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
