import type { ReconciledItem } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { chronologicalKey } from '../ledger/entry-id';
import { type HistoryRow, parseHistoryRow } from '../ledger/history-row';
import { isInScope, type QueueScope } from '../runtime/queue-scope';
import type { AccountRecording } from '../twilio/voice';
import {
  type Background,
  listRows,
  ROWS_PER_PAGE,
  readBackground,
  readRecording,
  readRow,
  readRowsAround,
  toFacts,
} from './read-facts';
import { type ReconciledDay, reconcileRecordings, reconcileRows } from './reconcile-day';
import { addToRun, nextPart, type Run } from './run';

/** Rows or recordings that are looked at at once; each costs a few reads of objects of its own. */
const AT_ONCE = 8;
const DAY_MS = 24 * 60 * 60_000;

/** What one request may spend. */
export interface RunBudget {
  /** Rows and recordings in all. */
  voicemails: number;
  /** With less time left nothing more is begun. */
  minTimeMs: number;
}

interface Walk {
  invocation: Invocation;
  scope: QueueScope;
  budget: RunBudget;
  background: Background;
  items: ReconciledItem[];
}

/**
 * Goes on with a run, as far as the time of one request goes.
 * @param scope only voicemails of these queues are counted; a recording whose queue is not known is of no queue
 * @returns the run at its new place, and the voicemails that were looked at, in the order of its digest
 * @throws TwilioError when Twilio is out of reach: the run is as it was
 */
export async function reconcileOn(
  invocation: Invocation,
  begun: Run,
  scope: QueueScope,
  budget: RunBudget,
): Promise<{ run: Run; items: ReconciledItem[] }> {
  const background = await readBackground(invocation);
  const walk: Walk = { invocation, scope, budget: { ...budget }, background, items: [] };
  let run = begun;
  while (run.day !== undefined && hasRoom(walk)) {
    const day = run.day;
    run = await (run.part === 'rows' ? goThroughRows(walk, run, day) : goThroughRecordings(walk, run, day));
  }
  return { run, items: walk.items };
}

const hasRoom = ({ invocation, budget }: Walk): boolean =>
  budget.voicemails > 0 && invocation.deadline.remaining() >= budget.minTimeMs;

/** A page of a day's rows, or what of it there is room for. */
async function goThroughRows(walk: Walk, begun: Run, day: string): Promise<Run> {
  const { invocation, background } = walk;
  const items = await listRows(invocation, day, begun.after);
  let run = begun;
  for (let n = 0; n < items.length; n += AT_ONCE) {
    if (!hasRoom(walk)) return run;
    const some = items.slice(n, n + AT_ONCE);
    const rows = some
      .map(({ data }) => parseHistoryRow(data))
      .filter((row) => row !== undefined && isCounted(walk, run, row));
    const found = await Promise.all(rows.map((row) => readRow(invocation, row as HistoryRow, background)));
    run = { ...count(walk, run, reconcileRows(toFacts(day, background, found, []))), after: some.at(-1)!.key };
    walk.budget.voicemails -= some.length;
  }
  return items.length < ROWS_PER_PAGE ? nextPart(run) : run;
}

const isCounted = ({ scope }: Walk, { from, to }: Run, { receivedAt, queueName }: HistoryRow): boolean =>
  receivedAt >= from && receivedAt < to && isInScope(scope, queueName);

/** A page of the account's recordings of a day, or what of it there is room for. */
async function goThroughRecordings(walk: Walk, begun: Run, day: string): Promise<Run> {
  const { invocation, background } = walk;
  const start = Date.parse(day);
  const span = { from: Math.max(start, begun.from), to: Math.min(start + DAY_MS, begun.to) };
  const [{ recordings, next }, rows] = await Promise.all([
    invocation.twilio.voice.listRecordingsBetween(span, begun.page),
    readRowsAround(invocation, day),
  ]);
  // The newest first, as Twilio lists them: those that were begun meanwhile come before what is done.
  const left = recordings
    .sort((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1))
    .filter((one) => begun.after === undefined || keyOf(one) < begun.after);
  let run = begun;
  for (let n = 0; n < left.length; n += AT_ONCE) {
    if (!hasRoom(walk)) return run;
    const some = left.slice(n, n + AT_ONCE);
    const found = await Promise.all(some.map((one) => readRecording(invocation, one, rows, background)));
    const part = reconcileRecordings(toFacts(day, background, found, some, [...rows.values()]));
    run = { ...count(walk, run, part), after: keyOf(some.at(-1)!) };
    walk.budget.voicemails -= some.filter(({ isMessage }) => isMessage).length;
  }
  return next === undefined ? nextPart(run) : { ...run, page: next, after: undefined };
}

const keyOf = ({ recordingSid, createdAt }: AccountRecording): string => chronologicalKey(recordingSid, createdAt);

function count(walk: Walk, run: Run, part: ReconciledDay): Run {
  const isAll = walk.scope === 'all';
  // What no entry names has no queue, unless our own request says which. It is shown to supervisors of all queues.
  const items = part.items.filter(({ queue }) => isAll || (queue !== '' && isInScope(walk.scope, queue)));
  walk.items.push(...items);
  return addToRun(run, isAll ? part : { items, others: 0, unknown: 0 });
}
