import type { Webhook, WebhookInterceptor, WebhookKind, WebhookResult } from '../../../sandbox/src/voice/webhook';
import type { Fault } from '../../../sandbox/src/world/types';
import type { Stage } from '../stage';
import type { CallRecord } from './random-caller';
import type { Dice } from './seeded-random';
import { entryOf, productTasks, type TaskLog, waitingTaskOf } from './task-log';

/**
 * What goes wrong while people call: requests that fail, webhooks that come twice, late or never, and agents and
 * supervisors who act at the same moment. Each is told to `story`, so that a failing batch can be read.
 */
export type Weather = 'calm' | 'showers' | 'storm';
export type Tell = (text: string, callSid?: string) => void;

const HOSTS = { 'sync.twilio.com': 36, 'taskrouter.twilio.com': 36, 'api.twilio.com': 20, 'api.mailgun.net': 8 };
const FAULTS: Record<Weather, [number, number]> = { calm: [0, 0], showers: [3, 9], storm: [12, 26] };
/**
 * What a host in trouble answers. No 400, 404, 409 or 412: those are no trouble but statements (there is no such task),
 * and a product that doubted them could do nothing.
 */
const STATUSES = [429, 500, 502, 503, 504];
/** Virtual time stands still for 25 ms of real time at each timer while something hangs, so few things hang. */
const HANGING: Record<number, number> = { 0: 70, 1: 30 };

export interface ArmedFaults {
  /** True while requests to that host may fail. */
  strikes(host: string): boolean;
  /** When that last was so; undefined while it never was. */
  lastStruck(host: string): number | undefined;
  /** All is well again. */
  end(): void;
}

/** Arms a batch's faults, each for a short span of virtual time, or for a few requests within it. */
export function armFaults(stage: Stage, dice: Dice, weather: Weather, spanMs: number, tell: Tell): ArmedFaults {
  const [least, most] = FAULTS[weather];
  const armed = new Set<Fault>();
  const struck = new Map<string, number>();
  const timers: NodeJS.Timeout[] = [];
  // Not protected against (docs/architecture.md): a mail that was taken, its answer lost, by a provider that then cannot
  // say for ten minutes that it has it. So in one batch either answers are lost or the provider cannot be asked.
  const losesMailAnswers = dice.chance(0.5);
  const mostHanging = Number(dice.weighted(HANGING as Record<string, number>));
  let hanging = 0;
  for (let n = dice.between(least, most); n > 0; n -= 1) {
    const host = dice.weighted(HOSTS);
    const isMail = host === 'api.mailgun.net';
    let kind = dice.weighted<Fault['kind']>({
      status: 42,
      garbage: 8,
      reset: 14,
      'done-then-reset': 22,
      'no-answer': 4,
      'done-then-no-answer': 4,
      delay: 6,
    });
    const hangs = () => kind === 'no-answer' || kind === 'done-then-no-answer' || kind === 'delay';
    if (hangs()) hanging += 1;
    if (hanging > mostHanging && hangs()) kind = 'status';
    if (isMail && !losesMailAnswers && kind.startsWith('done')) kind = 'status';
    const method = isMail
      ? losesMailAnswers
        ? 'POST'
        : dice.pick(['GET', 'POST'])
      : dice.pick([undefined, 'GET', 'POST', 'POST']);
    const counted = hangs() || dice.chance(0.5);
    const fault: Fault = {
      host,
      method,
      kind,
      ...(kind === 'status' ? { status: dice.pick(STATUSES) } : {}),
      ...(kind === 'delay' ? { delayMs: dice.between(200, 6_000) } : {}),
      ...(counted ? { times: dice.between(1, hangs() ? 2 : 6), after: dice.chance(0.3) ? dice.between(1, 4) : 0 } : {}),
    };
    const begins = dice.between(0, spanMs);
    const lasts = counted ? dice.between(20_000, 90_000) : dice.between(1_000, 40_000);
    timers.push(
      setTimeout(() => {
        const remove = stage.fault(fault);
        armed.add(fault);
        tell(`FAULT begins: ${describe(fault)}`);
        timers.push(
          setTimeout(() => {
            remove();
            armed.delete(fault);
            struck.set(host, Date.now());
            tell(`FAULT ends: ${describe(fault)}`);
          }, lasts),
        );
      }, begins),
    );
  }
  return {
    lastStruck: (host) => ([...armed].some((fault) => fault.host === host) ? Date.now() : struck.get(host)),
    strikes: (host) => [...armed].some((fault) => fault.host === host),
    end() {
      for (const timer of timers) clearTimeout(timer);
      armed.clear();
      stage.world.faults.clear();
    },
  };
}

