import { createHash, randomUUID } from 'node:crypto';
import { AUDIT_RECIPIENT, type AuditAction, type AuditItem, cutText } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { AccountCache } from '../runtime/account-cache';
import type { Environment } from '../runtime/environment';
import { BadRequest, errorCode, FlexBadRequest } from '../runtime/errors';
import { toSingleLine } from '../runtime/text';
import type { FlexUser } from '../twilio/flex-token';
import { type AuditPart, auditKey, resultKey, splitRecord } from './audit-record';
import { queueForRetry, writePart } from './audit-store';

/** Who acts: somebody signed in to Flex; or who has the link of an email, by the address that it was sent to. */
export type Actor = Pick<FlexUser, 'workerSid' | 'identity'> | { recipient: string };

const nameActor = (actor: Actor): Pick<AuditItem, 'by' | 'identity'> =>
  'recipient' in actor
    ? { by: AUDIT_RECIPIENT, identity: actor.recipient }
    : { by: actor.workerSid, identity: displayName(actor) };

/** An action that somebody is about to take. */
export interface Act extends Pick<AuditItem, 'entries' | 'queues' | 'taskSid' | 'detail' | 'changes'> {
  act: AuditAction;
  /** Counts once in a quarter of an hour: for what a client repeats by itself. */
  once?: string;
}

/** An action with its key in the audit log. */
export interface PreparedAction {
  key: string;
  parts: AuditPart[];
}

const QUARTER_MS = 15 * 60_000;
const MAX_REMEMBERED = 1_000;
/** After this time, an append is also queued for the sweep. */
const APPEND_TIMEOUT_MS = 300;
/** Keys that this process has written and that come again. */
const writtenOnce = new AccountCache<Set<string>>();
/** Keys of acts that count once, of which one came to nothing since. */
const failedSince = new AccountCache<Set<string>>();

/** True where an act needs its record first. A malformed value counts as one that requires it. */
function isAuditRequired({ values, problems }: Environment): boolean {
  return values.AUDIT_REQUIRED === 'true' || problems.some(({ variable }) => variable === 'AUDIT_REQUIRED');
}

/** The record of an action by this person now. Its key stays the same, so that a retry does not count twice. */
export function prepareAction(
  actor: Actor,
  { act, once, ...target }: Act,
  result: 'allowed' | 'refused' | 'failed' | 'done' = 'allowed',
): PreparedAction {
  const now = Date.now();
  const named = nameActor(actor);
  const who = 'recipient' in actor ? `${named.by} ${named.identity}` : named.by;
  const key =
    once === undefined
      ? auditKey(now, randomUUID().replaceAll('-', ''))
      : auditKey(now - (now % QUARTER_MS), hash(`${who} ${act} ${once}`));
  const record = {
    at: new Date(now).toISOString(),
    ...named,
    act,
    result,
    ...target,
  };
  return { key, parts: splitRecord(key, record) };
}

const hash = (value: string) => createHash('sha256').update(value).digest('hex').slice(0, 32);

/**
 * Runs an action and records it. With AUDIT_REQUIRED the record is written first, otherwise in parallel. Records a
 * failure afterwards. Of an act that counts once, a failure is a record of its own: the act may succeed yet, and the
 * failure must not be all that the audit says of it. Call it after authorization.
 * @throws FlexBadRequest `audit-unavailable` when the audit is required and cannot be written; what `work` throws
 */
export async function withAudit<T>(invocation: Invocation, actor: Actor, act: Act, work: () => Promise<T>): Promise<T> {
  const noted = prepareAction(actor, act);
  const appended = appendAction(invocation, noted, act.once !== undefined);
  if (isAuditRequired(invocation.environment)) await appended;
  const [worked] = await Promise.allSettled([work(), appended]);
  if (worked.status === 'fulfilled') {
    if (forget(failedSince, invocation.environment, noted.key)) await appendResult(invocation, noted, 'done');
    return worked.value;
  }
  const { reason } = worked;
  const result = reason instanceof BadRequest ? 'refused' : 'failed';
  if (act.once === undefined) await appendResult(invocation, noted, result, errorCode(reason));
  else {
    remember(failedSince, invocation.environment, noted.key);
    await appendFailure(invocation, actor, act, result, errorCode(reason));
  }
  throw reason;
}

/**
 * Runs an authorization check, and records when it denies access.
 * @throws what `check` throws
 */
