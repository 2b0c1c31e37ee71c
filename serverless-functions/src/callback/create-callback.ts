import { createHash, randomUUID } from 'node:crypto';
import { advance } from '../fulfilment/advance';
import { callerExperienceFor, type Invocation } from '../invocation';
import { newCallback, numberToCall as numberToCallOf } from '../ledger/callback-entry';
import { type LedgerEntry, withRecording, withTranscript } from '../ledger/entry';
import type { Held } from '../ledger/ledger';
import { allowedCountries } from '../numbers/callback-countries';
import { validateCallbackNumber } from '../numbers/callback-number';
import { BadRequest, errorCode, ProductError } from '../runtime/errors';
import { type CallbackRequest, NOT_DONE, readCallbackRequest } from './callback-request';

export interface CreatedCallback {
  ok: true;
  /** The callback's entry in the ledger; also on its task. */
  voicemail_id: string;
  /** Absent while the task could not be made yet; it will be. */
  taskSid?: string;
  /** False when the same request had come before. */
  created: boolean;
}

/** TaskRouter's no to a task: another try would get the same. */
const REFUSED = new Set(['twilio-refused', 'twilio-not-found']);

/**
 * A callback, or a voicemail recorded elsewhere, asked for by a Studio flow or another program. The same
 * `idempotencyKey`, or without one the same `callSid`, makes one task however often it is sent.
 * A request with neither is a callback of its own each time: Twilio's own mark of a delivery it repeats
 * (`I-Twilio-Idempotency-Token`) is among the headers that its runtime keeps from Functions.
 * @throws BadRequest for a malformed request, a number that must not be called, or a task TaskRouter refuses
 * @throws TwilioError when Sync is out of reach: nothing was begun, and nothing comes of it later; ask again
 */
export async function createCallback(invocation: Invocation, event: Record<string, unknown>): Promise<CreatedCallback> {
  const { environment, ledger, log } = invocation;
  const now = Date.now();
  const request = readCallbackRequest(event, now);
  const { numberToCall, numberToCallFrom, recordingSid } = request;
  const countries = allowedCountries(environment.values.CALLBACK_COUNTRIES, numberToCallFrom);
  const checked = validateCallbackNumber(numberToCall, countries);
  // A message can be listened to, whoever left it.
  if (!checked.ok && recordingSid === undefined)
    throw new BadRequest(
      `number-${checked.problem}`,
      checked.problem === 'withheld' ? 'The number is withheld.' : 'It is not a number that we are able to call.',
      'Offer a voicemail instead, or ask for another number. See CALLBACK_COUNTRIES for the countries.',
    );
  const entry = entryOf(invocation, request, {
    id: idOf(request),
    number: checked.ok ? checked.number : numberToCall,
    now,
  });
  let held: Held & { created?: boolean } = await begin(invocation, entry);
  const isFirst = held.created === true;
  const isAnother =
    numberToCallOf(held.entry) !== numberToCallOf(entry) || held.entry.recording.sid !== entry.recording.sid;
  if (!isFirst && held.entry.task.state !== 'none' && isAnother)
    throw new BadRequest(
      'key-taken',
      NOT_DONE,
      'Another callback was asked for with this idempotencyKey or callSid: send an idempotencyKey of its own.',
      409,
    );
  // An earlier try was refused: what is asked for now stands in its place.
  if (!isFirst && held.entry.task.state === 'none')
    held = (await ledger.change(held, (one) => (one.task.state === 'none' ? entry : one))) ?? held;
  // The task first, alone: a voicemail that is refused must not be mailed, and come once more with the next try.
  const tried = await advanceOrLeave({ ...invocation, sendEmail: undefined }, held);
  const { task } = tried.entry;
  if (task.state === 'pending' && REFUSED.has(task.reason ?? '')) {
    await ledger.change(tried, (one) => (one.task.state === 'pending' ? takenBack(one) : one));
    throw new BadRequest(
      'task-refused',
      NOT_DONE,
      'TaskRouter refused the task: check workflowSid, and the log of the Function.',
    );
  }
  // The same request, sent twice at once, could not be listed and took it back.
  if (task.state === 'none') throw new ProductError('not-begun', 'The callback was taken back', 'Ask again.');
  const { entry: after } = await advanceOrLeave(invocation, tried);
  log.info('callback created', { entry: after.id, taskSid: after.task.sid });
  return {
    ok: true,
    voicemail_id: after.id,
    ...(after.task.sid === undefined ? {} : { taskSid: after.task.sid }),
    created: isFirst,
  };
}

/** @throws TwilioError when the entry is not written and listed; what of it is there then counts for nothing */
async function begin({ ledger, log }: Invocation, entry: LedgerEntry): Promise<Held & { created: boolean }> {
  try {
    return await ledger.open(entry);
  } catch (error) {
    // Half of it may be there, and the sweep would make what is refused now.
    const isOurs = (one: LedgerEntry) => one.createdAt === entry.createdAt && one.task.tries === 0;
    await ledger
      .change(entry.id, (one) => (isOurs(one) ? takenBack(one) : one))
      .catch((cause: unknown) => log.warn('callback not taken back', { entry: entry.id, code: errorCode(cause) }));
    throw error;
  }
}

const takenBack = (entry: LedgerEntry): LedgerEntry => ({
  ...entry,
  task: { ...entry.task, state: 'none', lease: undefined },
  email: { ...entry.email, state: 'off' },
});

/** It is written and listed, so it will be made: what fails from now on is left to the sweep, and is no refusal. */
async function advanceOrLeave(invocation: Invocation, held: Held): Promise<Held> {
  try {
    return (await advance(invocation, held, (one) => one)) ?? held;
  } catch (error) {
    invocation.log.warn('callback left for later', { entry: held.entry.id, code: errorCode(error) });
    return held;
  }
}

/** Hashed, since a key may be anything; `callback-<CallSid>` is the menu's own. */
function idOf({ idempotencyKey, callSid }: CallbackRequest): string {
  const key =
    idempotencyKey !== undefined
      ? `key ${idempotencyKey}`
      : callSid !== undefined
        ? `call ${callSid}`
        : `once ${randomUUID()}`;
  return `callback-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

function entryOf(
  { environment }: Invocation,
  request: CallbackRequest,
  { id, number, now }: { id: string; number: string; now: number },
): LedgerEntry {
  const workflowSid = request.workflowSid ?? environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID;
  if (workflowSid === undefined)
    throw new ProductError(
      'no-workflow',
      'There is no workflow for the callback',
      'Send workflowSid, or set TWILIO_FLEX_CALLBACK_WORKFLOW_SID.',
    );
  const entry = newCallback(
    id,
    {
      callSid: request.callSid ?? '',
      from: number,
      to: request.numberToCallFrom,
      queueName: '',
      workflowSid,
      priority: request.priority,
      routing: {},
      attempts: request.attempts,
      taskTimeoutSeconds: request.timeout,
      conversationId: request.callSid ?? id,
      waitingSince: request.virtualStartTime ?? now,
      language: callerExperienceFor({ dialed: request.numberToCallFrom, queueName: '' }).language,
    },
    now,
  );
  const { recordingSid, recordingSeconds, transcriptText } = request;
  const recorded: LedgerEntry =
    recordingSid === undefined
      ? entry
      : {
          ...withRecording(entry, recordingSid, recordingSeconds, now),
          task: { ...entry.task, type: 'voicemail' },
        };
  return transcriptText === undefined ? recorded : withTranscript(recorded, transcriptText, now);
}
