import {
  addDays,
  CALLER_SEARCH,
  EMAIL_STATES,
  type EmailHistoryResponse,
  type EmailSettings,
  type HistoryItem,
  isCalendarDate,
} from '@callback-and-voicemail/contract';
import { findTellingEntry } from '../fulfilment/telling-entry';
import type { Invocation } from '../invocation';
import { ENTRY_ID_SOURCE, parseListedKey, timestampKey } from '../ledger/entry-id';
import { type FailureRow, type HistoryRow, historyMapName, parseHistoryRow, toHistoryRow } from '../ledger/history-row';
import { consumeQuota, type HourlyQuota } from '../limits/hourly-quota';
import { tooManyRequests } from '../limits/too-many-requests';
import { readSettings, type SettingsResult, settingsFromEnvironment } from '../notification/settings';
import { errorCode, FlexBadRequest } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import { isInScope, type QueueScope, queueScopeOf } from '../runtime/queue-scope';
import { sign } from '../runtime/signing';
import { startEarly } from '../runtime/start-early';
import type { SyncClient, SyncMapItem } from '../twilio/sync';
import type { PresentUser } from '../twilio/worker-presence';
import { listAttentionItems } from './attention';
import { displayCaller } from './caller-display';
import { localDate, startOfDay } from './local-days';
import { type OpenTasks, readHolders, readOpenTasks } from './open-tasks';
import { listRecentFailures } from './recent-failures';
import { toDelivery } from './stored-deliveries';
import { asSettingsUnreachable } from './stored-settings';
import { toTaskStatus } from './task-status';