export async function auditDenials<T>(
  invocation: Invocation,
  user: FlexUser,
  act: Act,
  check: () => Promise<T>,
): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof FlexBadRequest) || error.status !== 403) throw error;
    await appendFailure(invocation, user, { ...act, once: act.taskSid ?? act.detail }, 'refused', error.code);
    throw error;
  }
}

/** Appends that an act came to nothing, once in a quarter of an hour for each reason. Never throws. */
async function appendFailure(
  invocation: Invocation,
  actor: Actor,
  act: Act,
  result: 'failed' | 'refused',
  code: string,
): Promise<void> {
  const noted = prepareAction(actor, { ...act, once: `${act.once} ${result} ${code}` }, result);
  for (const { record } of noted.parts) record.code = code;
  if (writtenOnce.get(invocation.environment)?.has(noted.key)) return;
  // Nothing depends on it, so a sweep may append it, also where the audit is required.
  if (await append(invocation, noted.parts, false)) remember(writtenOnce, invocation.environment, noted.key);
}

function remember(cache: AccountCache<Set<string>>, environment: Environment, key: string): void {
  const known = cache.get(environment) ?? new Set();
  if (known.size >= MAX_REMEMBERED) known.clear();
  cache.set(environment, known.add(key));
}

/** @returns whether it was remembered */
const forget = (cache: AccountCache<Set<string>>, environment: Environment, key: string): boolean =>
  cache.get(environment)?.delete(key) ?? false;

/**
 * Appends the record of an action. A sweep appends what Sync did not take.
 * @throws FlexBadRequest `audit-unavailable` where the audit is required
 */
export async function appendAction(
  invocation: Invocation,
  { key, parts }: PreparedAction,
  recurs = false,
): Promise<void> {
  if (recurs && writtenOnce.get(invocation.environment)?.has(key)) return;
  const isWritten = await append(invocation, parts, isAuditRequired(invocation.environment));
  if (recurs && isWritten) remember(writtenOnce, invocation.environment, key);
}

/** Appends the outcome of an action. Never throws. */
export async function appendResult(
  invocation: Invocation,
  { key, parts }: PreparedAction,
  result: 'done' | 'failed' | 'refused',
  code?: string,
): Promise<void> {
  const { at: _at, changes: _changes, entries: _entries, ...head } = parts[0]!.record;
  const record = { ...head, at: new Date().toISOString(), result, ...(code === undefined ? {} : { code }) };
  await append(invocation, [{ key: resultKey(key), record }], false);
}

/** @returns whether all is in the audit now @throws FlexBadRequest `audit-unavailable` if it must be */
async function append(invocation: Invocation, parts: readonly AuditPart[], isRequired: boolean): Promise<boolean> {
  const appendPart = isRequired ? tryWrite : writeOrList;
  const written = await Promise.all(parts.map((part) => appendPart(invocation, part)));
  if (!written.includes(false)) return true;
  if (isRequired)
    throw new FlexBadRequest(
      'audit-unavailable',
      'The audit cannot be written',
      'Nothing was done. Try again in a moment.',
      503,
    );
  return false;
}

/** @returns whether it was written. Never throws. */
async function tryWrite(invocation: Invocation, part: AuditPart): Promise<boolean> {
  try {
    await writePart(invocation, part);
    return true;
  } catch (error) {
    const { act, by, entries } = part.record;
    invocation.log.error('audit not appended', { code: errorCode(error), step: act, worker: by, entry: entries?.[0] });
    return false;
  }
}

/** If the append takes long, also queues the record for the next sweep, so that nobody waits. @returns whether written */
async function writeOrList(invocation: Invocation, part: AuditPart): Promise<boolean> {
  const written = tryWrite(invocation, part);
  if (await Promise.race([written, invocation.deadline.pause(APPEND_TIMEOUT_MS)])) return true;
  const listed = queueForRetry(invocation, part);
  const either = await Promise.race([written.then((is) => is || listed), listed.then((is) => is || written)]);
  return either && Promise.race([written, false]);
}

/** As Flex's tokens name people: what is no letter or digit is written as an underscore and its code. */
export function displayName({ identity }: Pick<FlexUser, 'identity'>): string {
  const name = identity.replace(/_([0-9A-F]{2})/g, (whole, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[ -/:-@[-`{-~]/.test(character) ? character : whole;
  });
  return cutText(toSingleLine(name), 100);
}
