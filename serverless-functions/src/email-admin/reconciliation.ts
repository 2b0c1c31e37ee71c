import {
  AUDIT_SERVICE,
  addDays,
  isCalendarDate,
  isSid,
  MAX_RECONCILED_DAYS,
  type ReconcileResponse,
  type ReconciliationChain,
} from '@callback-and-voicemail/contract';
import { appendAction, prepareAction, withAudit } from '../audit/with-audit';
import type { Invocation } from '../invocation';
import { parseVoicemailEntryId } from '../ledger/entry-id';
import { consumeQuota, type HourlyQuota } from '../limits/hourly-quota';
import { tooManyRequests } from '../limits/too-many-requests';
import { readSettings } from '../notification/settings';
import { readChain } from '../reconciliation/chain-store';
import { finishRun } from '../reconciliation/finish-run';
import { type RunBudget, reconcileOn } from '../reconciliation/reconcile-on';
import { beginRun, progressOf, type Run, totalsOf } from '../reconciliation/run';
import { type RunOwner, readSignedRun, signRun } from '../reconciliation/run-cursor';
import { takeUp } from '../reconciliation/take-up';
import { FlexBadRequest } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import { isInScope, notYourQueue, queueScopeOf } from '../runtime/queue-scope';
import type { FlexUser } from '../twilio/flex-token';
import { startOfDay } from './local-days';

/** Of one request: a page that a client shows as it comes, within a Function's time. */
const BUDGET: RunBudget = { voicemails: 250, minTimeMs: 3_500 };
const DAY_MS = 24 * 60 * 60_000;
/** A run over a month costs a few thousand requests to Twilio. */
const QUOTA: HourlyQuota = {
  document: 'reconciliation-runs',
  perWorker: 20,
  perAccount: 60,
  refusal: tooManyRequests,
};
/** Asks with the token of a scheduler: see `email/reconcile`. */
const SCHEDULER: FlexUser = { workerSid: AUDIT_SERVICE, identity: 'scheduler', roles: [] };

/**
 * For supervisors: a run over a period, a page at a time; the chain of runs; and taking up one voicemail.
 * @throws FlexBadRequest `invalid`, `audit-unavailable`, `not-your-queue`, `nothing-to-take-up`, 429 `too-many-requests`
 * @throws TwilioError when Twilio is out of reach: ask again with the same cursor
 */
export async function serveReconciliation(
  invocation: Invocation,
  user: FlexUser,
  event: Record<string, unknown>,
): Promise<ReconcileResponse> {
  const owner: RunOwner = { by: user.workerSid, scope: queueScopeOf(invocation.environment, user.workerSid) };
  switch (textField(event, 'Action')) {
    case 'run':
      return runOn(invocation, user, owner, event);
    case 'chain':
      return showChain(invocation, owner);
    case 'take-up':
      return takeUpOne(invocation, user, owner, event);
    default:
      throw malformed('action');
  }
}

/** The same for a program with the token of a scheduler: runs over all queues, and the chain. */
export function serveScheduledReconciliation(
  invocation: Invocation,
  event: Record<string, unknown>,
): Promise<ReconcileResponse> {
  const owner: RunOwner = { by: 'scheduler', scope: 'all' };
  const action = textField(event, 'Action');
  if (action === 'chain') return showChain(invocation, owner);
  if (action !== 'run') throw malformed('action');
  return runOn(invocation, SCHEDULER, owner, event);
}

const malformed = (path: string) =>
  new FlexBadRequest('invalid', `${path} is malformed`, 'Look at what was sent.', 422, {
    fields: [{ path, code: 'malformed' }],
  });

