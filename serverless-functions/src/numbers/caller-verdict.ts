import type { CallerVerdict } from '@callback-and-voicemail/contract/flex-api';
import type { Environment } from '../runtime/environment';
import { type FormFields, parameter } from '../runtime/form-fields';

/**
 * What `StirVerstat` says (twilio.com/docs/voice/trusted-calling-with-shakenstir). With A, the caller's carrier says that
 * they may use the number; with B it knows the caller, and with C neither. Of a diverted call, the carrier that diverted
 * it has signed, which does not vouch for the caller's number in the same way. Pure.
 * @returns undefined when there is no verdict, as for most calls from outside the United States
 */
export function callerVerdict(event: FormFields): CallerVerdict | undefined {
  // In a parameter `null` is nothing, but Twilio documents NULL as a verdict.
  if (event.StirVerstat === 'NULL') return 'failed';
  const text = parameter(event, 'StirVerstat').trim();
  if (text === '') return undefined;
  if (/^TN-Validation-Failed(-.*)?$/i.test(text)) return 'failed';
  const [, level, diverted] = /^TN-Validation-Passed-([AB])(-Diverted)?(?:-Passthrough)?$/i.exec(text) ?? [];
  if (level === undefined) return 'unverified';
  return level.toUpperCase() === 'A' && diverted === undefined ? 'verified' : 'partly';
}

/**
 * Whether somebody at the number to call must confirm the callback before an agent calls (ADR 0123). A number that
 * another call has changed counts as not verified: that call may have been anybody's.
 */
export function mustConfirm(
  { values }: Environment,
  { callerVerdict: verdict, numberChangedAt }: { callerVerdict?: CallerVerdict; numberChangedAt?: number },
): boolean {
  return values.UNVERIFIED_CALLERS === 'confirm' && (verdict !== 'verified' || numberChangedAt !== undefined);
}

/**
 * Whether who shows this number may have callbacks. With `UNVERIFIED_CALLERS=refuse` only callers whose carrier vouches
 * for the number (ADR 0119). A malformed value refuses, too.
 */
export function mayHaveCallbacks({ values, problems }: Environment, verdict: CallerVerdict | undefined): boolean {
  const isMalformed = problems.some(({ variable }) => variable === 'UNVERIFIED_CALLERS');
  return verdict === 'verified' || (!isMalformed && values.UNVERIFIED_CALLERS !== 'refuse');
}
