import { createHash } from 'node:crypto';
import {
  GAP_REASONS,
  itemLine,
  type ReconciledItem,
  type ReconciliationTotals,
} from '@callback-and-voicemail/contract';
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
import { addToTotals, noTotals, type ReconciledDay } from './reconcile-day';

/** A run over a period: where it is, and what it has come to so far. Pure. Days are those of UTC. */

const DAY_MS = 24 * 60 * 60_000;

/** As it travels in a cursor, and waits in Sync. */
const runSchema = object({
  /** The period: from `from` on to before `to`. */
  from: timestamp(),
  to: timestamp(),
  startedAt: timestamp(),
  /** The next part: a day's rows, then its recordings; absent: all is done. */
  day: optional(text()),
  part: choice('rows', 'recordings'),
  /** What of that part is done: the key of a row, or of a recording on its page. */
  after: optional(text()),
  /** The page of the account's recordings. */
  page: optional(object({ page: number(), token: text() })),
  voicemails: number(),
  complete: number(),
  unexplained: number(),
  others: number(),
  unknown: number(),
  explained: list(object({ reason: choice(...GAP_REASONS), count: number() })),
  digest: text(),
});
export type Run = Infer<typeof runSchema>;

export const parseRun = (data: unknown): Run | undefined => parseIfValid(runSchema, data);

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

export function beginRun({ from, to }: { from: number; to: number }, now: number): Run {
  const { explained: _, ...totals } = noTotals();
  return { from, to, startedAt: now, day: dayOf(from), part: 'rows', ...totals, explained: [], digest: '' };
}

export function totalsOf({ voicemails, complete, unexplained, others, unknown, explained }: Run): ReconciliationTotals {
  return {
    voicemails,
    complete,
    unexplained,
    others,
    unknown,
    explained: Object.fromEntries(explained.map(({ reason, count }) => [reason, count])),
  };
}

/** The run with what a part of a day came to. */
export function addToRun(run: Run, part: ReconciledDay): Run {
  const { explained, ...totals } = addToTotals(totalsOf(run), part);
  return {
    ...run,
    ...totals,
    explained: GAP_REASONS.flatMap((reason) => {
      const count = explained[reason];
      return count === undefined ? [] : [{ reason, count }];
    }),
    digest: listDigest(part.items, run.digest),
  };
}

/**
 * The digest of a list of voicemails in the order in which a run lists them: SHA-256 of the digest so far and the
 * voicemail's line, one after the other. An export has the same order, so anybody can compute it again.
 */
export function listDigest(items: readonly ReconciledItem[], digest = ''): string {
  return items.reduce(
    (before, item) =>
      createHash('sha256')
        .update(`${before}\n${itemLine(item)}`)
        .digest('hex'),
    digest,
  );
}

/** The run at the beginning of the next part; at its end after the last one. */
export function nextPart(run: Run): Run {
  const { day, part, to } = run;
  const place = { ...run, after: undefined, page: undefined };
  if (day === undefined) return run;
  if (part === 'rows') return { ...place, part: 'recordings' };
  const next = Date.parse(day) + DAY_MS;
  return { ...place, part: 'rows', day: next < to ? dayOf(next) : undefined };
}

/** Whole days that are done, of how many. */
export function progressOf({ from, to, day }: Run): { done: number; days: number } {
  const first = Date.parse(dayOf(from));
  const days = Math.ceil((to - first) / DAY_MS);
  return { done: day === undefined ? days : Math.round((Date.parse(day) - first) / DAY_MS), days };
}
