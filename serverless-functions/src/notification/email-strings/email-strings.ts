import type { BounceReason } from '@callback-and-voicemail/contract';

/** All words of a voicemail's mail in one language; others' words (numbers, queues, transcripts) come between them. */
export interface EmailStrings {
  /** For dates and numbers, and the HTML's `lang`. */
  locale: string;
  withheld: string;
  /** The usual subject; `queue` and `length` are absent where there is none. */
  subject(facts: { caller: string; queue?: string; length?: string }): string;
  labels: Record<'caller' | 'called' | 'queue' | 'received' | 'waited' | 'length', string>;
  /** How long the caller waited, in whole minutes from 1 on. */
  minutes(count: number): string;
  /** Links: dials the caller's number; opens Flex. */
  callBack: string;
  openInFlex: string;
  attached(fileName: string): string;
  tooLarge: string;
  gone: string;
  empty: string;
  /** The account encrypts recordings, or stores them with another provider. */
  encrypted: string;
  external: string;
  noticeOnly: string;
  /**
   * For a recording that is not attached, where there is a link to listen by: the link; why there is no attachment; when
   * the link ends.
   */
  listen: { button: string; tooLarge: string; notAttached: string; gone: string; until(end: string): string };
  /** The subject and the sentence of a mail that may hold no personal data. */
  linkOnly: { subject: string; sentence: string };
  /** A mail that also tells of that many other voicemails of its caller; a list of them follows the sentence. */
  summary: { subject(usual: string, count: number): string; sentence(count: number): string };
  /** Why the fall-back recipient gets it; the addresses come with their reasons. */
  fallback: { sentence(unreached: string): string; reasons: Record<BounceReason, string> };
  /** What a recipient may do from the email, and what the email says that reminds them. */
  inbox: { take: string; remind: string; call: string; reminder: string };
  /** The email that says that a voicemail was handled. */
  closing: {
    handled: (by: { worker: string | undefined; time: string }) => string;
    /** Of the last call to the caller: `3:12`. */
    spoke: (length: string) => string;
  };
  /** The caller spoke, and Twilio could not record it; then whether they are called back. */
  failed: string;
  calledBack: string;
  notCalledBack: string;
  transcriptNote: string;
  /** Why the recipient gets the mail, and who can change that. */
  footer(organization: string | undefined, chosenBy: 'supervisor' | 'administrator'): string;
  /** Stands first in a test mail. */
  test: { callerName: string; subject(usual: string): string; sentence: string; transcript: string };
}