const describe = ({ kind, host, method, status, delayMs, times, after }: Fault) =>
  [
    `${kind}${status ? ` ${status}` : ''}${delayMs ? ` ${delayMs} ms` : ''} of ${method ?? 'everything'} at ${host}`,
    times === undefined ? '' : `, ${times} times${after ? ` after ${after}` : ''}`,
  ].join('');

const ASYNCHRONOUS: ReadonlySet<WebhookKind> = new Set(['recording-status', 'transcription']);
const DOCUMENTS: ReadonlySet<WebhookKind> = new Set(['wait', 'redirect', 'gather-action', 'update', 'record-action']);
const LATEST_MS = 20 * 60_000;
const LONGEST_CALL_MS = 8 * 60_000;
const SYNC = 'sync.twilio.com';

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

/** Delivers webhooks as a bad network does. What is told of asynchronous ones is told again, late, or never. */
export function deliverBadly(
  productUrl: string,
  diceOf: (callSid: string | undefined) => Dice | undefined,
  faults: () => ArmedFaults | undefined,
  tell: Tell,
): WebhookInterceptor {
  return async (webhook, send) => {
    const dice = webhook.url.startsWith(productUrl) ? diceOf(webhook.callSid) : undefined;
    if (!dice) return send();
    const what = `${webhook.kind} ${new URL(webhook.url).pathname.split('/').at(-1)}`;
    const note = (text: string) => tell(`webhook ${what}: ${text}`, webhook.callSid);
    if (ASYNCHRONOUS.has(webhook.kind)) return deliverTold(webhook, send, dice, faults, note);
    // Twilio repeats a document's request only when the answer was lost.
    if (DOCUMENTS.has(webhook.kind) && dice.chance(0.04)) {
      note('its first answer is lost');
      await send();
    }
    return send();
  };
}

async function whenUp(isDown: () => boolean): Promise<void> {
  while (isDown()) await pause(1_000);
}

async function deliverTold(
  { url, method, params }: Webhook,
  send: () => Promise<WebhookResult>,
  dice: Dice,
  faults: () => ArmedFaults | undefined,
  note: (text: string) => void,
): Promise<WebhookResult> {
  const drawn = dice.weighted({ once: 50, together: 14, 'again later': 14, late: 16, never: 6 });
  const isDown = () => faults()?.strikes(SYNC) ?? false;
  const syncStruckAt = faults()?.lastStruck(SYNC);
  // Not protected against (docs/architecture.md): Sync down at the start and at the end of one recording. What was not
  // written down then, and is never told, nobody can know of; so nothing is lost of a call in which Sync was down, what
  // was told in vain is told again once Sync is back, and that nothing was said is not told before.
  const fate =
    drawn === 'never' && syncStruckAt !== undefined && Date.now() - syncStruckAt < LONGEST_CALL_MS ? 'once' : drawn;
  if (fate !== 'once') note(fate);
  if (fate === 'never') return { ok: true, status: 204, contentType: 'text/plain', body: Buffer.alloc(0), url, method };
  // Nor can anybody know of a task that was handled, and that TaskRouter has forgotten, while Sync is down.
  if (fate === 'late') await pause(dice.between(500, LATEST_MS)).then(() => whenUp(isDown));
  if (params.RecordingStatus === 'absent') await whenUp(isDown);
  if (fate === 'again later') {
    for (const after of [dice.between(1, 40_000), dice.between(40_000, LATEST_MS)])
      void pause(after)
        .then(() => whenUp(isDown))
        .then(send);
  }
  const times = fate === 'together' ? dice.between(2, 3) : 1;
  let answers: WebhookResult[] = [];
  if (isDown()) {
    // Nor against two deliveries at the very same moment while Sync is down, since there is nothing left to coordinate
    // with. Then one comes after the other.
    for (let n = 0; n < times; n += 1) answers.push(await send());
  } else answers = await Promise.all(Array.from({ length: times }, send));
  if (answers.some(({ ok }) => ok)) return answers[0]!;
  await pause(2_000);
  await whenUp(isDown);
  note('told in vain, and now again');
  return send();
}

