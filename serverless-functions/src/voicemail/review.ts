import { isSid } from '@callback-and-voicemail/contract';
import { advance } from '../fulfilment/advance';
import type { Invocation } from '../invocation';
import { entryId, withDiscarded, withReviewDone } from '../ledger/entry';
import { speak } from '../prompts/speak';
import { errorCode } from '../runtime/errors';
import type { VoiceTwiml } from '../runtime/twiml';
import { experienceAt, readVoicemailAddress, type VoicemailAddress, voicemailPath } from './voicemail-url';

/** A caller records a message this often at most; what stands then is sent. */
const MAX_RECORDINGS = 5;
const ASKED_TWICE = 2;

/** Where the caller is with their message; travels in the URL of `voicemail-recorded`. */
interface Review {
  address: VoicemailAddress;
  recordingSid: string;
  /** How often the menu was said. */
  said: number;
}

/**
 * After a message was recorded: thanks and goodbye; or where the configuration has it, the caller listens to it, records
 * another in its place (the next attempt of the call), or sends it. Silence and hanging up send it as well.
 */
export async function afterRecording(
  invocation: Invocation,
  event: Record<string, unknown>,
  twiml: VoiceTwiml,
): Promise<void> {
  const address = readVoicemailAddress(event, {
    workflowSid: invocation.environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID ?? '',
    now: Date.now(),
  });
  const recordingSid = [event.recordingSid, event.RecordingSid].find((sid) => isSid('recording', sid));
  const experience = experienceAt(address);
  const hasHungUp = event.CallStatus === 'completed';
  if (event.step === 'sent') return finish(invocation, address, twiml);
  if (!experience.reviewMessage || hasHungUp || typeof recordingSid !== 'string') return thank(address, twiml);
  const review: Review = { address, recordingSid, said: Math.min(ASKED_TWICE, Math.max(0, Number(event.said) || 0)) };
  const choice = event.step === 'choice' ? event.Digits : undefined;
  switch (choice) {
    case '1':
      return offer(invocation, { ...review, said: 0 }, twiml, true);
    case '2':
      return recordAgain(invocation, review, twiml);
    case '3':
      return send(invocation, review, twiml);
  }
  // Silence, or a key that is none: asked once more before it is sent.
  return review.said < ASKED_TWICE ? offer(invocation, review, twiml) : send(invocation, review, twiml);
}

function pathOf({ address, recordingSid, said }: Review, step?: 'choice' | 'sent'): string {
  const query = new URLSearchParams({ recordingSid, said: String(said) });
  if (step !== undefined) query.set('step', step);
  return `${voicemailPath('voicemail-recorded', address)}&${query}`;
}

function offer({ environment }: Invocation, review: Review, twiml: VoiceTwiml, listens = false): void {
  const experience = experienceAt(review.address);
  const next = { ...review, said: review.said + 1 };
  const gather = twiml.gather({
    input: ['dtmf'],
    numDigits: 1,
    finishOnKey: '',
    timeout: experience.menuSeconds,
    action: pathOf(next, 'choice'),
    method: 'POST',
  });
  // Built from the validated sid, never taken from the request.
  if (listens)
    gather.play(
      `https://api.twilio.com/2010-04-01/Accounts/${environment.values.ACCOUNT_SID}/Recordings/${review.recordingSid}.mp3`,
    );
  speak(gather, experience, 'review');
  twiml.redirect({ method: 'POST' }, pathOf(next));
}

async function recordAgain(invocation: Invocation, review: Review, twiml: VoiceTwiml): Promise<void> {
  const { ledger, log } = invocation;
  const { address } = review;
  if (address.attempt >= MAX_RECORDINGS) return send(invocation, review, twiml);
  try {
    const id = entryId(address.callSid, address.attempt);
    const discarded = await ledger.change(id, withDiscarded);
    if (discarded?.entry.review !== 'discarded') return send(invocation, review, twiml);
  } catch (error) {
    // It would be sent beside the new one: the caller is asked again instead.
    log.error('message not discarded', { callSid: address.callSid, code: errorCode(error) });
    speak(twiml, experienceAt(address), 'troublePleaseHold');
    return offer(invocation, review, twiml);
  }
  log.info('message discarded', { callSid: address.callSid, attempt: address.attempt });
  const next = { ...address, attempt: address.attempt + 1, askedAgain: 0, recordsAgain: true };
  twiml.redirect({ method: 'POST' }, voicemailPath('voicemail', next));
}

/** The task at once; the mail once the caller has been thanked, since nobody waits on the telephone for a mail. */
async function send(invocation: Invocation, review: Review, twiml: VoiceTwiml): Promise<void> {
  const { address } = review;
  await release({ ...invocation, sendEmail: undefined }, address);
  speak(twiml, experienceAt(address), 'thanks');
  twiml.redirect({ method: 'POST' }, pathOf(review, 'sent'));
}

async function finish(invocation: Invocation, address: VoicemailAddress, twiml: VoiceTwiml): Promise<void> {
  await release(invocation, address);
  twiml.hangup();
}

async function release(invocation: Invocation, { callSid, attempt }: VoicemailAddress): Promise<void> {
  try {
    await advance(invocation, entryId(callSid, attempt), withReviewDone);
  } catch (error) {
    // The sweep finds the call ended, and sends it.
    invocation.log.error('message not sent yet', { callSid, code: errorCode(error) });
  }
}

function thank(address: VoicemailAddress, twiml: VoiceTwiml): void {
  speak(twiml, experienceAt(address), 'thanks');
  twiml.hangup();
}
