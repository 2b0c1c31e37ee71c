import { TwilioError } from '../world/twilio-error';

/** twilio.com/docs/sync/limits: "up to 20/s per object, burst window: 10s", and 2/s for objects of 10 KiB and more. */
const PER_SECOND = 20;
const BURST_SECONDS = 10;
const HEAVY_BYTES = 10 * 1024;
const HEAVY_COST = 10;

/** The rate one Sync object (a Document, or a Map with all its items) may be read or written at. */
export class RateBucket {
  #tokens = PER_SECOND * BURST_SECONDS;
  #at = Date.now();

  /**
   * Counts one access.
   * @param bytes size of what is written; a large write costs as much as ten small ones
   * @throws TwilioError 429, 54009, with `Retry-After` in seconds
   */
  take(bytes = 0): void {
    const now = Date.now();
    this.#tokens = Math.min(PER_SECOND * BURST_SECONDS, this.#tokens + ((now - this.#at) / 1000) * PER_SECOND);
    this.#at = now;
    const cost = bytes >= HEAVY_BYTES ? HEAVY_COST : 1;
    if (this.#tokens < cost) {
      const seconds = Math.ceil((cost - this.#tokens) / PER_SECOND);
      throw new TwilioError(429, 54009, 'Rate limit exceeded', { 'Retry-After': String(seconds) });
    }
    this.#tokens -= cost;
  }
}
