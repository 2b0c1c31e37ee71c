import {
  type AuditChange,
  type AuditItem,
  type AuditRecord,
  auditRecordSchema,
  parseIfValid,
} from '@callback-and-voicemail/contract';
import type { SyncMapItem } from '../twilio/sync';

/**
 * An item of the audit's map. One action is one item, or several: `<key>`, `<key>_p002` and so on, where it does not fit
 * in one, and `<key>_result` for what came of it. All are only ever created.
 */
export interface AuditPart {
  key: string;
  record: AuditRecord;
}

/** Sync takes 16 KiB, and items of 10 KiB only twice a second. */
const MAX_PART_BYTES = 8_000;
/** Of one value in one part. */
const MAX_VALUE_CHARACTERS = 1_500;
const KEY = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z_[0-9a-f]{32})(_p\d\d\d|_result)?$/;

const partKey = (key: string, n: number) => (n === 0 ? key : `${key}_p${String(n + 1).padStart(3, '0')}`);

/** The key of what came of an act. */
export const resultKey = (key: string) => `${key}_result`;

/** The key of an act: sorts by time. */
export const auditKey = (at: number, token: string) => `${new Date(at).toISOString()}_${token}`;

/** The map that holds a key: one for each month. */
export const auditMapName = (key: string) => `audit-${key.slice(0, 7)}`;

/** The act that an item belongs to; undefined for a key that is none of the audit's. */
export function actOfKey(key: string): { key: string; suffix: string } | undefined {
  const [, act, suffix = ''] = KEY.exec(key) ?? [];
  return act === undefined ? undefined : { key: act, suffix };
}

/** A record as items of the map: lists and long values go on in the next one. Pure. */
export function splitRecord(key: string, record: AuditRecord): AuditPart[] {
  const { entries, changes, ...head } = record;
  const pieces: Pick<AuditRecord, 'entries' | 'changes'>[] = [
    ...(entries ?? []).map((entry) => ({ entries: [entry] })),
    ...(changes ?? []).flatMap(splitChange).map((change) => ({ changes: [change] })),
  ];
  const parts: AuditRecord[] = [head];
  for (const piece of pieces) {
    const longer = mergeRecords(parts.at(-1)!, piece);
    if (Buffer.byteLength(JSON.stringify(longer)) <= MAX_PART_BYTES) parts[parts.length - 1] = longer;
    else parts.push(mergeRecords(head, piece));
  }
  return parts.map((part, n) => ({ key: partKey(key, n), record: part }));
}

function splitChange({ field, from, to, added = [], removed = [] }: AuditChange): AuditChange[] {
  const pieces = [
    ...chunks(from).map((part) => ({ field, from: part })),
    ...chunks(to).map((part) => ({ field, to: part })),
    ...added.flatMap((one) => ({ field, added: [one] })),
    ...removed.flatMap((one) => ({ field, removed: [one] })),
  ];
  return pieces.length === 0 ? [{ field }] : pieces;
}

function chunks(value: string | undefined): string[] {
  if (value === undefined) return [];
  const parts: string[] = [];
  for (let at = 0; at < value.length || at === 0; at += MAX_VALUE_CHARACTERS)
    parts.push(value.slice(at, at + MAX_VALUE_CHARACTERS));
  return parts;
}

/** What `splitRecord` took apart. */
function mergeRecords(one: AuditRecord, next: Pick<AuditRecord, 'entries' | 'changes'>): AuditRecord {
  const entries = [...(one.entries ?? []), ...(next.entries ?? [])];
  const changes = [...(one.changes ?? [])];
  for (const change of next.changes ?? []) {
    const at = changes.findIndex(({ field }) => field === change.field);
    if (at < 0) changes.push(change);
    else changes[at] = mergeChanges(changes[at]!, change);
  }
  return { ...one, ...(entries.length === 0 ? {} : { entries }), ...(changes.length === 0 ? {} : { changes }) };
}

function mergeChanges(one: AuditChange, next: AuditChange): AuditChange {
  const joined = (a?: string, b?: string) => (a === undefined ? b : a + (b ?? ''));
  const both = (a?: string[], b?: string[]) => (a === undefined ? b : [...a, ...(b ?? [])]);
  const [from, to] = [joined(one.from, next.from), joined(one.to, next.to)];
  const [added, removed] = [both(one.added, next.added), both(one.removed, next.removed)];
  return {
    field: one.field,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(added === undefined ? {} : { added }),
    ...(removed === undefined ? {} : { removed }),
  };
}

/**
 * The acts of some items, which are in the order of their keys, the newest first. What came of an act and its further
 * parts come before its first part: without that they are left out. A record that cannot be read stands for itself.
 */
export function toAuditItems(items: readonly SyncMapItem[]): AuditItem[] {
  const acts: AuditItem[] = [];
  let waiting: { key: string; suffix: string; record: AuditRecord }[] = [];
  for (const { key: itemKey, data } of items) {
    const part = actOfKey(itemKey);
    const record = parseIfValid(auditRecordSchema, data);
    if (part === undefined) continue;
    if (record === undefined) {
      if (part.suffix === '') acts.push(toUnreadableItem(part.key));
      continue;
    }
    waiting = [{ ...part, record }, ...waiting.filter(({ key }) => key === part.key)];
    if (part.suffix === '') acts.push(mergeParts(part.key, waiting));
  }
  return acts;
}

/** @param key begins with the time of the act */
const toUnreadableItem = (key: string): AuditItem => ({
  id: key,
  at: key.slice(0, key.indexOf('_')),
  by: '',
  identity: '',
  act: 'unreadable',
  result: 'allowed',
});

function mergeParts(key: string, parts: readonly { suffix: string; record: AuditRecord }[]): AuditItem {
  const outcome = parts.find(({ suffix }) => suffix === '_result')?.record;
  const { result, code, ...record } = parts
    .filter(({ suffix }) => suffix !== '_result')
    .map((part) => part.record)
    .reduce((whole, next) => mergeRecords(whole, next));
  const why = outcome?.code ?? code;
  return { id: key, ...record, result: outcome?.result ?? result, ...(why === undefined ? {} : { code: why }) };
}
