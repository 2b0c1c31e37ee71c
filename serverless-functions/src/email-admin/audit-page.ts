import {
  AUDIT_ACTIONS,
  type AuditItem,
  type AuditResponse,
  addDays,
  isCalendarDate,
} from '@callback-and-voicemail/contract';
import { actOfKey, auditMapName, toAuditItems } from '../audit/audit-record';
import { withAudit } from '../audit/with-audit';
import type { Invocation } from '../invocation';
import { consumeQuota, type HourlyQuota } from '../limits/hourly-quota';
import { tooManyRequests } from '../limits/too-many-requests';
import { FlexBadRequest } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import { isInScope, type QueueScope, queueScopeOf } from '../runtime/queue-scope';
import type { FlexUser } from '../twilio/flex-token';
import type { SyncMapItem } from '../twilio/sync';
import { toCsv, toJsonLines } from './audit-format';
import { startOfDay } from './local-days';
import { asSettingsUnreachable } from './stored-settings';

const ITEMS_PER_PAGE = 50;
const ITEMS_PER_EXPORT = 500;
/** Sync's largest page. */
const PER_CALL = 100;
/** Pages of all exports: 50,000 records an hour for one supervisor. */
const EXPORT_QUOTA: HourlyQuota = {
  document: 'audit-exports',
  perWorker: 100,
  perAccount: 120,
  refusal: tooManyRequests,
};
const CALLS_PER_PAGE = 8;
/** Records expire after a year. */
const KEPT_DAYS = 366;
/** How far back a page looks unless it is asked to look further. */
const DEFAULT_DAYS = 31;
const CURSOR = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(_[0-9a-f]{32})?$/;
const WORKER_SID = /^WK[0-9a-f]{32}$/;

interface Query {
  /** Keys lie from `from` on to before `before`. */
  from: string;
  before: string;
  isFirst: boolean;
  matches: (item: AuditItem) => boolean;
}

/**
 * A page of what people did, the newest first.
 * @throws FlexBadRequest `invalid`, or 503 `settings-unreachable`
 */
export async function readAudit(
  invocation: Invocation,
  user: FlexUser,
  event: Record<string, unknown>,
): Promise<AuditResponse> {
  return readPage(invocation, readQuery(invocation, user, event), ITEMS_PER_PAGE);
}

/**
 * The same in a format for other programs, in larger pages. Each page is noted in the audit.
 * @throws FlexBadRequest `invalid`, `audit-unavailable`, 429 `too-many-requests`, or 503 `settings-unreachable`
 */
export async function exportAudit(
  invocation: Invocation,
  user: FlexUser,
  event: Record<string, unknown>,
): Promise<AuditResponse> {
  const format = textField(event, 'Format');
  if (format !== 'csv' && format !== 'jsonl') throw malformed('format');
  const query = readQuery(invocation, user, event);
  const filters = ['From', 'To', 'Worker', 'Act', 'Voicemail'].map((name) => textField(event, name));
  const detail = [format, ...filters.filter((one) => one !== '')].join(' ');
  return withAudit(invocation, user, { act: 'export', detail }, async () => {
    // The count beside the page, which takes as long.
    const [read, counted] = await Promise.allSettled([
      readPage(invocation, query, ITEMS_PER_EXPORT),
      consumeQuota(invocation, user.workerSid, EXPORT_QUOTA),
    ]);
    if (counted.status === 'rejected') throw asSettingsUnreachable(counted.reason);
    if (read.status === 'rejected') throw read.reason;
    const page = read.value;
    return { ...page, text: format === 'csv' ? toCsv(page.items, query.isFirst) : toJsonLines(page.items) };
  });
}

const malformed = (path: string) =>
  new FlexBadRequest('invalid', `${path} is malformed`, 'Look at what was sent.', 422, {
    fields: [{ path, code: 'malformed' }],
  });

