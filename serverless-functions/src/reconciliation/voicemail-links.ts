import type { EmailProblem, Link, ReconciledClass, VoicemailPart } from '@callback-and-voicemail/contract';
import type { LedgerEntry, TaskState } from '../ledger/entry';
import { isErased } from '../ledger/erasure-changes';
import type { HistoryRow } from '../ledger/history-row';
import { nextRunAt } from '../ledger/schedule';
import type { DayFacts } from './day-facts';

/** Which parts of one voicemail are there, and why not those that are not. Pure. */

export type Links = Record<VoicemailPart, Link>;

/** A step that is that late is done by nobody: sweeps come every few minutes, and a mail waits half an hour at most. */
const LATE_AFTER_MS = 60 * 60_000;

/**
 * The links of a voicemail whose entry can be read.
 * @param facts recordings by SID, what TaskRouter says of tasks, and the emails that tell of others
 */
export function linksOfEntry(entry: LedgerEntry, facts: DayFacts): Links {
  if (isErased(entry)) return { recording: 'erased', entry: 'there', task: 'erased', email: 'erased' };
  const unfinished: Link = isLate(entry, facts.now) ? 'missing' : 'under-way';
  const recording = recordingLink(entry, facts, unfinished);
  return {
    recording,
    entry: 'there',
    task: taskLink(entry, facts, unfinished, recording),
    email: emailLink(entry, facts, unfinished, recording),
  };
}

/** True for an entry with an open step that was due long ago. */
function isLate(entry: LedgerEntry, now: number): boolean {
  const dueAt = nextRunAt(entry);
  return dueAt !== undefined && dueAt < now - LATE_AFTER_MS;
}

function recordingLink({ recording, review }: LedgerEntry, { recordings }: DayFacts, unfinished: Link): Link {
  switch (recording.state) {
    case 'recording':
      return unfinished;
    case 'completed': {
      if (recordings.get(recording.recordingSid)?.status === 'completed') return 'there';
      return recording.deletionDueAt === undefined ? 'missing' : 'under-way';
    }
    case 'deleted':
      return recording.deletedByRule ? 'retention' : 'deleted';
    case 'failed':
      return 'recording-failed';
    case 'none':
      return 'no-message';
    case 'withdrawn':
      return 'stayed-in-line';
    case 'superseded':
      // Another one may follow while the caller is on the line.
      return review === 'open' ? unfinished : 'superseded';
  }
}

/** Why there is no message, where that also says why there is no task or email. */
const isNoMessage = (link: Link): boolean =>
  link === 'no-message' || link === 'stayed-in-line' || link === 'superseded' || link === 'under-way';

function taskLink({ id, task }: LedgerEntry, { tasks }: DayFacts, unfinished: Link, recording: Link): Link {
  const states: Record<TaskState, () => Link> = {
    pending: () => unfinished,
    withdrawing: () => unfinished,
    created: () => {
      const known = task.state === 'created' && task.closed ? 'handled' : tasks.get(id);
      return known === 'open' || known === 'handled' ? 'there' : lossLink(known);
    },
    lost: () => lossLink(task.state === 'lost' ? task.loss : undefined),
    none: () => unwantedTaskLink(recording),
  };
  return states[task.state]();
}

const unwantedTaskLink = (recording: Link): Link =>
  isNoMessage(recording) || recording === 'deleted' ? recording : 'no-task';

/** TaskRouter gave a reason, or it knows neither the task nor its end. */
const lossLink = (loss: string | undefined): Link =>
  loss === undefined || loss === 'unknown' ? 'missing' : 'task-lost';

function emailLink({ email }: LedgerEntry, { carriers }: DayFacts, unfinished: Link, recording: Link): Link {
  switch (email.state) {
    case 'sent':
      return 'there';
    case 'pending':
    case 'sending':
      return unfinished;
    case 'summarized':
      return carrierLink(carriers.get(email.carrier));
    case 'failed':
      return failureLink(email.lastError);
    case 'off':
      return offLink(email.lastError, recording);
  }
}

/** @param email that tells of this one; undefined when its entry is not there any more */
function carrierLink(email: LedgerEntry['email'] | undefined): Link {
  switch (email?.state) {
    case 'pending':
    case 'sending':
      return 'under-way';
    case 'failed':
      return failureLink(email.lastError);
    case 'off':
      return email.lastError === undefined ? 'email-off' : 'missing';
    default:
      return 'summed-up';
  }
}

function offLink(problem: EmailProblem | undefined, recording: Link): Link {
  if (problem === 'recording-deleted') return recording === 'retention' ? 'retention' : 'deleted';
  return isNoMessage(recording) ? recording : 'email-off';
}

function failureLink(problem: EmailProblem | undefined): Link {
  switch (problem) {
    case 'no-recipients':
      return 'no-recipients';
    case 'recipient-refused':
    case 'recipient-later':
    case 'recipients-not-allowed':
      return 'recipients-refused';
    case 'recipients-unconfirmed':
      return 'recipients-unconfirmed';
    case 'recording-deleted':
      return 'deleted';
    case undefined:
    case 'unknown':
      return 'missing';
    default:
      return 'email-failed';
  }
}

/** The links of a voicemail of which the row alone is left, or whose entry cannot be read. */
export function linksOfRow(row: HistoryRow, entry: Link, hasRecording: boolean): Links {
  const { email, task, seconds, recordingDeleted, recordingFailed } = row;
  const recording = ((): Link => {
    if (recordingFailed) return 'recording-failed';
    if (hasRecording) return 'there';
    if (recordingDeleted) return 'deleted';
    if (seconds === undefined) return 'no-message';
    return entry === 'retention' ? 'retention' : 'missing';
  })();
  const emails: Record<HistoryRow['email']['state'], () => Link> = {
    sent: () => 'there',
    pending: () => 'missing',
    summarized: () => 'summed-up',
    failed: () => failureLink(email.lastError),
    off: () => offLink(email.lastError, recording),
  };
  const tasks: Record<HistoryRow['task']['state'], () => Link> = {
    handled: () => 'there',
    created: () => 'there',
    pending: () => 'missing',
    lost: () => lossLink(task.loss),
    none: () => (isNoMessage(recording) ? recording : 'no-task'),
  };
  return { recording, entry, task: tasks[task.state](), email: emails[email.state]() };
}

/** Where a voicemail is counted: what nobody can explain comes first, then what may still change. */
export function classOf({ recording, entry, task, email }: Links): ReconciledClass {
  const links = [entry, recording, task, email];
  if (links.includes('missing')) return 'unexplained';
  if (links.includes('under-way')) return 'under-way';
  return (
    links.find((link): link is Exclude<Link, 'there' | 'missing'> => link !== 'there' && link !== 'missing') ??
    'complete'
  );
}
