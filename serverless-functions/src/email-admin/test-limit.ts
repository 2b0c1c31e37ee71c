import type { Invocation } from '../invocation';
import { FlexBadRequest, isTwilioError } from '../runtime/errors';

const DOCUMENT = 'email-tests';
const HOUR_MS = 60 * 60_000;
const TESTS_PER_WORKER = 5;
const TESTS_PER_ACCOUNT = 20;
const MAX_WRITE_ATTEMPTS = 4;
const CONTENTION_RETRY_SECONDS = 5;

interface TestRecord {
  at: number;
  worker: string;
}

/**
 * Counts one test mail of this worker before it is sent. A test that fails counts as well, since requests are limited.
 * @throws FlexBadRequest 429 `rate-limited`, with `retryAfterSeconds`; TwilioError when the count cannot be read
 */
export async function consumeTestQuota({ twilio }: Invocation, worker: string): Promise<void> {
  for (let round = 1; ; round += 1) {
    const document = await twilio.sync.fetchDocument(DOCUMENT);
    const now = Date.now();
    const recent = parseRecords(document?.data).filter(({ at }) => at > now - HOUR_MS && at <= now);
    const own = recent.filter((one) => one.worker === worker);
    const accountExhausted = recent.length >= TESTS_PER_ACCOUNT ? recent : undefined;
    const exhausted = own.length >= TESTS_PER_WORKER ? own : accountExhausted;
    if (exhausted !== undefined)
      throw rateLimited(Math.ceil((Math.min(...exhausted.map(({ at }) => at)) + HOUR_MS - now) / 1_000));
    const data = { sent: [...recent, { at: now, worker }] };
    try {
      if (document === undefined) await twilio.sync.createDocument(DOCUMENT, data, (2 * HOUR_MS) / 1_000);
      else await twilio.sync.updateDocument(DOCUMENT, data, document.revision, (2 * HOUR_MS) / 1_000);
      return;
    } catch (error) {
      if (!isTwilioError(error, 'precondition-failed', 'conflict')) throw error;
      // Too many simultaneous requests to count this one.
      if (round >= MAX_WRITE_ATTEMPTS) throw rateLimited(CONTENTION_RETRY_SECONDS);
    }
  }
}

const rateLimited = (retryAfterSeconds: number) =>
  new FlexBadRequest('rate-limited', 'That is enough test mails for now', 'Try again later.', 429, {
    retryAfterSeconds,
  });

function parseRecords(data: Record<string, unknown> | undefined): TestRecord[] {
  const sent = data?.sent;
  return Array.isArray(sent)
    ? sent.filter((one): one is TestRecord => typeof one?.at === 'number' && typeof one?.worker === 'string')
    : [];
}
