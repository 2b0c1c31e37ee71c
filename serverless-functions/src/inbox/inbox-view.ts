import type { EmailRecipient, EmailSettings } from '@callback-and-voicemail/contract';
import { currentTaskSid, type InboxCall, type LedgerEntry } from '../ledger/entry';
import { isCallUnderWay, isOpenForInbox, isSameAddress, MAX_INBOX_CALLS } from '../ledger/inbox-changes';

/** What a recipient can do about a voicemail on the page behind their link. */
export const INBOX_ACTS = ['take', 'give-back', 'finish', 'remind', 'call'] as const;
export type InboxAct = (typeof INBOX_ACTS)[number];

/** When a recipient can be reminded. */
export const REMINDERS = ['hour', 'four-hours', 'tomorrow'] as const;
export type ReminderChoice = (typeof REMINDERS)[number];

/** What the page says of a voicemail, and what it offers. Times are milliseconds since 1970. */
export interface InboxView {
  state:
    | { is: 'open' }
    | { is: 'mine'; at: number }
    | { is: 'taken'; by: string; at: number }
    /** An agent has its task. */
    | { is: 'held'; by: string; at: number }
    | { is: 'handled'; by?: string; at?: number }
    /** Nothing is to be done: the caller withdrew, or the task was lost, which supervisors are told. */
    | { is: 'closed' };
  /** The newest call of this recipient. */
  call?: Pick<InboxCall, 'state' | 'outcome' | 'seconds' | 'at'>;
  /** When this recipient is reminded. */
  remindedAt?: number;
  acts: readonly InboxAct[];
  /** The last two digits of the telephone that rings first. */
  phoneEnding?: string;
  /** Calling is on, and the settings hold no telephone of theirs. */
  lacksPhone?: true;
}

/** What decides what the page offers. */
export interface InboxFacts {
  entry: LedgerEntry;
  settings: Pick<EmailSettings, 'inbox_take' | 'inbox_remind' | 'inbox_call'>;
  recipient: EmailRecipient;
  /** Whether the caller may be called through the business's number at all. */
  mayCall: boolean;
}

/** Pure. */
export function viewInbox({ entry, settings, recipient, mayCall }: InboxFacts, now: number): InboxView {
  const { inboxCall, reminders } = entry;
  const state = stateFor(entry, recipient.address);
  const isOwn = ({ address }: { address: string }) => isSameAddress(address, recipient.address);
  const call = inboxCall !== undefined && isOwn(inboxCall) ? inboxCall : undefined;
  const remindedAt = reminders?.find(isOwn)?.runAt;
  const isFree = state.is === 'open' || state.is === 'mine';
  const offersCall = settings.inbox_call && mayCall && isFree;
  const acts: InboxAct[] = [];
  if (settings.inbox_take && state.is === 'open') acts.push('take');
  if (offersCall && recipient.phone !== undefined && !isCallUnderWay(entry, now) && callsLeft(entry) > 0)
    acts.push('call');
  if (settings.inbox_take && state.is === 'mine') acts.push('finish');
  // A call takes it, too, and taking may have been switched off since.
  if (state.is === 'mine') acts.push('give-back');
  if (settings.inbox_remind && isOpenForInbox(entry)) acts.push('remind');
  return {
    state,
    call: call && shownCall(call, isCallUnderWay(entry, now)),
    remindedAt,
    acts,
    phoneEnding: recipient.phone?.slice(-2),
    lacksPhone: offersCall && recipient.phone === undefined ? true : undefined,
  };
}

/** One whose end was never reported, or that was never made, is over, too. */
function shownCall({ state, outcome, seconds, at }: InboxCall, isUnderWay: boolean): InboxView['call'] {
  if (state === 'ended' || isUnderWay) return { state, outcome, seconds, at };
  return { state: 'ended', outcome: 'unknown', at };
}

const callsLeft = ({ inboxCall }: LedgerEntry) => MAX_INBOX_CALLS - (inboxCall?.calls ?? 0);

function stateFor(entry: LedgerEntry, address: string): InboxView['state'] {
  const { task, taken, assignee } = entry;
  if (task.state === 'created' && task.closed)
    return { is: 'handled', by: task.handledBy ?? assignee?.worker, at: task.handledAt };
  if (!isOpenForInbox(entry)) return { is: 'closed' };
  if (assignee !== undefined && assignee.taskSid === currentTaskSid(entry))
    return { is: 'held', by: assignee.worker, at: assignee.at };
  if (taken === undefined) return { is: 'open' };
  if (isSameAddress(taken.address, address)) return { is: 'mine', at: taken.at };
  return { is: 'taken', by: taken.name ?? taken.address, at: taken.at };
}

const HOUR_MS = 60 * 60_000;
const MORNING_HOUR = 9;

/**
 * When a recipient is reminded who asks for it now.
 * @param timeZone IANA name; tomorrow begins at 9 there
 */
export function reminderTime(choice: ReminderChoice, timeZone: string, now: number): number {
  if (choice === 'hour') return now + HOUR_MS;
  if (choice === 'four-hours') return now + 4 * HOUR_MS;
  const hourAndMinute = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const tomorrow = nextDate(day.format(now));
  // The first quarter of an hour that the zone calls 9 o'clock tomorrow: zones change their offset by quarters at least.
  const quarter = HOUR_MS / 4;
  for (let at = Math.ceil(now / quarter) * quarter; at < now + 50 * HOUR_MS; at += quarter) {
    const parts = Object.fromEntries(hourAndMinute.formatToParts(at).map(({ type, value }) => [type, value]));
    if (day.format(at) === tomorrow && Number(parts.hour) >= MORNING_HOUR) return at;
  }
  return now + 24 * HOUR_MS;
}

const nextDate = (date: string) => new Date(Date.parse(`${date}T12:00:00Z`) + 24 * HOUR_MS).toISOString().slice(0, 10);
