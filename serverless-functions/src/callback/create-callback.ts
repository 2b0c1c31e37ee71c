import { createHash, randomUUID } from 'node:crypto';
import { callerExperienceFor, ownNumbers } from '../caller-experience';
import { isBusinessNumber } from '../fulfilment/business-numbers';
import { processEntry } from '../fulfilment/process-entry';
import { readCallAge, removeAgain } from '../fulfilment/replayed-request';
import { taskKeyFor } from '../fulfilment/task-proof';
import type { Invocation } from '../invocation';
import { currentTaskSid, type LedgerEntry, newCallbackEntry, numberToCall } from '../ledger/entry';
import { isErased } from '../ledger/erasure-changes';
import type { VersionedEntry } from '../ledger/ledger';
import { transition } from '../ledger/transitions';
import { allowedCountries } from '../numbers/callback-countries';
import { type NumberProblem, validateCallbackNumber } from '../numbers/callback-number';
import { BadRequest, errorCode, ProductError } from '../runtime/errors';
import { redactTranscript } from '../transcripts/redact-digits';
import { type CallbackRequest, NOT_DONE, readCallbackRequest } from './callback-request';

export interface CreatedCallback {
  ok: true;
  /** The id of the callback's ledger entry; also on its task. */
  voicemail_id: string;
  /** Absent while the task could not be created yet; it will be. */
  taskSid?: string;
  /** False when the same request had come before. */
  created: boolean;
}

/** How long after its call a callback may be asked for: as long as an entry is certainly kept. */
const LATEST_REQUEST_MS = 7 * 24 * 60 * 60_000;

/** Errors with which TaskRouter refuses a task: another attempt would get the same. */
const PERMANENT_ERRORS = new Set(['twilio-refused', 'twilio-not-found']);

/**
 * Creates a callback, or a voicemail recorded elsewhere, for a Studio flow or another program. The same
 * `idempotencyKey`, or without one the same `callSid`, creates one task however often it is sent.
 * A request with neither creates a new callback each time: Twilio's own header for repeated deliveries
 * (`I-Twilio-Idempotency-Token`) is among those that its runtime keeps from Functions.
 * @throws BadRequest for a malformed request, a number that must not be called, or a task that TaskRouter refuses
 * @throws TwilioError when Sync is out of reach: nothing was begun, and nothing comes of it later; send it again
 */
export async function createCallback(invocation: Invocation, event: Record<string, unknown>): Promise<CreatedCallback> {
  const { log } = invocation;
  const now = Date.now();
  const request = readCallbackRequest(event, now);
  const entry = buildEntry(invocation, request, await readNumber(invocation, request), now);
  const [stored, age] = await Promise.all([
    createEntryOrRevoke(invocation, entry),
    request.callSid === undefined ? 'current' : readCallAge(invocation, request.callSid, LATEST_REQUEST_MS),
  ]);
  if (stored.created && age === 'over') {
    await removeAgain(invocation, stored);
    throw new BadRequest('call-too-old', NOT_DONE, 'Its call ended more than 7 days ago: leave out callSid.', 410);
  }
  const current = stored.created ? stored : await reuseEntry(invocation, stored, entry);
  // The task first, alone: a voicemail that is refused must not be emailed, and again with the next attempt.
  const withTask = await processOrDefer({ ...invocation, sendEmail: undefined, emailQueue: undefined }, current);
  await checkTask(invocation, withTask);
  const { entry: after } = await processOrDefer(invocation, withTask);
  const taskSid = currentTaskSid(after);
  log.info('callback created', { entry: after.id, taskSid });
  return { ok: true, voicemail_id: after.id, taskSid, created: stored.created };
}

const NUMBER_PROBLEMS: Record<NumberProblem, string> = {
  withheld: 'The number is withheld.',
  'not-a-number': 'It is not a telephone number.',
  'country-not-allowed': 'Calls to its country are not allowed.',
  ours: 'It is a number of the business itself.',
  premium: 'It is a premium or shared cost number.',
  satellite: 'It is a satellite telephone.',
  'high-cost': 'It is of a disputed or costly range.',
  'not-callable': 'It is a short code or a special service.',
};

/** @throws BadRequest for a number that must not be called, unless there is a message to listen to */
async function readNumber(invocation: Invocation, request: CallbackRequest): Promise<string> {
  const { environment } = invocation;
  const countries = allowedCountries(environment.values.CALLBACK_COUNTRIES, request.numberToCallFrom);
  const valid = validateCallbackNumber(request.numberToCall, countries, ownNumbers(request.numberToCallFrom));
  const checked =
    valid.ok && (await isBusinessNumber(invocation, valid.number)) ? ({ ok: false, problem: 'ours' } as const) : valid;
  if (checked.ok) return checked.number;
  if (request.recordingSid !== undefined) return request.numberToCall;
  throw new BadRequest(
    `number-${checked.problem}`,
    NUMBER_PROBLEMS[checked.problem],
    'Offer a voicemail instead, or ask for another number. See CALLBACK_COUNTRIES for the countries.',
  );
}

/**
 * An entry with this key exists already. When an earlier attempt was refused, the new request replaces it.
 * @throws BadRequest 409 when the key was used for another callback
 */
