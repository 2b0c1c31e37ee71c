import type { OtherOpenTask, TaskType, VoicemailCard } from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import { settleConfirmation } from '../confirmation/settle-confirmation';
import { showConfirmation } from '../confirmation/show-confirmation';
import { startReadingBusinessNumbers } from '../fulfilment/business-numbers';
import { checkCallBlock } from '../fulfilment/call-block';
import { readVoicemailId } from '../fulfilment/task-attributes';
import { findTellingEntry } from '../fulfilment/telling-entry';
import type { Invocation } from '../invocation';
import {
  emailError,
  type LedgerEntry,
  numberToCall,
  recipientCount,
  recordingSeconds,
  transcriptText,
} from '../ledger/entry';
import { voicemailEntryId } from '../ledger/entry-id';
import { summaryDueAt } from '../ledger/history-row';
import { recipientStates } from '../ledger/recipient-states';
import { readDelivery } from '../notification/delivery';
import { displayNumber, isWithheld } from '../numbers/caller-number';
import { errorCode } from '../runtime/errors';
import { startEarly } from '../runtime/start-early';
import type { Task } from '../twilio/taskrouter';
import type { AuthorizedTask, TaskReading } from './authorize-task-access';
import { mayRequeue, type RequeuePolicy, readRequeuePolicy } from './requeue-policy';

/** How many pages of a hundred open tasks are searched for a caller's other tasks. */
const PAGES_OF_OTHERS = 2;

/** What is read for a card beside the check of who asks. */
export interface CardReading {
  policy: Promise<RequeuePolicy>;
  /** Open tasks of ours in the workflow of the card's task. */
  openTasks: Promise<Task[]>;
  /** Whether the account has a number. */
  isOurs(number: string): Promise<boolean>;
}

/** Starts reading what does not depend on the entry. */
export function startReadingCard(invocation: Invocation, { task }: TaskReading): CardReading {
  return {
    policy: readRequeuePolicy(invocation),
    isOurs: startReadingBusinessNumbers(invocation),
    openTasks: startEarly(async () => {
      const workflowSid = (await task)?.workflowSid;
      if (workflowSid === undefined) return [];
      return invocation.twilio.taskRouter.findTasks({
        workflowSid,
        statuses: ['pending', 'reserved', 'assigned'],
        matches: ({ attributes }) => readVoicemailId(attributes) !== undefined,
        pages: PAGES_OF_OTHERS,
      });
    }),
  };
}

/**
 * Everything the card shows comes from the ledger, nothing from the attributes of the task.
 * @throws TwilioError when Twilio is out of reach
 */
export async function buildVoicemailCard(
  invocation: Invocation,
  { task, current }: AuthorizedTask,
  reading: CardReading,
): Promise<VoicemailCard> {
  const { entry } = current;
  const [policy, callBlock, otherTasks, delivery, summary, settled] = await Promise.all([
    reading.policy,
    checkCallBlock(invocation, entry, reading.isOurs),
    findOtherTasks(invocation, task, entry, reading),
    readDelivery(invocation, entry),
    readSummary(invocation, entry),
    settleConfirmation(invocation, current),
  ]);
  const { email } = entry;
  const iso = (at: number) => new Date(at).toISOString();
  return {
    voicemail_id: entry.id,
    taskType: entry.task.type,
    numberToCall: numberToCall(entry),
    numberToCallFrom: entry.to,
    numberToCallText: displayNumber(numberToCall(entry)),
    numberToCallFromText: displayNumber(entry.to),
    ...calledFrom(entry),
    numberChangedAt: entry.numberChangedAt === undefined ? undefined : iso(entry.numberChangedAt),
    callerVerdict: entry.callerVerdict,
    callerName: entry.callerName,
    callBlock,
    confirmation: showConfirmation(invocation.environment, settled.entry),
    queue: entry.queueName === '' ? task.queueName : entry.queueName,
    receivedAt: iso(entry.createdAt),
    waitingSince: iso(entry.waitingSince),
    timeZone: invocation.timeZone,
    task: taskShown(task, entry),
    takenFromEmail: entry.taken && { by: entry.taken.name ?? entry.taken.address, at: iso(entry.taken.at) },
    attempts: entry.callbackAttempts ?? 0,
    maxAttempts: policy.maxAttempts,
    mayRequeue: mayRequeue(entry, policy),
    recording: {
      state: recordingStateShown(entry),
      seconds: recordingSeconds(entry),
      ...(isDeletedByRule(entry) ? { byRule: true as const } : {}),
    },
    noMessage: noMessageShown(entry),
    transcript: {
      state: entry.transcript.state,
      text: transcriptText(entry),
    },
    email: {
      state: email.state === 'sending' ? 'pending' : email.state,
      recipients: recipientCount(entry),
      sentAt: email.state === 'sent' ? iso(email.sentAt) : undefined,
      problem: emailError(entry),
      ...countOutcomes(entry),
      ...delivery,
      ...summary,
    },
    listenedBy: (entry.listenedBy ?? []).map(({ worker, at }) => ({ worker, at: iso(at) })),
    otherTasks,
  };
}