async function runOn(
  invocation: Invocation,
  user: FlexUser,
  owner: RunOwner,
  event: Record<string, unknown>,
): Promise<ReconcileResponse> {
  const begun = await beginOrGoOn(invocation, user, owner, event);
  const period = `${iso(begun.from)} ${iso(begun.to)}`;
  return withAudit(invocation, user, { act: 'reconcile', detail: period, once: period }, async () => {
    const { run, items } = await reconcileOn(invocation, begun, owner.scope, BUDGET);
    const answer = { items, totals: totalsOf(run), progress: progressOf(run) };
    if (run.day !== undefined) return { ...answer, cursor: signRun(invocation.environment, owner, run) };
    const record = await finishRun(invocation, run, owner.scope, owner.by);
    // The hash is in two places then: who changes the chain would have to change the audit as well.
    await appendAction(
      invocation,
      prepareAction(user, { act: 'reconcile', detail: `${period} sha256:${record.hash}` }, 'done'),
    );
    return { ...answer, record, ...(await showChain(invocation, owner, answer)) };
  });
}

const iso = (at: number) => new Date(at).toISOString();

/** @throws FlexBadRequest `invalid`, 429 `too-many-requests` */
async function beginOrGoOn(
  invocation: Invocation,
  user: FlexUser,
  owner: RunOwner,
  event: Record<string, unknown>,
): Promise<Run> {
  const { environment, twilio } = invocation;
  const cursor = textField(event, 'Cursor');
  if (cursor !== '') {
    const run = readSignedRun(environment, owner, cursor);
    if (run === undefined) throw malformed('cursor');
    return run;
  }
  const [first, last] = [textField(event, 'From'), textField(event, 'To')];
  if (!isCalendarDate(first)) throw malformed('from');
  if (!isCalendarDate(last) || last < first) throw malformed('to');
  if (Date.parse(last) - Date.parse(first) >= MAX_RECONCILED_DAYS * DAY_MS) throw malformed('to');
  const read = await readSettings(() => twilio.sync, environment);
  const timeZone = (read.ok ? read.settings.time_zone : undefined) ?? invocation.timeZone;
  const now = Date.now();
  const from = startOfDay(first, timeZone);
  const to = Math.min(startOfDay(addDays(last, 1), timeZone), now);
  if (from >= to) throw malformed('from');
  await consumeQuota(invocation, user.workerSid, QUOTA);
  return beginRun({ from, to }, now);
}

/** What supervisors of some queues are not told: the totals of all. */
async function showChain(
  invocation: Invocation,
  { scope }: RunOwner,
  answer: Pick<ReconcileResponse, 'items' | 'totals' | 'progress'> = NOTHING,
): Promise<ReconcileResponse> {
  const { last, ...chain }: ReconciliationChain = await readChain(invocation);
  return { ...answer, chain: scope === 'all' && last !== undefined ? { ...chain, last } : chain };
}

const NOTHING: Pick<ReconcileResponse, 'items' | 'totals' | 'progress'> = {
  items: [],
  totals: { voicemails: 0, complete: 0, explained: {}, unexplained: 0, others: 0, unknown: 0 },
  progress: { done: 0, days: 0 },
};

async function takeUpOne(
  invocation: Invocation,
  user: FlexUser,
  { scope }: RunOwner,
  event: Record<string, unknown>,
): Promise<ReconcileResponse> {
  const id = textField(event, 'Voicemail');
  const at = Date.parse(textField(event, 'At'));
  const isEntry = parseVoicemailEntryId(id) !== undefined;
  if (!isEntry && !isSid('recording', id)) throw malformed('voicemail');
  if (!Number.isFinite(at)) throw malformed('at');
  const act = { act: 'take-up', ...(isEntry ? { entries: [id] } : { detail: id }) } as const;
  return withAudit(invocation, user, act, async () => {
    const taken = await takeUp(invocation, { id, at }, true, (queueName) => {
      if (!isInScope(scope, queueName)) throw notYourQueue();
    });
    if (taken === undefined)
      throw new FlexBadRequest(
        'nothing-to-take-up',
        'There is nothing to be taken up',
        'Compare the period again.',
        409,
      );
    return NOTHING;
  });
}
