import type { AuditItem } from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import type { Invocation } from '../invocation';
import { LEDGER_TTL_SECONDS } from '../ledger/entry';
import { chronologicalKey, readListedId } from '../ledger/entry-id';
import { indexMapName } from '../ledger/open-index';
import { errorCode } from '../runtime/errors';
import { type AuditPart, actOfKey, auditMapName, toAuditItems } from './audit-record';

/** The longest Sync has. */
const TTL_SECONDS = 365 * 24 * 60 * 60;
const MAX_PARTS = 100;
/** Begins the id under which the index of open entries lists a part that the audit did not take. */
const RETRY_PREFIX = 'audit_';

/** Creates one item of the audit; one that is there already stays as it is. @throws TwilioError */
export async function writePart({ twilio }: Pick<Invocation, 'twilio'>, { key, record }: AuditPart): Promise<void> {
  await twilio.sync.addMapItem(auditMapName(key), key, record, TTL_SECONDS, TTL_SECONDS);
}

/** Puts a part in another map, where the next sweep finds it. @returns whether it was taken. Never throws. */
export async function queueForRetry({ twilio, log }: Invocation, { key, record }: AuditPart): Promise<boolean> {
  try {
    const listed = chronologicalKey(`${RETRY_PREFIX}${key}`, Date.now());
    await twilio.sync.addMapItem(indexMapName(key), listed, record, LEDGER_TTL_SECONDS);
    return true;
  } catch (error) {
    log.error('audit lost', {
      code: errorCode(error),
      step: record.act,
      worker: record.by,
      entry: record.entries?.[0],
    });
    return false;
  }
}

/** True for a key of the index that lists what the audit did not take. */
export const isRetryKey = (listed: string): boolean => readRetryKey(listed) !== undefined;

function readRetryKey(listed: string): string | undefined {
  const id = readListedId(listed);
  const key = id?.startsWith(RETRY_PREFIX) ? id.slice(RETRY_PREFIX.length) : undefined;
  return key !== undefined && actOfKey(key) !== undefined ? key : undefined;
}

/** For the sweep: appends what `isRetryKey` lists. @throws TwilioError */
export async function appendQueued({ twilio }: Invocation, listed: string): Promise<void> {
  const key = readRetryKey(listed);
  if (key === undefined) return;
  const map = indexMapName(key);
  const item = await twilio.sync.getMapItem(map, listed);
  if (item !== undefined && isRecord(item.data))
    await twilio.sync.addMapItem(auditMapName(key), key, item.data, TTL_SECONDS, TTL_SECONDS);
  await twilio.sync.removeMapItem(map, listed);
}

/** One act, and how many items of it are there. @returns undefined without the first one @throws TwilioError */
export async function findAct(
  { twilio }: Pick<Invocation, 'twilio'>,
  key: string,
): Promise<{ item: AuditItem; parts: number } | undefined> {
  const map = auditMapName(key);
  const [first, others] = await Promise.all([
    twilio.sync.getMapItem(map, key),
    twilio.sync.listMapItems(map, { order: 'asc', limit: MAX_PARTS, from: key }),
  ]);
  if (first === undefined) return undefined;
  const rest = others.filter((one) => actOfKey(one.key)?.key === key);
  const [item] = toAuditItems([...rest.reverse(), first]);
  const parts = 1 + rest.filter((one) => actOfKey(one.key)?.suffix !== '_result').length;
  return item && { item, parts };
}
