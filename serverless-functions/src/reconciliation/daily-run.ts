import { createHash } from 'node:crypto';
import { AUDIT_SERVICE, type AuditRecord, type ReconciledItem } from '@callback-and-voicemail/contract';
import {
  choice,
  type Infer,
  list,
  number,
  object,
  optional,
  parseIfValid,
  text,
  timestamp,
} from '@callback-and-voicemail/contract/schema';
import { auditKey, splitRecord } from '../audit/audit-record';
import { appendAction } from '../audit/with-audit';
import type { Invocation } from '../invocation';
import { LEASE_MS, newLease } from '../ledger/schedule';
import { AccountCache } from '../runtime/account-cache';
import { errorCode, isTwilioError } from '../runtime/errors';
import { finishRun } from './finish-run';
import { type RunBudget, reconcileOn } from './reconcile-on';
import { beginRun, dayOf, parseRun, type Run } from './run';
import { takeUp } from './take-up';

/**
 * After each day, the sweep compares it as a supervisor would, a part at a time, takes up what was lost, and appends the
 * result to the chain. One sweep works at a time: it claims the document that says where it is.
 */

const STATE_DOCUMENT = 'reconciliation';
const DAY_MS = 24 * 60 * 60_000;
/** After midnight: by then every message of the day has ended, and its webhooks have come. */
const SETTLED_MS = 60 * 60_000;
/** How far back a day is made up for when no sweep came: Twilio says whose a recording is for 30 days. */
const MAX_DAYS_BEHIND = 25;
/** Of one sweep. */
const BUDGET: RunBudget = { voicemails: 60, minTimeMs: 3_500 };
const MAX_TAKEN_UP = 5;
const MIN_TIME_MS = 4_500;
/** Between two looks, when nothing is due. */
const LOOK_EVERY_MS = 60 * 60_000;
/** No TTL: days would be left out. */
const NO_EXPIRY = 0;
/** When this process has to look again. */
const nextLooks = new AccountCache<number>();

const stateSchema = object({
  version: choice(1),
  /** The last day that is done: `YYYY-MM-DD`, UTC. */
  done: text(),
  lease: optional(object({ owner: text(), until: timestamp() })),
  /** What is still to be taken up of the run that goes on. */
  missing: list(object({ id: text(), at: number() })),
});
type State = Infer<typeof stateSchema> & { run?: Run };

interface StoredState {
  state: State;
  revision: string;
}

/** For the sweep's Functions, once the sweep is done. Never throws. */
export async function runDailyReconciliation(invocation: Invocation): Promise<void> {
  const { environment, deadline, log } = invocation;
  const now = Date.now();
  if (now < (nextLooks.get(environment) ?? 0) || deadline.remaining() < MIN_TIME_MS) return;
  try {
    nextLooks.set(environment, await lookNow(invocation, now));
  } catch (error) {
    log.warn('reconciliation interrupted', { code: errorCode(error) });
  }
}

/** @returns when to look again */
async function lookNow(invocation: Invocation, now: number): Promise<number> {
  const document = await invocation.twilio.sync.fetchDocument(STATE_DOCUMENT);
  if (document === undefined) return beginAt(invocation, now);
  const parsed = parseIfValid(stateSchema, document.data);
  // A later version's, or damaged: it is left alone, and a supervisor may compare by hand.
  if (parsed === undefined) return now + LOOK_EVERY_MS;
  const state: State = { ...parsed, run: parseRun(document.data.run) };
  if (state.lease !== undefined && state.lease.until > now) return state.lease.until;
  const day = nextDay(state, now);
  if (day === undefined && state.missing.length === 0) return nextLook(now);
  const claimed = await save(invocation, { ...state, lease: newLease(invocation.owner, now) }, document.revision);
  if (claimed === undefined) return now + LEASE_MS;
  const after = state.missing.length > 0 ? await takeUpSome(invocation, state) : await goOn(invocation, state, day!);
  await save(invocation, { ...after, lease: undefined }, claimed.revision);
  return 0;
}

