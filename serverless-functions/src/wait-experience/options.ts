import type { CallerExperience } from '../caller-experience';
/** What a caller may choose; decides which parts of the menu there are for them. */
export type Option =
  /** A callback at the number they call from. */
  | 'own-number'
  /** A callback at a number they type. */
  | 'typed-number'
  /** The same, and none at their own: it is withheld, or must not be called. */
  | 'typed-number-only'
  | 'voicemail'
  /** A second callback beside the one that is open. */
  | 'another-callback'
  /** Any of these. */
  | 'any';

/**
 * The options of one caller.
 * @param canCallOwnNumber the number they call from may be called back
 */
export function callerOptions(
  { callbacks, typedNumbers, voicemail }: Pick<CallerExperience, 'callbacks' | 'typedNumbers' | 'voicemail'>,
  canCallOwnNumber: boolean,
): ReadonlySet<Option> {
  const options = new Set<Option>();
  if (callbacks && canCallOwnNumber) options.add('own-number');
  if (callbacks && typedNumbers) options.add('typed-number');
  if (callbacks && typedNumbers && !canCallOwnNumber) options.add('typed-number-only');
  if (voicemail) options.add('voicemail');
  if (options.size > 0) options.add('any');
  return options;
}

/** The same while it is known whether the caller has a second callback already; see ADR 0072. */
export function optionsInCall(
  options: ReadonlySet<Option>,
  another: 'chosen' | 'taken' | undefined,
): ReadonlySet<Option> {
  return options.has('typed-number') && another !== 'taken' ? new Set([...options, 'another-callback']) : options;
}