function readQuery(
  { timeZone, environment }: Invocation,
  { workerSid }: FlexUser,
  event: Record<string, unknown>,
): Query {
  const [first, last, worker, act, entry, cursor] = ['From', 'To', 'Worker', 'Act', 'Voicemail', 'Cursor'].map((name) =>
    textField(event, name).trim(),
  ) as [string, string, string, string, string, string];
  if (first !== '' && !isCalendarDate(first)) throw malformed('from');
  if (last !== '' && !isCalendarDate(last)) throw malformed('to');
  if (act !== '' && !AUDIT_ACTIONS.some((known) => known === act)) throw malformed('act');
  if (worker.length > 100) throw malformed('worker');
  if (entry.length > 100) throw malformed('voicemail');
  if (cursor !== '' && !CURSOR.test(cursor)) throw malformed('cursor');
  const now = Date.now();
  const daysAgo = (days: number) => new Date(now - days * 24 * 60 * 60_000).toISOString();
  const oldest = daysAgo(KEPT_DAYS);
  const start = first === '' ? daysAgo(DEFAULT_DAYS) : new Date(startOfDay(first, timeZone)).toISOString();
  const end = last === '' ? now + 60_000 : startOfDay(addDays(last, 1), timeZone);
  const before = new Date(Math.min(end, now + 60_000)).toISOString();
  const name = worker.toLowerCase();
  const scope = queueScopeOf(environment, workerSid);
  return {
    from: start < oldest ? oldest : start,
    before: cursor !== '' && cursor < before ? cursor : before,
    isFirst: cursor === '',
    matches: (item) =>
      isVisible(item, scope, workerSid) &&
      (act === '' || item.act === act) &&
      (entry === '' || (item.entries ?? []).includes(entry)) &&
      (worker === '' || (WORKER_SID.test(worker) ? item.by === worker : item.identity.toLowerCase().includes(name))),
  };
}

/** A supervisor of some queues sees what was done to voicemails of these, and what they did themselves. */
function isVisible({ by, queues = [] }: AuditItem, scope: QueueScope, workerSid: string): boolean {
  if (scope === 'all' || (by === workerSid && by !== '')) return true;
  return queues.length > 0 && queues.every((queue) => isInScope(scope, queue));
}

/** Reads backwards through the months until the page is full or has used its requests. */
async function readPage(
  { twilio }: Invocation,
  { from, before, matches }: Query,
  room: number,
): Promise<AuditResponse> {
  const items: AuditItem[] = [];
  let position = before;
  for (let call = 0; position > from; call += 1) {
    if (call === CALLS_PER_PAGE) return { items, cursor: position, complete: false };
    const batch = await listBefore(twilio, position);
    const acts = toAuditItems(batch);
    for (const act of acts) {
      position = act.id;
      if (act.id < from) return { items, complete: true };
      if (matches(act)) items.push(act);
      if (items.length === room) return { items, cursor: position, complete: true };
    }
    if (batch.length < PER_CALL) position = startOfMonth(position);
    // Parts without a first one: nothing that can be shown.
    else if (acts.length === 0) position = actOfKey(batch.at(-1)!.key)?.key ?? batch.at(-1)!.key;
  }
  return { items, complete: true };
}

/** A request for the items of the month in which the time before this position lies. */
async function listBefore({ sync }: Invocation['twilio'], position: string): Promise<SyncMapItem[]> {
  try {
    return await sync.listMapItems(auditMapName(monthBefore(position)), {
      order: 'desc',
      limit: PER_CALL,
      from: position,
    });
  } catch (error) {
    throw asSettingsUnreachable(error);
  }
}

/** The place after which nothing of a position's month comes; of a position that is one itself, of the month before. */
const startOfMonth = (position: string) => `${monthBefore(position).slice(0, 7)}-01T00:00:00.000Z`;

function monthBefore(position: string): string {
  const isStart = /^\d{4}-\d\d-01T00:00:00\.000Z$/.test(position);
  return isStart ? new Date(Date.parse(position) - 1).toISOString() : position;
}
