import { createHash } from 'node:crypto';
import { AUDIT_SERVICE, type AuditRecord, type Retention } from '@callback-and-voicemail/contract';
import { auditKey, splitRecord } from '../audit/audit-record';
import { appendAction } from '../audit/with-audit';
import type { Invocation } from '../invocation';
import { LEASE_MS, newLease } from '../ledger/schedule';
import { readSettings } from '../notification/settings';
import { AccountCache } from '../runtime/account-cache';
import { errorCode, isTwilioError } from '../runtime/errors';
import { auditCutoffAt, type Cutoffs, cutoffsAt, type DueDay, planAuditMaps, planDays } from './retention-plan';
import {
  currentRun,
  endRun,
  hasDeleted,
  nextLookAt,
  type RetentionRun,
  type RetentionState,
  readState,
  STATE_DOCUMENT,
} from './retention-state';
import { noteRetention } from './retention-status';
import { settleAudit } from './settle-audit';
import { hasTime, type RetentionBudget, SWEEP_BUDGET, settleDay } from './settle-day';

/**
 * Deletes what is older than the settings allow, a part in each sweep (ADR 0106). One sweep works at a time: it claims
 * the document that holds the progress.
 */

/** With less time left it is not begun. */
const MIN_TIME_MS = 4_000;
/** No TTL: the totals count from the beginning. */
const NO_EXPIRY = 0;
/** When this process has to look again: until then, another request would find nothing to do. */
const nextLooks = new AccountCache<number>();

/** The document as it was read. */
interface StoredState {
  state: RetentionState;
  /** Undefined when there is none yet. */
  revision: string | undefined;
}

/** All that is due now. */
interface DueWork {
  cutoffs: Cutoffs;
  days: DueDay[];
  auditMaps: string[];
  auditCutoff: string;
}

/** For the sweep. Never throws. */
export async function runRetention(invocation: Invocation): Promise<void> {
  const { environment, deadline, log } = invocation;
  const now = Date.now();
  if (now < (nextLooks.get(environment) ?? 0) || deadline.remaining() < MIN_TIME_MS) return;
  try {
    const document = await invocation.twilio.sync.fetchDocument(STATE_DOCUMENT);
    const state = readState(document?.data);
    if (state === undefined) return log.warn('retention left to a later version', { code: 'newer' });
    const lookAt = nextLookAt(state);
    nextLooks.set(environment, lookAt);
    if (lookAt <= now) await goOn(invocation, { state, revision: document?.revision }, now);
  } catch (error) {
    log.warn('retention interrupted', { code: errorCode(error) });
  }
}

async function goOn(invocation: Invocation, stored: StoredState, now: number): Promise<void> {
  const { twilio, environment, log } = invocation;
  const [settings, maps] = await Promise.all([
    readSettings(() => twilio.sync, environment),
    twilio.sync.listMapNames(),
  ]);
  // What cannot be read may say to keep it.
  if (!settings.ok) return log.warn('retention waits for the settings', { code: settings.detail });
  const { retention } = settings.settings;
  const run = currentRun(stored.state, cutoffsAt(retention, now), now);
  const work = findWork(stored.state, run, retention, maps, now);
  const claimed = work.days.length + work.auditMaps.length === 0 ? stored : await claim(invocation, stored, run, now);
  if (claimed === undefined) return;
  const isDone = (await settle(invocation, run, work, { ...SWEEP_BUDGET })) && (await appendRun(invocation, run));
  const { lease: _, ...state } = claimed.state;
  const next = isDone ? endRun(state, run, Date.now()) : { ...state, run };
  if (!(await saveState(invocation, { state: next, revision: claimed.revision }))) return;
  nextLooks.set(environment, nextLookAt(next));
  await noteRetention(invocation, next);
}

function findWork(
  { done, left }: RetentionState,
  run: RetentionRun,
  retention: Retention,
  maps: readonly string[],
  now: number,
): DueWork {
  const auditCutoff = auditCutoffAt(retention, now);
  return {
    cutoffs: run.cutoffs,
    days: planDays(run.cutoffs, maps, done, left, run.at),
    auditMaps: planAuditMaps(maps, auditCutoff),
    auditCutoff: auditCutoff ?? '',
  };
}

/** @returns undefined when another sweep was faster */
async function claim(
  invocation: Invocation,
  { state, revision }: StoredState,
  run: RetentionRun,
  now: number,
): Promise<StoredState | undefined> {
  const claimed = { ...state, run, lease: newLease(invocation.owner, now) };
  const saved = await saveState(invocation, { state: claimed, revision });
  if (saved === undefined) nextLooks.set(invocation.environment, now + LEASE_MS);
  return saved;
}

/** @returns whether nothing is left for the next sweep */
async function settle(
  invocation: Invocation,
  run: RetentionRun,
  { days, auditMaps, auditCutoff }: DueWork,
  budget: RetentionBudget,
): Promise<boolean> {
  try {
    for (const day of days)
      if (!hasTime(invocation, budget) || !(await settleDay(invocation, day, run, budget))) return false;
    return await settleAudit(invocation, auditMaps, auditCutoff, run, budget);
  } catch (error) {
    invocation.log.warn('retention interrupted', { code: errorCode(error) });
    return false;
  }
}

/**
 * One record of each run that deleted something. Its key is the run's, so that a repeated one does not count twice.
 * @returns false when the audit must have it and did not take it: the next sweep tries again
 */
async function appendRun(invocation: Invocation, { startedAt, counts }: RetentionRun): Promise<boolean> {
  if (!hasDeleted(counts)) return true;
  const token = createHash('sha256').update(`${AUDIT_SERVICE} retention ${startedAt}`).digest('hex').slice(0, 32);
  const key = auditKey(startedAt, token);
  const record: AuditRecord = {
    at: new Date().toISOString(),
    by: AUDIT_SERVICE,
    identity: 'retention',
    act: 'retention',
    result: 'done',
    deleted: counts,
  };
  try {
    await appendAction(invocation, { key, parts: splitRecord(key, record) });
    return true;
  } catch (error) {
    invocation.log.error('retention not in the audit', { code: errorCode(error) });
    return false;
  }
}

/** @returns undefined when another sweep has written it meanwhile */
async function saveState(
  { twilio: { sync } }: Invocation,
  { state, revision }: StoredState,
): Promise<StoredState | undefined> {
  try {
    const saved =
      revision === undefined
        ? await sync.createDocument(STATE_DOCUMENT, state, NO_EXPIRY)
        : await sync.updateDocument(STATE_DOCUMENT, state, revision, NO_EXPIRY);
    return { state, revision: saved };
  } catch (error) {
    if (!isTwilioError(error, 'conflict', 'precondition-failed')) throw error;
    return undefined;
  }
}
