import { TwilioError } from '../../world/twilio-error';

/**
 * Changelog taskrouter-endpoint-rate-limit-correction: EvaluateTaskAttributes, TargetWorkersExpression and
 * EvaluateWorkerAttributes, "3 requests per second" each.
 */
export const EVALUATIONS_PER_SECOND = 3;

/** Requests per second under one resource key, as TaskRouter counts them. */
export class RateWindow {
  #recent: number[] = [];

  /** @param limit requests per second */
  constructor(
    readonly resourceKey: string,
    readonly limit: number,
  ) {}

  /**
   * Counts a request.
   * @returns the headers TaskRouter adds (OpenAPI taskrouter v1, X-Rate-Limit-*)
   * @throws TwilioError 429 when the last second already had as many as are allowed
   */
  take(): Record<string, string> {
    const now = Date.now();
    this.#recent = this.#recent.filter((at) => now - at < 1000);
    const headers = (remaining: number) => ({
      'X-Rate-Limit-Limit': String(this.limit),
      'X-Rate-Limit-Remaining': String(remaining),
      'X-Rate-Limit-Config': this.resourceKey,
    });
    if (this.#recent.length >= this.limit) {
      throw new TwilioError(
        429,
        20429,
        `Too Many Requests: ${this.resourceKey} is limited to ${this.limit} per second`,
        {
          ...headers(0),
          'Retry-After': '1',
        },
      );
    }
    this.#recent.push(now);
    return headers(this.limit - this.#recent.length);
  }
}
