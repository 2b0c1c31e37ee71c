import type { EmailProblem } from '@callback-and-voicemail/contract/email-problems';
import type { LedgerEntry, RecipientOutcome, SendingFields, WaitingRecipient } from './entry';
import { isNamed } from './settled-recipients';

/** What became of the recipients of an email where that is not the same for all of them. Pure. */

export interface RecipientStates {
  accepted: number;
  refused: number;
  /** Nobody has taken it for them: they get it later, or never when the email has failed. */
  waiting: number;
  /** Some of them: first those who were refused, then those who wait. */
  recipients: {
    address: string;
    state: 'accepted' | 'refused' | 'waiting';
    provider?: string;
    problem?: EmailProblem;
  }[];
}

/** Rows and documents are to stay small: a hundred rows are one response. */
const MAX_NAMED = 10;

/** @returns undefined while all have it, or nobody was refused and nobody has it */
export function recipientStates({ email }: LedgerEntry): RecipientStates | undefined {
  if (email.state === 'off' || email.state === 'summarized') return undefined;
  const isFinal = email.state === 'sent' || email.state === 'failed';
  const settled = isFinal ? email.recipients : (email.settled ?? []);
  const of = (state: RecipientOutcome['state']) => settled.filter((one) => one.state === state);
  const refused = of('refused').length;
  // Of a sent email those who have it may be left out of the list.
  const accepted = email.state === 'sent' ? email.recipientCount - refused : of('accepted').length;
  const { waiting = [], waitingCount = 0 } = email.state === 'sent' ? {} : email;
  if (refused === 0 && (accepted === 0 || waitingCount === 0)) return undefined;
  const recipients = [
    ...of('refused'),
    ...waiting.map((one) => ({ ...one, state: 'waiting' as const })),
    ...of('accepted').filter(isNamed),
  ];
  return { accepted, refused, waiting: waitingCount, recipients: recipients.slice(0, MAX_NAMED) };
}

/** What an email notes of those who have none yet: nothing while that is everybody. */
export function noteWaiting(
  settled: readonly RecipientOutcome[] | undefined,
  waiting: readonly WaitingRecipient[] = [],
): Pick<SendingFields, 'waiting' | 'waitingCount'> {
  if (settled === undefined || waiting.length === 0) return { waiting: undefined, waitingCount: undefined };
  return { waiting: waiting.slice(0, MAX_NAMED), waitingCount: waiting.length };
}
