import type { TwilioErrorShape } from './types';

/** A refusal in Twilio's own terms; REST turns it into `{code, message, more_info, status}`. */
export class TwilioError extends Error implements TwilioErrorShape {
  /**
   * @param status HTTP status
   * @param code Twilio's error number, e.g. 20404
   * @param headers response headers that belong to the refusal, e.g. `Retry-After`
   * @param details what some APIs say more of it, under `details`
   */
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly details?: unknown,
  ) {
    super(message);
    this.name = 'TwilioError';
  }
}

/** The 404 of every Twilio API: `what` is the path or the resource that is not there. */
export function notFound(what: string, code = 20404): TwilioError {
  return new TwilioError(404, code, `The requested resource ${what} was not found`);
}

/** The 400 most Twilio APIs give for a parameter they cannot take. */
export function badRequest(message: string, code = 20001): TwilioError {
  return new TwilioError(400, code, message);
}
