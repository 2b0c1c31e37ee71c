import type { EmailProblem } from '@callback-and-voicemail/contract';
import type { RecipientOutcome, WaitingRecipient } from './entry';
import type { EmailDeferral, LedgerEvent } from './events';

/** What an invocation achieved with a step it had claimed. */

export type TaskOutcome =
  /** `existing`: the task had been created before, with what was known then. */
  | { created: true; taskSid: string; existing?: boolean }
  /** `uncertain`: the response was lost, so the task may exist. */
  | { created: false; error: string; uncertain: boolean };

export function toTaskEvent(outcome: TaskOutcome): LedgerEvent {
  return outcome.created
    ? { type: 'task-created', taskSid: outcome.taskSid }
    : { type: 'task-creation-failed', error: outcome.error, uncertain: outcome.uncertain };
}

export type EmailOutcome =
  /** `attachedBytes` is for the log. */
  | {
      result: 'sent';
      providerId?: string;
      recipients: RecipientOutcome[];
      possibleDuplicate: boolean;
      others?: number;
      attachedBytes?: number;
    }
  /** Held back, with others of its caller: it tells of them later, or the email of `carrier` tells of it. */
  | { result: 'carries'; document: string; until: number }
  | { result: 'summarized'; carrier: string; until: number }
  /** Many of its caller's mails were counted at the same moment: it is counted and sent later. */
  | { result: 'uncounted'; until: number }
  | { result: 'off' }
  | {
      result: 'failed';
      lastError: EmailProblem;
      lastErrorDetail?: string;
      recipients: RecipientOutcome[];
      waiting?: readonly WaitingRecipient[];
    }
  | ({ result: 'later' } & EmailDeferral);

export function toEmailEvent(outcome: EmailOutcome): LedgerEvent {
  switch (outcome.result) {
    case 'sent':
      return { ...outcome, type: 'email-sent' };
    case 'carries':
      return { ...outcome, type: 'email-carries' };
    case 'summarized':
      return { ...outcome, type: 'email-summarized' };
    case 'uncounted':
      return { ...outcome, type: 'email-uncounted' };
    case 'off':
      return { type: 'email-switched-off' };
    case 'failed':
      return { ...outcome, type: 'email-failed' };
    case 'later':
      return { ...outcome, type: 'email-deferred' };
  }
}

/** `done`: they were sent, may have been, or nobody takes them. */
export type ReminderOutcome = { result: 'done' } | { result: 'later'; retryAfterMs?: number };

/** @param owner who claimed them */
export function toReminderEvent(outcome: ReminderOutcome, owner: string): LedgerEvent {
  return outcome.result === 'later'
    ? { type: 'reminders-deferred', owner, retryAfterMs: outcome.retryAfterMs }
    : { type: 'reminders-finished', owner };
}

/** `dropped`: it may have been sent, or nobody takes it. `settled`: addresses of those who get it no more. */
export type ClosingOutcome =
  | { result: 'sent' | 'dropped' }
  | { result: 'later'; retryAfterMs?: number; settled?: readonly string[] };

export function toClosingEvent(outcome: ClosingOutcome): LedgerEvent {
  return outcome.result === 'later'
    ? { ...outcome, type: 'closing-deferred' }
    : { type: 'closing-finished', result: outcome.result };
}
