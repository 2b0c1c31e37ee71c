import type { PromptName } from '../../../serverless-functions/src/caller-experience';
import { VOICEMAIL_CANCEL_REASON, WITHDRAWN_TASK_REASON } from '../../../serverless-functions/src/ledger/entry';
import type { Batch } from './batch';
import { type CallRecord, ENTERABLE_NUMBERS, type HeardPrompt } from './random-caller';
import { callbackNumber, findWaitingTask, ledgerEntryId, productTasks, type TaskSnapshot } from './task-log';

/** Something that does not hold, and whose call it is. */
export interface Violation {
  rule: string;
  detail: string;
  callSid?: string;
}

/** Said of a place in line that is held. */
const IN_LINE_PROMPTS: ReadonlySet<HeardPrompt['prompt']> = new Set<PromptName>([
  'inLine',
  'notReadyStillInLine',
  'troubleStillInLine',
  'numberGivenUp',
  'anotherCallbackRefused',
]);
/** After any of these the caller knows that nothing was booked just now. */
const NOT_BOOKED_PROMPTS: ReadonlySet<HeardPrompt['prompt']> = new Set<PromptName>([
  ...(['inLine', 'notReadyStillInLine', 'troubleStillInLine', 'beingConnected'] as const),
  ...([
    'callbackAlreadyBooked',
    'callbackBookedElsewhere',
    'anotherCallbackRefused',
    'numberNotAllowed',
    'numberIsOurs',
    'numberAbroad',
  ] as const),
  ...(['numberSpecial', 'lineClosed'] as const),
]);
const PROMISE_PROMPTS: ReadonlySet<HeardPrompt['prompt']> = new Set<PromptName>([
  'heardNothingCallback',
  'callbackBooked',
  'callbackChanged',
  'callbackInstead',
]);
/** The waiting loop looks at its task every two minutes, and says what it knows for a while after. */
const TASK_CHECK_INTERVAL_MS = 120_000 + 90_000;
/** The longest prompt and the gap after the loudest failure: a webhook of two lost answers. */
const LONGEST_SILENCE_MS = 60_000;

/** A sentence with a choice is said twice before anybody looks again. */
const REPEATED_PROMPT_MS = 30_000;

/** A call with what the rules ask of it. */
interface AnalyzedCall extends CallRecord {
  waiting: TaskSnapshot | undefined;
  /** Confirmed a number with the key, last. */
  confirmedAt: number | undefined;
  /** All confirmations, in order, and whether each was of a second callback (ADR 0072). */
  confirmations: { at: number; isAnother: boolean }[];
  /** That number, when they hung up before the answer. */
  unheardConfirmedNumber: string | undefined;
  /** Chose voicemail with the key, or never had another choice. */
  choseVoicemail: boolean;
  /** Tasks of this call that were not taken back. */
  tasks: TaskSnapshot[];
}
interface CallbackPromise {
  at: number;
  call: AnalyzedCall;
  prompt: HeardPrompt['prompt'];
  /** E.164. */
  number: string;
  /** Whose callback it is, and in which line. */
  who: string;
}

/**
 * Everything that must hold once a batch is over, derived from what each caller heard, from the tasks and mails of the
 * world, and from the index of the ledger:
 *
 * - no call ends in an error, none hears anything but a prompt, none is left in silence;
 * - promised a callback (booked, changed, "instead"): the place in line is given up at that moment, and there is a task
 *   with that number that was open when the prompt was heard; "already booked": there is such a task;
 * - one caller in one line has one open callback at a time, and a second one only if they asked for another; each entry
 *   of the ledger has at most one task;
 * - each recorded message that its caller did not replace by another has one voicemail task and one mail (none when
 *   mail is off), and nothing else has; one who wanted to record another and said nothing has not replaced it;
 * - callers who left the queue for a voicemail and left none get a callback if they can be called and have no other,
 *   and nothing where the settings say so;
 * - no other caller has a task: not those who waited, were connected, hung up before choosing, or heard that it failed.
 *   Callers who confirmed or chose and hung up before the response may have one or none;
 * - a callback goes to the caller's own number or to one they typed, never to any other;
 * - no caller hears that they are in line after the product took them out of it, nor two minutes after
 *   anybody else has, unless TaskRouter could not be read;
 * - nothing that is due is left in the index.
 */
