import {
  type Infer,
  number,
  object,
  optional,
  parseIfValid,
  type Retention,
  type RetentionStatus,
  retentionCountsSchema,
  text,
  timestamp,
} from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { HEALTH_MAP } from '../notification/email-health';
import { cutoffsAt, daysBehind } from './retention-plan';
import type { RetentionState } from './retention-state';
import { noCounts } from './retention-state';

/** The item of the health map that says what retention has done: the panel reads that map anyway. */
export const RETENTION_KEY = 'retention';
const TTL_SECONDS = 365 * 24 * 60 * 60;

const noteSchema = object({
  endedAt: optional(timestamp()),
  checkedAt: timestamp(),
  last: retentionCountsSchema,
  total: retentionCountsSchema,
  left: number(),
  done: object({ recordings: optional(text()), entries: optional(text()), history: optional(text()) }),
  /** The day that a run is at. */
  at: optional(text()),
});
type RetentionNote = Infer<typeof noteSchema>;

/** Notes for the panel how far retention has come. @throws TwilioError */
export async function noteRetention({ twilio }: Invocation, { last, total, ...state }: RetentionState): Promise<void> {
  const note: RetentionNote = {
    endedAt: last?.endedAt,
    checkedAt: Date.now(),
    last: last?.counts ?? noCounts(),
    total,
    left: state.leftCount,
    done: state.done,
    at: state.run?.at,
  };
  await twilio.sync.upsertMapItem(HEALTH_MAP, RETENTION_KEY, note, TTL_SECONDS, true);
}

/** What the panel shows of it. Pure. @returns undefined when nothing was noted */
export function retentionStatus(data: unknown, retention: Retention, now: number): RetentionStatus | undefined {
  const note = parseIfValid(noteSchema, data);
  if (note === undefined) return undefined;
  const { endedAt, checkedAt, last, total, left, done, at } = note;
  return {
    ...(endedAt === undefined ? {} : { lastRunAt: new Date(endedAt).toISOString() }),
    checkedAt: new Date(checkedAt).toISOString(),
    last,
    total,
    behindDays: daysBehind(cutoffsAt(retention, now), done, at),
    left,
  };
}
