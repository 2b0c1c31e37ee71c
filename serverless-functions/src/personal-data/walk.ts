import { isRecord } from '@callback-and-voicemail/contract/schema';
import { readProvenEntry } from '../fulfilment/task-proof';
import type { Invocation } from '../invocation';
import { type LedgerEntry, numberToCall } from '../ledger/entry';
import {
  callbackEntryId,
  chronologicalKey,
  parseListedKey,
  parseVoicemailEntryId,
  voicemailEntryId,
} from '../ledger/entry-id';
import { isErased } from '../ledger/erasure-changes';
import { FAILURES_MAP, parseFailureRow, parseHistoryRow } from '../ledger/history-row';
import { CorruptEntry, type VersionedEntry } from '../ledger/ledger';
import type { SyncMapItem } from '../twilio/sync';
import type { Task } from '../twilio/taskrouter';
import { type Cursor, hasRows } from './cursor';

/** Walks through everything that may be about a number, as far as the time of one request goes. */

/** Something that may be about the number, by the id of the entry that it belongs to. */
export interface Candidate {
  id: string;
  /** Absent when there is no such entry, or it cannot be read. */
  current: VersionedEntry | undefined;
  /** It cannot be read. */
  corrupt?: CorruptEntry;
  /** Where it was found. */
  row?: { map: string; key: string; data: Record<string, unknown> };
  task?: Task;
  call?: { callSid: string; startedAt: number; hasEnded: boolean };
}

interface Walk {
  invocation: Invocation;
  number: string;
  /** What is done with what was found. */
  visit: (candidate: Candidate) => Promise<void>;
}

const ROWS_PER_PAGE = 100;
/** Maps whose first page is read at once. */
const MAPS_AHEAD = 5;
/** Candidates that are visited at once. */
const AT_ONCE = 4;
/** A candidate needs a few requests in series; with less time left it is left to the next request. */
const MIN_TIME_MS = 3_500;
const DAY_MS = 24 * 60 * 60_000;
/** An entry without a row lives for a week after its last write: see `entry-lifetime.ts`. */
const CALLS_MS = 8 * DAY_MS;
/** Attempts of one call: the recordings that a review allows, and one more after silence. */
const ATTEMPTS = [1, 2, 3, 4, 5, 6];

/**
 * Visits what there is from a place on.
 * @returns where the next request goes on: at `end` everything was visited
 * @throws TwilioError when Twilio is out of reach
 */
export async function walkOn(walk: Walk, from: Cursor): Promise<Cursor> {
  let cursor = from;
  if (cursor.phase === 'rows') cursor = (await walkRows(walk, cursor)) ?? { phase: 'tasks', after: '' };
  if (cursor.phase === 'tasks' && hasTime(walk))
    cursor = (await walkTasks(walk, cursor)) ?? { phase: 'calls', after: '' };
  if (cursor.phase === 'calls' && hasTime(walk)) cursor = (await walkCalls(walk, cursor)) ?? { phase: 'end' };
  return cursor;
}

const hasTime = ({ invocation }: Walk) => invocation.deadline.remaining() >= MIN_TIME_MS;

type PlaceInRows = Extract<Cursor, { phase: 'rows' }>;

/** @returns where it stopped; undefined at the end */
async function walkRows(walk: Walk, { map, after }: PlaceInRows): Promise<PlaceInRows | undefined> {
  const names = await walk.invocation.twilio.sync.listMapNames();
  const places = names
    .filter((name) => hasRows(name) && name >= map)
    .sort()
    .map((name): PlaceInRows => ({ phase: 'rows', map: name, after: name === map ? after : '' }));
  for (let n = 0; n < places.length; n += MAPS_AHEAD) {
    const ahead = places.slice(n, n + MAPS_AHEAD);
    if (!hasTime(walk)) return ahead[0];
    const pages = await Promise.all(ahead.map((place) => listRows(walk, place)));
    for (const [index, place] of ahead.entries()) {
      const stopped = await walkMap(walk, place, pages[index]!);
      if (stopped !== undefined) return stopped;
    }
  }
  return undefined;
}

function listRows({ invocation }: Walk, { map, after }: PlaceInRows): Promise<SyncMapItem[]> {
  const from = after === '' ? undefined : after;
  return invocation.twilio.sync.listMapItems(map, { order: 'asc', limit: ROWS_PER_PAGE, from });
}

/** @returns where it stopped; undefined at the end of the map */
async function walkMap(walk: Walk, begin: PlaceInRows, first: SyncMapItem[]): Promise<PlaceInRows | undefined> {
  let place = begin;
  let page = first;
  for (;;) {
    const stoppedAt = await visitRows(walk, place.map, page, place.after);
    if (stoppedAt !== undefined) return { ...place, after: stoppedAt };
    if (page.length < ROWS_PER_PAGE) return undefined;
    place = { ...place, after: page.at(-1)!.key };
    if (!hasTime(walk)) return place;
    page = await listRows(walk, place);
  }
}

/**
 * @param after the key after which these items begin
 * @returns the key after which the next request goes on; undefined when all were visited
 */
async function visitRows(
  walk: Walk,
  map: string,
  items: readonly SyncMapItem[],
  after: string,
): Promise<string | undefined> {
  const matching = items.flatMap((item) => {
    const match = matchRow(walk.number, map, item);
    return match === undefined ? [] : [{ ...match, item }];
  });
  let before = after;
  for (let n = 0; n < matching.length; n += AT_ONCE) {
    const chunk = matching.slice(n, n + AT_ONCE);
    if (!hasTime(walk)) return before;
    await Promise.all(
      chunk.map(async ({ id, isCertain, item: { key, data } }) => {
        const candidate = { ...(await readCandidate(walk, id)), row: { map, key, data } };
        if (!isCertain && !(candidate.current && isAbout(candidate.current.entry, walk.number))) return;
        await walk.visit(candidate);
        await visitOtherAttempts(walk, id);
      }),
    );
    before = chunk.at(-1)!.item.key;
  }
  return undefined;
}

