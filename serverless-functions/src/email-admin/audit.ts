import {
  type AuditRecord,
  type EmailSettings,
  list,
  object,
  optional,
  parseIfValid,
  text,
} from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { errorCode } from '../runtime/errors';
import type { SyncMapItem } from '../twilio/sync';

/** A Sync Map ordered by time: unlike a List, an append that is tried twice is there once. */
const AUDIT_MAP = 'email-audit';
/** A year, the longest Sync has. */
const TTL_SECONDS = 365 * 24 * 60 * 60;
export const MAX_RECORDS_SHOWN = 50;

const auditRecordSchema = object({
  at: text(),
  by: text(),
  changes: list(object({ field: text(), from: optional(text()), to: optional(text()) })),
});

/** The key of a change made now: unique, and after all earlier ones. */
export function auditKey(now: number): string {
  return `${new Date(now).toISOString()}_${crypto.randomUUID()}`;
}

/** Appends a record. Never throws: the settings hold it too, and the next reader appends it. */
export async function appendAudit({ twilio, log }: Invocation, key: string, record: AuditRecord): Promise<void> {
  try {
    await twilio.sync.addMapItem(AUDIT_MAP, key, record, TTL_SECONDS);
  } catch (error) {
    log.warn('audit not appended', { code: errorCode(error) });
  }
}

/** The newest records as stored. */
export function listAudit({ twilio }: Invocation): Promise<SyncMapItem[]> {
  return twilio.sync.listMapItems(AUDIT_MAP, { order: 'desc', limit: MAX_RECORDS_SHOWN });
}

/**
 * The newest changes, newest first. Includes the last save even if appending it failed.
 * @param items as `listAudit` gives them
 */
export async function completeAudit(
  invocation: Invocation,
  { saved }: EmailSettings,
  items: readonly SyncMapItem[],
): Promise<AuditRecord[]> {
  const records = items.flatMap(({ data }) => parseIfValid(auditRecordSchema, data) ?? []);
  if (saved?.audit_key === undefined || items.some(({ key }) => key === saved.audit_key)) return records;
  if (items.length > 0 && items[items.length - 1]!.key > saved.audit_key) return records;
  const missing: AuditRecord = { at: saved.at, by: saved.by, changes: saved.changes ?? [] };
  await appendAudit(invocation, saved.audit_key, missing);
  return [missing, ...records].sort((a, b) => (a.at < b.at ? 1 : -1));
}
