import type { EmailProblem } from '@callback-and-voicemail/contract';
import { accountKey, type Environment } from '../runtime/environment';
import { errorCode } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncClient } from '../twilio/sync';

/** When what happened last, for the panel: one item each, so that none overwrites another. */
export const HEALTH_MAP = 'email-health';
export const HEALTH_KEYS = ['success', 'test', 'failure', 'sweep', 'scheduler'] as const;
export type HealthKey = (typeof HEALTH_KEYS)[number];

const TTL_SECONDS = 30 * 24 * 60 * 60;

/**
 * Records that it happened now. Best effort, to run in parallel with other work. Never throws.
 * @param problem a code, of a failure
 * @returns whether it was recorded
 */
export async function recordHealth(
  sync: () => SyncClient,
  log: Log,
  key: HealthKey,
  problem?: EmailProblem,
): Promise<boolean> {
  try {
    const at = Date.now();
    await sync().upsertMapItem(HEALTH_MAP, key, problem === undefined ? { at } : { at, problem }, TTL_SECONDS, true);
    return true;
  } catch (error) {
    log.warn('health not noted', { state: key, code: errorCode(error) });
    return false;
  }
}

/** Well below the quarter of an hour after which a scheduler counts as gone. */
const MIN_INTERVAL_MS = 4 * 60_000;
/** When this process noted it last, by what and where. */
const lastRecorded = new Map<string, number>();

/** The same for what happens all the time: each process notes it at most every four minutes. */
export async function recordHealthThrottled(
  sync: () => SyncClient,
  log: Log,
  environment: Environment,
  key: HealthKey,
): Promise<void> {
  const cacheKey = `${key} ${accountKey(environment)}`;
  const now = Date.now();
  if (now - (lastRecorded.get(cacheKey) ?? 0) < MIN_INTERVAL_MS) return;
  if (await recordHealth(sync, log, key)) lastRecorded.set(cacheKey, now);
}
