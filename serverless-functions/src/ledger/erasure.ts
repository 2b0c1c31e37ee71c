import {
  choice,
  type Infer,
  list,
  number,
  object,
  optional,
  text,
  timestamp,
} from '@callback-and-voicemail/contract/schema';

/**
 * What a tombstone says of the deletion that made it (ADR 0107). It has SIDs and times, and no number, name or word.
 * `due…` is what is left to delete; the other lists are what was deleted, for the certificate.
 */
export const erasureSchema = object({
  at: timestamp(),
  /** The worker who had it deleted. */
  by: text(),
  /** A keyed hash of the number. */
  subject: text(),
  /** When a sweep goes on, or checks that nothing came back; absent once nothing is left to do. */
  checkAt: optional(timestamp()),
  /** Recordings of the call that began since then are ours; absent where no message was invited. */
  invitedAt: optional(timestamp()),
  /** The caller may be on the line: what they record is deleted. */
  callMayGoOn: optional(choice(true)),
  /** Until then a task may appear that nobody knows of. */
  tasksUncertainUntil: optional(timestamp()),
  dueRecordings: list(text()),
  dueTasks: list(text()),
  /** Names of Sync documents that point to the entry; they are hashes of numbers, and go with what they name. */
  dueDocuments: list(text()),
  recordings: list(object({ sid: text(), transcriptions: number() })),
  /** `left`: an agent has it; its attributes have no personal data any more. `ended`: nothing was to be done. */
  tasks: list(object({ sid: text(), outcome: choice('canceled', 'left', 'ended') })),
  documents: number(),
  mail: optional(
    object({
      /** `uncertain`: it was just being sent, or an answer was lost. `withheld`: it was wanted, and is not sent. */
      state: choice('sent', 'uncertain', 'withheld'),
      at: optional(timestamp()),
      recipients: optional(number()),
      providerId: optional(text()),
    }),
  ),
  /** There was a transcript in the entry. */
  hadTranscript: optional(choice(true)),
  /** Nobody had written an entry: it keeps one from being written. */
  wasMissing: optional(choice(true)),
  /** There was no entry any more, and its history row was deleted. */
  hadRow: optional(choice(true)),
});
export type Erasure = Infer<typeof erasureSchema>;
export type ErasedTask = Erasure['tasks'][number];
export type ErasedRecording = Erasure['recordings'][number];
