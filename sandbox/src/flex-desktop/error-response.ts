import { TwilioError } from '../world/twilio-error';
import type { World } from '../world/types';

/** An error in Twilio's own form. Any other error is a bug of the sandbox and is logged as one. */
export function toErrorResponse(world: World, error: unknown, what: string): { status: number; body: object } {
  if (!(error instanceof TwilioError)) {
    world.eventLog.append({
      source: 'sandbox',
      level: 'error',
      text: `the sandbox failed at ${what}: ${String(error)}`,
    });
    return toErrorResponse(world, new TwilioError(500, 20500, 'An internal server error has occurred'), what);
  }
  const { status, code, message } = error;
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}
