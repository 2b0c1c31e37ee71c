import { list, object, optional, parseIfValid, text, timestamp } from '@callback-and-voicemail/contract/schema';
import type { Invocation } from '../invocation';
import { type FlexBadRequest, isTwilioError } from '../runtime/errors';
import type { SyncClient } from '../twilio/sync';

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

const usesSchema = object({
  uses: list(object({ at: timestamp(), worker: text(), subject: optional(text()) })),
});

/**
 * Counts one use by this worker before it is made. One that fails counts as well, since requests are limited.
 * @param subject what is used: the same once more within the hour does not count
 * @throws FlexBadRequest the quota's refusal; TwilioError when the count cannot be read
 */
export async function consumeQuota(
  { twilio }: Invocation,
  worker: string,
  { document: name, perWorker, perAccount, refusal }: HourlyQuota,
  subject?: string,
): Promise<void> {
  for (let round = 1; ; round += 1) {
    const document = await twilio.sync.fetchDocument(name);
    const now = Date.now();
    const uses = parseIfValid(usesSchema, document?.data)?.uses ?? [];
    const recent = uses.filter(({ at }) => at > now - HOUR_MS && at <= now);
    const own = recent.filter((one) => one.worker === worker);
    if (subject !== undefined && own.some((one) => one.subject === subject)) return;
    const retryAfter = secondsUntilFree(own, perWorker, now) ?? secondsUntilFree(recent, perAccount, now);
    if (retryAfter !== undefined) throw refusal(retryAfter);
    const data = { uses: [...recent, { at: now, worker, ...(subject === undefined ? {} : { subject }) }] };
    try {
      await write(twilio.sync, name, data, document?.revision);
      return;
    } catch (error) {
      if (!isTwilioError(error, 'precondition-failed', 'conflict')) throw error;
      // Too many simultaneous requests to count this one.
      if (round >= MAX_WRITE_ATTEMPTS) throw refusal(CONTENTION_RETRY_SECONDS);
    }
  }
}

async function write(sync: SyncClient, name: string, data: object, revision: string | undefined): Promise<void> {
  const ttl = (2 * HOUR_MS) / 1_000;
  if (revision === undefined) await sync.createDocument(name, data, ttl);
  else await sync.updateDocument(name, data, revision, ttl);
}

/** @returns undefined while there is room for one more */
function secondsUntilFree(uses: readonly { at: number }[], limit: number, now: number): number | undefined {
  if (uses.length < limit) return undefined;
  return Math.ceil((Math.min(...uses.map(({ at }) => at)) + HOUR_MS - now) / 1_000);
}
