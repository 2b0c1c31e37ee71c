import type { Webhook, WebhookInterceptor, WebhookKind, WebhookResult } from '../../../sandbox/src/voice/webhook';
import type { Fault } from '../../../sandbox/src/world/types';
import type { Harness } from '../harness';
import type { Rng } from '../rng';
import type { CallRecord } from './random-caller';
import { findWaitingTask, ledgerEntryId, productTasks, type TaskLog } from './task-log';

/**
 * What goes wrong while people call: requests that fail, webhooks that come twice, late or never, and agents and
 * supervisors who act at the same moment. Each is logged, so that a failing batch can be read.
 */
export type FaultProfile = 'none' | 'moderate' | 'heavy';
/** The two others are played by the matrix of mails. */
type RandomKind = Exclude<Fault['kind'], 'done-then-status' | 'cut-short'>;
export type LogEvent = (text: string, callSid?: string) => void;

const HOSTS = { 'sync.twilio.com': 36, 'taskrouter.twilio.com': 36, 'api.twilio.com': 20, 'api.mailgun.net': 8 };
const FAULT_COUNTS: Record<FaultProfile, [number, number]> = { none: [0, 0], moderate: [3, 9], heavy: [12, 26] };
/**
 * What a host in trouble answers. No 400, 404, 409 or 412: those are no trouble but statements (there is no such task),
 * and a product that doubted them could do nothing.
 */
const STATUSES = [429, 500, 502, 503, 504];
/** Virtual time stands still for 25 ms of real time at each timer while something hangs, so few things hang. */
const HANGING_FAULTS: Record<number, number> = { 0: 70, 1: 30 };

export interface ScheduledFaults {
  /** True while requests to that host may fail. */
  isFailing(host: string): boolean;
  /** When that last was so; undefined while it never was. */
  lastFailureAt(host: string): number | undefined;
  /** All is well again. */
  end(): void;
}

/** Arms a batch's faults, each for a short span of virtual time, or for a few requests within it. */
export function scheduleFaults(
  harness: Harness,
  rng: Rng,
  faultProfile: FaultProfile,
  spanMs: number,
  logEvent: LogEvent,
): ScheduledFaults {
  const [least, most] = FAULT_COUNTS[faultProfile];
  const armed = new Set<Fault>();
  const struck = new Map<string, number>();
  const timers: NodeJS.Timeout[] = [];
  // Not protected against (docs/known-limits.md): the response to an accepted email is lost, and for ten minutes the
  // provider does not confirm it. So in one batch either responses are lost or the provider cannot be queried.
  const dropsMailResponses = rng.chance(0.5);
  const maxHanging = Number(rng.weighted(HANGING_FAULTS as Record<string, number>));
  let hanging = 0;
  for (let n = rng.between(least, most); n > 0; n -= 1) {
    const host = rng.weighted(HOSTS);
    const isMail = host === 'api.mailgun.net';
    let kind: Fault['kind'] = rng.weighted<RandomKind>({
      status: 42,
      garbage: 8,
      reset: 14,
      'done-then-reset': 22,
      'no-answer': 4,
      'done-then-no-answer': 4,
      delay: 6,
      late: 6,
    });
    const hangs = () => kind === 'no-answer' || kind === 'done-then-no-answer' || kind === 'delay' || kind === 'late';
    if (hangs()) hanging += 1;
    if (hanging > maxHanging && hangs()) kind = 'status';
    if (isMail && !dropsMailResponses && kind.startsWith('done')) kind = 'status';
    const method = isMail
      ? dropsMailResponses
        ? 'POST'
        : rng.pick(['GET', 'POST'])
      : rng.pick([undefined, 'GET', 'POST', 'POST']);
    const counted = hangs() || rng.chance(0.5);
    const fault: Fault = {
      host,
      method,
      kind,
      ...(kind === 'status' ? { status: rng.pick(STATUSES) } : {}),
      ...(kind === 'delay' ? { delayMs: rng.between(200, 6_000) } : {}),
      ...(counted ? { times: rng.between(1, hangs() ? 2 : 6), after: rng.chance(0.3) ? rng.between(1, 4) : 0 } : {}),
    };
    const begins = rng.between(0, spanMs);
    const lasts = counted ? rng.between(20_000, 90_000) : rng.between(1_000, 40_000);
    timers.push(
      setTimeout(() => {
        const remove = harness.injectFault(fault);
        armed.add(fault);
        logEvent(`FAULT begins: ${describe(fault)}`);
        timers.push(
          setTimeout(() => {
            remove();
            armed.delete(fault);
            struck.set(host, Date.now());
            logEvent(`FAULT ends: ${describe(fault)}`);
          }, lasts),
        );
      }, begins),
    );
  }
  return {
    lastFailureAt: (host) => ([...armed].some((fault) => fault.host === host) ? Date.now() : struck.get(host)),
    isFailing: (host) => [...armed].some((fault) => fault.host === host),
    end() {
      for (const timer of timers) clearTimeout(timer);
      armed.clear();
      harness.world.faults.clear();
    },
  };
}

