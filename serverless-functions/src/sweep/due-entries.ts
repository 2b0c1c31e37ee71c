import { noticeOfKey } from '../admin-notice/notice-outbox';
import { isRetryKey } from '../audit/audit-store';
import type { Invocation } from '../invocation';
import { parseListedKey } from '../ledger/entry-id';
import { INDEX_MAPS, type ListedKey } from '../ledger/open-index';
import { errorCode } from '../runtime/errors';
import type { Task } from '../twilio/taskrouter';
import { listOpenTasksByEntry } from './ended-tasks';

/** Reads the index of open entries: what is due, and where it and TaskRouter's open tasks disagree. */

/** How much a sweep reads of the index. */
export interface ReadingBounds {
  /** How many of the index maps are read. */
  maps: number;
  /** Whether to compare the index with TaskRouter's open tasks. */
  checkTasks: boolean;
}

/** A key of the index, taken apart. */
export interface ListedEntry extends ListedKey {
  id: string;
  /** It is listed for its rows, whatever else is due. */
  forRows: boolean;
}

/** What the index lists as due; read beforehand, so that it adds no round of requests. */
export interface DueEntries {
  keys: ListedEntry[];
  /** Entries that are not due, although TaskRouter has no open task of theirs. */
  withoutOpenTask: ListedEntry[];
  /** Open tasks whose entries no map lists, by entry. */
  unlisted: Task[][];
  /** Several open tasks of one entry. */
  several: [string, Task[]][];
  /** All entries that were read from the index. */
  listedIds: Set<string>;
  /** What the audit did not take at the time, by keys of the index. */
  makeUps: string[];
  /** Mails to ADMIN_EMAIL that are due. */
  notices: { id: string; key: string }[];
  unreadMaps: number;
  more: boolean;
}

/** What one map lists. */
interface MapReading {
  due: ListedEntry[];
  later: ListedEntry[];
  makeUps: string[];
  notices: { id: string; key: string }[];
  /** The map has no others. */
  isWhole: boolean;
  error?: unknown;
}

/** How many due entries of one map a sweep takes. */
const DUE_PER_MAP = 20;
/** Sync's largest page, and how many of them are read of each map to compare entries with TaskRouter's open tasks. */
const ITEMS_PER_PAGE = 100;
const MAX_PAGES = 8;

/** Reads the first keys of some index maps in parallel. Never throws. */
export async function listDueEntries(invocation: Invocation, { maps, checkTasks }: ReadingBounds): Promise<DueEntries> {
  const now = Date.now();
  // Starts with another map each second, so that bounded sweeps get to all of them.
  const first = Math.floor(now / 1_000) % INDEX_MAPS;
  const [openTasks, ...readings] = await Promise.all([
    checkTasks ? listOpenTasksByEntry(invocation) : undefined,
    ...Array.from({ length: maps }, (_, index) => readMap(invocation, (first + index) % INDEX_MAPS, now, checkTasks)),
  ]);
  for (const { error } of readings)
    if (error !== undefined) invocation.log.warn('index not read', { code: errorCode(error) });
  return combineReadings(readings, openTasks, now);
}

/** The keys of one map; without `all` those of its first page, which hold what is due first. Never throws. */
async function readMap({ ledger }: Invocation, map: number, now: number, all: boolean): Promise<MapReading> {
  const reading: MapReading = { due: [], later: [], makeUps: [], notices: [], isWhole: false };
  try {
    let last: string | undefined;
    for (let page = 0; page < (all ? MAX_PAGES : 1); page += 1) {
      const keys = await ledger.index.list(map, ITEMS_PER_PAGE, last);
      addKeys(reading, keys, now);
      last = keys.at(-1)?.key;
      reading.isWhole = keys.length < ITEMS_PER_PAGE;
      if (reading.isWhole) break;
    }
  } catch (error) {
    reading.error = error;
  }
  return reading;
}

/** Keys that are none of ours are left alone. */
function addKeys({ due, later, makeUps, notices }: MapReading, keys: readonly ListedKey[], now: number): void {
  for (const listed of keys) {
    const { key } = listed;
    const noticeId = noticeOfKey(key);
    if (noticeId !== undefined && Date.parse(key.slice(0, 20)) <= now) notices.push({ id: noticeId, key });
    if (isRetryKey(key)) makeUps.push(key);
    const parsed = parseListedKey(key);
    if (parsed === undefined) continue;
    const { id, at, forRows } = parsed;
    (at <= now ? due : later).push({ ...listed, id, forRows });
  }
}

/**
 * What all maps list together. Pure.
 * @param openTasks by the ids of their entries; undefined when they were not asked for, or are not known
 */
function combineReadings(
  readings: readonly MapReading[],
  openTasks: ReadonlyMap<string, Task[]> | undefined,
  now: number,
): DueEntries {
  const due = readings.flatMap((reading) => takeDue(reading.due, now));
  // A key for rows does not list the entry for anything else.
  const later = readings.flatMap((reading) => reading.later).filter(({ forRows }) => !forRows);
  const dueNow = readings.flatMap((reading) => reading.due).filter(({ forRows }) => !forRows);
  const listedIds = new Set([...dueNow, ...later].map(({ id }) => id));
  const unlisted = [...(openTasks ?? [])].flatMap(([id, tasks]) => (listedIds.has(id) ? [] : [tasks]));
  // What was not read may list them.
  const isComplete = readings.length === INDEX_MAPS && readings.every(({ isWhole }) => isWhole);
  return {
    keys: rotated(due, now),
    withoutOpenTask:
      openTasks === undefined
        ? []
        : rotated(
            later.filter(({ id }) => !openTasks.has(id)),
            now,
          ),
    unlisted: isComplete ? rotated(unlisted, now) : [],
    several: rotated(
      [...(openTasks ?? [])].filter(([, tasks]) => tasks.length > 1),
      now,
    ),
    listedIds,
    makeUps: readings.flatMap((reading) => reading.makeUps),
    notices: readings.flatMap((reading) => reading.notices),
    unreadMaps: readings.filter(({ error }) => error !== undefined).length,
    more: readings.some((reading) => reading.due.length >= DUE_PER_MAP),
  };
}

/** Those that fail each time stay at the head of their map: the others get their turn. */
function takeDue(due: readonly ListedEntry[], now: number): ListedEntry[] {
  return due.length > DUE_PER_MAP ? rotated(due, now).slice(0, DUE_PER_MAP) : [...due];
}

const GOLDEN_RATIO = 0.618_033_988_75;

/** Begins at another entry each time: one that can never be settled keeps the others waiting for a sweep at most. */
function rotated<T>(entries: readonly T[], now: number): T[] {
  // Sweeps come at regular times: the remainder alone would be the same each time.
  const start = Math.floor((((now / 1_000) * GOLDEN_RATIO) % 1) * entries.length);
  return [...entries.slice(start), ...entries.slice(0, start)];
}
