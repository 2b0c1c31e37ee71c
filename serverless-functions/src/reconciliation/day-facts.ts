import type { TaskLoss } from '@callback-and-voicemail/contract';
import type { LedgerEntry } from '../ledger/entry';
import type { HistoryRow } from '../ledger/history-row';
import type { Cutoffs } from '../retention/retention-plan';
import type { AccountRecording } from '../twilio/voice';

/** Who made a recording that no entry names, by Twilio's own record of its call's requests. */
export type RecordingOrigin =
  /** Our own request proves it. */
  | { of: 'us'; id: string; queueName: string }
  /** Requests of the call are known, and none is ours. */
  | { of: 'others' }
  /** Twilio has no record of the call's requests: it is too young, too old, or no such call. */
  | { of: 'unknown' };

/** What became of a task that its entry holds to be open. */
export type TaskFact = 'open' | 'handled' | TaskLoss;

/** All that is known of a day, or of a part of it. Times are milliseconds since 1970. */
export interface DayFacts {
  /** `YYYY-MM-DD`, UTC. */
  day: string;
  now: number;
  /** Of the history, by id. */
  rows: ReadonlyMap<string, HistoryRow>;
  /** Those of `rows`, and those of the calls of `recordings`; by id. */
  entries: ReadonlyMap<string, LedgerEntry>;
  /** Ids of entries that are there and cannot be read. */
  unreadable: ReadonlySet<string>;
  /** The account's, by SID: those of that day, and those that entries name. */
  recordings: ReadonlyMap<string, AccountRecording>;
  /** SIDs of recordings of that day: only these may be voicemails of their own. */
  ofDay: ReadonlySet<string>;
  /** Of recordings that no entry names, by SID. */
  origins: ReadonlyMap<string, RecordingOrigin>;
  /** Of entries whose task is open as far as they know, by id. */
  tasks: ReadonlyMap<string, TaskFact>;
  /** The emails that tell of other voicemails, by the carrier that those name. */
  carriers: ReadonlyMap<string, LedgerEntry['email']>;
  /** Up to which day retention has deleted what. */
  retention: Partial<Cutoffs>;
}