const describe = ({ kind, host, method, status, delayMs, times, after }: Fault) =>
  [
    `${kind}${status ? ` ${status}` : ''}${delayMs ? ` ${delayMs} ms` : ''} of ${method ?? 'everything'} at ${host}`,
    times === undefined ? '' : `, ${times} times${after ? ` after ${after}` : ''}`,
  ].join('');

const STATUS_CALLBACKS: ReadonlySet<WebhookKind> = new Set(['recording-status', 'transcription', 'dial-status']);
const TWIML_REQUESTS: ReadonlySet<WebhookKind> = new Set([
  'wait',
  'redirect',
  'gather-action',
  'update',
  'record-action',
  'dial-action',
]);
const MAX_DELAY_MS = 20 * 60_000;
const LONGEST_CALL_MS = 8 * 60_000;
const SYNC = 'sync.twilio.com';

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

/** Delivers webhooks as a bad network does: asynchronous ones repeat, come late, or never. */
export function createUnreliableDelivery(
  productUrl: string,
  diceOf: (callSid: string | undefined) => Rng | undefined,
  faults: () => ScheduledFaults | undefined,
  logEvent: LogEvent,
): WebhookInterceptor {
  return async (webhook, send) => {
    // What happens to a dialed call is a matter of the call that dials.
    const callSid = webhook.params.ParentCallSid ?? webhook.callSid;
    const rng = webhook.url.startsWith(productUrl) ? diceOf(callSid) : undefined;
    if (!rng) return send();
    const what = `${webhook.kind} ${new URL(webhook.url).pathname.split('/').at(-1)}`;
    const note = (text: string) => logEvent(`webhook ${what}: ${text}`, callSid);
    if (STATUS_CALLBACKS.has(webhook.kind)) return deliverStatusCallback(webhook, send, rng, faults, note);
    // Twilio repeats a document's request only when the answer was lost.
    if (TWIML_REQUESTS.has(webhook.kind) && rng.chance(0.04)) {
      note('its first answer is lost');
      await send();
    }
    return send();
  };
}

async function waitUntilUp(isDown: () => boolean): Promise<void> {
  while (isDown()) await pause(1_000);
}

async function deliverStatusCallback(
  { url, method, params }: Webhook,
  send: () => Promise<WebhookResult>,
  rng: Rng,
  faults: () => ScheduledFaults | undefined,
  note: (text: string) => void,
): Promise<WebhookResult> {
  const plannedDelivery = rng.weighted({ once: 50, together: 14, 'again later': 14, late: 16, never: 6 });
  const isDown = () => faults()?.isFailing(SYNC) ?? false;
  const syncStruckAt = faults()?.lastFailureAt(SYNC);
  // Not protected against (docs/known-limits.md): Sync down at the start and at the end of one recording. An event that
  // was neither stored nor delivered again is lost. So in a call during which Sync was down, no webhook is lost, failed
  // ones are delivered again once Sync is back, and "no message" is not reported earlier.
  const delivery =
    plannedDelivery === 'never' && syncStruckAt !== undefined && Date.now() - syncStruckAt < LONGEST_CALL_MS
      ? 'once'
      : plannedDelivery;
  if (delivery !== 'once') note(delivery);
  if (delivery === 'never')
    return { ok: true, status: 204, contentType: 'text/plain', body: Buffer.alloc(0), url, method };
  // Nor can anybody know of a task that was handled, and that TaskRouter has forgotten, while Sync is down.
  if (delivery === 'late') await pause(rng.between(500, MAX_DELAY_MS)).then(() => waitUntilUp(isDown));
  if (params.RecordingStatus === 'absent') await waitUntilUp(isDown);
  if (delivery === 'again later') {
    for (const after of [rng.between(1, 40_000), rng.between(40_000, MAX_DELAY_MS)])
      void pause(after)
        .then(() => waitUntilUp(isDown))
        .then(send);
  }
  const times = delivery === 'together' ? rng.between(2, 3) : 1;
  let answerCall: WebhookResult[] = [];
  if (isDown()) {
    // Nor against two deliveries at the very same moment while Sync is down, since there is nothing left to coordinate
    // with. Then one comes after the other.
    for (let n = 0; n < times; n += 1) answerCall.push(await send());
  } else answerCall = await Promise.all(Array.from({ length: times }, send));
  if (answerCall.some(({ ok }) => ok)) return answerCall[0]!;
  await pause(2_000);
  await waitUntilUp(isDown);
  note('failed, and now delivered again');
  return send();
}

