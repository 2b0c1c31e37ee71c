import { isRecord } from '@callback-and-voicemail/contract/schema';
import type { Log } from '../runtime/log';

/**
 * What a callback's or voicemail's task takes over from the task of the call: everything that a workflow's filter or a
 * report may use, but nothing that binds a task to a call. Pure but for the log.
 */

/** They make Flex treat a task as a call in progress, or belong to its reservation. */
const BOUND_TO_CALL = new Set([
  'call_sid',
  'call_status',
  'conference',
  'conference_sid',
  'participant_sid',
  'reservation_attributes',
  'worker_call_sid',
  'trunk_sid',
  'outbound_to',
  'autoAnswer',
]);
/** Set on the task of a call whose place in line was in doubt: what is in it does not matter, but that it changes. */
const CHECKED_AT = 'callback_and_voicemail_checked_at';
/** Set by `buildTaskAttributes`, or by `markAsChecked`. */
const OWN = new Set([
  'taskType',
  'name',
  'from',
  'to',
  'direction',
  'callBackData',
  'callback_and_voicemail',
  CHECKED_AT,
]);
/** How the call ended: Flex Insights would count the new task as abandoned. The id is the entry's. */
const CONVERSATION_OF_CALL = new Set(['conversation_id', 'abandoned', 'abandoned_phase', 'hang_up_by']);
/**
 * The call's parameters, which Twilio puts on its task (support article 42423992053915). Filters may use them, but when
 * there is too much they go first.
 */
const CALL_PARAMETER =
  /^(called|caller|from|to)(_(city|state|zip|country|name|via))?$|^(account_sid|api_version|caller_name|forwarded_from|stir_verstat)$/;

/**
 * Leaves room for our own attributes below TaskRouter's 4,096 bytes, and for the entry below the 10 KiB from which Sync
 * writes slowly.
 */
export const MAX_CARRIED_BYTES = 2_400;

/** What is carried, and the names of what there was no room for. */
export interface CarriedAttributes {
  carried: Record<string, unknown>;
  dropped: string[];
}

/**
 * @param attributes of the task of the call
 * @param maxBytes of the carried attributes as JSON
 */
export function pickCarriedAttributes(
  attributes: Record<string, unknown>,
  maxBytes = MAX_CARRIED_BYTES,
): CarriedAttributes {
  const candidates = Object.entries(attributes)
    .filter(([name]) => !BOUND_TO_CALL.has(name) && !OWN.has(name))
    .map(([name, value]) => ({ name, value: name === 'conversations' ? ofConversation(value) : value }))
    .filter(({ value }) => value !== undefined)
    .map(({ name, value }) => ({ name, value, bytes: Buffer.byteLength(JSON.stringify({ [name]: value })) }))
    .sort((a, b) => importance(a.name) - importance(b.name) || a.bytes - b.bytes);
  const result: CarriedAttributes = { carried: {}, dropped: [] };
  let total = 0;
  for (const { name, value, bytes } of candidates) {
    if (total + bytes > maxBytes) {
      result.dropped.push(name);
      continue;
    }
    total += bytes;
    result.carried[name] = value;
  }
  return result;
}

/** The same attributes, different enough that TaskRouter gives the task another version. */
export function markAsChecked(attributes: Record<string, unknown>, at: number): Record<string, unknown> {
  return { ...attributes, [CHECKED_AT]: new Date(at).toISOString() };
}

/** The same, and the log names what was left out. */
export function carryAttributes(
  attributes: Record<string, unknown>,
  log: Log,
  about: { callSid?: string; taskSid?: string },
): Record<string, unknown> {
  const { carried, dropped } = pickCarriedAttributes(attributes);
  if (dropped.length > 0) log.warn('attributes not carried', { ...about, attributes: describeNames(dropped) });
  return carried;
}

/** The attributes of a call that has no task: its webhook's parameters, as Twilio names them on a task. */
export function callAttributes(event: Record<string, unknown>): Record<string, unknown> {
  const attributes = Object.entries(event).flatMap(([name, value]) => {
    const attribute = name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
    return /^[A-Z]/.test(name) && CALL_PARAMETER.test(attribute) && typeof value === 'string'
      ? [[attribute, value] as const]
      : [];
  });
  return Object.fromEntries(attributes);
}

/** Lowest first: what others set on purpose, then what Twilio adds to every call. */
function importance(name: string): number {
  return CALL_PARAMETER.test(name) ? 1 : 0;
}

function ofConversation(value: unknown): Record<string, unknown> | undefined {
  if (!isRecord(value)) return undefined;
  const kept = Object.entries(value).filter(([name]) => !CONVERSATION_OF_CALL.has(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

const MAX_NAMES_LENGTH = 300;
/** Names of attributes are those of the deployment; anything else in their place is not logged. */
const describeNames = (names: string[]) =>
  names
    .map((name) => (/^[A-Za-z_][\w.-]{0,63}$/.test(name) && !/\d{5}/.test(name) ? name : '?'))
    .join(' ')
    .slice(0, MAX_NAMES_LENGTH);
