/** The path of the feature's Functions. */
export const FEATURE = '/features/callback-and-voicemail-with-email';

/**
 * Functions that Flex or the scheduler request every few seconds or minutes: the supervisor's panel, the card of a
 * task, the outbox sweep. What they change is in the log under its own name.
 */
const POLLED_PATHS: ReadonlySet<string> = new Set(
  [
    ...['flex/email-settings', 'flex/email-history', 'flex/email-delivery'],
    ...['flex/voicemail', 'flex/sweep', 'email/run-outbox'],
  ].map((page) => `${FEATURE}/${page}`),
);

/** Whether a request for a Function is a poll. `Action=save` of the settings is what a person does. */
export function isPoll(path: string, form: URLSearchParams): boolean {
  return POLLED_PATHS.has(path) && form.get('Action') !== 'save';
}