/** The first day that is compared is the one on which the first sweep came. */
async function beginAt({ twilio }: Invocation, now: number): Promise<number> {
  const state: State = { version: 1, done: dayOf(now - DAY_MS), missing: [] };
  await twilio.sync.createDocument(STATE_DOCUMENT, state, NO_EXPIRY).catch((error: unknown) => {
    if (!isTwilioError(error, 'conflict')) throw error;
  });
  return nextLook(now);
}

/** The next time at which a day is over and settled, at most an hour from now. */
const nextLook = (now: number): number => {
  const settledAt = Date.parse(dayOf(now - SETTLED_MS)) + DAY_MS + SETTLED_MS;
  return Math.min(settledAt, now + LOOK_EVERY_MS);
};

/** @returns undefined when no day is due */
function nextDay({ done, run }: State, now: number): string | undefined {
  if (run !== undefined) return dayOf(run.from);
  const yesterday = dayOf(now - SETTLED_MS - DAY_MS);
  const next = dayOf(Math.max(Date.parse(done) + DAY_MS, Date.parse(yesterday) - MAX_DAYS_BEHIND * DAY_MS));
  return next <= yesterday ? next : undefined;
}

async function goOn(invocation: Invocation, state: State, day: string): Promise<State> {
  const start = Date.parse(day);
  const begun = state.run ?? beginRun({ from: start, to: start + DAY_MS }, Date.now());
  const { run, items } = await reconcileOn(invocation, begun, 'all', BUDGET);
  const missing = items.filter(({ mayTakeUp }) => mayTakeUp).map(toMissing);
  if (run.day !== undefined) return { ...state, run, missing };
  const { totals } = await finishRun(invocation, run, 'all', 'sweep');
  invocation.log.info('day reconciled', { outcome: day, state: totals.unexplained === 0 ? 'complete' : 'unexplained' });
  return { ...state, run: undefined, done: day, missing };
}

const toMissing = ({ id, at }: ReconciledItem) => ({ id, at: Date.parse(at) });

/** What cannot be taken up stays unexplained: the next run over its day says so again. */
async function takeUpSome(invocation: Invocation, state: State): Promise<State> {
  const { deadline, log } = invocation;
  const left = [...state.missing];
  for (let n = 0; n < MAX_TAKEN_UP && left.length > 0 && deadline.remaining() >= MIN_TIME_MS - 1_000; n += 1) {
    const one = left.shift()!;
    try {
      const after = await takeUp(invocation, one, false);
      if (after !== undefined) await appendTakenUp(invocation, one.id, after.entry);
    } catch (error) {
      log.warn('not taken up', { entry: one.id, code: errorCode(error) });
    }
  }
  return { ...state, missing: left };
}

async function appendTakenUp(
  invocation: Invocation,
  missingId: string,
  { id, queueName }: { id: string; queueName: string },
): Promise<void> {
  const now = Date.now();
  const token = createHash('sha256').update(`${AUDIT_SERVICE} take-up ${missingId} ${now}`).digest('hex').slice(0, 32);
  const key = auditKey(now, token);
  const record: AuditRecord = {
    at: new Date(now).toISOString(),
    by: AUDIT_SERVICE,
    identity: 'sweep',
    act: 'take-up',
    result: 'done',
    entries: [id],
    queues: [queueName],
  };
  await appendAction(invocation, { key, parts: splitRecord(key, record) });
}

/** @returns undefined when another sweep has written it meanwhile */
async function save(
  { twilio: { sync } }: Invocation,
  state: State,
  revision: string,
): Promise<StoredState | undefined> {
  try {
    return { state, revision: await sync.updateDocument(STATE_DOCUMENT, state, revision, NO_EXPIRY) };
  } catch (error) {
    if (!isTwilioError(error, 'conflict', 'precondition-failed')) throw error;
    return undefined;
  }
}