/** How many recipients have the email, and how many do not. Agents do not see who they are. */
function countOutcomes(
  entry: LedgerEntry,
): Pick<VoicemailCard['email'], 'accepted' | 'refused' | 'refusedProblem' | 'waiting'> {
  const states = recipientStates(entry);
  if (states === undefined) return {};
  const { accepted, refused, waiting, recipients } = states;
  return { accepted, refused, waiting, refusedProblem: recipients.find(({ state }) => state === 'refused')?.problem };
}

/**
 * The one email for several voicemails: of how many others, and when it is due or was sent. When it will not be sent, what
 * it was to tell of was not emailed either. Never throws.
 */
async function readSummary(
  { ledger, log }: Invocation,
  entry: LedgerEntry,
): Promise<Partial<Pick<VoicemailCard['email'], 'state' | 'problem' | 'summaryAt' | 'others'>>> {
  const { email } = entry;
  if (email.state === 'sent') return { others: email.others };
  const dueAt = summaryDueAt(entry);
  if (dueAt === undefined) return {};
  const due = (at: number) => ({ summaryAt: new Date(at).toISOString() });
  if (email.state !== 'summarized') return due(dueAt);
  try {
    const telling = await findTellingEntry(ledger, email.carrier);
    const told = telling?.email;
    if (told?.state === 'sent') return { ...due(told.sentAt), others: told.others };
    if (told?.state === 'failed' || told?.state === 'off') return { state: told.state, problem: told.lastError };
    return due((telling && summaryDueAt(telling)) ?? dueAt);
  } catch (error) {
    log.warn('summary not read', { entry: email.carrier, code: errorCode(error) });
    return due(dueAt);
  }
}

/** Whose task it is: accepted is not handled. */
function taskShown({ sid, status }: Task, { assignee }: LedgerEntry): VoicemailCard['task'] {
  if (status === 'pending') return { state: 'waiting' };
  if (status === 'reserved') return { state: 'offered' };
  if (assignee?.taskSid !== sid) return { state: 'taken' };
  return { state: 'taken', by: assignee.worker, at: new Date(assignee.at).toISOString() };
}

/** Only where the caller gave another number: the agent must know that it is not the one the network showed. */
function calledFrom(entry: LedgerEntry): Pick<VoicemailCard, 'calledFrom' | 'calledFromText'> {
  if (numberToCall(entry) === entry.from) return {};
  return isWithheld(entry.from)
    ? { calledFrom: '', calledFromText: '' }
    : { calledFrom: entry.from, calledFromText: displayNumber(entry.from) };
}

function recordingStateShown({ recording }: LedgerEntry): VoicemailCard['recording']['state'] {
  if (recording.state === 'completed') return 'ready';
  return recording.state === 'deleted' ? 'deleted' : 'none';
}

const isDeletedByRule = ({ recording }: LedgerEntry) =>
  recording.state === 'deleted' && recording.deletedByRule === true;

function noMessageShown({ callSid, attempt, id, recording }: LedgerEntry): VoicemailCard['noMessage'] {
  if (recording.state === 'failed') return 'failed';
  return recording.state === 'none' && id === voicemailEntryId(callSid, attempt) ? 'silent' : undefined;
}

/** When the message was left or the callback requested; a requeued task was created later. */
function receivedAt({ attributes, createdAt }: Task): string {
  const { callBackData } = attributes;
  const received = isRecord(callBackData) ? callBackData.utcDateTimeReceived : undefined;
  const at = typeof received === 'string' ? Date.parse(received) : Number.NaN;
  return new Date(Number.isNaN(at) ? createdAt : at).toISOString();
}

/** Other open callbacks and voicemails of the same caller; none when TaskRouter is out of reach. */
async function findOtherTasks(
  { log }: Invocation,
  task: Task,
  entry: LedgerEntry,
  { openTasks }: CardReading,
): Promise<OtherOpenTask[]> {
  if (isWithheld(entry.from)) return [];
  try {
    const others = (await openTasks).filter((one) => one.sid !== task.sid && one.attributes.from === entry.from);
    return others.map((one) => ({
      taskSid: one.sid,
      taskType: (one.attributes.taskType === 'callback' ? 'callback' : 'voicemail') satisfies TaskType,
      receivedAt: receivedAt(one),
    }));
  } catch (error) {
    log.warn('other tasks not read', { taskSid: task.sid, code: errorCode(error) });
    return [];
  }
}
