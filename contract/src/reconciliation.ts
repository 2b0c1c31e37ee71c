/**
 * `flex/reconcile`, for supervisors, and `email/reconcile`, for programs: whether every recording of the account that is
 * a voicemail has its ledger entry, its task and its email, and why not, where it has not. Each request does what fits
 * in its time; the next one goes on from `cursor`. Times are ISO 8601, UTC.
 */

/** The longest period of one run. */
export const MAX_RECONCILED_DAYS = 31;

/** Why a voicemail lacks its recording, entry, task or email. */
export const GAP_REASONS = [
  /** Something is still to be done, and is not late. */
  'under-way',
  /** A person deleted the recording. */
  'deleted',
  'retention',
  /** A deletion of personal data by number. */
  'erased',
  /** The caller said nothing. */
  'no-message',
  'stayed-in-line',
  /** Another attempt of the same call took its place. */
  'superseded',
  /** The caller spoke, and Twilio could not record it. */
  'recording-failed',
  /** The entry's document cannot be read; supervisors are shown it. */
  'unreadable',
  /** The task ended although nobody handled it, for a reason that TaskRouter gave. */
  'task-lost',
  /** No task was wanted, or not any more. */
  'no-task',
  /** Emails were switched off, or no rule chose anybody. */
  'email-off',
  /** There were no recipients to send it to, for as long as it is tried. */
  'no-recipients',
  /** Every recipient was refused, or is not allowed. */
  'recipients-refused',
  'recipients-unconfirmed',
  /** The email of another voicemail told of it. */
  'summed-up',
  /** The provider did not take it, for a reason that is known. */
  'email-failed',
] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** `missing`: it is not there, and nothing explains that. */
export type Link = 'there' | 'missing' | GapReason;

/** The parts of a voicemail, in the order in which they come about. */
export const VOICEMAIL_PARTS = ['recording', 'entry', 'task', 'email'] as const;
export type VoicemailPart = (typeof VOICEMAIL_PARTS)[number];

/** Exactly one for each voicemail: the most telling of its gaps decides. */
export type ReconciledClass = 'complete' | 'unexplained' | GapReason;

/** One voicemail of the period. */
export interface ReconciledItem extends Record<VoicemailPart, Link> {
  /** The voicemail's id; the recording's SID, where no entry names it. */
  id: string;
  /** When it began. */
  at: string;
  /** Empty where it is not known. */
  queue: string;
  class: ReconciledClass;
  /** Unexplained, and `Action=take-up` may mend it. */
  mayTakeUp?: true;
}

export interface ReconciliationTotals {
  voicemails: number;
  complete: number;
  /** By reason; a reason that is not there has none. */
  explained: Partial<Record<GapReason, number>>;
  unexplained: number;
  /** Recordings of the account that other programs made, which are no voicemails. */
  others: number;
  /** Recordings so old that Twilio cannot say any more who made them. */
  unknown: number;
}

/** One run, as the chain of runs has it. */
export interface ReconciliationRecord {
  /** Its place in the chain, from 1. */
  n: number;
  at: string;
  /** The worker's SID, `sweep` or `scheduler`. */
  by: string;
  from: string;
  to: string;
  /** Of a supervisor of some queues: these. */
  queues: 'all' | readonly string[];
  totals: ReconciliationTotals;
  /** Of the list of voicemails with their classes: see `listDigest`. */
  digest: string;
  /** The hash of the record before; empty: it is the first. */
  previous: string;
  /** SHA-256 of the canonical JSON of all the other fields, in hexadecimal. */
  hash: string;
}

/** What is known of the chain. */
export interface ReconciliationChain {
  /** `changed`: a record was changed, added or removed by hand. */
  state: 'empty' | 'verified' | 'changed';
  /** How many records there are. */
  records: number;
  /** Of `changed`: the place of the first record that does not fit. */
  changedAt?: number;
  /** The last one: for supervisors of all queues. */
  last?: ReconciliationRecord;
}

export interface ReconcileResponse {
  /** What this request looked at; each voicemail comes once. */
  items: ReconciledItem[];
  /** Of the run so far. */
  totals: ReconciliationTotals;
  /** Whole days that are done, of how many. */
  progress: { done: number; days: number };
  /** Ask again with it; absent: this was all. */
  cursor?: string;
  /** With the last response: the run's record. */
  record?: ReconciliationRecord;
  /** With the last response, and with `Action=chain`. */
  chain?: ReconciliationChain;
}

/** How many voicemails are complete, or lack something for a known reason. */
export function accountedFor({ voicemails, unexplained }: ReconciliationTotals): number {
  return voicemails - unexplained;
}

/** The line that stands for a voicemail in the list whose digest the chain has, and in exports. */
export const itemLine = ({ id, class: of, recording, entry, task, email }: ReconciledItem): string =>
  [id, of, recording, entry, task, email].join(' ');