async function reuseEntry(
  { ledger }: Invocation,
  current: VersionedEntry,
  requested: LedgerEntry,
): Promise<VersionedEntry> {
  const { entry } = current;
  if (isErased(entry))
    throw new BadRequest(
      'erased',
      NOT_DONE,
      'What this request created was deleted: for a new callback, send another idempotencyKey.',
      410,
    );
  if (entry.task.state === 'none') {
    const replace = (one: LedgerEntry) => (one.task.state === 'none' && !isErased(one) ? requested : one);
    return (await ledger.compareAndSwap(current, replace)) ?? current;
  }
  const isSame =
    numberToCall(entry) === numberToCall(requested) &&
    entry.recording.recordingSid === requested.recording.recordingSid;
  if (isSame) return current;
  throw new BadRequest(
    'key-taken',
    NOT_DONE,
    'Another callback was asked for with this idempotencyKey or callSid: send an idempotencyKey of its own.',
    409,
  );
}

/** @throws BadRequest when TaskRouter refused the task; ProductError when the callback was revoked meanwhile */
async function checkTask({ ledger }: Invocation, current: VersionedEntry): Promise<void> {
  const { task } = current.entry;
  if (task.state === 'pending' && PERMANENT_ERRORS.has(task.reason ?? '')) {
    await ledger.apply(current, { type: 'creation-revoked' });
    throw new BadRequest(
      'task-refused',
      NOT_DONE,
      'TaskRouter refused the task: check workflowSid, and the log of the Function.',
    );
  }
  // The same request, sent twice at once, could not be listed and revoked the entry.
  if (task.state === 'none') throw new ProductError('not-begun', 'The callback was revoked', 'Send the request again.');
}

/** @throws TwilioError when the entry is not written and listed; what exists of it then counts for nothing */
async function createEntryOrRevoke(
  { ledger, log }: Invocation,
  entry: LedgerEntry,
): Promise<VersionedEntry & { created: boolean }> {
  try {
    return await ledger.createIfAbsent(entry);
  } catch (error) {
    // Half of it may exist, and the sweep would create what is refused now.
    const isOurs = (one: LedgerEntry) => one.createdAt === entry.createdAt && one.task.attempts === 0;
    const revoke = (one: LedgerEntry) =>
      isOurs(one) ? transition(one, { type: 'creation-revoked' }, Date.now()) : one;
    await ledger
      .compareAndSwap(entry.id, revoke)
      // It may be written yet: then its id is taken.
      .then((stored) => stored ?? ledger.createIfAbsent(revoke(entry)))
      .catch((cause: unknown) => log.warn('callback not revoked', { entry: entry.id, code: errorCode(cause) }));
    throw error;
  }
}

/** The entry is written and listed, so its task will be created: the sweep finishes what fails from now on. */
async function processOrDefer(invocation: Invocation, current: VersionedEntry): Promise<VersionedEntry> {
  try {
    return (await processEntry(invocation, current)) ?? current;
  } catch (error) {
    invocation.log.warn('callback left for later', { entry: current.entry.id, code: errorCode(error) });
    return current;
  }
}

/** Hashed, since a key may be anything; `callback-<CallSid>` is the id of a callback booked from the queue. */
function entryIdFor(request: CallbackRequest): string {
  return `callback-${createHash('sha256').update(hashInput(request)).digest('hex').slice(0, 32)}`;
}

function hashInput({ idempotencyKey, callSid }: CallbackRequest): string {
  if (idempotencyKey !== undefined) return `key ${idempotencyKey}`;
  return callSid === undefined ? `once ${randomUUID()}` : `call ${callSid}`;
}

function buildEntry({ environment }: Invocation, request: CallbackRequest, number: string, now: number): LedgerEntry {
  const workflowSid = request.workflowSid ?? environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID;
  if (workflowSid === undefined)
    throw new ProductError(
      'no-workflow',
      'There is no workflow for the callback',
      'Send workflowSid, or set TWILIO_FLEX_CALLBACK_WORKFLOW_SID.',
    );
  const id = entryIdFor(request);
  const entry = newCallbackEntry(
    id,
    {
      taskKey: taskKeyFor(environment, id),
      callSid: request.callSid ?? '',
      from: number,
      to: request.numberToCallFrom,
      queueName: '',
      workflowSid,
      priority: request.priority,
      routing: {},
      callbackAttempts: request.attempts,
      taskTimeoutSeconds: request.timeout,
      conversationId: request.callSid ?? id,
      waitingSince: request.virtualStartTime ?? now,
      language: callerExperienceFor({ dialed: request.numberToCallFrom, queueName: '' }).language,
    },
    now,
  );
  const transcript = request.transcriptText && redactTranscript(environment, request.transcriptText);
  return withTranscript(withRecording(entry, request, now), transcript, now);
}

/** A message that was recorded elsewhere makes the callback a voicemail. */
function withRecording(entry: LedgerEntry, request: CallbackRequest, now: number): LedgerEntry {
  const { recordingSid, recordingSeconds: seconds } = request;
  if (recordingSid === undefined) return entry;
  const recorded = transition(entry, { type: 'recording-completed', recordingSid, seconds }, now);
  return { ...recorded, task: { ...recorded.task, type: 'voicemail' } };
}

function withTranscript(entry: LedgerEntry, text: string | undefined, now: number): LedgerEntry {
  return text === undefined ? entry : transition(entry, { type: 'transcript-received', text }, now);
}
