import { list, object, parseIfValid, text, timestamp } from '@callback-and-voicemail/contract/schema';
import type { Invocation } from '../invocation';
import { type FlexBadRequest, isTwilioError } from '../runtime/errors';

const HOUR_MS = 60 * 60_000;
const MAX_WRITE_ATTEMPTS = 4;
const CONTENTION_RETRY_SECONDS = 5;

/** What supervisors may do so often within an hour. The Sync document holds when each did it. */
export interface HourlyQuota {
  document: string;
  perWorker: number;
  perAccount: number;
  refusal: (retryAfterSeconds: number) => FlexBadRequest;
}

const usesSchema = object({ uses: list(object({ at: timestamp(), worker: text() })) });

/**
 * Counts one use by this worker before it is made. One that fails counts as well, since requests are limited.
 * @throws FlexBadRequest the quota's refusal; TwilioError when the count cannot be read
 */
export async function consumeQuota(
  { twilio }: Invocation,
  worker: string,
  { document: name, perWorker, perAccount, refusal }: HourlyQuota,
): Promise<void> {
  for (let round = 1; ; round += 1) {
    const document = await twilio.sync.fetchDocument(name);
    const now = Date.now();
    const uses = parseIfValid(usesSchema, document?.data)?.uses ?? [];
    const recent = uses.filter(({ at }) => at > now - HOUR_MS && at <= now);
    const own = recent.filter((one) => one.worker === worker);
    const accountExhausted = recent.length >= perAccount ? recent : undefined;
    const exhausted = own.length >= perWorker ? own : accountExhausted;
    if (exhausted !== undefined)
      throw refusal(Math.ceil((Math.min(...exhausted.map(({ at }) => at)) + HOUR_MS - now) / 1_000));
    const data = { uses: [...recent, { at: now, worker }] };
    try {
      if (document === undefined) await twilio.sync.createDocument(name, data, (2 * HOUR_MS) / 1_000);
      else await twilio.sync.updateDocument(name, data, document.revision, (2 * HOUR_MS) / 1_000);
      return;
    } catch (error) {
      if (!isTwilioError(error, 'precondition-failed', 'conflict')) throw error;
      // Too many simultaneous requests to count this one.
      if (round >= MAX_WRITE_ATTEMPTS) throw refusal(CONTENTION_RETRY_SECONDS);
    }
  }
}