/** What agents and a supervisor do with the calls that wait, at random moments and in the midst of a request. */
export function startStaff(
  stage: Stage,
  dice: Dice,
  tasks: TaskLog,
  records: readonly CallRecord[],
  amidst: (requests: number, act: () => void) => void,
  tell: Tell,
): (call: CallRecord) => void {
  const { world, voice } = stage;
  const waits = (sid: string) => {
    const status = waitingTaskOf(tasks, sid)?.status;
    return voice.get(sid)?.endTime === null && (status === 'pending' || status === 'reserved');
  };
  const answers = ({ sid }: CallRecord) => {
    if (!waits(sid)) return;
    tell('an agent answers', sid);
    voice.connectAgent(sid);
    setTimeout(
      () => {
        if (voice.get(sid)?.endTime === null) voice.hangUp(sid);
        const task = waitingTaskOf(tasks, sid);
        if (task?.status === 'assigned') world.tasks.update(task.sid, { assignmentStatus: 'completed' });
      },
      dice.between(5_000, 120_000),
    );
  };
  const cancels = ({ sid }: CallRecord) => {
    if (!waits(sid)) return;
    tell('a supervisor cancels the task of the place in line', sid);
    world.tasks.update(waitingTaskOf(tasks, sid)!.sid, { assignmentStatus: 'canceled', reason: 'by a supervisor' });
  };
  /** Callbacks and voicemails are handled now and then, but none while its caller is still on the line. */
  const handlesSomething = () => {
    const open = productTasks(tasks).filter(({ status, attributes }) => {
      const entry = (attributes.callback_and_voicemail as { voicemail_id: string }).voicemail_id;
      const call = records.find(({ sid }) => entry.includes(sid));
      return status === 'pending' && call?.endedAt !== undefined && call.endedAt < Date.now() - 1_000;
    });
    if (open.length === 0) return;
    const task = dice.pick(open);
    if (dice.chance(0.12)) {
      tell(`a supervisor cancels ${task.sid} of ${entryOf(task)}`);
      world.tasks.update(task.sid, { assignmentStatus: 'canceled', reason: 'by a supervisor' });
      return;
    }
    tell(`an agent handles ${task.sid} of ${entryOf(task)}`);
    world.tasks.update(task.sid, { assignmentStatus: 'assigned' });
    setTimeout(
      () => {
        if (tasks.get(task.sid)?.status === 'assigned') world.tasks.update(task.sid, { assignmentStatus: 'completed' });
      },
      dice.between(1, 90_000),
    );
  };
  const shift = (left: number) => {
    if (left === 0) return;
    setTimeout(
      () => {
        handlesSomething();
        shift(left - 1);
      },
      dice.between(5_000, 60_000),
    );
  };
  shift(Math.ceil(records.length / 4) + 12);
  return (call) => {
    const own = call.plan.dice.fork();
    const who = own.weighted({ nobody: 70, answers: 18, cancels: 12 });
    if (who === 'nobody') return;
    const act = () => (who === 'answers' ? answers(call) : cancels(call));
    setTimeout(() => (own.chance(0.5) ? amidst(own.between(1, 12), act) : act()), own.between(1_000, 200_000));
  };
}