const DEFAULT_DAYS = 7;
/** Rows are dated by other processes, whose clocks may be ahead. */
const CLOCK_SKEW_MS = 60_000;
export const ITEMS_PER_PAGE = 50;
const ROWS_PER_CALL = 100;
/** What one page may cost, however much there is and however rare what is looked for. */
export const CALLS_PER_PAGE = 12;
/** Rows that should be final by now are compared with their entries, so many a page. */
const MAX_RECONCILED_ROWS = 10;
/** Emails that tell of others are read, so many a page. */
const MAX_CARRIERS = 10;
const STALE_AFTER_MS = 2 * 60_000;
/** The place in the history where a page ended: the second, and what was there. */
const CURSOR = new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ(_(${ENTRY_ID_SOURCE}))?$`);

/** What every supervisor sees of a masked number. */
const SHOWN_DIGITS = 4;
const CALLER_SEARCH_QUOTA: HourlyQuota = {
  document: 'caller-searches',
  perWorker: 30,
  perAccount: 300,
  refusal: tooManyRequests,
};

interface Query {
  /** Keys of rows lie from `from` on to before `before`. */
  from: string;
  before: string;
  matches: (row: HistoryRow) => boolean;
  isFirst: boolean;
}

/** What is read for a page beside the check of who asks. */
export interface HistoryReading {
  filters: Promise<Filters>;
  settings: Promise<SettingsResult>;
  openTasks: Promise<OpenTasks>;
  failures: Promise<FailureRow[]>;
  /** The place at which the newest page begins, and the first rows before it. */
  newest: { position: string; items: Promise<SyncMapItem[]> };
}

/** Starts reading what does not depend on the settings; for a malformed request, the settings alone. */
export function startReadingHistory(invocation: Invocation, event: Record<string, unknown>): HistoryReading {
  const { twilio, environment } = invocation;
  const position = timestampKey(Date.now() + CLOCK_SKEW_MS);
  const filters = startEarly(async () => readFilters(event));
  const settings = readSettings(() => twilio.sync, environment);
  return {
    filters,
    settings,
    openTasks: startEarly(async () => (await filters) && readOpenTasks(invocation)),
    failures: startEarly(async () => ((await filters).cursor === '' ? listRecentFailures(invocation) : [])),
    newest: {
      position,
      items: startEarly(async () => {
        const { day, cursor } = await filters;
        return day === '' && cursor === '' ? listRowsBefore(twilio.sync, position) : [];
      }),
    },
  };
}

/**
 * A page of what came in, the newest first.
 * @param reading reads that were started in parallel with authorization
 * @throws FlexBadRequest `invalid`, 429 `too-many-requests`, or 503 `settings-unreachable`
 */
export async function readHistory(
  invocation: Invocation,
  user: PresentUser,
  event: Record<string, unknown>,
  reading: HistoryReading = startReadingHistory(invocation, event),
): Promise<EmailHistoryResponse> {
  const { environment } = invocation;
  // Without settings that can be read nothing is shown that they might forbid.
  const read = await reading.settings;
  const settings = read.ok ? read.settings : { ...settingsFromEnvironment(environment), show_callers: false };
  const timeZone = settings.time_zone ?? invocation.timeZone;
  const scope = queueScopeOf(environment, user.workerSid);
  const query = toQuery(inScope(await reading.filters, scope), timeZone, reading.newest.position);
  const { openTasks, failures } = reading;
  try {
    const filters = await reading.filters;
    const [page, attention] = await Promise.all([
      readPage(invocation, query, reading),
      query.isFirst ? listAttentionItems(invocation, settings, scope, openTasks, failures) : undefined,
      settings.show_callers ? undefined : countCallerSearch(invocation, user, filters.caller),
    ]);
    return {
      items: await toHistoryItems(invocation, page, settings, await openTasks),
      ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
      complete: page.complete,
      ...(attention === undefined ? {} : { attention }),
    };
  } catch (error) {
    throw asSettingsUnreachable(error);
  }
}

/**
 * Masked numbers hide three digits, so a thousand searches for whole numbers would find one. The same search counts once.
 * @throws FlexBadRequest 429 `too-many-requests`
 */
async function countCallerSearch(invocation: Invocation, user: PresentUser, caller: string): Promise<void> {
  if (caller.length <= SHOWN_DIGITS) return;
  await user.presence;
  const searched = sign(invocation.environment, 'caller-search', `${user.workerSid} ${caller}`);
  await consumeQuota(invocation, user.workerSid, CALLER_SEARCH_QUOTA, searched);
}

interface Filters extends Pick<Query, 'matches'> {
  /** A number to look for; empty for all. */
  caller: string;
  /** Empty for the last seven days. */
  day: string;
  /** Empty for the first page. */
  cursor: string;
}

/** @throws FlexBadRequest `invalid` */
function readFilters(event: Record<string, unknown>): Filters {
  const [day, state, queue, caller, cursor] = ['Day', 'State', 'Queue', 'Caller', 'Cursor'].map((name) =>
    textField(event, name),
  ) as [string, string, string, string, string];
  const malformed = (path: string) =>
    new FlexBadRequest('invalid', `${path} is malformed`, 'Look at what was sent.', 422, {
      fields: [{ path, code: 'malformed' }],
    });
  if (day !== '' && !isCalendarDate(day)) throw malformed('day');
  if (state !== '' && !EMAIL_STATES.some((known) => known === state)) throw malformed('state');
  if (caller !== '' && !CALLER_SEARCH.test(caller)) throw malformed('caller');
  if (queue.length > 200) throw malformed('queue');
  if (cursor !== '' && !(CURSOR.test(cursor) && isCalendarDate(cursor.slice(0, 10)))) throw malformed('cursor');
  return {
    day,
    cursor,
    caller,
    matches: (row) =>
      (state === '' || row.email.state === state) &&
      (queue === '' || row.queueName === queue) &&
      (caller === '' || matchesCaller(row.from, caller)),
  };
}

/** The same for the rows of these queues. */
const inScope = (filters: Filters, scope: QueueScope): Filters => ({
  ...filters,
  matches: (row) => isInScope(scope, row.queueName) && filters.matches(row),
});

function toQuery({ day, cursor, matches }: Filters, timeZone: string, newest: string): Query {
  const lastDay = day === '' ? localDate(Date.now(), timeZone) : day;
  const firstDay = day === '' ? addDays(lastDay, 1 - DEFAULT_DAYS) : day;
  const from = timestampKey(startOfDay(firstDay, timeZone));
  const endOfDay = timestampKey(startOfDay(addDays(lastDay, 1), timeZone));
  const before = day === '' && newest < endOfDay ? newest : endOfDay;
  return { from, before: cursor !== '' && cursor < before ? cursor : before, isFirst: cursor === '', matches };
}

/** A number without its country code, as dialed at home: at most three digits are missing before it. */
function matchesCaller(from: string, caller: string): boolean {
  if (caller.startsWith('+')) return from === caller;
  if (caller.length === 4) return from.endsWith(caller);
  const digits = caller.replace(/^0+/, '');
  return from.startsWith('+') && from.endsWith(digits) && from.length - 1 - digits.length <= 3;
}

interface Page {
  rows: HistoryRow[];
  /** Entries whose rows cannot be read. */
  brokenIds: string[];
  cursor?: string;
  complete: boolean;
}

/**
 * Reads backwards through the maps of the days until the page is full or has used its calls. When a day does not fill
 * the first page, all the days before it are requested in parallel, since someone waits for it; later pages request the
 * one, two, four … days before it.
 */
async function readPage(
  invocation: Invocation,
  { from, before, matches, isFirst }: Query,
  { newest }: Pick<HistoryReading, 'newest'>,
): Promise<Page> {
  const requests = createRowRequests(invocation.twilio.sync, newest.position === before ? newest : undefined);
  const rows: HistoryRow[] = [];
  const brokenIds: string[] = [];
  let daysAtOnce = isFirst ? CALLS_PER_PAGE : 1;
  let position = before;
  let cursor: string | undefined;
  while (position > from) {
    const day = dayBefore(position);
    const response = requests.start(position);
    if (response === undefined) {
      cursor = position;
      break;
    }
    const items = await response;
    const batch = takeRows(items, from, matches, ITEMS_PER_PAGE - rows.length);
    rows.push(...batch.rows);
    brokenIds.push(...batch.brokenIds);
    if (rows.length === ITEMS_PER_PAGE) cursor = batch.position;
    if (cursor !== undefined || batch.isAtStart) break;
    if (items.length === ROWS_PER_CALL) {
      position = batch.position ?? position;
      continue;
    }
    position = startOf(day);
    if (requests.isStarted(position)) continue;
    let end = position;
    for (let n = 0; n < daysAtOnce && end > from; n += 1, end = startOf(dayBefore(end))) void requests.start(end);
    daysAtOnce *= 2;
  }
  await requests.settled();
  return {
    rows,
    brokenIds,
    ...(cursor === undefined ? {} : { cursor }),
    complete: cursor === undefined || rows.length === ITEMS_PER_PAGE,
  };
}

function listRowsBefore(sync: SyncClient, position: string): Promise<SyncMapItem[]> {
  const map = historyMapName(Date.parse(dayBefore(position)));
  return sync.listMapItems(map, { order: 'desc', limit: ROWS_PER_CALL, from: position });
}

/** Requests for the rows before a position: each is made once, and no more than CALLS_PER_PAGE in all. */
function createRowRequests(sync: SyncClient, first: HistoryReading['newest'] | undefined) {
  const started = new Map<string, Promise<SyncMapItem[]>>();
  if (first !== undefined) started.set(first.position, first.items);
  return {
    /** @returns undefined when the page has used all its calls */
    start(position: string): Promise<SyncMapItem[]> | undefined {
      const known = started.get(position);
      if (known !== undefined || started.size >= CALLS_PER_PAGE) return known;
      const response = startEarly(() => listRowsBefore(sync, position));
      started.set(position, response);
      return response;
    },
    isStarted: (position: string) => started.has(position),
    settled: () => Promise.allSettled(started.values()),
  };
}

/**
 * @returns the matching rows, at most `room` of them, and whose rows cannot be read; the key of the last item read; and whether the items go beyond
 *   `from`, so that there is nothing more to read
 */
function takeRows(items: SyncMapItem[], from: string, matches: Query['matches'], room: number) {
  const rows: HistoryRow[] = [];
  const brokenIds: string[] = [];
  let position: string | undefined;
  for (const { key, data } of items) {
    if (key < from) return { rows, brokenIds, position, isAtStart: true };
    position = key;
    const row = parseHistoryRow(data);
    const id = row === undefined ? parseListedKey(key)?.id : undefined;
    if (id !== undefined) brokenIds.push(id);
    if (row !== undefined && matches(row)) rows.push(row);
    if (rows.length === room) break;
  }
  return { rows, brokenIds, position, isAtStart: false };
}

/** The place after which nothing of a day comes. */
const startOf = (day: string) => `${day}T00:00:00Z`;

/** The day whose map holds what lies before that place. */
function dayBefore(place: string): string {
  const day = place.slice(0, 10);
  return place === startOf(day) ? addDays(day, -1) : day;
}

/** A row whose last write was lost is put right by its entry; a row without one is shown as it is. */
async function reconcileRows(invocation: Invocation, rows: HistoryRow[]): Promise<HistoryRow[]> {
  const { ledger, log } = invocation;
  const isStale = ({ receivedAt, email, task }: HistoryRow) =>
    (email.state === 'pending' || task.state === 'pending') && receivedAt < Date.now() - STALE_AFTER_MS;
  const staleRows = new Set(rows.filter(isStale).slice(0, MAX_RECONCILED_ROWS));
  return Promise.all(
    rows.map(async (row) => {
      if (!staleRows.has(row)) return row;
      try {
        const current = await ledger.find(row.id);
        const now = current && toHistoryRow(current.entry);
        if (current === undefined || now === undefined || JSON.stringify(now) === JSON.stringify(row)) return row;
        await ledger.rewriteRows(current.entry);
        return now;
      } catch (error) {
        log.warn('row not compared', { entry: row.id, code: errorCode(error) });
        return row;
      }
    }),
  );
}

/** A row that cannot be read is written anew from its entry, and shown the next time. */
async function repairRows({ ledger, log }: Invocation, ids: readonly string[]): Promise<void> {
  const repair = async (id: string) => {
    const current = await ledger.find(id);
    if (current !== undefined) await ledger.rewriteRows(current.entry);
  };
  const outcomes = await Promise.allSettled(ids.map(repair));
  for (const [n, outcome] of outcomes.entries())
    log.warn('row unreadable', {
      entry: ids[n],
      ...(outcome.status === 'rejected' ? { code: errorCode(outcome.reason) } : {}),
    });
}

const iso = (at: number) => new Date(at).toISOString();
const mayResend = ({ state, outcomes }: HistoryRow['email']) =>
  state === 'failed' || state === 'summarized' || (state === 'sent' && (outcomes?.refused ?? 0) > 0);

async function toHistoryItems(
  invocation: Invocation,
  { rows: found, brokenIds }: Page,
  settings: Pick<EmailSettings, 'show_callers'>,
  openTasks: OpenTasks,
): Promise<HistoryItem[]> {
  const taskOf = ({ id }: HistoryRow) => openTasks.byVoicemailId.get(id);
  const unnamed = found.filter(({ task }) => task.assignee === undefined).map(taskOf);
  const [rows, telling, holders] = await Promise.all([
    reconcileRows(invocation, found),
    readTellingEmails(invocation, found),
    readHolders(
      invocation,
      unnamed.filter((task) => task !== undefined),
    ),
    repairRows(invocation, brokenIds.slice(0, MAX_RECONCILED_ROWS)),
  ]);
  const now = Date.now();
  const byId = new Map(rows.map(({ id, email }) => [id, email]));
  return rows.map((row) => {
    const task = toTaskStatus(row, openTasks, holders.get(taskOf(row)?.sid ?? ''), now);
    const { carrier = '' } = row.email;
    return { ...toHistoryItem(row, settings, task), email: toEmail(row, telling.get(carrier) ?? byId.get(carrier)) };
  });
}

/**
 * The emails that tell of voicemails on the page, by the carrier that those name. What is not read here may be on the page.
 * Never throws.
 */
async function readTellingEmails(
  { ledger, log }: Invocation,
  rows: readonly HistoryRow[],
): Promise<Map<string, HistoryRow['email']>> {
  const carriers = new Set(rows.flatMap(({ email }) => (email.state === 'summarized' ? (email.carrier ?? []) : [])));
  const found = await Promise.all(
    [...carriers].slice(0, MAX_CARRIERS).map(async (carrier): Promise<[string, HistoryRow['email']][]> => {
      try {
        const entry = await findTellingEntry(ledger, carrier);
        const row = entry && toHistoryRow(entry);
        return row === undefined ? [] : [[carrier, row.email]];
      } catch (error) {
        log.warn('summary not read', { entry: carrier, code: errorCode(error) });
        return [];
      }
    }),
  );
  return new Map(found.flat());
}

/** @param telling the email that tells of this one, if it is known: when it will not be sent, nor was this one's */
function toEmail({ email }: HistoryRow, telling: HistoryRow['email'] | undefined): HistoryItem['email'] {
  const told = telling?.state === 'sent' ? telling : undefined;
  const failed = telling?.state === 'failed' || telling?.state === 'off' ? telling : undefined;
  const summaryAt = told?.sentAt ?? telling?.summaryAt ?? email.summaryAt;
  const { state, lastError, lastErrorDetail } = failed ?? email;
  return {
    state,
    recipients: email.recipients,
    sentAt: email.sentAt === undefined ? undefined : iso(email.sentAt),
    problem: lastError,
    problemDetail: lastErrorDetail,
    possibleDuplicate: email.possibleDuplicate,
    summaryAt: summaryAt === undefined ? undefined : iso(summaryAt),
    others: told?.others ?? email.others,
    outcomes: email.outcomes,
    delivery: toDelivery(told ?? email),
  };
}

function toHistoryItem(
  row: HistoryRow,
  settings: Pick<EmailSettings, 'show_callers'>,
  task: HistoryItem['task'],
): Omit<HistoryItem, 'email'> {
  return {
    voicemail_id: row.id,
    taskType: row.taskType,
    receivedAt: iso(row.receivedAt),
    caller: displayCaller(row.from, settings),
    queue: row.queueName,
    seconds: row.seconds,
    task,
    recordingFailed: row.recordingFailed,
    mayResend: mayResend(row.email) && !row.recordingDeleted && !row.entryDeleted,
  };
}