export async function findViolations(batch: Batch): Promise<Violation[]> {
  const violations: Violation[] = [];
  const violated = (rule: string, detail: string, call?: { sid: string }) =>
    violations.push({ rule, detail, ...(call ? { callSid: call.sid } : {}) });
  const { harness, settings } = batch;
  const made = productTasks(batch.tasks);
  const expected = made.filter(({ reason }) => reason !== WITHDRAWN_TASK_REASON);
  const calls = batch.calls.map((call) => analyzeCall(batch, call, expected));
  const promises = calls.flatMap(listPromises).sort((a, b) => a.at - b.at);
  const callbacks = expected.filter(({ attributes }) => attributes.taskType === 'callback');
  const recordings = harness.world.recordings.list();
  const discarded = discardedRecordings(batch);
  const recorded = recordings.filter(({ source, status }) => source === 'RecordVerb' && status === 'completed');
  const messages = recorded.filter(
    (one) =>
      !discarded.has(one.sid) ||
      !recorded.some(({ callSid, startTime }) => callSid === one.callSid && startTime > one.startTime),
  );

  for (const call of calls) {
    checkPrompts(batch, call, violated);
    checkTaskCauses(call, messages.map(({ callSid }) => callSid).includes(call.sid), violated);
  }

  for (const promise of promises) {
    const { at, call, number, who, prompt } = promise;
    const waiting = call.heard.find((one) => one.at === at && one.prompt === prompt)!.waiting;
    if (prompt !== 'callbackAlreadyBooked' && (waiting?.status === 'pending' || waiting?.status === 'reserved'))
      violated('promised, and the place in line not given up', prompt, call);
    const isLatest = !promises.some((one) => one.who === who && one.at > at && PROMISE_PROMPTS.has(one.prompt));
    // Changed again by a caller who confirmed and hung up before the answer.
    const numbers = calls
      .filter((one) => {
        const isAnother = one.confirmations.at(-1)?.isAnother === true;
        return one.confirmedAt !== undefined && one.confirmedAt >= at && callerQueueKey(one, number, isAnother) === who;
      })
      .map(({ unheardConfirmedNumber: confirmedUnheard }) => confirmedUnheard);
    const since = prompt === 'callbackAlreadyBooked' ? at - REPEATED_PROMPT_MS : at;
    const matchingTasks = callbacks.filter(
      (task) =>
        taskCallerQueueKey(calls, task) === who &&
        (task.endedAt ?? Number.POSITIVE_INFINITY) >= since &&
        (!isLatest || [number, ...numbers].includes(callbackNumber(task))),
    );
    if (matchingTasks.length === 0) violated('a promise without a task', `${prompt} ${number} (${who})`, call);
  }

  const entries = groupBy(expected, ledgerEntryId);
  for (const [entry, tasks] of entries)
    if (tasks.length > 1)
      violated('two tasks of one entry', `${entry}: ${formatTasks(tasks)}`, findCall(calls, tasks[0]!));
  for (const [who, tasks] of groupBy(callbacks, (task) => taskCallerQueueKey(calls, task))) {
    tasks.sort((a, b) => a.createdAt - b.createdAt);
    for (const [n, task] of tasks.entries()) {
      const before = tasks[n - 1];
      if (before && (before.endedAt ?? Number.POSITIVE_INFINITY) > task.createdAt)
        violated('two open callbacks of one caller', `${who}: ${formatTasks([before, task])}`, findCall(calls, task));
    }
  }
  for (const task of callbacks) {
    const call = findCall(calls, task);
    const allowed = [call?.plan.person.ownNumber, ...ENTERABLE_NUMBERS];
    if (!allowed.includes(callbackNumber(task)))
      violated('a number that must not be dialed', callbackNumber(task), call);
  }

  const mails = await countMailsByEntry(harness);
  for (const { sid, callSid } of messages) {
    const tasks = expected.filter(({ attributes }) => recordingSidOf(attributes) === sid);
    const call = calls.find((one) => one.sid === callSid);
    if (tasks.length !== 1) violated('a message without one task', `${sid}: ${formatTasks(tasks)}`, call);
  }
  for (const call of calls) {
    const left = messages.filter(({ callSid }) => callSid === call.sid).length;
    const due = settings?.enabled === false ? 0 : left;
    const count = [...mails].reduce((sum, [entry, n]) => sum + (entry.includes(call.sid) ? n : 0), 0);
    if (count !== due) violated('not one mail for each message', `${count} of ${due}`, call);
  }
  for (const task of expected.filter(({ attributes }) => attributes.taskType === 'voicemail'))
    if (!messages.some(({ sid }) => sid === recordingSidOf(task.attributes)))
      violated('a voicemail without a message', task.sid, findCall(calls, task));
  for (const [entry] of mails) if (!calls.some(({ sid }) => entry.includes(sid))) violated('a mail of no call', entry);

  for (const call of calls) {
    const hasNoMessage =
      !messages.some(({ callSid }) => callSid === call.sid) &&
      call.waiting?.takenAt === undefined &&
      (call.waiting?.reason === VOICEMAIL_CANCEL_REASON || call.reachedRecording);
    if (!hasNoMessage) continue;
    const { ownNumber } = call.plan.person;
    const wasPromised = call.heard.some(({ prompt }) => prompt === 'callbackInstead');
    const isDue = ownNumber !== undefined && (settings?.missed_voicemail !== 'cancel' || wasPromised);
    const leftAt = call.waiting?.endedAt ?? call.heard[0]?.at ?? 0;
    const ownCallbacks = callbacks.filter(
      (task) =>
        taskCallerQueueKey(calls, task).startsWith(`${ownNumber} `) &&
        (task.endedAt ?? Number.POSITIVE_INFINITY) >= leftAt,
    );
    if (isDue && ownCallbacks.length === 0) violated('left nothing, and has no callback', '', call);
    if (!isDue && call.tasks.length > 0) violated('left nothing, and has a task', formatTasks(call.tasks), call);
  }

  const due = (await harness.indexKeys()).filter((key) => Date.parse(key.slice(0, 20)) <= Date.now());
  for (const key of due)
    violated(
      'due, and left in the index',
      key,
      calls.find(({ sid }) => key.includes(sid)),
    );
  return violations;
}

