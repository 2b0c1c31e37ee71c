import { errorCode } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncDoor } from '../twilio/sync';

/** When what happened last, for the panel: one item each, so that none overwrites another. */
export const HEALTH_MAP = 'email-health';
export const HEALTH_NOTES = ['success', 'failure', 'sweep', 'scheduler'] as const;
export type HealthNote = (typeof HEALTH_NOTES)[number];

const TTL_SECONDS = 30 * 24 * 60 * 60;

/**
 * Notes that it happened now; made to run beside something else. That it could not be noted changes nothing. Never throws.
 * @param problem a code, of a failure
 */
export async function noteHealth(sync: () => SyncDoor, log: Log, note: HealthNote, problem?: string): Promise<void> {
  try {
    const at = Date.now();
    await sync().putInMap(HEALTH_MAP, note, problem === undefined ? { at } : { at, problem }, TTL_SECONDS, true);
  } catch (error) {
    log.warn('health not noted', { state: note, code: errorCode(error) });
  }
}
