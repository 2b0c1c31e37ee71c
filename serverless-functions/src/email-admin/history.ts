import {
  E164_NUMBER,
  type EmailHistoryResponse,
  type EmailSettings,
  type HistoryItem,
  MAIL_STATES,
} from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { ENTRY_ID_SOURCE, timestampKey } from '../ledger/entry-id';
import { type HistoryRow, historyMapName, parseHistoryRow, toHistoryRow } from '../ledger/history-row';
import { readSettings, settingsFromEnvironment } from '../notification/settings';
import { BadRequest, errorCode } from '../runtime/errors';
import type { SyncMapItem } from '../twilio/sync';
import { listAttentionItems } from './attention';
import { displayCaller } from './caller-display';
import { textField } from './form-fields';
import { addDays, isDate, localDate, startOfDay } from './local-days';
import { asSettingsUnreachable } from './stored-settings';

const DEFAULT_DAYS = 7;
export const ITEMS_PER_PAGE = 50;
const ROWS_PER_CALL = 100;
/** What one page may cost, however much there is and however rare what is looked for. */
export const CALLS_PER_PAGE = 12;
/** Rows that should be final by now are compared with their entries, so many a page. */
const MAX_RECONCILED_ROWS = 10;
const STALE_AFTER_MS = 2 * 60_000;
/** The place in the history where a page ended: the second, and what was there. */
const CURSOR = new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ(_(${ENTRY_ID_SOURCE}))?$`);

interface Query {
  /** Keys of rows lie from `from` on to before `before`. */
  from: string;
  before: string;
  matches: (row: HistoryRow) => boolean;
  isFirst: boolean;
}

/**
 * A page of what came in, the newest first.
 * @throws BadRequest `invalid`, or 503 `settings-unreachable`
 */
export async function readHistory(
  invocation: Invocation,
  event: Record<string, unknown>,
): Promise<EmailHistoryResponse> {
  const { twilio, environment } = invocation;
  // Without settings that can be read nothing is shown that they might forbid.
  const reading = await readSettings(() => twilio.sync, environment);
  const settings = reading.ok ? reading.settings : { ...settingsFromEnvironment(environment), show_callers: false };
  const timeZone = settings.time_zone ?? invocation.timeZone;
  const query = readQuery(event, timeZone);
  try {
    const [page, attention] = await Promise.all([
      readPage(invocation, query),
      query.isFirst ? listAttentionItems(invocation, settings) : undefined,
    ]);
    return {
      items: page.rows.map((row) => toHistoryItem(row, settings)),
      ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
      complete: page.complete,
      ...(attention === undefined ? {} : { attention }),
    };
  } catch (error) {
    throw asSettingsUnreachable(error);
  }
}

/** @throws BadRequest `invalid` */
function readQuery(event: Record<string, unknown>, timeZone: string): Query {
  const [day, state, queue, caller, cursor] = ['Day', 'State', 'Queue', 'Caller', 'Cursor'].map((name) =>
    textField(event, name),
  ) as [string, string, string, string, string];
  const malformed = (path: string) =>
    new BadRequest('invalid', `${path} is malformed`, 'Look at what was sent.', 422, {
      fields: [{ path, code: 'malformed' }],
    });
  if (day !== '' && !isDate(day)) throw malformed('day');
  if (state !== '' && !MAIL_STATES.some((known) => known === state)) throw malformed('state');
  if (caller !== '' && !E164_NUMBER.test(caller)) throw malformed('caller');
  if (queue.length > 200) throw malformed('queue');
  if (cursor !== '' && !CURSOR.test(cursor)) throw malformed('cursor');
  const lastDay = day === '' ? localDate(Date.now(), timeZone) : day;
  const firstDay = day === '' ? addDays(lastDay, 1 - DEFAULT_DAYS) : day;
  const from = timestampKey(startOfDay(firstDay, timeZone));
  const before = timestampKey(startOfDay(addDays(lastDay, 1), timeZone));
  return {
    from,
    before: cursor !== '' && cursor < before ? cursor : before,
    isFirst: cursor === '',
    matches: (row) =>
      (state === '' || row.email.state === state) &&
      (queue === '' || row.queueName === queue) &&
      (caller === '' || row.from === caller),
  };
}

interface Page {
  rows: HistoryRow[];
  cursor?: string;
  complete: boolean;
}

/**
 * Goes back through the maps of the days, from the newest, until the page is full or has cost enough. Days that
 * do not fill it are followed by one, two, four more, asked side by side.
 */
async function readPage(invocation: Invocation, { from, before, matches }: Query): Promise<Page> {
  const { sync } = invocation.twilio;
  const rows: HistoryRow[] = [];
  const asked = new Map<string, Promise<SyncMapItem[]>>();
  let calls = 0;
  let atOnce = 1;
  const ask = (day: string, place: string) => {
    const known = asked.get(place);
    if (known !== undefined || calls >= CALLS_PER_PAGE) return known;
    calls += 1;
    const answer = sync.listMapItems(historyMapName(Date.parse(day)), {
      order: 'desc',
      limit: ROWS_PER_CALL,
      from: place,
    });
    // Its failure is that of the page, when the page comes to it.
    answer.catch(() => undefined);
    asked.set(place, answer);
    return answer;
  };
  let place = before;
  let cursor: string | undefined;
  reading: while (place > from) {
    const day = dayBefore(place);
    const answer = ask(day, place);
    if (answer === undefined) {
      cursor = place;
      break;
    }
    const items = await answer;
    for (const { key, data } of items) {
      if (key < from) break reading;
      place = key;
      const row = parseHistoryRow(data);
      if (row === undefined || !matches(row)) continue;
      rows.push(row);
      if (rows.length === ITEMS_PER_PAGE) {
        cursor = key;
        break reading;
      }
    }
    if (items.length === ROWS_PER_CALL) continue;
    // A day with nothing more in it: on with those before.
    place = startOf(day);
    if (asked.has(place)) continue;
    let end = place;
    for (let n = 0; n < atOnce && end > from; n += 1, end = startOf(dayBefore(end))) void ask(dayBefore(end), end);
    atOnce *= 2;
  }
  await Promise.allSettled(asked.values());
  return {
    rows: await reconcileRows(invocation, rows),
    ...(cursor === undefined ? {} : { cursor }),
    complete: cursor === undefined || rows.length === ITEMS_PER_PAGE,
  };
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
        await ledger.rewriteProjections(current.entry);
        return now;
      } catch (error) {
        log.warn('row not compared', { entry: row.id, code: errorCode(error) });
        return row;
      }
    }),
  );
}

const iso = (at: number) => new Date(at).toISOString();

function toHistoryItem(row: HistoryRow, settings: Pick<EmailSettings, 'show_callers'>): HistoryItem {
  const { email, task } = row;
  return {
    voicemail_id: row.id,
    taskType: row.taskType,
    receivedAt: iso(row.receivedAt),
    caller: displayCaller(row.from, settings),
    queue: row.queueName,
    seconds: row.seconds,
    mail: {
      state: email.state,
      recipients: email.recipients,
      sentAt: email.sentAt === undefined ? undefined : iso(email.sentAt),
      problem: email.lastError,
      problemDetail: email.lastErrorDetail,
      possibleDuplicate: email.possibleDuplicate,
    },
    task: { state: task.state, handledBy: task.assignee },
    mayResend: email.state === 'failed' && !row.recordingDeleted,
  };
}
