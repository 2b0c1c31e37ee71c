import { type Infer, integer, isRecord, number, object, openObject, optional, withDefault } from '../schema';
import type { FieldError } from './field-error';

/**
 * How long each kind of data is kept, in days from the day on which it came in (ADR 0106).
 *
 * Sync keeps nothing longer than 365 days after its last write (OpenAPI sync v1, Ttl: "an integer from 0 to 31,536,000
 * (1 year)"). What leads to a recording must not vanish before it: the limit leaves two weeks in which sweeps may fail.
 */
export const MAX_KEPT_DAYS = 350;
/** A message that an outage hid is found for 26 hours, and its day must not be over for the sweep by then. */
const MIN_RECORDING_DAYS = 2;
/** An entry has work to do for up to a week: its task's lifetime. */
export const MIN_ENTRY_DAYS = 7;
/** Sync's own limit. Never less than 90: who shortens it must not remove the traces of what they did of late. */
const MAX_AUDIT_DAYS = 365;
const MIN_AUDIT_DAYS = 90;
const DEFAULT_DAYS = 30;

export const retentionSchema = openObject({
  /** Recordings and transcriptions at Twilio, and transcripts in entries and tasks. Absent: until somebody deletes them. */
  recordings: optional(integer(MIN_RECORDING_DAYS, MAX_KEPT_DAYS)),
  /** Ledger entries. */
  entries: withDefault(integer(MIN_ENTRY_DAYS, MAX_KEPT_DAYS), DEFAULT_DAYS),
  /** History rows. */
  history: withDefault(integer(MIN_ENTRY_DAYS, MAX_KEPT_DAYS), DEFAULT_DAYS),
  /** Records of the audit. */
  audit: withDefault(integer(MIN_AUDIT_DAYS, MAX_AUDIT_DAYS), MAX_AUDIT_DAYS),
});
export type Retention = Infer<typeof retentionSchema>;

export const DEFAULT_RETENTION: Retention = { entries: DEFAULT_DAYS, history: DEFAULT_DAYS, audit: MAX_AUDIT_DAYS };

export const RETENTION_KINDS = ['recordings', 'entries', 'history', 'audit'] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];

/** How much of each kind was deleted. */
export const retentionCountsSchema = object({
  recordings: number(),
  entries: number(),
  history: number(),
  audit: number(),
});
export type RetentionCounts = Infer<typeof retentionCountsSchema>;

/** An entry leads to its recording, and a history row to its entry: each must be kept as long as what it leads to. */
export function retentionErrors(retention: unknown): FieldError[] {
  if (!isRecord(retention)) return [];
  const { recordings, entries, history } = { ...DEFAULT_RETENTION, ...retention } as Record<string, unknown>;
  return [
    ...shorterThan('entries', entries, recordings),
    ...shorterThan('history', history, typeof entries === 'number' ? entries : recordings),
  ];
}

function shorterThan(kind: RetentionKind, days: unknown, needed: unknown): FieldError[] {
  if (typeof days !== 'number' || typeof needed !== 'number' || !(days < needed)) return [];
  // That many days have an error of their own, and no kind could be kept that long.
  if (needed > MAX_KEPT_DAYS) return [];
  return [{ path: `retention.${kind}`, code: 'kept-too-short', value: String(needed) }];
}