const CONFIRMING_STATES = /state=(callback-number|confirm-number)&/;

function analyzeCall(batch: Batch, call: CallRecord, expected: readonly TaskSnapshot[]): AnalyzedCall {
  const webhooks = batch.harness.voice.webhooks.filter(
    ({ callSid, kind }) => callSid === call.sid && kind === 'gather-action',
  );
  const pressed = (key: string, states: RegExp) =>
    webhooks.findLast(({ url, params }) => params.Digits === key && states.test(url));
  const confirmation = pressed('1', CONFIRMING_STATES);
  const confirmedAt = confirmation?.at;
  const heardLast = call.heard.at(-1)?.at ?? 0;
  return {
    ...call,
    waiting: findWaitingTask(batch.tasks, call.sid),
    confirmedAt,
    confirmations: webhooks
      .filter(({ url, params }) => params.Digits === '1' && CONFIRMING_STATES.test(url))
      .map(({ at, url }) => ({ at, isAnother: new URL(url).searchParams.get('another') === 'chosen' })),
    unheardConfirmedNumber:
      confirmation && heardLast < confirmation.at
        ? (new URL(confirmation.url).searchParams.get('number') ?? undefined)
        : undefined,
    choseVoicemail:
      pressed('2', /state=(menu|closed-menu)&/) !== undefined ||
      call.plan.line === 'voicemail' ||
      call.heard.some(({ prompt }) => prompt === 'lineClosed'),
    tasks: expected.filter((task) => ledgerEntryId(task).includes(call.sid)),
  };
}

/** Recordings whose callers chose to record another in their place, and were invited to. */
function discardedRecordings({ harness }: Batch): ReadonlySet<string> {
  const sids = harness.voice.webhooks.flatMap(({ url, params, result: answer }) => {
    const query = new URL(url).searchParams;
    const isChoice = query.get('step') === 'choice' && params.Digits === '2';
    return isChoice && answer?.ok && answer.body.includes('again=1') ? [query.get('recordingSid') ?? ''] : [];
  });
  return new Set(sids);
}

type ReportViolation = (rule: string, detail: string, call?: { sid: string }) => void;

function checkPrompts(batch: Batch, call: AnalyzedCall, violated: ReportViolation): void {
  if (call.endedAt === undefined) violated('a call that never ends', '', call);
  if (call.longestSilenceMs > LONGEST_SILENCE_MS) violated('left in silence', `${call.longestSilenceMs} ms`, call);
  for (const { prompt, words, at, waiting } of call.heard) {
    if (prompt === 'application-error' || prompt === 'trouble') violated('a call that ends in an error', words, call);
    if (prompt === 'unknown') violated('heard what is no prompt', words, call);
    if (!IN_LINE_PROMPTS.has(prompt) || waiting?.endedAt === undefined) continue;
    const byProduct = /^Opted to/.test(waiting.reason ?? '');
    const isHidden = batch.faultProfile !== 'none' && wasTaskRouterUnreadable(batch, waiting.endedAt, at);
    if (byProduct || (at - waiting.endedAt > TASK_CHECK_INTERVAL_MS && !isHidden))
      violated('heard to be in line, and is not', `${words} (${waiting.reason}, ${at - waiting.endedAt} ms ago)`, call);
  }
}