/** Rows of callbacks that earlier versions wrote do not say where to call: their entries do. */
function matchRow(
  number: string,
  map: string,
  { key, data }: SyncMapItem,
): { id: string; isCertain: boolean } | undefined {
  const row = map === FAILURES_MAP ? parseFailureRow(data) : parseHistoryRow(data);
  if (row === undefined) {
    // It cannot be read, and may hold the number all the same.
    const listed = parseListedKey(key)?.id;
    return listed === undefined ? undefined : { id: listed, isCertain: JSON.stringify(data).includes(number) };
  }
  const { id, from, taskType } = row;
  const called = 'numberToCall' in row ? row.numberToCall : undefined;
  if (from === number || called === number) return { id, isCertain: true };
  const isUnknown = map !== FAILURES_MAP && taskType === 'callback' && called === undefined;
  return isUnknown ? { id, isCertain: false } : undefined;
}

/** True for an entry that names the number: of the caller, or where to call. */
function isAbout(entry: LedgerEntry, number: string): boolean {
  return entry.from === number || numberToCall(entry) === number;
}

/** @throws TwilioError when Sync is out of reach */
export async function readCandidate(
  { invocation: { ledger } }: Pick<Walk, 'invocation'>,
  id: string,
): Promise<Candidate> {
  try {
    return { id, current: await ledger.find(id) };
  } catch (error) {
    if (error instanceof CorruptEntry) return { id, current: undefined, corrupt: error };
    throw error;
  }
}

type PlaceInList = Extract<Cursor, { phase: 'tasks' | 'calls' }>;

/**
 * Visits what Twilio lists, in an order that does not change from one request to the next.
 * @param keyOf orders it: by time, then by SID
 * @returns where it stopped; undefined at the end
 */
async function walkList<Item, Place extends PlaceInList>(
  walk: Walk,
  place: Place,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  visitOne: (item: Item) => Promise<void>,
): Promise<Place | undefined> {
  const left = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => key > place.after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  let { after } = place;
  for (const { item, key } of left) {
    if (!hasTime(walk)) return { ...place, after };
    await visitOne(item);
    after = key;
  }
  return undefined;
}

/** Tasks whose entries have no row, or are missing. @returns where it stopped; undefined at the end */
async function walkTasks(walk: Walk, place: Extract<Cursor, { phase: 'tasks' }>) {
  const { twilio, environment } = walk.invocation;
  const { tasks } = await twilio.taskRouter.listOpenTasks();
  // What other programs and the call itself made of a number is not ours to change.
  const own = tasks.flatMap((task) => {
    const { from, callBackData } = task.attributes;
    const isNamed = from === walk.number || (isRecord(callBackData) && callBackData.numberToCall === walk.number);
    const id = isNamed ? readProvenEntry(environment, task.attributes)?.id : undefined;
    return id === undefined ? [] : [{ id, task }];
  });
  return walkList(
    walk,
    place,
    own,
    ({ task }) => chronologicalKey(task.sid, task.createdAt),
    async ({ id, task }) => {
      const candidate = await readCandidate(walk, id);
      const { current } = candidate;
      // A tombstone names nobody, and may have been written when its task was not known.
      if (current !== undefined && !isErased(current.entry) && !isAbout(current.entry, walk.number)) return;
      await walk.visit({ ...candidate, task });
      await visitOtherAttempts(walk, id);
    },
  );
}

/** Other attempts of the same call: a message that the caller recorded again, or did not send, has no row. */
async function visitOtherAttempts(walk: Walk, id: string): Promise<void> {
  const own = parseVoicemailEntryId(id);
  if (own === undefined) return;
  const others = ATTEMPTS.filter((attempt) => attempt !== own.attempt);
  const found = await Promise.all(others.map((attempt) => readCandidate(walk, voicemailEntryId(own.callSid, attempt))));
  for (const candidate of found)
    if (candidate.corrupt !== undefined || (candidate.current && isAbout(candidate.current.entry, walk.number)))
      await walk.visit(candidate);
}

/**
 * Entries of the number's calls of the last week: what is under way, and what nobody recorded, has no row.
 * @returns where it stopped; undefined at the end
 */
async function walkCalls(walk: Walk, place: Extract<Cursor, { phase: 'calls' }>) {
  const { twilio } = walk.invocation;
  const calls = await twilio.voice.listCallsOf(walk.number, Date.now() - CALLS_MS);
  return walkList(
    walk,
    place,
    calls.filter(({ isInbound }) => isInbound),
    ({ callSid, startedAt }) => chronologicalKey(callSid, startedAt),
    async ({ callSid, startedAt, hasEnded }) => {
      const call = { callSid, startedAt, hasEnded };
      const ids = [...ATTEMPTS.map((attempt) => voicemailEntryId(callSid, attempt)), callbackEntryId(callSid)];
      const found = await Promise.all(ids.map((id) => readCandidate(walk, id)));
      const known = found.filter(({ current, corrupt }) => current !== undefined || corrupt !== undefined);
      // What an earlier call left nothing of comes no more.
      if (known.length === 0 && startedAt > Date.now() - DAY_MS) await walk.visit({ ...found[0]!, call });
      for (const candidate of known) await walk.visit({ ...candidate, call });
    },
  );
}
