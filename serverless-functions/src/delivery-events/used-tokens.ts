import { createHash } from 'node:crypto';
import { errorCode, isTwilioError } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncClient } from '../twilio/sync';
import { MAX_CLOCK_SKEW_MS, MAX_SIGNATURE_AGE_MS } from './mailgun-signature';

/** As long as an invocation lives, and well below the five minutes after which Mailgun repeats a webhook. */
const UNSETTLED_TTL_SECONDS = 60;
/** Afterwards the signature is too old. */
const TTL_SECONDS = (MAX_SIGNATURE_AGE_MS + 2 * MAX_CLOCK_SKEW_MS) / 1_000;

const documentOf = (token: string) =>
  `mailgun-token-${createHash('sha256').update(token).digest('base64url').slice(0, 32)}`;

/**
 * Runs `work` for a token that was not used before. When it fails, the token may be used again, so that Mailgun's
 * repetition is taken; also when this invocation dies in it, a minute later.
 * @returns whether it ran
 * @throws TwilioError when Sync is out of reach; what `work` throws
 */
export async function useOnce(sync: SyncClient, token: string, log: Log, work: () => Promise<void>): Promise<boolean> {
  const name = documentOf(token);
  try {
    await sync.createDocument(name, {}, UNSETTLED_TTL_SECONDS);
  } catch (error) {
    if (isTwilioError(error, 'conflict')) return false;
    throw error;
  }
  try {
    await work();
  } catch (error) {
    await bestEffort(log, () => sync.removeDocument(name));
    throw error;
  }
  // Without it, a repetition of the same report would change nothing.
  await bestEffort(log, () => sync.expireDocument(name, TTL_SECONDS));
  return true;
}

async function bestEffort(log: Log, write: () => Promise<void>): Promise<void> {
  await write().catch((error: unknown) => log.warn('token not settled', { code: errorCode(error) }));
}
