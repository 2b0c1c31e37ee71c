import type { EmailIn, EmailState, LedgerEntry, RecordingIn, RecordingState, TaskIn, TaskState } from './entry';

/** An entry whose steps are in these states: an event applies in some states only. */
export type EntryIn<R extends RecordingState, T extends TaskState, E extends EmailState> = LedgerEntry & {
  recording: RecordingIn<R>;
  task: TaskIn<T>;
  email: EmailIn<E>;
};

/** What an event changes in an entry. */
export type Change = Partial<LedgerEntry>;

/** States of an email that is still to be sent. */
export const UNSENT = ['pending', 'sending'] as const;
