import { isSid } from '@callback-and-voicemail/contract';
import { type CallerExperience, callerExperienceFor, inLanguage, type PromptName } from '../caller-experience';
import type { Invocation } from '../invocation';
import type { LedgerEntry } from '../ledger/entry';
import { readSettings } from '../notification/settings';
import { type Listener, speak } from '../prompts/speak';
import { BadRequest } from '../runtime/errors';
import { type FormFields, textField } from '../runtime/form-fields';
import type { VoiceTwiml } from '../runtime/twiml';

/** What the calls have in common that the product makes by itself, and that ask for a key (ADR 0123, ADR 0135). */

/** A voicemail box hears the question twice, too, and presses no key. */
const MAX_TIMES_ASKED = 2;

/** A question, and the URLs that follow it. */
export interface KeyQuestion {
  prompt: PromptName;
  /** Whose call it is; said before the question unless it is empty. */
  business: string;
  /** How often it was spoken before. */
  timesAsked: number;
  /** Where the key goes. */
  keyUrl: string;
  /** Where the call goes without one. */
  nextUrl: string;
}

/** Speaks the question, with whatever key is awaited; after the last one, good-bye. */
export function askForKey(
  twiml: VoiceTwiml,
  listener: Listener,
  { prompt, business, timesAsked, keyUrl, nextUrl }: KeyQuestion,
): void {
  if (timesAsked >= MAX_TIMES_ASKED) {
    speak(twiml, listener, 'confirmationUnanswered');
    twiml.hangup();
    return;
  }
  const gather = twiml.gather({
    input: ['dtmf'],
    numDigits: 1,
    finishOnKey: '',
    timeout: listener.experience.menuSeconds,
    action: keyUrl,
    method: 'POST',
  });
  if (business !== '') speak(gather, listener, 'thisIs', business);
  speak(gather, listener, prompt);
  twiml.redirect({ method: 'POST' }, nextUrl);
}

/** The call that a request is about. @throws BadRequest for a missing or malformed `CallSid` */
export function readCallSid(event: FormFields): string {
  const callSid = textField(event, 'CallSid');
  if (isSid('call', callSid)) return callSid;
  throw new BadRequest('bad-call-sid', 'CallSid is missing or malformed', 'Send the CallSid that Twilio gave.');
}

/** As the caller heard the product, also when the configuration has changed since. */
export function experienceOf({ to, queueName, language }: LedgerEntry): CallerExperience {
  return inLanguage(callerExperienceFor({ dialed: to, queueName }), language);
}

/** Whoever is called by a machine wants to know by whose. Never throws. */
export async function readBusiness({ twilio, environment }: Invocation): Promise<string> {
  const reading = await readSettings(() => twilio.sync, environment);
  return reading.ok ? (reading.settings.organization ?? '') : '';
}
