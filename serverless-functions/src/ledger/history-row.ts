import { BOUNCE_REASONS, type DeliveryOutcome } from '@callback-and-voicemail/contract/bounce-reasons';
import { EMAIL_PROBLEMS } from '@callback-and-voicemail/contract/email-problems';
import {
  choice,
  flag,
  type Infer,
  isRecord,
  list,
  number,
  object,
  optional,
  parseIfValid,
  text,
  timestamp,
  withFallback,
} from '@callback-and-voicemail/contract/schema';
import { TASK_LOSSES } from '@callback-and-voicemail/contract/task-losses';
import {
  currentTaskSid,
  ENTRY_VERSION,
  emailError,
  emailErrorDetail,
  type LedgerEntry,
  numberToCall,
  recipientCount,
  recordingSeconds,
} from './entry';
import { knownRecipients } from './recipient-deliveries';
import { recipientStates } from './recipient-states';
import { isNamed } from './settled-recipients';

/**
 * History rows are a projection of the entry, written in parallel with it, so that a page of a hundred is one request.
 * Pure. Times are milliseconds since 1970.
 */
const time = timestamp();
/** A problem that a newer version stored is read as `unknown`. */
const problem = withFallback(choice(...EMAIL_PROBLEMS), 'unknown');
const DAY_MS = 24 * 60 * 60_000;
/** A loss that a newer version stored is read as `unknown`. */
const loss = withFallback(choice(...TASK_LOSSES), 'unknown');
const taskType = choice('callback', 'voicemail');

/** Recipients whom a mail did not reach, or who did not want it, as their provider reported; a few of them. */
const undeliveredSchema = list(
  object({
    address: text(),
    /** A complaint has none. */
    reason: optional(withFallback(choice(...BOUNCE_REASONS), 'unknown')),
    /** Of the mail server. */
    words: optional(text()),
    at: time,
  }),
);
const MAX_UNDELIVERED = 10;
/** Most are taken within the hour. */
const MAX_DEFERRALS = 3;

const historyRowSchema = object({
  id: text(),
  taskType,
  receivedAt: time,
  /** The caller's number. It is masked for those who may not see it when the row is shown, not here. */
  from: text(),
  /** Of a callback: where to call. Rows of earlier versions lack it. */
  numberToCall: optional(text()),
  queueName: text(),
  seconds: optional(number()),
  email: object({
    state: choice('off', 'pending', 'sent', 'failed', 'summarized'),
    recipients: number(),
    sentAt: optional(time),
    lastError: optional(problem),
    lastErrorDetail: optional(text()),
    possibleDuplicate: optional(flag()),
    /** The entry whose email tells of this one. */
    carrier: optional(text()),
    /** When that email is due, or the one that waits for others. */
    summaryAt: optional(time),
    /** How many other voicemails it told of. */
    others: optional(number()),
    /** What became of the recipients, where that is not the same for all. Goes with the entry. */
    outcomes: optional(
      object({
        accepted: number(),
        refused: number(),
        waiting: number(),
        recipients: list(
          object({
            address: text(),
            state: choice('accepted', 'refused', 'waiting'),
            provider: optional(text()),
            problem: optional(problem),
          }),
        ),
      }),
    ),
    /** How many recipients' mail servers took it, and how many have put it off; absent: none, as far as is known. */
    delivered: optional(number()),
    deferred: optional(number()),
    /** A few of those that have put it off. */
    deferrals: optional(list(object({ address: text(), words: optional(text()) }))),
    undelivered: optional(undeliveredSchema),
  }),
  task: object({
    /** `created`: it waits, or the assignee has it. */
    state: choice('pending', 'created', 'handled', 'lost', 'none'),
    /** Who has it, or who handled it. */
    assignee: optional(text()),
    /** Since when the assignee has it; when it was handled, or lost. */
    at: optional(time),
    loss: optional(loss),
    /** The recipient of the email who has taken it from there, while nobody has handled it. */
    takenBy: optional(text()),
    takenAt: optional(time),
  }),
  /** The recording was deleted: the email cannot be sent again. */
  recordingDeleted: optional(flag()),
  /** The caller spoke, and Twilio could not record it. */
  recordingFailed: optional(flag()),
  /** Retention has deleted the entry, and keeps the row a while longer. No entry writes this. */
  entryDeleted: optional(flag()),
});
export type HistoryRow = Infer<typeof historyRowSchema>;

