import type { Environment } from '../runtime/environment';
import { errorCode } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncClient } from '../twilio/sync';

/** When what happened last, for the panel: one item each, so that none overwrites another. */
export const HEALTH_MAP = 'email-health';
export const HEALTH_NOTES = ['success', 'failure', 'sweep', 'scheduler'] as const;
export type HealthNote = (typeof HEALTH_NOTES)[number];

const TTL_SECONDS = 30 * 24 * 60 * 60;

/**
 * Notes that it happened now; made to run beside something else. That it could not be noted changes nothing. Never throws.
 * @param problem a code, of a failure
 * @returns whether it was noted
 */
export async function noteHealth(
  sync: () => SyncClient,
  log: Log,
  note: HealthNote,
  problem?: string,
): Promise<boolean> {
  try {
    const at = Date.now();
    await sync().upsertMapItem(HEALTH_MAP, note, problem === undefined ? { at } : { at, problem }, TTL_SECONDS, true);
    return true;
  } catch (error) {
    log.warn('health not noted', { state: note, code: errorCode(error) });
    return false;
  }
}

/** Well below the quarter of an hour after which a scheduler counts as gone. */
const NOW_AND_THEN_MS = 4 * 60_000;
/** When this process noted it last, by what and where. */
const noted = new Map<string, number>();

/** The same for what happens all the time: each process notes it at most every four minutes. */
export async function noteNowAndThen(
  sync: () => SyncClient,
  log: Log,
  { values }: Environment,
  note: HealthNote,
): Promise<void> {
  const key = [note, values.VOICEMAIL_SYNC_SERVICE_SID, values.TWILIO_STUB_URL].join(' ');
  const now = Date.now();
  if (now - (noted.get(key) ?? 0) < NOW_AND_THEN_MS) return;
  if (await noteHealth(sync, log, note)) noted.set(key, now);
}