/** What agents and a supervisor do with the calls that wait, at random moments and in the midst of a request. */
export function simulateStaff(
  harness: Harness,
  rng: Rng,
  tasks: TaskLog,
  records: readonly CallRecord[],
  interruptAfter: (requests: number, act: () => void) => void,
  logEvent: LogEvent,
): (call: CallRecord) => void {
  const { world, voice } = harness;
  const isWaiting = (sid: string) => {
    const status = findWaitingTask(tasks, sid)?.status;
    return voice.get(sid)?.endTime === null && (status === 'pending' || status === 'reserved');
  };
  const answers = ({ sid }: CallRecord) => {
    if (!isWaiting(sid)) return;
    logEvent('an agent answers', sid);
    voice.connectAgent(sid);
    setTimeout(
      () => {
        if (voice.get(sid)?.endTime === null) voice.hangUp(sid);
        const task = findWaitingTask(tasks, sid);
        if (task?.status === 'assigned') world.tasks.update(task.sid, { assignmentStatus: 'completed' });
      },
      rng.between(5_000, 120_000),
    );
  };
  const cancelWaitingTask = ({ sid }: CallRecord) => {
    if (!isWaiting(sid)) return;
    logEvent('a supervisor cancels the task of the place in line', sid);
    world.tasks.update(findWaitingTask(tasks, sid)!.sid, { assignmentStatus: 'canceled', reason: 'by a supervisor' });
  };
  /** Callbacks and voicemails are handled now and then, but none while its caller is still on the line. */
  const handleRandomTask = () => {
    const open = productTasks(tasks).filter(({ status, attributes }) => {
      const entry = (attributes.callback_and_voicemail as { voicemail_id: string }).voicemail_id;
      const call = records.find(({ sid }) => entry.includes(sid));
      return status === 'pending' && call?.endedAt !== undefined && call.endedAt < Date.now() - 1_000;
    });
    if (open.length === 0) return;
    const task = rng.pick(open);
    if (rng.chance(0.12)) {
      logEvent(`a supervisor cancels ${task.sid} of ${ledgerEntryId(task)}`);
      world.tasks.update(task.sid, { assignmentStatus: 'canceled', reason: 'by a supervisor' });
      return;
    }
    logEvent(`an agent handles ${task.sid} of ${ledgerEntryId(task)}`);
    world.tasks.update(task.sid, { assignmentStatus: 'assigned' });
    setTimeout(
      () => {
        if (tasks.get(task.sid)?.status === 'assigned') world.tasks.update(task.sid, { assignmentStatus: 'completed' });
      },
      rng.between(1, 90_000),
    );
  };
  const scheduleShift = (left: number) => {
    if (left === 0) return;
    setTimeout(
      () => {
        handleRandomTask();
        scheduleShift(left - 1);
      },
      rng.between(5_000, 60_000),
    );
  };
  scheduleShift(Math.ceil(records.length / 4) + 12);
  return (call) => {
    const own = call.plan.dice.fork();
    const agentAction = own.weighted({ nothing: 70, answers: 18, cancels: 12 });
    if (agentAction === 'nothing') return;
    const act = () => (agentAction === 'answers' ? answers(call) : cancelWaitingTask(call));
    setTimeout(() => (own.chance(0.5) ? interruptAfter(own.between(1, 12), act) : act()), own.between(1_000, 200_000));
  };
}
