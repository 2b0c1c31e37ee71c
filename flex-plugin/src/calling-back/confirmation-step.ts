import type { CallerConfirmation } from '@callback-and-voicemail/contract/flex-api';
import type { StringKey } from '../strings/strings';

/** What the card's primary button does where somebody must confirm the callback first (ADR 0123). */
export interface ConfirmationStep {
  does: 'call' | 'ask' | 'nothing';
  label: StringKey;
  /** Why, beside the button. */
  note: StringKey;
}

/**
 * @param isAsking the request to ask is under way
 * @returns undefined where nobody needs to confirm
 */
export function confirmationStep(
  confirmation: CallerConfirmation | undefined,
  isAsking: boolean,
): ConfirmationStep | undefined {
  if (confirmation === undefined) return undefined;
  const { state, asksLeft } = confirmation;
  if (state === 'confirmed') return { does: 'call', label: 'Call', note: 'AskConfirmed' };
  if (state === 'declined') return { does: 'nothing', label: 'Call', note: 'AskDeclined' };
  if (state === 'calling' || isAsking) return { does: 'nothing', label: 'Asking', note: 'AskingNote' };
  if (state === 'needed') return { does: 'ask', label: 'Ask', note: 'AskNote' };
  return asksLeft > 0
    ? { does: 'ask', label: 'AskAgain', note: 'AskUnanswered' }
    : { does: 'nothing', label: 'Call', note: 'AskUsedUp' };
}