/** A fault of TaskRouter's stood at some time between. */
function wasTaskRouterUnreadable({ events }: Batch, from: number, to: number): boolean {
  const faultEvents = events.filter(({ text, at }) => /^FAULT .* at taskrouter/.test(text) && at <= to);
  const startedAt = faultEvents.filter(({ text }) => text.startsWith('FAULT begins')).length;
  const ended = faultEvents.filter(({ text, at }) => text.startsWith('FAULT ends') && at < from).length;
  return startedAt > ended;
}

/** No caller has a task they did not request, or one they were told they do not have. */
function checkTaskCauses(call: AnalyzedCall, leftMessage: boolean, violated: ReportViolation): void {
  for (const task of call.tasks) {
    const isBooking = ledgerEntryId(task).startsWith('callback-');
    if (isBooking ? call.confirmedAt === undefined : !call.choseVoicemail)
      violated('a task without a request', `${ledgerEntryId(task)} ${task.sid}`, call);
    else if (call.waiting?.takenAt !== undefined)
      violated('a task of a call that an agent took', `${ledgerEntryId(task)} ${task.sid}`, call);
    else if (isBooking && !call.heard.some(({ prompt }) => PROMISE_PROMPTS.has(prompt))) {
      const after = call.heard.filter(({ at }) => at > call.confirmedAt!);
      const knows = after.find(({ prompt }) => NOT_BOOKED_PROMPTS.has(prompt));
      if (knows)
        violated('a task without a promise', `${ledgerEntryId(task)} ${task.sid}, told “${knows.words}”`, call);
    }
  }
  const types = call.tasks.map(({ attributes }) => attributes.taskType);
  if (types.includes('callback') && (types.length > 1 || leftMessage))
    violated('a callback and a message of one call', types.join(', '), call);
}

function listPromises(call: AnalyzedCall): CallbackPromise[] {
  const { ownNumber } = call.plan.person;
  return call.heard.flatMap(({ prompt, at, digits = '' }) => {
    if (!PROMISE_PROMPTS.has(prompt) && prompt !== 'callbackAlreadyBooked') return [];
    const number = prompt === 'callbackInstead' ? (ownNumber ?? '') : `+1${digits}`;
    // Who hears of a callback that exists, or of one "instead", did not just ask for a second one.
    const isAnother = prompt === 'callbackBooked' && lastConfirmation(call, at)?.isAnother === true;
    return [{ at, call, prompt, number, who: callerQueueKey(call, number, isAnother) }];
  });
}

/** A caller without a number of their own is the number they typed, and has no second callback. */
const callerQueueKey = ({ plan: { person }, waiting }: AnalyzedCall, number: string, isAnother: boolean) =>
  `${person.ownNumber ?? number} in ${waiting?.queueName ?? 'no line'}${isAnother && person.ownNumber !== undefined ? ', the second' : ''}`;

const lastConfirmation = ({ confirmations }: AnalyzedCall, at: number) => confirmations.findLast((one) => one.at <= at);

function taskCallerQueueKey(calls: readonly AnalyzedCall[], task: TaskSnapshot): string {
  const call = findCall(calls, task);
  if (call === undefined) return 'unknown call';
  const isBooking = ledgerEntryId(task).startsWith('callback-');
  const isAnother = isBooking && lastConfirmation(call, task.createdAt)?.isAnother === true;
  return callerQueueKey(call, callbackNumber(task), isAnother);
}

const findCall = (calls: readonly AnalyzedCall[], task: TaskSnapshot) =>
  calls.find(({ sid }) => ledgerEntryId(task).includes(sid));
const formatTasks = (tasks: readonly TaskSnapshot[]) =>
  tasks.map(({ sid, status }) => `${sid} ${status}`).join(', ') || 'none';
const recordingSidOf = (attributes: Record<string, unknown>) =>
  (attributes.callBackData as { recordingSid?: unknown }).recordingSid;

/** How many mails there are of each entry, by their Message-ID. */
async function countMailsByEntry({ mailbox }: Batch['harness']): Promise<Map<string, number>> {
  const count = new Map<string, number>();
  for (const { id } of mailbox.list()) {
    const head = (await mailbox.read(id))!.subarray(0, 8_000).toString('latin1');
    const entry = /^Message-I[dD]:\s*<?([^@\s>]+)@/im.exec(head)?.[1] ?? 'no Message-ID';
    count.set(entry, (count.get(entry) ?? 0) + 1);
  }
  return count;
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
