import { RETENTION_KINDS, type RetentionCounts, retentionCountsSchema } from '@callback-and-voicemail/contract';
import {
  choice,
  type Infer,
  list,
  number,
  object,
  optional,
  parseIfValid,
  text,
  timestamp,
} from '@callback-and-voicemail/contract/schema';
import { type Cutoffs, mayGoOn } from './retention-plan';

/** How far retention has come: one Sync document, which the sweep that works on it has claimed. */
export const STATE_DOCUMENT = 'retention';
/** When nothing is due, a run costs a few requests: once an hour. */
const RUN_EVERY_MS = 60 * 60_000;

const runSchema = object({
  startedAt: timestamp(),
  cutoffs: object({ recordings: optional(text()), entries: text(), history: text() }),
  /** Where it was interrupted: the day, and the key of its map after which it goes on. */
  at: optional(text()),
  after: optional(text()),
  /** Days in which something had to be left, and how much that was. */
  left: list(text()),
  leftCount: number(),
  counts: retentionCountsSchema,
});
export type RetentionRun = Infer<typeof runSchema>;

const stateSchema = object({
  version: choice(1),
  lease: optional(object({ owner: text(), until: timestamp() })),
  /** The run that goes on. */
  run: optional(runSchema),
  /** The last one that went through all that was due. */
  last: optional(object({ endedAt: timestamp(), counts: retentionCountsSchema })),
  done: object({ recordings: optional(text()), entries: optional(text()), history: optional(text()) }),
  left: list(text()),
  leftCount: number(),
  total: retentionCountsSchema,
});
export type RetentionState = Infer<typeof stateSchema>;

export const noCounts = (): RetentionCounts => ({ recordings: 0, entries: 0, history: 0, audit: 0 });

export function addCounts(one: RetentionCounts, other: RetentionCounts): RetentionCounts {
  return Object.fromEntries(RETENTION_KINDS.map((kind) => [kind, one[kind] + other[kind]])) as RetentionCounts;
}

export const hasDeleted = (counts: RetentionCounts): boolean => RETENTION_KINDS.some((kind) => counts[kind] > 0);

/**
 * The state that a document holds. Damaged, it is begun anew: to go through a day again does no harm.
 * @returns undefined for that of a later version, which is left alone
 */
export function readState(data: Record<string, unknown> | undefined): RetentionState | undefined {
  if (typeof data?.version === 'number' && data.version > 1) return undefined;
  return parseIfValid(stateSchema, data) ?? { version: 1, done: {}, left: [], leftCount: 0, total: noCounts() };
}

/** When a sweep has to look again; a time that has passed: now. */
export function nextLookAt({ lease, run, last }: RetentionState): number {
  const runDueAt = run !== undefined || last === undefined ? 0 : last.endedAt + RUN_EVERY_MS;
  return Math.max(runDueAt, lease?.until ?? 0);
}

/** The run that goes on, or a new one. What was decided to be kept longer meanwhile is kept: the run begins again. */
export function currentRun({ run }: RetentionState, cutoffs: Cutoffs, now: number): RetentionRun {
  if (run !== undefined && mayGoOn(run.cutoffs, cutoffs)) return run;
  const { startedAt, counts } = run ?? { startedAt: now, counts: noCounts() };
  return { startedAt, cutoffs, left: [], leftCount: 0, counts };
}

/**
 * The state after a run that went through all that was due. When something is kept longer than before, its days are gone
 * through again once they are due.
 */
export function endRun(state: RetentionState, run: RetentionRun, now: number): RetentionState {
  return {
    version: 1,
    last: { endedAt: now, counts: run.counts },
    done: run.cutoffs,
    left: run.left,
    leftCount: run.leftCount,
    total: addCounts(state.total, run.counts),
  };
}