const failureRowSchema = object({
  id: text(),
  taskType,
  receivedAt: time,
  from: text(),
  queueName: text(),
  /** `partly`: it went out, and not to all. `refused` of all `recipients` will not get it. */
  email: optional(
    object({
      state: choice('waiting', 'failed', 'partly'),
      lastError: problem,
      since: time,
      refused: optional(number()),
      recipients: optional(number()),
    }),
  ),
  undelivered: optional(undeliveredSchema),
  lost: optional(object({ at: time, loss })),
  /** Its document cannot be read: see `toUnreadableRow`. */
  unreadable: optional(object({ at: time, isNewer: flag() })),
});
/** An entry that needs a supervisor: its email has not arrived, its task was lost, or it cannot be read. */
export type FailureRow = Infer<typeof failureRowSchema>;

/** @returns undefined for data that is not a history row */
export function parseHistoryRow(data: unknown): HistoryRow | undefined {
  return parseIfValid(historyRowSchema, data);
}

/** @returns undefined for data that is not a failure row */
export function parseFailureRow(data: unknown): FailureRow | undefined {
  return parseIfValid(failureRowSchema, data);
}

/** @returns undefined while there is nothing to show, or when nothing came of it: no message, no callback */
export function toHistoryRow(entry: LedgerEntry): HistoryRow | undefined {
  const { recording, task, email } = entry;
  if (entry.booking || entry.review !== undefined || recording.state === 'recording') return undefined;
  const hasMessage = 'completedAt' in recording;
  const hasCallback = task.state === 'pending' || task.state === 'created' || task.state === 'lost';
  if (!hasMessage && !hasCallback) return undefined;
  return {
    id: entry.id,
    taskType: task.type,
    receivedAt: entry.createdAt,
    from: entry.from,
    numberToCall: task.type === 'callback' ? numberToCall(entry) : entry.numberToCall,
    queueName: entry.queueName,
    seconds: recordingSeconds(entry),
    email: {
      state: email.state === 'sending' ? 'pending' : email.state,
      recipients: recipientCount(entry),
      sentAt: email.state === 'sent' ? email.sentAt : undefined,
      lastError: emailError(entry),
      lastErrorDetail: emailErrorDetail(entry),
      possibleDuplicate: email.state === 'sent' ? email.possibleDuplicate : undefined,
      carrier: email.state === 'summarized' ? email.carrier : undefined,
      summaryAt: summaryDueAt(entry),
      others: email.state === 'sent' ? email.others : undefined,
      outcomes: recipientStates(entry),
      ...toDeliveries(entry),
    },
    task: toTaskSummary(entry),
    recordingDeleted: recording.state === 'deleted' || undefined,
    recordingFailed: recording.state === 'failed' || undefined,
  };
}

/** When the one email for several voicemails is due: this entry's, or the one that tells of it. */
export function summaryDueAt({ email }: LedgerEntry): number | undefined {
  if (email.state === 'summarized') return email.until;
  return email.state === 'pending' && email.carries !== undefined ? email.runAt : undefined;
}

function toTaskSummary(entry: LedgerEntry): HistoryRow['task'] {
  const { task } = entry;
  const isAssigned = entry.assignee !== undefined && entry.assignee.taskSid === currentTaskSid(entry);
  const assignee = isAssigned ? entry.assignee : undefined;
  switch (task.state) {
    case 'created':
      return task.closed
        ? { state: 'handled', assignee: task.handledBy ?? assignee?.worker, at: task.handledAt }
        : { state: 'created', assignee: assignee?.worker, at: assignee?.at, ...toTaken(entry) };
    case 'lost':
      return { state: 'lost', at: task.lostAt, loss: task.loss };
    case 'withdrawing':
    case 'none':
      return { state: 'none' };
    default:
      return { state: task.state, ...toTaken(entry) };
  }
}

const toTaken = ({ taken }: LedgerEntry): Pick<HistoryRow['task'], 'takenBy' | 'takenAt'> =>
  taken === undefined ? {} : { takenBy: taken.name ?? taken.address, takenAt: taken.at };

/** @returns undefined while all is well: the email was sent and did not bounce, is off, or has not been tried yet */
export function toFailureRow(entry: LedgerEntry): FailureRow | undefined {
  const email = toEmailFailure(entry);
  const lost = entry.task.state === 'lost' ? { at: entry.task.lostAt, loss: entry.task.loss } : undefined;
  const undelivered = toUndelivered(entry);
  if (email === undefined && lost === undefined && undelivered === undefined) return undefined;
  return {
    id: entry.id,
    taskType: entry.task.type,
    receivedAt: entry.createdAt,
    from: entry.from,
    queueName: entry.queueName,
    email,
    undelivered,
    lost,
  };
}

/** What a row has of the deliveries. */
export type Reported = Pick<HistoryRow['email'], 'delivered' | 'deferred' | 'deferrals' | 'undelivered'>;

/** What providers have reported of the recipients; nothing of an email that is not final. */
function toDeliveries(entry: LedgerEntry): Reported {
  const { email } = entry;
  if (email.state !== 'sent' && email.state !== 'failed') return {};
  const reported = (...outcomes: DeliveryOutcome[]) =>
    email.recipients.filter(({ delivery }) => delivery !== undefined && outcomes.includes(delivery.outcome));
  const deferred = reported('deferred');
  const deferrals = deferred
    .filter(isNamed)
    .map(({ address, delivery }) => ({ address, words: delivery?.words }))
    .slice(0, MAX_DEFERRALS);
  return {
    delivered: reported('delivered', 'complained').length || undefined,
    deferred: deferred.length || undefined,
    deferrals: deferrals.length === 0 ? undefined : deferrals,
    undelivered: toUndelivered(entry),
  };
}

/** Bounces and complaints, also while the email goes to a fall-back recipient. */
function toUndelivered({ email }: LedgerEntry): FailureRow['undelivered'] {
  if (email.state === 'off' || email.state === 'summarized') return undefined;
  const reported = knownRecipients(email).flatMap(({ address, delivery }) =>
    delivery?.outcome === 'bounced' || delivery?.outcome === 'complained'
      ? [
          {
            address,
            reason: delivery.outcome === 'bounced' ? (delivery.reason ?? 'unknown') : undefined,
            words: delivery.words,
            at: delivery.at,
          },
        ]
      : [],
  );
  return reported.length === 0 ? undefined : reported.slice(0, MAX_UNDELIVERED);
}

/**
 * The failure row of an entry whose document cannot be read, with what of it can. An entry that can be read again
 * replaces it.
 */
export function toUnreadableRow(id: string, data: Record<string, unknown>, now: number): FailureRow {
  const { version, createdAt, from, queueName } = data;
  return {
    id,
    taskType: id.startsWith('callback-') ? 'callback' : 'voicemail',
    // The day alone: each sweep that meets the entry replaces the row, instead of adding one.
    receivedAt: parseIfValid(time, createdAt) ?? now - (now % DAY_MS),
    from: typeof from === 'string' ? from : '',
    queueName: typeof queueName === 'string' ? queueName : '',
    unreadable: { at: now, isNewer: typeof version === 'number' && version > ENTRY_VERSION },
  };
}

function toEmailFailure(entry: LedgerEntry): FailureRow['email'] {
  const { email, recording, createdAt } = entry;
  const since = 'completedAt' in recording ? recording.completedAt : createdAt;
  const lastError = emailError(entry);
  const refusals = countRefusals(entry);
  if (email.state === 'failed') return { state: 'failed', lastError: lastError ?? 'unknown', since };
  if (email.state === 'sent')
    return refusals && { state: 'partly', lastError: refusals.problem, since: email.sentAt, ...refusals.counts };
  const isWaiting = email.state === 'pending' || email.state === 'sending';
  return isWaiting && lastError !== undefined ? { state: 'waiting', lastError, since, ...refusals?.counts } : undefined;
}

/** @returns undefined while nobody was refused for good */
function countRefusals(entry: LedgerEntry) {
  const states = recipientStates(entry);
  if (states === undefined || states.refused === 0) return undefined;
  const { accepted, refused, waiting, recipients } = states;
  return {
    problem: recipients[0]?.problem ?? ('unknown' as const),
    counts: { refused, recipients: accepted + refused + waiting },
  };
}

/** What is kept of a row whose entry is deleted: no recipients. */
export const withoutEntry = (data: Record<string, unknown>): Record<string, unknown> => ({
  ...data,
  ...(isRecord(data.email)
    ? { email: { ...data.email, outcomes: undefined, deferrals: undefined, undelivered: undefined } }
    : {}),
  entryDeleted: true,
});

/** The Sync Map of what went wrong, in chronological order. */
export const FAILURES_MAP = 'failures';

/** The Sync Map that holds the rows of a day. Days are those of UTC, whatever the time zone of the business. */
export function historyMapName(at: number): string {
  return `history-${new Date(at).toISOString().slice(0, 10)}`;
}

/** Reads what `historyMapName` wrote: `YYYY-MM-DD`. */
export function readHistoryDay(mapName: string): string | undefined {
  return /^history-(\d{4}-\d\d-\d\d)$/.exec(mapName)?.[1];
}
